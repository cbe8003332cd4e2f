/** A pod through the shim: two containers in one machine, what kills them, and what is left then. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Status, type TaskClient } from "../../src/protocol/gen/task.ts";
import type { Client } from "../../src/protocol/service.ts";
import { ext4Image, fileInImage } from "../disks/images.ts";
import type { TestSpec } from "../support/bundle.ts";
import { hostProcesses, until } from "../support/world.ts";
import { Containerd } from "./containerd.ts";

const containerd = new Containerd();
let earlier: Set<string>;
before(async () => {
  earlier = containerd.world.snapshot();
  await containerd.listen();
});
after(() => containerd.dispose());

const nothing = { stdin: "", stdout: "", stderr: "", terminal: false };
const pod = (kind: "sandbox" | "container", sandbox: string) => (spec: TestSpec) => {
  spec.annotations = { "io.kubernetes.cri.container-type": kind, "io.kubernetes.cri.sandbox-id": sandbox };
};

/** A container that has started; the shim of its pod. */
async function started(id: string, args: string[], edit: (spec: TestSpec) => void, more: object = {}) {
  const bundle = containerd.bundle(id, args, edit);
  const address = await containerd.startShim(id, bundle);
  const shim = await containerd.connect(address);
  await shim.create({ id, bundle, ...nothing, ...more });
  await shim.start({ id });
  return { shim, bundle, address };
}

const stopped = async (shim: Client<typeof TaskClient>, id: string): Promise<number> => (await shim.wait({ id })).exitStatus;
const left = (): string[] => containerd.world.changes(earlier).filter((each) => /process|mount|cgroup|link/.test(each));
const processes = (what: RegExp) => hostProcesses().filter(({ command }) => what.test(command));

test("containers of a pod share one shim and one machine, and one is restarted while the pod goes on", async () => {
  const sandbox = await started("pod", ["sleep", "1000"], pod("sandbox", "pod"));
  const output = join(containerd.world.directory, "app.log");
  const run = async (id: string): Promise<void> => {
    const app = await started(id, ["sh", "-c", "echo hello; exit 3"], pod("container", "pod"), { stdout: `file://${output}` });
    assert.equal(app.address, sandbox.address);
    assert.equal(await stopped(app.shim, id), 3);
    await app.shim.shutdown({ id });
    assert.equal((await app.shim.delete({ id })).exitStatus, 3);
    const { code } = await containerd.command(id, app.bundle, ["-bundle", app.bundle, "delete"]);
    assert.equal(code, 0);
  };
  await run("app");
  await run("app-again");
  assert.equal(readFileSync(output, "utf8"), "hello\nhello\n");
  assert.equal((await sandbox.shim.state({ id: "pod" })).status, Status.running);
  assert.equal(processes(/^kata-sandbox pod/).length, 1);
});

test("a process that the guest's kernel kills for want of memory is told before the end", async () => {
  const hog = ["sh", "-c", "head -c 100000000 /dev/zero | tail"];
  const { shim } = await started("hog", hog, (spec) => {
    pod("container", "pod")(spec);
    spec.linux.resources = { memory: { limit: 16 << 20 } };
  });
  await stopped(shim, "hog");
  assert.ok(
    containerd.events.some(({ topic, container }) => topic === "/tasks/oom" && container === "hog"),
    "told when the wait is over",
  );
  await containerd.seen("/tasks/exit", "hog");
  await shim.delete({ id: "hog" });
});

test("a root file system on a block device or in an image is the machine's to mount, not the host's", async () => {
  const bundle = containerd.bundle(
    "on-disk",
    ["sh", "-c", "echo kept >/written; grep -c ' / ext4 rw,.*noatime' /proc/mounts"],
    pod("container", "pod"),
  );
  const image = ext4Image(join(containerd.world.directory, "root.img"), join(bundle, "rootfs"));
  const shim = await containerd.connect(await containerd.startShim("on-disk", bundle));
  const output = join(containerd.world.directory, "on-disk.log");
  const rootfs = [{ type: "ext4", source: image, target: "", options: ["loop", "noatime"] }];
  await shim.create({ id: "on-disk", bundle, ...nothing, stdout: `file://${output}`, rootfs });
  assert.doesNotMatch(readFileSync("/proc/self/mountinfo", "utf8"), /ext4 .*root\.img|\/on-disk\/rootfs/);
  await shim.start({ id: "on-disk" });
  assert.equal(await stopped(shim, "on-disk"), 0);
  await shim.delete({ id: "on-disk" });
  assert.equal(readFileSync(output, "utf8"), "1\n");
  assert.equal(fileInImage(image, "written"), "kept\n");
});

