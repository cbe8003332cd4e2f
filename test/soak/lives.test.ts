/** Whole lives of containers, eight at a time: over pipes, on a terminal, detached. None fails, none leaves anything. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { HostHelper } from "../support/host-helper.ts";
import { until, World } from "../support/world.ts";

let world: World;
let earlier: Set<string>;

before(() => {
  world = new World();
  earlier = world.snapshot();
});
after(() => world.dispose());

async function overPipes(id: string): Promise<void> {
  const bundle = world.bundle(["sh", "-c", "cat; echo bad >&2; exit 7"]);
  assert.deepEqual(await world.kata(["run", "-b", bundle, id], { input: id }), { code: 7, stdout: id, stderr: "bad\n" });
}

async function onTerminal(id: string): Promise<void> {
  const bundle = world.bundle(["sh", "-c", "stty size; read -r line; echo got $line; exit 5"], (spec) => {
    spec.process.terminal = true;
  });
  const helper = new HostHelper(["terminal", "43", "132", world.program, "--root", world.root, "run", "-b", bundle, id]);
  await helper.shows(/43 132\r\n/, 120_000);
  helper.type(`${id}\r`);
  assert.match((await helper.reported(/^\d+ (exit|signal) .*/))[0], /exit 5$/);
  await helper.ended;
  assert.match(helper.output, new RegExp(`^43 132\r\n(?:${id}\r\n)?got ${id}\r\n$`));
}

async function detached(id: string): Promise<void> {
  const succeeds = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await world.kata(args);
    assert.deepEqual({ args, code, stderr }, { args, code: 0, stderr: "" });
    return stdout;
  };
  const pidFile = join(world.directory, `${id}.pid`);
  await succeeds("create", "-b", world.bundle(["sleep", "1000"]), "--pid-file", pidFile, id);
  assert.equal((await world.state(id)).pid, Number(readFileSync(pidFile, "utf8")));
  await succeeds("start", id);
  assert.equal(await succeeds("exec", id, "echo", id), `${id}\n`);
  await succeeds("kill", id, "KILL");
  await until(`the end of ${id}`, async () => (await world.state(id)).status === "stopped");
  await succeeds("delete", id);
}

const lives = [overPipes, onTerminal, detached];
/** `make soak` asks for more. */
const count = Number(process.env["KATA_TEST_LIVES"] ?? 16);
const atOnce = 8;

test(`${count} lives of containers, ${atOnce} at a time: none fails, none leaves anything`, async (t) => {
  const began = Date.now();
  const failures: string[] = [];
  for (let first = 0; first < count; first += atOnce) {
    const batch = Array.from({ length: Math.min(atOnce, count - first) }, (_, i) => first + i);
    const outcomes = await Promise.allSettled(batch.map((i) => (lives[i % lives.length] ?? overPipes)(`life-${i}`)));
    for (const [i, outcome] of outcomes.entries()) if (outcome.status === "rejected") failures.push(`life-${first + i}: ${outcome.reason}`);
  }
  t.diagnostic(`${count} lives in ${Math.round((Date.now() - began) / 1000)} s, ${failures.length} failures`);
  assert.deepEqual({ failures, left: world.changes(earlier) }, { failures: [], left: [] });
});
