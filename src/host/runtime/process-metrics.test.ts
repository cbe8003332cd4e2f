import assert from "node:assert/strict";
import { test } from "node:test";
import { metricsPage } from "./metric-family.ts";
import { collectorMetrics, networkMetrics, processMetrics } from "./process-metrics.ts";

const files = {
  status: "Name:\tx\nVmSize:\t    4096 kB\nVmRSS:\t    2048 kB\nThreads:\t3\nvoluntary_ctxt_switches:\t7\n",
  stat: "12 (a b) c) S 1 12 12 0 -1 4194560 100 0 0 0 11 22 33 44 20 0 1 0 500 0 0",
  io: "rchar: 10\nread_bytes: 20\n",
  limits:
    "Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 20000                files     \n",
  descriptors: 9,
};

function assertLines(families: Parameters<typeof metricsPage>[0][0]["families"], lines: readonly string[]): void {
  const text = metricsPage([{ labels: "", families }]);
  for (const line of lines) assert.ok(text.includes(`${line}\n`), `${line} in\n${text}`);
}

test("processMetrics() has Kata's names, with memory in bytes and time in ticks", () => {
  assertLines(processMetrics("kata_hypervisor", files), [
    "# TYPE kata_hypervisor_fds gauge",
    "kata_hypervisor_fds 9",
    "kata_hypervisor_threads 3",
    'kata_hypervisor_proc_status{item="vmrss"} 2097152',
    'kata_hypervisor_proc_stat{item="utime"} 11',
    'kata_hypervisor_proc_stat{item="cstime"} 44',
    'kata_hypervisor_io_stat{item="readbytes"} 20',
  ]);
});

test("collectorMetrics() is what Prometheus' libraries say of their process, in seconds and bytes", () => {
  assertLines(collectorMetrics("kata_shim", files, 1000), [
    "# TYPE kata_shim_process_cpu_seconds_total counter",
    "kata_shim_process_cpu_seconds_total 0.33",
    "kata_shim_process_open_fds 9",
    "kata_shim_process_max_fds 1024",
    "kata_shim_process_resident_memory_bytes 2097152",
    "kata_shim_process_virtual_memory_bytes 4194304",
    "kata_shim_process_start_time_seconds 1005",
  ]);
});

test("networkMetrics() has each link's counters, none of the file's heading", () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
  eth0:    1500       10    1    2    3     4          5         6 700        8    9   10   11    12      13         14
    lo: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
`;
  const [family, ...more] = networkMetrics("kata_hypervisor", text);
  assert.deepEqual([family?.name, family?.samples.length, more], ["kata_hypervisor_netdev", 32, []]);
  assertLines(family ? [family] : [], [
    'kata_hypervisor_netdev{interface="eth0",item="recv_bytes"} 1500',
    'kata_hypervisor_netdev{interface="eth0",item="sent_bytes"} 700',
    'kata_hypervisor_netdev{interface="eth0",item="sent_compressed"} 14',
  ]);
  assert.deepEqual(networkMetrics("kata_hypervisor", ""), []);
});

test("a process that has ended has no metrics", () => {
  const ended = { status: "", stat: "", io: "", limits: "", descriptors: 0 };
  assert.deepEqual([processMetrics("kata_shim", ended), collectorMetrics("kata_shim", ended, 1)], [[], []]);
});
