/** Volumes of Kubernetes that programs watch: the guest has copies, which follow the host's. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { TestSpec } from "../support/bundle.ts";
import { until, World } from "../support/world.ts";

const id = "watched";
const program = fileURLToPath(new URL("../support/hear.c", import.meta.url));
let world: World;
let config: string;
let large: string;
let version = 0;

/** As kubelet writes a volume: a new directory, a link that is swapped, links for new keys, without those that have gone. */
function write(volume: string, keys: Readonly<Record<string, string>>, gone: readonly string[] = []): void {
  const [before, now] = [`..${version}`, `..${++version}`];
  mkdirSync(join(volume, now));
  for (const [key, text] of Object.entries(keys)) writeFileSync(join(volume, now, key), text);
  symlinkSync(now, join(volume, "..data_tmp"));
  renameSync(join(volume, "..data_tmp"), join(volume, "..data"));
  for (const key of Object.keys(keys)) if (!existsSync(join(volume, key))) symlinkSync(`..data/${key}`, join(volume, key));
  for (const key of gone) unlinkSync(join(volume, key));
  rmSync(join(volume, before), { recursive: true, force: true });
}

before(async () => {
  world = new World();
  config = join(world.directory, "volumes/kubernetes.io~configmap/config");
  large = join(world.directory, "volumes/kubernetes.io~projected/large");
  for (const each of [config, large]) mkdirSync(each, { recursive: true });
  write(config, { k: "first\n", "k.tmp": "another\n", old: "old\n" });
  writeFileSync(join(large, "file"), "");
  truncateSync(join(large, "file"), 5 << 20);
  const bundle = world.bundle(["sh", "-c", "hear /config >/heard & exec sleep 100000"], (spec: TestSpec) => {
    spec.root = { ...spec.root, readonly: false };
    spec.mounts.push(
      { destination: "/config", type: "bind", source: config, options: ["rbind", "ro"] },
      { destination: "/large", type: "bind", source: large, options: ["rbind", "ro"] },
    );
  });
  execFileSync("gcc", ["-static", "-O1", "-Wall", "-o", join(bundle, "rootfs/bin/hear"), program]);
  await world.detached(id, bundle);
});
after(async () => {
  await world.deleteAll();
  await world.dispose();
});

async function inside(script: string): Promise<string> {
  const { stdout, stderr } = await world.kata(["exec", id, "sh", "-c", script]);
  return (stdout + stderr).trim();
}

test("inotify tells of a ConfigMap's change once the new content is there; keys come and go", async () => {
  await until("it watches", async () => (await inside("cat /heard")) === "ready");
  assert.equal(await inside("cat /config/k /config/k.tmp /config/old"), "first\nanother\nold");
  write(config, { k: "second\n", "k.tmp": "another\n", new: "new\n" }, ["old"]);
  await until("it has heard", async () => (await inside("cat /heard")) === "ready\nsecond");
  await until("the old has gone", async () => (await inside("cd /config; ls -A | xargs")) === `..${version} ..data k k.tmp new`);
  assert.equal(await inside("cat /config/k /config/k.tmp /config/new"), "second\nanother\nnew");
});

test("changes in quick succession end with the last", async () => {
  for (let i = 0; i < 20; i++) write(config, { k: `${i}\n`, "k.tmp": "another\n", new: "new\n" });
  await until("the last is there", async () => (await inside("tail -n 1 /heard; cat /config/k")) === "19\n19");
});

test("owner and mode follow, and a file that is changed in place", async () => {
  const file = join(config, `..${version}/k`);
  writeFileSync(file, "in place\n");
  chmodSync(file, 0o640);
  chownSync(file, 77, 88);
  await until(
    "it is so in the guest",
    async () => (await inside("stat -L -c '%a %u %g' /config/k; cat /config/k")) === "640 77 88\nin place",
  );
});

test("the container cannot write to it, and what it is stays the host's", async () => {
  assert.match(await inside("echo x >/config/k"), /Read-only/);
  assert.equal(readFileSync(join(config, "k"), "utf8"), "in place\n");
});

test("one that is too large for that is shared", async () => {
  assert.equal(await inside("stat -c %s /large/file; stat -f -c %t /large"), `${5 << 20}\n65735546`);
});
