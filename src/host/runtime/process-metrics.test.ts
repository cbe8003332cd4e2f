import assert from "node:assert/strict";
import { test } from "node:test";
import { guestLines, processMetrics } from "./process-metrics.ts";

const files = {
  status: "Name:\tx\nVmRSS:\t    2048 kB\nThreads:\t3\nvoluntary_ctxt_switches:\t7\n",
  stat: "12 (a b) c) S 1 12 12 0 -1 4194560 100 0 0 0 11 22 33 44 20 0 1 0 5 0 0",
  io: "rchar: 10\nread_bytes: 20\n",
  descriptors: 9,
};

test("processMetrics() has Kata's names, with memory in bytes and time in ticks", () => {
  const text = processMetrics("kata_hypervisor", files);
  for (const line of [
    "# TYPE kata_hypervisor_fds gauge",
    "kata_hypervisor_fds 9",
    "kata_hypervisor_threads 3",
    'kata_hypervisor_proc_status{item="vmrss"} 2097152',
    'kata_hypervisor_proc_stat{item="utime"} 11',
    'kata_hypervisor_proc_stat{item="cstime"} 44',
    'kata_hypervisor_io_stat{item="readbytes"} 20',
  ])
    assert.ok(text.includes(`${line}\n`), `${line} in\n${text}`);
});

test("processMetrics() of a process that has ended is nothing", () => {
  assert.equal(processMetrics("kata_shim", { status: "", stat: "", io: "", descriptors: 0 }), "");
});

test("guestLines() keeps the guest's metrics and nothing that would spoil a page or speak for the host", () => {
  const right = [
    "# HELP kata_guest_load Guest system load.",
    "# TYPE kata_guest_load gauge",
    'kata_guest_load{item="load1"} 0.25',
    'kata_guest_load{item="load5"} 1e-3',
    "kata_agent_total_rss 4096",
  ];
  const wrong = [
    "# TYPE kata_hypervisor_fds counter",
    "# TYPE kata_guest_meminfo nonsense",
    "# TYPE kata_guest_load gauge",
    "kata_hypervisor_fds 1",
    "kata_guest_load --e",
    "kata_guest_load NaN()",
    'kata_guest_load{item="load1"} 7',
    'kata_guest_load{item="a\\"} 7',
    "kata_guest_load",
    "anything",
  ];
  assert.equal(guestLines([...right, ...wrong].join("\n")), `${right.join("\n")}\n`);
});