test("a sandbox that is killed first takes its containers along", async () => {
  const { shim } = await started("app2", ["sleep", "1000"], pod("container", "pod"));
  await shim.kill({ id: "pod", signal: 9, all: true });
  assert.equal(await stopped(shim, "pod"), 137);
  await until("the other's end", async () => (await shim.state({ id: "app2" })).status === Status.stopped);
  await shim.delete({ id: "app2" });
  await shim.delete({ id: "pod" });
  await shim.shutdown({ id: "pod" });
  await until("nothing is left", () => left().length === 0);
});

test("the directory of a pod's cgroups goes with the last that is deleted, also when that is not the sandbox", async () => {
  const placed = (kind: "sandbox" | "container", id: string) => (spec: TestSpec) => {
    pod(kind, "above")(spec);
    spec.linux.cgroupsPath = `/kata-test-pods/${id}`;
  };
  const { shim } = await started("above", ["sleep", "1000"], placed("sandbox", "above"));
  await started("below", ["sleep", "1000"], placed("container", "below"));
  await shim.kill({ id: "above", signal: 9, all: true });
  await stopped(shim, "above");
  await shim.wait({ id: "below" });
  await shim.delete({ id: "above" });
  await shim.delete({ id: "below" });
  await shim.shutdown({ id: "above" });
  await until("nothing is left", () => left().length === 0);
});

test("a cgroup path in systemd's form is a scope in its slice, and is gone with the container", async () => {
  const { shim } = await started("scoped", ["sleep", "1000"], (spec) => {
    spec.linux.cgroupsPath = "katatest-pods.slice:shim:scoped";
  });
  const named = (): string[] => [...containerd.world.snapshot()].filter((each) => /cgroup .*(katatest|scoped)/.test(each));
  assert.ok(
    named().some((each) => each.endsWith("/katatest.slice/katatest-pods.slice/shim-scoped.scope")),
    named().join(),
  );
  assert.deepEqual(
    named().filter((each) => each.includes(":")),
    [],
  );
  await shim.kill({ id: "scoped", signal: 9 });
  await stopped(shim, "scoped");
  await shim.delete({ id: "scoped" });
  await shim.shutdown({ id: "scoped" });
  await until("nothing is left", () => left().length === 0 && named().length === 0);
});

test("a container whose sandbox has no shim is refused, and leaves nothing", async () => {
  const bundle = containerd.bundle("orphan", ["true"], pod("container", "nobody"));
  await assert.rejects(containerd.startShim("orphan", bundle), /container orphan: the shim of its sandbox nobody is not running/);
  assert.equal(existsSync(join(bundle, "address")), false);
});

test("of many starts of one sandbox at the same instant one makes the shim, and all say where it is", async () => {
  const bundle = containerd.bundle("many", ["true"]);
  const addresses = await Promise.all(Array.from({ length: 8 }, () => containerd.startShim("many", bundle)));
  assert.equal(new Set(addresses).size, 1);
  const shims = hostProcesses().filter(({ command }) => command.startsWith("containerd-shim-kata-v2") && command.includes(" -id many "));
  assert.equal(shims.length, 1);
  assert.equal(readFileSync(join(bundle, "shim.pid"), "utf8"), String(shims[0]?.pid));
  const shim = await containerd.connect(addresses[0] ?? "");
  await shim.shutdown({ id: "many", now: false });
  await until("its end", () => !hostProcesses().some(({ command }) => command.includes(" -id many ")));
});

