/** Processes of a sandbox that neither answer nor end: whoever waits for them is told so in bounded time, and delete ends them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { TestSpec } from "../support/bundle.ts";
import { finish, hostProcesses, type Result, World } from "../support/world.ts";

const readsAhead = fileURLToPath(new URL("../support/reads-ahead.c", import.meta.url));

let world: World;
let earlier: Set<string>;

before(() => {
  world = new World();
  earlier = world.snapshot();
});
after(() => world.dispose());

/** Above what a caller waits for at most: a program is given a minute to be loaded. */
const boundMs = 110_000;

/** Stops a new container's processes of that command. */
async function stop(id: string, matches: (command: string) => boolean): Promise<void> {
  const others = new Set(hostProcesses(world.directory).map(({ pid }) => pid));
  await world.detached(id, world.bundle(["sleep", "1000"]));
  const found = hostProcesses(world.directory).filter(({ pid, command }) => !others.has(pid) && matches(command));
  assert.notEqual(found.length, 0);
  for (const { pid } of found) process.kill(pid, "SIGSTOP");
}

/** Records and process table are enough for these. */
async function looksRunning(id: string): Promise<void> {
  assert.equal((await world.state(id)).status, "running");
  assert.match((await world.kata(["list"])).stdout, new RegExp(`^${id} +\\d+ +running`, "m"));
}

async function deletes(id: string): Promise<void> {
  const { code, stderr } = await world.kata(["delete", "--force", id], { timeoutMs: 30_000 });
  assert.deepEqual({ id, code, stderr }, { id, code: 0, stderr: "" });
  assert.deepEqual(world.changes(earlier), []);
}

const inTime = (...args: string[]): Promise<Result> => world.kata(args, { timeoutMs: boundMs });

test("a machine that is stopped: each command that needs the guest says so", async () => {
  await stop("frozen", (command) => command.includes("qemu-system"));
  await looksRunning("frozen");
  const commands = [
    ["kill", "frozen", "KILL"],
    ["exec", "frozen", "true"],
    ["pause", "frozen"],
    ["ps", "frozen"],
    ["update", "--pids-limit", "9", "frozen"],
  ];
  const results = await Promise.all(commands.map((args) => inTime(...args)));
  for (const [i, { code, stderr }] of results.entries()) {
    assert.deepEqual([commands[i], code], [commands[i], commands[i]?.[0] === "exec" ? 255 : 1]);
    assert.match(stderr, /nothing was answered for \d+ s|no answer within 60000 ms/, `${commands[i]}`);
  }
  await deletes("frozen");
});

test("a daemon of the share that is stopped: what needs a file fails, the rest is as ever", async () => {
  await stop("filed", (command) => command.includes("virtiofsd"));
  await looksRunning("filed");
  const { code, stderr } = await inTime("exec", "filed", "/bin/no-such-applet");
  assert.equal(code, 255);
  assert.match(stderr, /nothing was answered for \d+ s|no answer within 60000 ms/);
  await deletes("filed");
});

test("a sandbox process that is stopped, though it may hold what it was sent", async () => {
  await stop("held", (command) => command === "kata-sandbox held");
  await looksRunning("held");
  for (const { code, stderr } of await Promise.all([inTime("kill", "held", "TERM"), inTime("exec", "-d", "held", "true")])) {
    assert.notEqual(code, 0);
    assert.match(stderr, /nothing was answered for \d+ s/);
  }
  await deletes("held");
});

test("a container that is removed while the share still reads ahead for it takes no machine down", async () => {
  const config = join(world.directory, "strict.toml");
  writeFileSync(config, '[hypervisor.qemu]\nkernel_params = "panic_on_warn=1"\n');
  const pod = (kind: string) => (spec: TestSpec) => {
    spec.annotations = { "io.kubernetes.cri.container-type": kind, "io.kubernetes.cri.sandbox-id": "strict" };
  };
  const sandbox = world.bundle(["sleep", "1000"], pod("sandbox"));
  assert.equal((await world.kata(["--config", config, "run", "-d", "-b", sandbox, "strict"])).code, 0);
  const bundle = world.bundle(["sh", "-c", "cp /reads-ahead /own && exec /own/reads-ahead /large"], (spec) => {
    pod("container")(spec);
    // a program of the share would ask for its own file to be closed, and wait for that
    spec.mounts.push({ destination: "/own", type: "tmpfs", source: "own", options: ["mode=755"] });
  });
  execFileSync("gcc", ["-static", "-O1", "-Wall", "-o", join(bundle, "rootfs/reads-ahead"), readsAhead]);
  writeFileSync(join(bundle, "rootfs/large"), "x".repeat(4 << 20));
  const reader = world.start(["run", "-b", bundle, "reader"]);
  const ended = finish(reader, boundMs);
  await once(reader.stdout ?? assert.fail("no stdout"), "data");
  const daemons = hostProcesses(world.directory).filter(({ command }) => command.includes("virtiofsd"));
  for (const { pid } of daemons) process.kill(pid, "SIGSTOP");
  reader.stdin?.end("go\n");
  await sleep(1000); // for the removal to get as far as it does without the daemon
  for (const { pid } of daemons) process.kill(pid, "SIGCONT");
  assert.equal((await ended).code, 7);
  assert.equal((await world.kata(["exec", "strict", "true"])).code, 0);
  await deletes("strict");
});
