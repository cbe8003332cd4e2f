import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Resources } from "../../oci/spec-linux.ts";
import { cgroupWrites, cpuWeight } from "./cgroup-values.ts";

const written = (resources: Resources): Record<string, string> =>
  Object.fromEntries(cgroupWrites(resources).map(({ file, value }) => [file, value]));

test("shares become a weight as Kubernetes converts them", () => {
  assert.equal(cpuWeight(2), 1);
  assert.equal(cpuWeight(1024), 39);
  assert.equal(cpuWeight(262144), 10000);
});

test("a group that is idle has no weight, one that is not any more has", () => {
  assert.deepEqual(written({ cpu: { idle: 1, shares: 1024 } }), { "cpu.idle": "1" });
  assert.deepEqual(written({ cpu: { idle: 0, shares: 1024 } }), { "cpu.idle": "0", "cpu.weight": "39" });
});

test("every number of shares becomes a weight the kernel takes, more shares never less weight", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }), fc.nat(1000), (shares, more) => {
      const weight = cpuWeight(shares);
      assert.ok(Number.isInteger(weight) && weight >= 1 && weight <= 10000);
      assert.ok(cpuWeight(shares + BigInt(more)) >= weight);
    }),
  );
});

test("v1's swap counts memory, v2's does not", () => {
  assert.deepEqual(written({ memory: { limit: 100, swap: 150 } }), { "memory.swap.max": "50", "memory.max": "100" });
  assert.deepEqual(written({ memory: { limit: 100, swap: -1 } }), { "memory.swap.max": "max", "memory.max": "100" });
  assert.deepEqual(written({ memory: { limit: -1 } }), { "memory.swap.max": "max", "memory.max": "max" });
  assert.throws(() => cgroupWrites({ memory: { swap: 5 } }), /must come with a memory\.limit/);
  assert.throws(() => cgroupWrites({ memory: { limit: 10, swap: 5 } }), /must be at least memory\.limit, 10/);
});

test("quota and period alone keep the other", () => {
  assert.deepEqual(written({ cpu: { quota: 5000 } }), { "cpu.max": "5000" });
  assert.deepEqual(written({ cpu: { quota: -1, period: 100000 } }), { "cpu.max": "max 100000" });
  assert.deepEqual(written({ cpu: { quota: 0, period: 0, shares: 0, cpus: "", mems: "" } }), {});
});

test("a limit of no processes acts as one, -1 is none", () => {
  assert.deepEqual(written({ pids: { limit: 0 } }), { "pids.max": "1" });
  assert.deepEqual(written({ pids: { limit: -1 } }), { "pids.max": "max" });
});

test("block devices: BFQ's weight or the kernel's, and throttles", () => {
  const writes = cgroupWrites({
    blockIO: {
      weight: 1000,
      weightDevice: [{ major: 8, minor: 0, weight: 10 }],
      throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1048576 }],
    },
  });
  assert.deepEqual(writes, [
    { file: "io.bfq.weight", value: "default 1000", otherwise: { file: "io.weight", value: "default 10000" } },
    { file: "io.bfq.weight", value: "8:0 10", otherwise: { file: "io.weight", value: "8:0 1" } },
    { file: "io.max", value: "8:0 rbps=1048576" },
  ]);
});

test("names that lead out of the cgroup are refused", () => {
  for (const name of ["../x", "a/b.c", "", "memory", ".x"])
    assert.throws(() => cgroupWrites({ unified: { [name]: "1" } }), /must name a file of a cgroup/);
  assert.deepEqual(written({ unified: { "memory.high": "5" }, hugepageLimits: [{ pageSize: "2MB", limit: 1n }] }), {
    "hugetlb.2MB.max": "1",
    "memory.high": "5",
  });
  assert.throws(() => cgroupWrites({ hugepageLimits: [{ pageSize: "2 MB", limit: 1 }] }), /must be like 2MB/);
});