test("a container that cannot be made is an error that names why, and its shim can be shut down", async () => {
  const bundle = containerd.bundle("wrong", ["true"], (spec) => {
    spec.mounts.push({ destination: "/data", type: "bind", source: "/no/such/volume", options: ["rbind"] });
  });
  const shim = await containerd.connect(await containerd.startShim("wrong", bundle));
  await assert.rejects(shim.create({ id: "wrong", bundle, ...nothing }), /\/no\/such\/volume/);
  await assert.rejects(shim.state({ id: "wrong" }), /not found/);
  await shim.shutdown({ id: "wrong" });
  await until("nothing is left", () => left().length === 0);
});

test("kill -9 of the VMM ends the task, and everything can still be said and deleted", async () => {
  const { shim } = await started("vmm", ["sleep", "1000"], () => {});
  const record = JSON.parse(readFileSync(join(containerd.root, "@sandbox/vmm/sandbox.json"), "utf8")) as {
    helpers: { pid: number; role: string }[];
  };
  process.kill(record.helpers.find(({ role }) => role === "vmm")?.pid ?? 0, "SIGKILL");
  assert.notEqual(await stopped(shim, "vmm"), 0);
  await containerd.seen("/tasks/exit", "vmm");
  await shim.kill({ id: "vmm", signal: 9 });
  await shim.delete({ id: "vmm" });
  await shim.shutdown({ id: "vmm" });
  await until("nothing is left", () => left().length === 0);
});

test("kill -9 of the shim: delete ends the machine and leaves nothing, also the second time", async () => {
  const { bundle, address } = await started("killed", ["sleep", "1000"], () => {});
  process.kill(Number(readFileSync(join(bundle, "shim.pid"), "utf8")), "SIGKILL");
  for (const _ of [1, 2]) {
    const { code, stderr } = await containerd.command("killed", bundle, ["-bundle", bundle, "delete"]);
    assert.deepEqual([code, stderr], [0, ""]);
  }
  assert.equal(existsSync(address.replace("unix://", "")), false);
  await until("nothing is left", () => left().length === 0);
});

test("a task that was never started has ended before it is deleted; streams that cannot be opened leave no descriptor", async () => {
  const bundle = containerd.bundle("unstarted", ["true"]);
  const shim = await containerd.connect(await containerd.startShim("unstarted", bundle));
  await shim.create({ id: "unstarted", bundle, ...nothing });
  const { shimPid } = await shim.connect({ id: "unstarted" });
  const held = (): number => readdirSync(`/proc/${shimPid}/fd`).length;
  const { stdin } = containerd.fifos();
  const spec = { typeUrl: "", value: Buffer.from(JSON.stringify({ args: ["true"], cwd: "/", user: { uid: 0, gid: 0 } })) };
  const fail = async (stdout: string): Promise<void> => {
    await shim.exec({ id: "unstarted", execId: "odd", ...nothing, stdin, stdout, spec });
    await assert.rejects(shim.start({ id: "unstarted", execId: "odd" }), /gopher|no\/such\/program/);
    await shim.delete({ id: "unstarted", execId: "odd" });
  };
  await fail("gopher://here"); // opens what the log goes to
  const before = held();
  for (const stdout of ["gopher://here", "binary:///no/such/program"]) await fail(stdout);
  await until("as before", () => held() === before);
  await shim.delete({ id: "unstarted" });
  await containerd.seen("/tasks/delete", "unstarted");
  await containerd.seen("/tasks/exit", "unstarted");
  const ends = containerd.events.filter(({ topic, container }) => container === "unstarted" && /exit|delete/.test(topic));
  assert.deepEqual(
    ends.map(({ topic }) => topic),
    ["/tasks/exit", "/tasks/delete"],
  );
  await shim.shutdown({ id: "unstarted" });
  await until("nothing is left", () => left().length === 0);
});

test("a program that takes the output gets all of it, and is told whose it is", async () => {
  const log = join(containerd.world.directory, "logged");
  const script = encodeURIComponent(`exec 5>&-; { echo $CONTAINER_ID $CONTAINER_NAMESPACE; cat <&3; cat <&4; } >${log}`);
  const { shim } = await started("logged", ["sh", "-c", "echo out; echo err >&2"], () => {}, { stdout: `binary:///bin/sh?-c=${script}` });
  assert.equal(await stopped(shim, "logged"), 0);
  await until("all of it", () => existsSync(log) && readFileSync(log, "utf8") === "logged tests\nout\nerr\n");
  await shim.delete({ id: "logged" });
  await shim.shutdown({ id: "logged" });
});

