/** Much output and many processes: nothing is lost, and neither memory nor descriptors grow. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { hostProcesses, World } from "../support/world.ts";

let world: World;

before(async () => {
  world = new World();
  // without a pid namespace of its own the container sees the agent as process 1
  const bundle = world.bundle(["sleep", "100000"], (spec) => {
    spec.linux.namespaces = spec.linux.namespaces.filter(({ type }) => type !== "pid");
    const all = [...(spec.process.capabilities?.["bounding"] ?? []), "CAP_SYS_PTRACE"]; // to list the agent's descriptors
    spec.process.capabilities = { bounding: all, permitted: all, effective: all };
  });
  await world.detached("volume", bundle);
});
after(() => world.dispose());

interface Load {
  /** Resident memory that is not shared with others, KiB. */
  readonly memoryKib: number;
  readonly descriptors: number;
}

const memoryOf = (status: string): number => Number(/^RssAnon:\s*(\d+)/m.exec(status)?.[1] ?? Number.NaN);

function sandboxLoad(): Load {
  const [sandbox, ...others] = hostProcesses(world.directory).filter(({ command }) => command === "kata-sandbox volume");
  assert.ok(sandbox !== undefined && others.length === 0);
  const path = `/proc/${sandbox.pid}`;
  return { memoryKib: memoryOf(readFileSync(`${path}/status`, "utf8")), descriptors: readdirSync(`${path}/fd`).length };
}

async function agentLoad(): Promise<Load> {
  const { stdout } = await world.kata(["exec", "volume", "sh", "-c", "cat /proc/1/status; ls /proc/1/fd | wc -l"]);
  return { memoryKib: memoryOf(stdout), descriptors: Number(stdout.trimEnd().split("\n").pop()) };
}

/** What the same work may leave behind: caches of the allocator, no more. */
function assertFlat(what: string, earlier: Load, later: Load, slackKib: number): void {
  assert.ok(later.memoryKib <= earlier.memoryKib + slackKib, `${what}: ${earlier.memoryKib} KiB, then ${later.memoryKib} KiB`);
  assert.ok(later.descriptors <= earlier.descriptors, `${what}: ${earlier.descriptors} descriptors, then ${later.descriptors}`);
}

const mebibyte = 1 << 20;
/** 1 GiB is a matter of minutes in an emulated guest: KATA_TEST_VOLUME_MIB=1024 asks for it. */
const volumeMib = Number(process.env["KATA_TEST_VOLUME_MIB"] ?? 96);
const pauses = 6;

test(`${volumeMib} MiB through standard output to a reader that pauses: every byte arrives, memory does not grow`, async (t) => {
  const size = volumeMib * mebibyte;
  const pattern = "0123456789abcde\n";
  const block = Buffer.from(pattern.repeat(4096));
  const script = "for i in $(seq $1); do dd if=/dev/shm/pattern bs=65536 2>/dev/null; done";
  await world.kata(["exec", "volume", "sh", "-c", `yes ${pattern.trim()} | head -c ${mebibyte} >/dev/shm/pattern`]);
  await world.kata(["exec", "volume", "sh", "-c", script, "sh", "8"]); // what the first megabytes need stays
  const before = { sandbox: sandboxLoad(), agent: await agentLoad() };
  const child = world.start(["exec", "volume", "sh", "-c", script, "sh", String(volumeMib)]);
  const ended = new Promise<number | null>((done) => child.on("close", done));
  const stdout = child.stdout as Readable;
  let received = 0;
  let mostKib = 0;
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; at += 32768) {
      const part = chunk.subarray(at, at + 32768);
      const from = (received + at) % pattern.length;
      if (!part.equals(block.subarray(from, from + part.length))) assert.fail(`wrong bytes at ${received + at}`);
    }
    const pause = Math.floor((received * pauses) / size);
    received += chunk.length;
    if (Math.floor((received * pauses) / size) === pause) continue;
    await new Promise((resume) => setTimeout(resume, 500));
    mostKib = Math.max(mostKib, sandboxLoad().memoryKib);
  }
  assert.equal(await ended, 0);
  assert.equal(received, size);
  const after = { sandbox: sandboxLoad(), agent: await agentLoad() };
  t.diagnostic(
    `sandbox process ${before.sandbox.memoryKib} KiB, at most ${mostKib}; agent ${before.agent.memoryKib}, then ${after.agent.memoryKib}`,
  );
  assert.ok(mostKib < before.sandbox.memoryKib + 2048, `${mostKib} KiB`);
  assertFlat("sandbox process", before.sandbox, after.sandbox, 1024);
  assertFlat("agent", before.agent, after.agent, 1024);
});

