/** kill -9 of every process of ours: the state is right soon, delete --force cleans up, nothing is left. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { writeCpio } from "../../tools/cpio.ts";
import { finish, hostProcesses, until, World } from "../support/world.ts";

let world: World;
let earlier: Set<string>;

before(() => {
  world = new World();
  earlier = world.snapshot();
});
after(() => world.dispose());

interface Victim {
  readonly what: string;
  readonly matches: (command: string, id: string) => boolean;
}

const victims: readonly Victim[] = [
  { what: "the sandbox process", matches: (command, id) => command === `kata-sandbox ${id}` },
  { what: "the stand-in", matches: (command) => command === "sleep 1000" },
  { what: "QEMU", matches: (command) => command.includes("qemu-system") },
  { what: "virtiofsd", matches: (command) => command.includes("virtiofsd") },
];

function pidsOf(victim: Victim, id: string): number[] {
  return hostProcesses(world.directory)
    .filter(({ command }) => victim.matches(command, id))
    .map(({ pid }) => pid);
}

/** One of them may take the others along. */
function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** What the promise says: two seconds for the truth, five for the cleaning. */
async function stoppedAndCleaned(id: string): Promise<void> {
  await until(`state of ${id}`, async () => (await world.state(id)).status === "stopped", 2000);
  const { code, stderr } = await world.kata(["delete", "--force", id], { timeoutMs: 5000 });
  assert.equal(code, 0, stderr);
  assert.deepEqual(world.changes(earlier), []);
}

for (const victim of victims) {
  test(`kill -9 of ${victim.what} at rest`, async () => {
    await world.detached("rest", world.bundle(["sleep", "1000"]));
    const pids = pidsOf(victim, "rest");
    assert.notEqual(pids.length, 0);
    kill(pids);
    await stoppedAndCleaned("rest");
  });

  test(`kill -9 of ${victim.what} during exec`, async () => {
    await world.detached("busy", world.bundle(["sleep", "1000"]));
    const exec = world.start(["exec", "busy", "sh", "-c", "echo ready; sleep 100"]);
    const ended = finish(exec, 60_000);
    await new Promise((resume) => exec.stdout?.once("data", resume));
    kill(pidsOf(victim, "busy"));
    assert.notEqual((await ended).code, 0);
    await stoppedAndCleaned("busy");
  });
}

for (const delayMs of [5, 20, 60, 150, 400, 900, 1800]) {
  test(`kill -9 of create after ${delayMs} ms`, async () => {
    const id = `create-${delayMs}`;
    const bundle = world.bundle(["sleep", "1000"]);
    const child = world.start(["create", "-b", bundle, id], { stdio: ["ignore", "ignore", "ignore"] });
    const ended = new Promise((done) => child.on("exit", done));
    await new Promise((resume) => setTimeout(resume, delayMs));
    child.kill("SIGKILL");
    await ended;
    const { code, stdout } = await world.kata(["state", id]);
    if (code === 0) {
      const status = (JSON.parse(stdout) as { status: string }).status;
      assert.ok(status === "stopped" || status === "created", status);
    }
    const deleted = await world.kata(["delete", "--force", id], { timeoutMs: 5000 });
    assert.equal(deleted.code, 0, deleted.stderr);
    await until("the sandbox's end", () => hostProcesses(world.directory).length === 0, 5000);
    assert.deepEqual(world.changes(earlier), []);
  });
}

test("kill -9 of run in the foreground leaves the container, which delete --force ends", async () => {
  const child = world.start(["run", "-b", world.bundle(["sleep", "1000"]), "front"], { stdio: ["ignore", "ignore", "ignore"] });
  await until("the container", async () => (await world.kata(["state", "front"])).stdout.includes('"running"'));
  child.kill("SIGKILL");
  assert.equal((await world.state("front")).status, "running");
  assert.equal((await world.kata(["delete", "--force", "front"])).code, 0);
  assert.deepEqual(world.changes(earlier), []);
});

test("a boot that fails says which component saw it first and what the console said", async () => {
  const initrd = join(world.directory, "no-init.cpio");
  writeFileSync(initrd, writeCpio([{ kind: "directory", path: "empty", mode: 0o755 }]));
  const config = join(world.directory, "no-init.toml");
  writeFileSync(config, `[hypervisor.qemu]\ninitrd = "${initrd}"\n`);
  const { code, stderr } = await world.kata(["--config", config, "create", "-b", world.bundle(["true"]), "noboot"]);
  assert.equal(code, 1);
  assert.match(stderr, /kernel/);
  assert.match(stderr, /panic|Unable to mount root|No working init/i);
  assert.deepEqual(world.changes(earlier), []);
});
