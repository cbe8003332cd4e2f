/** create, start, state, list, kill, delete and exec of one container, step by step. */
import assert from "node:assert/strict";
import { openSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { until, World } from "../support/world.ts";

let world: World;
let earlier: Set<string>;

before(() => {
  world = new World();
  earlier = world.snapshot();
});
after(() => world.dispose());

/** A container that sleeps; what it prints goes to the file. */
async function created(
  id: string,
  args: string[] = ["sleep", "1000"],
  options: string[] = [],
): Promise<{ bundle: string; output: string }> {
  const bundle = world.bundle(args);
  const output = join(bundle, "output");
  const fd = openSync(output, "w");
  const child = world.start(["create", "-b", bundle, ...options, id], { stdio: ["ignore", fd, fd] });
  const code = await new Promise((done) => child.on("exit", done));
  assert.equal(code, 0, readFileSync(output, "utf8"));
  return { bundle, output };
}

test("a container goes from created to running to stopped and is gone when deleted", async () => {
  const { bundle, output } = await created("walk", ["sh", "-c", "echo started; exec sleep 1000"]);
  const state = await world.state("walk");
  assert.deepEqual(
    { status: state.status, bundle: state["bundle"], version: state["ociVersion"] },
    { status: "created", bundle, version: "1.3.0" },
  );
  assert.equal(readFileSync(output, "utf8"), "");
  assert.equal((await world.kata(["start", "walk"])).code, 0);
  assert.equal((await world.state("walk")).status, "running");
  await until("the container's output", () => readFileSync(output, "utf8") === "started\n");
  assert.equal((await world.kata(["kill", "walk", "KILL"])).code, 0);
  await until("the end", async () => (await world.state("walk")).status === "stopped");
  assert.equal((await world.state("walk")).pid, 0);
  assert.deepEqual(await world.kata(["delete", "walk"]), { code: 0, stdout: "", stderr: "" });
  const { code, stderr } = await world.kata(["state", "walk"]);
  assert.equal(code, 1);
  assert.match(stderr, /container does not exist/);
});

test("list shows each container, as a table, as JSON and as ids", async () => {
  await created("list-a");
  await created("list-b");
  const rows = (await world.kata(["list"])).stdout.trimEnd().split("\n");
  assert.match(rows[0] ?? "", /^ID {10,}PID {9,}STATUS {6,}BUNDLE +CREATED +OWNER$/);
  assert.match(rows[1] ?? "", /^list-a +\d+ +created +\/.* root$/);
  assert.deepEqual(
    (JSON.parse((await world.kata(["list", "-f", "json"])).stdout) as { id: string }[]).map(({ id }) => id),
    ["list-a", "list-b"],
  );
  assert.equal((await world.kata(["list", "-q"])).stdout, "list-a\nlist-b\n");
  for (const id of ["list-a", "list-b"]) assert.equal((await world.kata(["delete", id])).code, 0);
});

test("the pid file names a process in the container's network namespace that takes signals for it", async () => {
  const pidFile = join(world.directory, "pid");
  await created("pid", ["sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.1; done"], ["--pid-file", pidFile]);
  const pid = Number(readFileSync(pidFile, "utf8"));
  assert.equal((await world.state("pid")).pid, pid);
  assert.notEqual(readlinkSync(`/proc/${pid}/ns/net`), readlinkSync("/proc/self/ns/net"));
  await world.kata(["start", "pid"]);
  await new Promise((resume) => setTimeout(resume, 500));
  process.kill(pid, "SIGTERM");
  await until("the end", async () => (await world.state("pid")).status === "stopped");
  await world.kata(["delete", "pid"]);
});

test("SIGKILL of the pid file's process ends the container", async () => {
  const pidFile = join(world.directory, "kill-pid");
  await created("kill9", ["sleep", "1000"], ["--pid-file", pidFile]);
  await world.kata(["start", "kill9"]);
  process.kill(Number(readFileSync(pidFile, "utf8")), "SIGKILL");
  await until("the end", async () => (await world.state("kill9")).status === "stopped");
  assert.equal((await world.kata(["delete", "kill9"])).code, 0);
});

test("operations in the wrong state have runc's exit codes and words", async () => {
  await created("wrong");
  const outcome = async (...args: string[]): Promise<[number, string]> => {
    const { code, stderr } = await world.kata(args);
    return [code, /msg="([^"]*)"/.exec(stderr)?.[1] ?? stderr];
  };
  await world.kata(["start", "wrong"]);
  assert.deepEqual(await outcome("start", "wrong"), [1, "cannot start an already running container"]);
  assert.deepEqual(await outcome("delete", "wrong"), [1, "cannot delete container wrong that is not stopped: running"]);
  assert.deepEqual(await outcome("kill", "wrong", "KILL"), [0, ""]);
  await until("the end", async () => (await world.state("wrong")).status === "stopped");
  assert.deepEqual(await outcome("kill", "wrong", "KILL"), [1, "container not running"]);
  assert.deepEqual(await outcome("kill", "--all", "wrong", "KILL"), [0, ""]);
  assert.deepEqual(await outcome("exec", "wrong", "true"), [255, "exec failed: cannot exec in a stopped container"]);
  assert.deepEqual(await outcome("start", "wrong"), [1, "cannot start a container that has stopped"]);
  assert.deepEqual(await outcome("delete", "wrong"), [0, ""]);
  assert.deepEqual(await outcome("delete", "wrong"), [1, "container does not exist"]);
  assert.deepEqual(await outcome("delete", "-f", "wrong"), [0, ""]);
});

test("exec runs in the container, with its streams, status and environment", async () => {
  await created("exec");
  await world.kata(["start", "exec"]);
  assert.deepEqual(await world.kata(["exec", "exec", "sh", "-c", "hostname; exit 3"]), { code: 3, stdout: "guest\n", stderr: "" });
  assert.deepEqual(await world.kata(["exec", "exec", "cat"], { input: "hi" }), { code: 0, stdout: "hi", stderr: "" });
  assert.equal((await world.kata(["exec", "--env", "A=b c", "exec", "sh", "-c", "echo $A"])).stdout, "b c\n");
  assert.equal((await world.kata(["exec", "--user", "264:51020", "-g", "266", "exec", "id"])).stdout, "uid=264 gid=51020 groups=266\n");
  assert.equal((await world.kata(["exec", "--cwd", "/tmp", "exec", "pwd"])).stdout, "/tmp\n");
  const missing = await world.kata(["exec", "exec", "no-such-thing"]);
  assert.equal(missing.code, 255);
  assert.match(missing.stderr, /exec: \\?"no-such-thing\\?": executable file not found in \$PATH/);
  const file = join(world.directory, "process.json");
  writeFileSync(file, JSON.stringify({ args: ["/bin/id", "-u"], cwd: "/", user: { uid: 1000, gid: 1000 } }));
  assert.equal((await world.kata(["exec", "--process", file, "exec"])).stdout, "1000\n");
  const pidFile = join(world.directory, "exec-pid");
  const detached = world.start(["exec", "-d", "--pid-file", pidFile, "exec", "sleep", "1000"], { stdio: ["ignore", "ignore", "ignore"] });
  assert.equal(await new Promise((done) => detached.on("exit", done)), 0);
  const pid = Number(readFileSync(pidFile, "utf8"));
  process.kill(pid, "SIGTERM");
  await until("the exec's end", () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  });
  assert.equal((await world.state("exec")).status, "running");
  assert.equal((await world.kata(["delete", "--force", "exec"])).code, 0);
});

test("nothing is left behind", () => {
  assert.deepEqual(world.changes(earlier), []);
});
