import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fd } from "../../sys/syscall.ts";
import { specProblems } from "./spec.ts";
import type { Device, VmSpec } from "./vm.ts";

const good: VmSpec = {
  name: "pod-1.a_b",
  program: "/q",
  machine: "q35",
  accelerator: "auto",
  kernel: "/k",
  initrd: "/i",
  kernelParameters: [],
  cpus: 1,
  maxCpus: 1,
  memoryMib: 128,
  devices: [{ kind: "agent-port" }],
  debug: false,
};
const problems = (changes: Partial<VmSpec>) => specProblems({ ...good, ...changes }).join("; ");
const withDevices = (...devices: Device[]) => problems({ devices: [{ kind: "agent-port" }, ...devices] });

test("specProblems() has nothing to say of a good specification", () => {
  assert.deepEqual(specProblems(good), []);
});

test("specProblems() refuses names that would change a command line or a path", () => {
  for (const name of ["", "a b", "a,b", "../x", "-x", "a/b", "a\nb", "x".repeat(129)])
    assert.match(problems({ name }), /^name .*must match/, name);
});

test("specProblems() refuses relative paths and control characters", () => {
  assert.match(problems({ kernel: "vmlinux" }), /kernel "vmlinux": must be an absolute path/);
  assert.match(problems({ firmware: "/a\0b" }), /firmware .*contains a NUL/);
  assert.match(problems({ kernelParameters: ["a\nb"] }), /contains a control character/);
  assert.match(problems({ kernelParameters: ["x".repeat(2049)] }), /at most 2048/);
});

test("specProblems() refuses sizes that no machine has", () => {
  assert.match(problems({ cpus: 0 }), /cpus 0: must be from 1/);
  assert.match(problems({ cpus: 4, maxCpus: 2 }), /maximum of cpus 2: must be from 4/);
  assert.match(problems({ memoryMib: Number.NaN }), /memory NaN MiB/);
  assert.match(problems({ memoryMib: 256, maxMemoryMib: 128 }), /maximum of memory 128 MiB: must be at least the memory, 256/);
});

test("specProblems() refuses device ids, tags and addresses of a wrong shape", () => {
  const socket = 3 as Fd;
  assert.match(withDevices({ kind: "share", id: "a,b", tag: "t", socket }), /device id "a,b"/);
  assert.match(withDevices({ kind: "share", id: "s", tag: "t".repeat(37), socket }), /share tag/);
  assert.match(withDevices({ kind: "network", id: "n", taps: [], mac: "02:00:00:00:00:01" }), /0 queues/);
  assert.match(withDevices({ kind: "network", id: "n", taps: [socket], mac: "2:0:0" }), /six pairs/);
  assert.match(problems({ devices: [{ kind: "vsock", contextId: 2, vhost: socket }] }), /context id 2: must be from 3/);
});

test("specProblems() wants at most one way to the agent and each id once", () => {
  const disk: Device = { kind: "disk", id: "d", image: 3 as Fd, readOnly: true };
  assert.equal(problems({ devices: [] }), "");
  assert.match(withDevices({ kind: "vsock", contextId: 3, vhost: 4 as Fd }), /2 ways to the agent/);
  assert.match(withDevices(disk, disk), /device id d: given twice/);
});

test("specProblems() lets no clone with a template's own memory change it", () => {
  const birth = { kind: "clone", memory: 3 as Fd, state: 4 as Fd, shared: false } as const;
  assert.equal(problems({ birth }), "");
  assert.match(problems({ birth, reclaimFreedMemory: true }), /cannot give any back/);
  assert.match(
    problems({ birth, devices: [{ kind: "share", id: "s", tag: "t", socket: 5 as Fd }] }),
    /needs a clone with memory of its own/,
  );
  assert.equal(problems({ birth: { ...birth, shared: true }, reclaimFreedMemory: true }), "");
});
