import assert from "node:assert/strict";
import { test } from "node:test";
import { Overhead, processUse } from "./overhead.ts";

const mib = 1 << 20;
const vmm = (cpuMs: number) => ({ cpuMs, memoryBytes: 100 * mib });
const own = { cpuMs: 100, memoryBytes: 4 * mib };
const container = (id: string, cpuMs: number, memory = 10) => ({ id, cpuMs, memoryBytes: memory * mib });

test("the overhead is what the host counts less what the guest does, of processors since it was asked for before", () => {
  const overhead = new Overhead();
  const at = (atMs: number) => ({ atMs, startedMs: 2000 });
  // of 10 s 3.1 on the host, 1 of it in the container
  assert.deepEqual(overhead.figures([vmm(3000), own], [container("a", 1000)], at(12_000)), { cpuPercent: 21, memoryBytes: 94 * mib });
  // of 2 s 1 on the host; 0.5 in one container, 0.1 in one that is new
  const second = overhead.figures([vmm(4000), own], [container("a", 1500), container("b", 100, 20)], at(14_000));
  assert.deepEqual(second, { cpuPercent: 20, memoryBytes: 74 * mib });
  // one has gone: what it had taken before counts for nothing
  assert.equal(overhead.figures([vmm(5000), own], [container("b", 300)], at(16_000)).cpuPercent, 40);
});

test("asked again within a second it says the same of processors, and what is of memory", () => {
  const overhead = new Overhead();
  overhead.figures([vmm(1000)], [], { atMs: 10_000, startedMs: 0 });
  const again = overhead.figures([vmm(1500)], [container("a", 0, 50)], { atMs: 10_500, startedMs: 0 });
  assert.deepEqual(again, { cpuPercent: 10, memoryBytes: 50 * mib });
  assert.equal(overhead.figures([vmm(2000)], [], { atMs: 12_000, startedMs: 0 }).cpuPercent, 50);
});

test("processUse() takes everything of the VMM, and of others what they alone have", () => {
  const stat = `7 (a) b (c)) S ${Array.from({ length: 20 }, (_, i) => i).join(" ")}`;
  const status = "VmHWM:\t900 kB\nVmRSS:\t   700 kB\nRssAnon:\t 100 kB\nRssFile:\t 50 kB\nRssShmem:\t 550 kB\n";
  assert.deepEqual(processUse(stat, status, true), { cpuMs: (10 + 11) * 10, memoryBytes: 700 << 10 });
  assert.deepEqual(processUse(stat, status, false), { cpuMs: 210, memoryBytes: 150 << 10 });
  assert.deepEqual(processUse("", "", true), { cpuMs: 0, memoryBytes: 0 });
});
