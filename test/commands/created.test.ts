/** What the commands make of a container that was created and not started, and of one that runs out of memory. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { HostHelper } from "../support/host-helper.ts";
import { finish, until, World } from "../support/world.ts";

let world: World;
let earlier: Set<string>;

before(() => {
  world = new World();
  earlier = world.snapshot();
});
after(() => world.dispose());

async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await world.kata(args);
  assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** Two attempts to have more memory than there is; the shell itself has little and lives. */
const hungry = "for i in 1 2; do dd if=/dev/zero of=/dev/null bs=64M count=1; echo attempt $i: $?; done; sleep 1000";

test("a created container can be paused, resumed, updated and looked at, and is still to be started", async () => {
  const bundle = world.bundle(["sh", "-c", hungry], (spec) => {
    spec.linux.resources = { ...spec.linux.resources, memory: { limit: 64 << 20 } };
  });
  const socket = join(world.directory, "pidfd.sock");
  const receiver = new HostHelper(["pidfd", socket]);
  await receiver.reported(/^listening$/);
  await output("create", "-b", bundle, "--pidfd-socket", socket, "c1");
  const [, pid] = await receiver.reported(/^word standard pid (\d+)$/);
  receiver.child.kill();
  const state = await world.state("c1");
  assert.deepEqual([state.status, state.pid], ["created", Number(pid)]);
  assert.equal(await output("ps", "-f", "json", "c1"), `[${pid}]\n`);
  assert.equal((await output("ps", "c1")).trimEnd().split("\n").length, 2);
  await output("pause", "c1");
  assert.equal((await world.state("c1")).status, "paused");
  await output("resume", "c1");
  assert.equal((await world.state("c1")).status, "created");
  await output("update", "--memory", "24m", "c1");
  assert.match(await output("events", "--stats", "c1"), /"usage":\{"limit":25165824,/);
});

test("events tells of each process that the guest's kernel kills for want of memory", async () => {
  const child = world.start(["events", "--interval", "300ms", "c1"]);
  child.stdin?.end();
  const end = finish(child, 120_000);
  let seen = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    seen += chunk.toString();
  });
  // with the first record it has asked how many there were before
  await until("a record", () => seen.includes('"type":"stats"'));
  await output("start", "c1");
  await until("two records", () => seen.split('"type":"oom"').length > 2);
  assert.equal((await world.state("c1")).status, "running");
  await output("delete", "--force", "c1");
  const { code, stdout, stderr } = await end;
  assert.deepEqual([code, stderr], [0, ""]);
  const kills = stdout.split("\n").filter((line) => line.includes('"type":"oom"'));
  assert.deepEqual(kills, ['{"type":"oom","id":"c1"}', '{"type":"oom","id":"c1"}']);
});

test("a pidfd socket that is not there is told before anything is made", async () => {
  const bundle = world.bundle(["true"]);
  const { code, stderr } = await world.kata(["run", "-d", "-b", bundle, "--pidfd-socket", "nowhere.sock", "c2"]);
  assert.equal(code, 1);
  assert.match(stderr, /kata-runtime run failed: pidfd socket nowhere\.sock: .*no such file or directory/);
});

test("nothing is left behind", () => {
  assert.deepEqual(world.changes(earlier), []);
});
