/** Files of the host in a container: what programs do with them, what the two sides see of each other's changes. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { TestSpec } from "../support/bundle.ts";
import { hostProcesses, until, World } from "../support/world.ts";

const id = "sharing";
const source = fileURLToPath(new URL("../support/sharing.c", import.meta.url));
let world: World;
let volume: string;
let kept: string;
let bundle: string;

before(async () => {
  world = new World();
  volume = join(world.directory, "volume");
  kept = join(world.directory, "kept");
  for (const path of [volume, kept, join(volume, "below"), join(volume, "..1"), join(volume, "..2")]) mkdirSync(path);
  execFileSync("mount", ["-t", "tmpfs", "below", join(volume, "below")]);
  writeFileSync(join(volume, "below/in"), "of the mount below\n");
  writeFileSync(join(kept, "f"), "kept\n");
  writeFileSync(join(volume, "..1/k"), "first\n");
  writeFileSync(join(volume, "..2/k"), "second\n");
  symlinkSync("..1", join(volume, "..data"));
  symlinkSync("..data/k", join(volume, "k"));
  bundle = world.bundle(["sleep", "100000"], (spec: TestSpec) => {
    spec.mounts.push(
      { destination: "/volume", type: "bind", source: volume, options: ["rbind"] },
      { destination: "/kept", type: "bind", source: kept, options: ["rbind", "ro"] },
    );
    const more = [...(spec.process.capabilities?.["bounding"] ?? []), "CAP_SYS_ADMIN"];
    spec.process.capabilities = { bounding: more, permitted: more, effective: more };
  });
  execFileSync("gcc", ["-static", "-O1", "-Wall", "-o", join(bundle, "rootfs/bin/sharing"), source]);
  await world.detached(id, bundle);
});
after(async () => {
  await world.deleteAll();
  spawnSync("umount", ["-l", join(volume, "below")]);
  await world.dispose();
});

async function inside(script: string): Promise<string> {
  const { stdout, stderr } = await world.kata(["exec", id, "sh", "-c", script]);
  return (stdout + stderr).trim();
}

for (const place of ["/volume", "/root"]) {
  test(`${place}: hard links, locks, shared maps, attributes, sockets, fifos, unlinked files, owners and the guest's own inotify are as on the host`, async () => {
    assert.equal(await inside(`sharing ${place}`), "tried");
  });
}

test("the host sees owner, mode, links and attributes as the guest made them, and the guest as the host did", async () => {
  const made = statSync(join(volume, "o1"));
  assert.deepEqual([made.uid, made.gid, made.mode & 0o7777], [4321, 8765, 0o640]);
  assert.equal(statSync(join(volume, "l1")).nlink, 2);
  writeFileSync(join(volume, "h"), "of the host");
  chownSync(join(volume, "h"), 77, 88);
  linkSync(join(volume, "h"), join(volume, "h2"));
  assert.equal(await inside("stat -c '%u %g %h' /volume/h; cat /volume/h2"), "77 88 2\nof the host");
});

test("what is mounted below a recursive bind is there", async () => {
  assert.equal(await inside("cat /volume/below/in; echo more >/volume/below/out"), "of the mount below");
  assert.equal(readFileSync(join(volume, "below/out"), "utf8"), "more\n");
});

test("a read-only bind stays read-only on the host's side, whatever the guest does", async () => {
  assert.match(await inside("echo x >/kept/f"), /Read-only/);
  await inside("mount -o remount,bind,rw /kept; mount -o remount,rw /kept; echo x >/kept/f");
  assert.equal(readFileSync(join(kept, "f"), "utf8"), "kept\n");
});

test("a link that is swapped at once, as for a ConfigMap, is seen as old or new and never as neither", async () => {
  assert.equal(await inside("cat /volume/k"), "first");
  const watching = inside(
    'touch /volume/reading; for i in $(seq 3000); do v=$(cat /volume/k); echo "$v"; [ "$v" = second ] && break; done | sort -u',
  );
  await until("the guest reads it", () => existsSync(join(volume, "reading")));
  symlinkSync("..2", join(volume, "..new"));
  renameSync(join(volume, "..new"), join(volume, "..data"));
  const seen = (await watching).split("\n");
  assert.ok(seen.includes("second") && seen.every((line) => line === "first" || line === "second"), seen.join());
});

test("what the host writes over, makes longer or replaces is seen soon by programs that begin, and by one that has it open", async () => {
  const path = join(volume, "changing");
  writeFileSync(path, "aaaa");
  const reading = inside(
    "exec 3</volume/changing; cat <&3; touch /volume/open; while [ ! -e /volume/go ]; do sleep 0.1; done; sleep 0.2; cat <&3",
  );
  await until("the guest has it open", () => existsSync(join(volume, "open")));
  const seen = (what: string): Promise<void> =>
    until(`the guest sees ${what}`, async () => (await inside("cat /volume/changing")) === what, 10_000);
  writeFileSync(path, "bbbb", { flag: "r+" });
  await seen("bbbb");
  writeFileSync(path, "more", { flag: "a" });
  await seen("bbbbmore");
  writeFileSync(join(volume, "go"), "");
  assert.equal(await reading, "aaaamore");
  writeFileSync(join(volume, "other"), "cccc");
  renameSync(join(volume, "other"), path);
  await seen("cccc");
});

test("a program that is started again and again is read from the host once", async () => {
  const read = (): number =>
    hostProcesses(world.directory)
      .filter(({ command }) => command.includes("virtiofsd"))
      .reduce((sum, { pid }) => sum + Number(/^rchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]), 0);
  await inside("/bin/true");
  const before = read();
  await inside("for i in $(seq 20); do /bin/true; done");
  const program = statSync(join(bundle, "rootfs/bin/busybox")).size;
  assert.ok(read() - before < program, `${read() - before} bytes were read`);
});
