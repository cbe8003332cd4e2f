/** What else can go wrong around a sandbox: files of the host change under it, a pod's machine dies. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { hostProcesses, kataRuntime, makeDirectory, until, World } from "../support/world.ts";

let world: World;
let earlier: Set<string>;

before(() => {
  world = new World();
  earlier = world.snapshot();
});
after(() => world.dispose());

const codes = async (...commands: (readonly string[])[]): Promise<number[]> => {
  const all: number[] = [];
  for (const command of commands) all.push((await world.kata(command)).code);
  return all;
};
const stopped = (id: string): Promise<void> => until(`the end of ${id}`, async () => (await world.state(id)).status === "stopped");

test("kernel and initrd renamed by an upgrade: a container that runs is still entered, killed and deleted", async () => {
  const build = join(dirname(dirname(kataRuntime)), "share/kata-containers");
  const files = ["vmlinux", "initrd"].map((name) => join(world.directory, name));
  for (const [i, name] of ["vmlinux", "initrd"].entries()) copyFileSync(join(build, name), files[i] ?? "");
  const config = join(world.directory, "upgraded.toml");
  writeFileSync(config, `[hypervisor.qemu]\nkernel = "${files[0]}"\ninitrd = "${files[1]}"\n[factory]\nenable_template = false\n`);
  const { code, stderr } = await world.kata(["--config", config, "run", "-d", "-b", world.bundle(["sleep", "1000"]), "upgraded"]);
  assert.equal(code, 0, stderr);
  for (const file of files) renameSync(file, `${file}.old`);
  const exec = await world.kata(["--config", config, "exec", "upgraded", "echo", "ok"]);
  assert.deepEqual(exec, { code: 0, stdout: "ok\n", stderr: "" });
  assert.deepEqual(await codes(["--config", config, "kill", "upgraded", "KILL"]), [0]);
  await stopped("upgraded");
  assert.deepEqual(await codes(["--config", config, "delete", "upgraded"]), [0]);
  assert.deepEqual(world.changes(earlier), []);
});

test("a shared directory that became a symbolic link: delete does not unmount what it leads to", async () => {
  const precious = makeDirectory(join(world.directory, "precious"));
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", precious]);
  try {
    writeFileSync(join(precious, "file"), "kept\n");
    await world.detached("swapped", world.bundle(["sleep", "1000"]));
    const sandbox = hostProcesses(world.directory).find(({ command }) => command === "kata-sandbox swapped");
    assert.ok(sandbox);
    const shared = readFileSync(`/proc/${sandbox.pid}/mountinfo`, "utf8").match(/ (\/\S*\/rw\/swapped\/rootfs) /)?.[1];
    assert.ok(shared !== undefined, "the root file system is below the share");
    // only the sandbox process's own mount namespace has it: not even root of the host sees it elsewhere
    assert.throws(() => unlinkSync(shared), { code: "ENOENT" });
    const swap = `umount -l ${shared} && rmdir ${shared} && ln -s ${precious} ${shared}`;
    execFileSync("nsenter", ["-t", String(sandbox.pid), "-m", "sh", "-c", swap]);
    assert.deepEqual(await codes(["delete", "-f", "swapped"]), [0]);
    execFileSync("mountpoint", ["-q", precious]);
    assert.equal(readFileSync(join(precious, "file"), "utf8"), "kept\n");
  } finally {
    execFileSync("umount", [precious]);
  }
  assert.deepEqual(world.changes(earlier), []);
});

test("a pod whose machine was killed: its containers are stopped, and stopping and deleting them twice does no harm", async () => {
  const annotate = (type: string) => ({ "io.kubernetes.cri.container-type": type, "io.kubernetes.cri.sandbox-id": "pod" });
  const bundle = (type: string): string =>
    world.bundle(["sleep", "1000"], (spec) => {
      spec.annotations = annotate(type);
    });
  await world.detached("pod", bundle("sandbox"));
  await world.detached("member", bundle("container"));
  const qemu = hostProcesses(world.directory).find(({ command }) => command.includes("qemu-system"));
  assert.ok(qemu);
  process.kill(qemu.pid, "SIGKILL");
  for (const id of ["member", "pod"]) {
    await stopped(id);
    const said = (await world.kata(["kill", id, "KILL"])).stderr;
    assert.match(said, /container not running/); // containerd takes these words for success
    assert.deepEqual(await codes(["kill", "--all", id, "KILL"], ["delete", id], ["delete", "-f", id]), [0, 0, 0]);
  }
  assert.deepEqual(world.changes(earlier), []);
});

test("a symbolic link in place of a container's state is no container, and delete does not follow it", async () => {
  const elsewhere = makeDirectory(join(world.directory, "elsewhere"));
  writeFileSync(join(elsewhere, "state.json"), "{}");
  makeDirectory(world.root);
  symlinkSync(elsewhere, join(world.root, "linked"));
  assert.deepEqual(await codes(["delete", "-f", "linked"], ["delete", "linked"]), [0, 1]);
  assert.equal(readFileSync(join(elsewhere, "state.json"), "utf8"), "{}");
  unlinkSync(join(world.root, "linked"));
});
