import assert from "node:assert/strict";
import { test } from "node:test";
import type { Spec } from "../../oci/spec.ts";
import { sandboxDemand } from "./sandbox-demand.ts";

const demand = (spec: object) => sandboxDemand(spec as Spec);

test("sandboxDemand() is a container's limits, or what CRI has summed up for the pod", () => {
  const resources = { memory: { limit: 1 << 30 }, cpu: { quota: 150_000, period: 100_000 } };
  assert.deepEqual(demand({ linux: { resources } }), { memoryBytes: 1 << 30, cpus: 1.5 });
  const annotations = {
    "io.kubernetes.cri.sandbox-memory": "4294967296",
    "io.kubernetes.cri.sandbox-cpu-quota": "300000",
    "io.kubernetes.cri.sandbox-cpu-period": "100000",
  };
  assert.deepEqual(demand({ annotations, linux: { resources } }), { memoryBytes: 2 ** 32, cpus: 3 });
});

test("sandboxDemand() takes no limit, an unlimited one and nonsense for none", () => {
  assert.deepEqual(demand({}), { memoryBytes: 0, cpus: 0 });
  assert.deepEqual(demand({ linux: { resources: { memory: { limit: -1 }, cpu: { quota: -1 } } } }), { memoryBytes: 0, cpus: 0 });
  assert.deepEqual(demand({ annotations: { "io.kubernetes.cri.sandbox-memory": "much" } }), { memoryBytes: 0, cpus: 0 });
  assert.deepEqual(demand({ linux: { resources: { cpu: { quota: 50_000 } } } }), { memoryBytes: 0, cpus: 0.5 });
});
