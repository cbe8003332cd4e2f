import assert from "node:assert/strict";
import { test } from "node:test";
import { sum } from "./sandbox-stats.ts";

test("sum() adds counters up, joins lists, and takes the larger limit and the network once", () => {
  const one = {
    cpu: { usage: { total: 5 } },
    memory: { usage: { usage: 10, limit: 64 } },
    blkio: [{ value: 1 }],
    network_interfaces: [{ Name: "eth0" }],
  };
  const two = {
    cpu: { usage: { total: 7, user: 1 } },
    memory: { usage: { usage: 1, limit: 16 } },
    blkio: [{ value: 2 }],
    network_interfaces: [{ Name: "eth0" }],
  };
  assert.deepEqual([one, two].reduce<unknown>(sum, {}), {
    cpu: { usage: { total: 12, user: 1 } },
    memory: { usage: { usage: 11, limit: 64 } },
    blkio: [{ value: 1 }, { value: 2 }],
    network_interfaces: [{ Name: "eth0" }],
  });
});
