import assert from "node:assert/strict";
import { test } from "node:test";
import { announcedDemand, demandOf, largerOf, sumOf } from "./demand.ts";

const none = { memoryBytes: 0, cpus: 0 };

test("demandOf() is what a container's limits allow", () => {
  const limits = { memory: { limit: 1 << 30 }, cpu: { quota: 150_000, period: 100_000 } };
  assert.deepEqual(demandOf(limits), { memoryBytes: 1 << 30, cpus: 1.5 });
  assert.deepEqual(demandOf({ cpu: { quota: 50_000 } }), { memoryBytes: 0, cpus: 0.5 });
});

test("announcedDemand() is what CRI has summed up for the pod", () => {
  const annotations = {
    "io.kubernetes.cri.sandbox-memory": "4294967296",
    "io.kubernetes.cri.sandbox-cpu-quota": "300000",
    "io.kubernetes.cri.sandbox-cpu-period": "100000",
  };
  assert.deepEqual(announcedDemand(annotations), { memoryBytes: 2 ** 32, cpus: 3 });
});

test("no limit, an unlimited one and nonsense are none", () => {
  assert.deepEqual(demandOf({}), none);
  assert.deepEqual(demandOf({ memory: { limit: -1 }, cpu: { quota: -1 } }), none);
  assert.deepEqual(announcedDemand({ "io.kubernetes.cri.sandbox-memory": "much" }), none);
});

test("demands add up, and the larger of two is so in each part", () => {
  const [a, b] = [
    { memoryBytes: 5, cpus: 0.5 },
    { memoryBytes: 1, cpus: 2 },
  ];
  assert.deepEqual(sumOf([a, b]), { memoryBytes: 6, cpus: 2.5 });
  assert.deepEqual(largerOf(a, b), { memoryBytes: 5, cpus: 2 });
});
