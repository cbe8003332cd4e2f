/** The guest's clock, whatever happened to its machine (kata-containers#4167: it drifted, and was not set again after a pause). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { World } from "../support/world.ts";

let world: World;
before(async () => {
  world = new World();
  await world.detached("c1", world.bundle(["sleep", "1000"]));
});
after(() => world.dispose());

/** By how many seconds the guest is ahead of the host, which is asked before and after. */
async function ahead(): Promise<{ least: number; most: number }> {
  const begin = Date.now() / 1000;
  const { stdout, stderr } = await world.kata(["exec", "c1", "date", "+%s"]);
  assert.equal(stderr, "");
  const guest = Number(stdout); // whole seconds, rounded down
  return { least: guest - Date.now() / 1000, most: guest + 1 - begin };
}

async function isRight(when: string): Promise<void> {
  const { least, most } = await ahead();
  assert.ok(least < 1 && most > -1, `${when}: ahead by ${least.toFixed(2)} to ${most.toFixed(2)} s`);
}

test("the guest's clock is right at the start, after a pause, and after its machine stood still", async () => {
  await isRight("at the start");
  await world.kata(["pause", "c1"]);
  await sleep(2000);
  await world.kata(["resume", "c1"]);
  await isRight("after a pause");
  const record = JSON.parse(readFileSync(join(world.root, "@sandbox/c1/sandbox.json"), "utf8")) as {
    helpers: { pid: number; role: string }[];
  };
  const vmm = record.helpers.find(({ role }) => role === "vmm")?.pid ?? 0;
  process.kill(vmm, "SIGSTOP");
  await sleep(5000);
  process.kill(vmm, "SIGCONT");
  await isRight("after its machine stood still for 5 s");
});