test("what a shim cannot do is refused by name", async () => {
  const bundle = containerd.bundle("odd", ["true"]);
  for (const [args, message] of [
    [["-frobnicate", "start"], /flag provided but not defined: -frobnicate/],
    [["stop"], /action "stop": must be start or delete/],
  ] as const) {
    const { code, stderr } = await containerd.command("odd", bundle, args);
    assert.equal(code, 1);
    assert.match(stderr, message);
  }
  const { code, stderr } = await containerd.command("../odd", bundle, ["start"]);
  assert.equal(code, 1);
  assert.match(stderr, /-id "\.\.\/odd"/);
  assert.match((await containerd.command("odd", bundle, ["-v"])).stdout.toString(), /Version: /);
});

test("memory that the host gives a pod is memory of its machine: /dev/shm and emptyDirs, kept while the pod is there", async () => {
  const host = join(containerd.world.directory, "volumes/kubernetes.io~empty-dir");
  const [shm, empty] = [join(containerd.world.directory, "shm"), join(host, "cache")];
  for (const [path, size] of [
    [shm, "8m"],
    [empty, "4m"],
  ] as const) {
    mkdirSync(path, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size},mode=1777`, "tmpfs", path]);
  }
  try {
    const mounted = (kind: "sandbox" | "container") => (spec: TestSpec) => {
      pod(kind, "memory")(spec);
      spec.mounts = spec.mounts.filter(({ destination }) => destination !== "/dev/shm");
      spec.mounts.push({ destination: "/dev/shm", type: "bind", source: shm, options: ["rbind"] });
      if (kind === "container") spec.mounts.push({ destination: "/cache", type: "bind", source: empty, options: ["rbind"] });
    };
    const { shim } = await started("memory", ["sleep", "1000"], mounted("sandbox"));
    const output = join(containerd.world.directory, "memory.log");
    const script =
      "df -P /dev/shm /cache | awk 'NR>1 {print $2}'; cat /dev/shm/word /cache/word; echo kept >/dev/shm/word; echo too >/cache/word";
    for (const id of ["first", "second"]) {
      const app = await started(id, ["sh", "-c", `{ ${script}; } 2>/dev/null`], mounted("container"), { stdout: `file://${output}` });
      await stopped(app.shim, id);
      await app.shim.delete({ id });
    }
    assert.equal(readFileSync(output, "utf8"), "8192\n4096\n8192\n4096\nkept\ntoo\n");
    assert.deepEqual([existsSync(join(shm, "word")), existsSync(join(empty, "word"))], [false, false]);
    await shim.kill({ id: "memory", signal: 9 });
    await stopped(shim, "memory");
    await shim.delete({ id: "memory" });
    await shim.shutdown({ id: "memory" });
  } finally {
    for (const path of [shm, empty]) execFileSync("umount", ["-l", path]);
  }
});

test("events go to the program that publishes them where containerd has no socket for them", async () => {
  const seen = join(containerd.world.directory, "published");
  const script = join(containerd.world.directory, "publish");
  writeFileSync(script, `#!/bin/sh\nwc -c >>${seen}.sizes\necho "$@" >>${seen}\n`, { mode: 0o755 });
  containerd.publishBinary = script;
  try {
    const { shim } = await started("old", ["true"], () => {});
    assert.equal(await stopped(shim, "old"), 0);
    await shim.delete({ id: "old" });
    await shim.shutdown({ id: "old" });
    const topics = (): string[] =>
      existsSync(seen)
        ? [...readFileSync(seen, "utf8").matchAll(/publish --topic (\S+) --namespace tests/g)].map(([, topic]) => topic ?? "")
        : [];
    await until("all events", () => topics().length === 4);
    assert.deepEqual(topics(), ["/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete"]);
    for (const size of readFileSync(`${seen}.sizes`, "utf8").trim().split("\n")) assert.ok(Number(size) > 20, size);
  } finally {
    containerd.publishBinary = undefined;
  }
});
