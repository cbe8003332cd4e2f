import assert from "node:assert/strict";
import { test } from "node:test";
import { deferred } from "../../base/deferred.ts";
import { parseSpec } from "../../oci/parse.ts";
import { Container, type ContainerDependencies } from "./container.ts";
import type { Exit, GuestProcess } from "./guest-process.ts";

const config = JSON.stringify({ ociVersion: "1.0.2", root: { path: "rootfs" }, process: { args: ["true"], cwd: "/" } });

function container() {
  const exited = deferred<Exit>();
  const init = { exited: exited.promise, begin: () => {}, release: () => {} };
  const deps = {
    agent: { api: { removeContainer: async () => ({}) } },
    standinPid: 0,
    onStatus: () => {},
    onStopped: async () => {},
  };
  const files = { spec: parseSpec(config, "config.json"), remove: async () => {} };
  const made = new Container("one", init as unknown as GuestProcess, files, deps as unknown as ContainerDependencies);
  const end = (oomEvents: number): void => exited.resolve({ status: 137, exitedAtNs: 0n, oomEvents });
  return { made, end };
}

test("an end for want of memory is told with the end, and not again when the event comes after it", async () => {
  const { made, end } = container();
  const event = made.nextEvent(0, () => {});
  end(1);
  await event;
  assert.deepEqual([made.status, made.oomKills], ["stopped", 1]);
  made.countOomKill();
  assert.equal(made.oomKills, 1);
});

test("what the guest says of its kills counts once, however many it says", async () => {
  const { made, end } = container();
  made.countOomKill();
  end(2 ** 32 - 1);
  await made.stopped;
  assert.equal(made.oomKills, 2);
});
