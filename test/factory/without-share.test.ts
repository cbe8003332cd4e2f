/** Templates and reserves of machines without a share, whose clones have the template's memory in common. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { imageBundle } from "../disks/images.ts";
import type { TestSpec } from "../support/bundle.ts";
import { until } from "../support/world.ts";
import { FactoryWorld } from "./factory-world.ts";

let factory: FactoryWorld;
before(() => {
  factory = new FactoryWorld({}, { shared_fs: "none" });
});
after(() => factory.dispose());

async function detached(id: string, edit: (spec: TestSpec) => void = () => {}): Promise<void> {
  const { code, stderr } = await factory.kata(["run", "-d", "-b", imageBundle(factory.world, ["sleep", "1000"], { edit }), id]);
  assert.equal(code, 0, stderr);
}

async function exec(id: string, script: string): Promise<string> {
  const { code, stdout, stderr } = await factory.kata(["exec", id, "sh", "-c", script]);
  assert.equal(code, 0, stderr);
  return stdout;
}

/** What all clones map. */
async function templateMemory(): Promise<string> {
  const key = (await factory.status()).templates.find(({ current }) => current)?.key ?? "";
  return join(factory.templatePath, key, "memory");
}

const sum = (path: string): string => createHash("sha1").update(readFileSync(path)).digest("hex");
const allocated = (path: string): number => statSync(path).blocks * 512;

const mapsTemplate = (pid: number): boolean => readFileSync(`/proc/${pid}/maps`, "utf8").includes(` ${factory.templatePath}/`);

test("a reserve without a share waits, is claimed, and has the template's memory in common with the next", async () => {
  await factory.factory("init");
  const reserve = await factory.waiting();
  assert.equal(reserve.helperPids.length, 1); // the VMM, no daemon
  await detached("first");
  const { pid, helpers } = factory.sandboxProcesses("first");
  assert.equal(pid, reserve.pid);
  const next = await factory.waiting();
  for (const each of [...helpers, ...next.helperPids]) assert.ok(mapsTemplate(each), `${each}`);
  await factory.delete("first");
});

test("what a guest writes and frees changes nothing of the template that the others go on from", async () => {
  const memory = await templateMemory();
  const [before, usual] = [sum(memory), allocated(memory)];
  await detached("writes", (spec) => {
    for (const mount of spec.mounts) if (mount.destination === "/dev/shm") mount.options = ["size=250m"];
  });
  await exec("writes", "dd if=/dev/urandom of=/dev/shm/full bs=1M count=130 2>/dev/null");
  await exec("writes", "rm /dev/shm/full");
  await factory.waiting();
  await detached("other");
  await until("the template takes what it took", () => allocated(memory) < usual + (9 << 20), 60_000);
  assert.equal(sum(memory), before);
  assert.equal(await exec("other", "echo alive"), "alive\n");
  assert.equal(await exec("writes", "echo alive"), "alive\n");
  await factory.delete("writes");
  await factory.delete("other");
});

test("with and without a share are two kinds of machine, and the reserve is of the one that was wanted last", async () => {
  await factory.factory("init"); // whatever the test before left
  const without = await factory.waiting();
  factory.configure({}, { shared_fs: "virtio-fs" });
  await factory.factory("init");
  const shares = await factory.waiting();
  assert.notEqual(shares.key, without.key);
  assert.equal(shares.helperPids.length, 2);
  assert.equal((await factory.status()).reserves.length, 1);
  await detached("does-not"); // its root is a disk
  const { pid, helpers } = factory.sandboxProcesses("does-not");
  assert.notEqual(pid, shares.pid);
  assert.equal(helpers.length, 1);
  factory.configure({});
  assert.equal((await factory.waiting()).key, without.key);
  await factory.delete("does-not");
});