test("a reader that does not read at all stops the writer, not the container", async () => {
  const child = world.start(["exec", "volume", "sh", "-c", "exec yes"]);
  child.stdout?.pause();
  child.stdin?.end();
  await new Promise((resume) => setTimeout(resume, 2000));
  const stuck = sandboxLoad();
  const { stdout } = await world.kata(["exec", "volume", "echo", "still here"]);
  assert.equal(stdout, "still here\n");
  await new Promise((resume) => setTimeout(resume, 1000));
  assert.ok(sandboxLoad().memoryKib <= stuck.memoryKib + 512);
  const ended = new Promise((done) => child.on("exit", done));
  child.stdout?.destroy();
  assert.equal(await ended, 128 + 13);
});

/** What a heap of a few MiB needs until it does not grow any more, seen over 1500 execs: from here on by 56 at most, up and down. */
const warming = 300;
/** `make soak` asks for more. */
const rounds = Number(process.env["KATA_TEST_EXECS"] ?? 400) - warming;
/** Less than `rounds` KiB, so that one KiB for each exec is seen. */
const slackKib = 80;

test(`after ${rounds} more execs neither the host's processes nor the agent hold more`, async (t) => {
  const round = async (): Promise<void> => {
    const { code, stdout } = await world.kata(["exec", "volume", "echo", "hello"]);
    assert.deepEqual({ code, stdout }, { code: 0, stdout: "hello\n" });
  };
  for (let i = 0; i < warming; i++) await round();
  const before = await everything();
  let after = before;
  const series = [`${before.sandbox}/${before.agent}`];
  for (let i = 1; i <= rounds; i++) {
    await round();
    if (i % 100 !== 0 && i !== rounds) continue;
    after = await everything();
    series.push(`${after.sandbox}/${after.agent}`);
  }
  t.diagnostic(`sandbox process/agent, KiB, after ${warming} execs and every hundred more: ${series.join(" ")}`);
  t.diagnostic(`descriptors: ${JSON.stringify(before.descriptors)}`);
  assert.deepEqual(after.descriptors, before.descriptors);
  for (const who of ["sandbox", "agent"] as const)
    assert.ok(after[who] <= before[who] + slackKib, `${who}: ${before[who]} KiB, then ${after[who]} KiB`);
});

interface Everything {
  /** Resident KiB once they are quiet. */
  readonly sandbox: number;
  readonly agent: number;
  /** Number of open descriptors by process; a stand-in that stayed would be one more. */
  readonly descriptors: Readonly<Record<string, number>>;
}

async function everything(): Promise<Everything> {
  const standIns = await world.kata(["ps", "-f", "json", "volume"]);
  const descriptors: Record<string, number> = { agent: (await agentLoad()).descriptors };
  for (const { pid, command } of hostProcesses(world.directory))
    descriptors[`${pid} ${command.split(" ")[0]}`] = readdirSync(`/proc/${pid}/fd`).length;
  assert.equal((JSON.parse(standIns.stdout) as number[]).length, 1);
  return { sandbox: await atRest(() => sandboxLoad().memoryKib), agent: await atRest(agentResident), descriptors };
}

/** Told by the agent itself: an exec would be work, after which it has not given back what that took. */
async function agentResident(): Promise<number> {
  const { stdout } = await world.kata(["metrics", "volume"]);
  return Number(/^kata_agent_total_rss (\d+)$/m.exec(stdout)?.[1] ?? Number.NaN) / 1024;
}

/** The value once it stays: both ends give memory back when they have been idle for two seconds. */
async function atRest(read: () => number | Promise<number>): Promise<number> {
  let value = await read();
  let since = Date.now();
  while (Date.now() - since < 3000) {
    await new Promise((resume) => setTimeout(resume, 250));
    const next = await read();
    if (next !== value) since = Date.now();
    value = next;
  }
  return value;
}

test("20 execs at the same time each have their own streams and status", async () => {
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, i) => world.kata(["exec", "volume", "sh", "-c", `cat; echo ${i} >&2; exit ${i}`], { input: `in ${i}` })),
  );
  for (const [i, result] of results.entries()) assert.deepEqual(result, { code: i, stdout: `in ${i}`, stderr: `${i}\n` });
});
