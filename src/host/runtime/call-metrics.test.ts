import assert from "node:assert/strict";
import { test } from "node:test";
import { callFamilies } from "./call-metrics.ts";

const counts = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2];
const call = (method: string) => ({ method, counts, sumMs: 1302 });

test("callFamilies() has Kata's names of methods, and others as they are", () => {
  const [shim, agent, ...more] = callFamilies({
    answered: ["CreateContainer", "Signal", "ListInterfaces", "Stats"].map(call),
    agent: ["CreateContainer", "GetGuestDetails", "Check"].map(call),
  });
  const actions = (family: typeof shim): string[] =>
    (family?.samples ?? []).filter(({ suffix }) => suffix === "_count").map(({ labels, value }) => `${labels} ${value}`);
  assert.deepEqual(
    [shim?.name, ...actions(shim)],
    [
      "kata_shim_rpc_durations_histogram_milliseconds",
      ...["create", "kill", "list_interfaces", "stats"].map((action) => `action="${action}" 3`),
    ],
  );
  assert.deepEqual(
    [agent?.name, ...actions(agent)],
    [
      "kata_shim_agent_rpc_durations_histogram_milliseconds",
      ...["CreateContainer", "GuestDetails", "Check"].map((name) => `action="grpc.${name}Request" 3`),
    ],
  );
  assert.deepEqual(more, []);
  assert.deepEqual(
    shim?.samples.slice(0, 3).map(({ labels, value }) => [labels, value]),
    [
      ['action="create",le="1"', 0],
      ['action="create",le="2"', 1],
      ['action="create",le="4"', 1],
    ],
  );
});

test("callFamilies() says nothing where nothing was called", () => {
  assert.deepEqual(callFamilies({ answered: [], agent: [] }), []);
});
