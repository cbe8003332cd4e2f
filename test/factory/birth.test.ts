/** What waits in reserve has nothing of the caller that happened to start it; what is claimed is where its pod is. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { finish, kataRuntime, type Result, until } from "../support/world.ts";
import { FactoryWorld, type ReserveStatus } from "./factory-world.ts";

let factory: FactoryWorld;
const hierarchies = ["memory", "cpu", "pids", "freezer"].map((name) => `/sys/fs/cgroup/${name}`).filter((path) => existsSync(path));
const callersCgroup = "odd-caller";
const callersLimit = 48 << 20; // too little for a VMM

before(() => {
  factory = new FactoryWorld();
  for (const path of hierarchies) mkdirSync(join(path, callersCgroup), { recursive: true });
  if (hierarchies.includes("/sys/fs/cgroup/memory"))
    writeFileSync(`/sys/fs/cgroup/memory/${callersCgroup}/memory.limit_in_bytes`, String(callersLimit));
});
after(async () => {
  await factory.dispose();
  for (const path of hierarchies) await until(`the end of ${path}`, () => removed(join(path, callersCgroup)));
});

function removed(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Runs the command in mounts, cgroups and limits of its own, with a full environment and a file open as descriptor 7. */
function oddly(args: readonly string[]): Promise<Result> {
  const script = `
    mount -t tmpfs callers-mount /mnt
    for path in ${hierarchies.map((path) => join(path, callersCgroup)).join(" ")}; do echo $$ > $path/cgroup.procs; done
    ulimit -S -n 123; ulimit -S -c 0; ulimit -S -s 4096
    exec 7</etc/hostname
    exec "$@" >${factory.world.directory}/odd-output 2>&1`;
  const command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", kataRuntime];
  const [program = "", ...rest] = [...command, "--root", factory.world.root, ...factory.global, ...args];
  const env = { PATH: process.env["PATH"] ?? "", CALLERS_SECRET: "1", LONG: "x".repeat(10_000) };
  return finish(spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"], env }), 120_000);
}

const ofProcess = (pid: number, file: string): string => readFileSync(`/proc/${pid}/${file}`, "utf8");
const withChildren = (pids: readonly number[]): number[] =>
  pids.flatMap((pid) => [pid, ...ofProcess(pid, `task/${pid}/children`).split(" ").filter(Boolean).map(Number)]);

function assertNobodys({ pid, helperPids }: ReserveStatus): void {
  for (const each of [pid, ...withChildren(helperPids)]) {
    const who = `process ${each} (${ofProcess(each, "cmdline").replaceAll("\0", " ").slice(0, 60)})`;
    assert.doesNotMatch(ofProcess(each, "environ"), /CALLERS_SECRET|LONG|PATH/, who);
    assert.doesNotMatch(ofProcess(each, "mountinfo"), /callers-mount/, who);
    assert.doesNotMatch(ofProcess(each, "cgroup"), new RegExp(callersCgroup), who);
    assert.notEqual(readlinkSync(`/proc/${each}/ns/net`), readlinkSync("/proc/self/ns/net"), who);
    assert.notEqual(readlinkSync(`/proc/${each}/ns/mnt`), readlinkSync("/proc/self/ns/mnt"), who);
    const open = readdirSync(`/proc/${each}/fd`).map((fd) => readlinkSync(`/proc/${each}/fd/${fd}`));
    assert.ok(!open.some((target) => target.startsWith("/etc")), `${who}: ${open.join(" ")}`);
  }
  // daemons raise theirs themselves
  for (const limit of ["Max core file size", "Max stack size", "Max open files"])
    assert.equal(limitOf(pid, limit), limitOf(1, limit), limit);
  const session = (each: number): string | undefined => ofProcess(each, "stat").split(") ")[1]?.split(" ")[3];
  assert.equal(session(pid), String(pid), "a session of its own");
}

const limitOf = (pid: number, name: string): string | undefined =>
  new RegExp(`^${name}\\s+(\\S+)`, "m").exec(ofProcess(pid, "limits"))?.[1];

test("init from an odd caller makes a template and a reserve that have nothing of it", async () => {
  const { code } = await oddly(["factory", "init"]);
  assert.equal(code, 0, readFileSync(join(factory.world.directory, "odd-output"), "utf8"));
  assertNobodys(await factory.waiting());
});

test("an odd caller's container is in its own cgroup with all its processes, and the reserve that follows in none", async () => {
  const earlier = await factory.waiting();
  const bundle = factory.world.bundle(["sleep", "1000"], (spec) => {
    spec.linux.cgroupsPath = "/birth-test/pod";
  });
  const { code } = await oddly(["run", "-d", "-b", bundle, "oddly"]);
  assert.equal(code, 0, readFileSync(join(factory.world.directory, "odd-output"), "utf8"));
  const { pid, helpers } = factory.sandboxProcesses("oddly");
  assert.equal(pid, earlier.pid, "it claimed the reserve");
  const { pid: standIn } = await factory.world.state("oddly");
  for (const each of [pid, standIn, ...withChildren(helpers)])
    for (const path of hierarchies)
      assert.ok(
        readFileSync(join(path, "birth-test/pod/cgroup.procs"), "utf8").split("\n").includes(String(each)),
        `process ${each} (${ofProcess(each, "cmdline").replaceAll("\0", " ").slice(0, 60)}) is in ${path}/birth-test/pod`,
      );
  assert.equal(ofProcess(pid, "stat").split(") ")[1]?.split(" ")[16], "0", "its nice value");
  assertNobodys(await factory.waiting());
  assert.equal((await factory.kata(["exec", "oddly", "echo", "alive"])).stdout, "alive\n");
  await factory.delete("oddly");
  for (const path of hierarchies) assert.ok(!existsSync(join(path, "birth-test")), path);
});

test("a file that only the caller's mount namespace has reaches a container that was claimed", async () => {
  await factory.waiting();
  const bundle = factory.world.bundle(["cat", "/srv/note"], (spec) => {
    spec.mounts.push({ destination: "/srv", type: "bind", source: "/mnt", options: ["rbind", "ro"] });
  });
  const script = `mount -t tmpfs private /mnt; echo only here >/mnt/note; exec "$@"`;
  const args = [kataRuntime, "--root", factory.world.root, ...factory.global, "run", "-b", bundle, "private"];
  const command = ["--mount", "--propagation", "private", "sh", "-c", script, "sh", ...args];
  assert.equal(execFileSync("unshare", command, { encoding: "utf8", timeout: 60_000 }), "only here\n");
});
