/**
 * Times and memory beside runc, crun and gVisor, in one run: A B C D A B C D ..., 0.3 s idle before each measurement, medians
 * and minima; then runs back to back, as many as --row says. Prints a table and writes build/bench.json. It asserts nothing.
 *
 *   node --import tsx tools/bench.ts [--rounds N] [--row N]
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { TestSpec } from "../test/support/bundle.ts";
import { benchBundle, type RootKind } from "./bench-bundles.ts";
import { type Contender, findContenders, floorCommand, floorName, stateOf } from "./bench-contenders.ts";
import type { IdleSandbox } from "./bench-tables.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "9" }, row: { type: "string", default: "100" } } });
const rounds = Number(values.rounds);
const inARow = Number(values.row);
const idleMs = 300;

const place = mkdtempSync(join(tmpdir(), "kata-bench-"));

const contenders = findContenders(place);
const ours = contenders.filter(({ reserves }) => reserves !== undefined && reserves > 0);
if (ours.length === 0) throw new Error("bench: run make first");

/** Milliseconds from start to exit; throws when the program fails. Errors go to a file: a container keeps the streams. */
function timed(command: string, args: readonly string[]): Promise<number> {
  const path = join(place, "errors");
  const errors = openSync(path, "w");
  return new Promise((done, reject) => {
    const begin = process.hrtime.bigint();
    const child = spawn(command, args, { stdio: ["ignore", "ignore", errors] });
    child.on("exit", (code) => {
      const ms = Number(process.hrtime.bigint() - begin) / 1e6;
      closeSync(errors);
      if (code === 0) done(ms);
      else reject(new Error(`${command} ${args.join(" ")}: exit ${code}: ${readFileSync(path, "utf8")}`));
    });
    child.on("error", reject);
  });
}

const on = (c: Contender, ...args: string[]): Promise<number> => timed(c.command, [...c.global, ...args]);

type Bundles = Readonly<Record<RootKind, string>>;

function bundles(name: string, args: readonly string[], edit: (spec: TestSpec) => void = () => {}): Bundles {
  const of = (root: RootKind): string => benchBundle(join(place, `${name}-${root}`), root, args, edit);
  return { directory: of("directory"), disk: of("disk") };
}

const sleeping = bundles("sleeping", ["sleep", "100000"]);
const trueBundle = bundles("true", ["true"]);
const talking = bundles("talking", ["sh", "-c", "echo ready; exec sleep 100000"]);

async function firstOutput(c: Contender, id: string): Promise<number> {
  const begin = process.hrtime.bigint();
  const child = spawn("sh", ["-c", '"$@" run --detach --bundle "$B" "$I"', "sh", c.command, ...c.global], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, B: talking[c.root], I: id },
  });
  return new Promise((done, reject) => {
    child.stdout.once("data", () => done(Number(process.hrtime.bigint() - begin) / 1e6));
    child.on("error", reject);
    child.on("exit", (code) => code !== 0 && reject(new Error(`${c.name} run -d: exit ${code}`)));
  });
}

async function killToStopped(c: Contender, id: string): Promise<number> {
  const state = JSON.parse(execFileSync(c.command, [...c.global, "state", id], { encoding: "utf8" })) as { pid: number };
  const begin = process.hrtime.bigint();
  await on(c, "kill", id, "KILL");
  while (alive(state.pid)) await pause(0);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

function alive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

const samples = new Map<string, Map<string, number[]>>();

async function measure(row: string, c: { readonly name: string }, work: () => Promise<number>): Promise<void> {
  await pause(idleMs);
  const ms = await work();
  const byName = samples.get(row) ?? new Map<string, number[]>();
  samples.set(row, byName.set(c.name, [...(byName.get(c.name) ?? []), ms]));
}

/** Until all that are to be in reserve wait there: what is measured then is a start from the reserve. */
async function reserveWaits({ command, global, reserves = 0 }: Contender): Promise<void> {
  const waiting = (): number => {
    const status = JSON.parse(execFileSync(command, [...global, "factory", "--json", "status"], { encoding: "utf8" })) as {
      reserves: { state: string }[];
    };
    return status.reserves.filter(({ state }) => state === "waiting").length;
  };
  for (const deadline = Date.now() + 60_000; waiting() < reserves; await pause(100))
    if (Date.now() > deadline) throw new Error(`bench: of ${reserves} sandboxes ${waiting()} wait in reserve after a minute`);
}

/** A start whose machine waits in reserve, or is cloned where none is wanted there. */
async function measureStart(row: string, c: Contender, work: () => Promise<number>): Promise<void> {
  if (c.reserves) await reserveWaits(c);
  await measure(row, c, work);
}

/** Makes the template and has both kinds of machine in reserve. */
async function firstRuns(): Promise<void> {
  for (const c of ours) for (const id of ["first", "second"]) await on(c, "run", "--bundle", trueBundle[c.root], id);
}

async function round(c: Contender, number: number): Promise<void> {
  const id = `bench-${number}`;
  if (c.reserves === 0) return clonedRound(c, id);
  await measure("--version", c, () => timed(c.command, ["--version"]));
  await measureStart("create", c, () => on(c, "create", "--bundle", sleeping[c.root], id));
  await on(c, "start", id);
  await measure("state", c, () => on(c, "state", id));
  await measure("list", c, () => on(c, "list"));
  if (c.reserves) await reserveWaits(c); // the next one is made for half a second, with all of a processor
  await measure("exec true", c, () => on(c, "exec", id, "true"));
  await measure("kill -> stopped", c, () => killToStopped(c, id));
  await measure("delete", c, () => on(c, "delete", id));
  await measureOutput(c, id);
}

async function clonedRound(c: Contender, id: string): Promise<void> {
  await measure("create", c, () => on(c, "create", "--bundle", sleeping[c.root], id));
  await on(c, "delete", "--force", id);
  await measureOutput(c, id);
}

async function measureOutput(c: Contender, id: string): Promise<void> {
  await measureStart("create -> first output", c, () => firstOutput(c, `${id}-out`));
  await on(c, "delete", "--force", `${id}-out`);
  await measureStart("run true", c, () => on(c, "run", "--bundle", trueBundle[c.root], `${id}-true`));
}

/** Each run begins when the one before has ended: the mean of a row. */
async function runsInARow(c: Contender): Promise<number> {
  const begin = process.hrtime.bigint();
  for (let i = 0; i < inARow; i++) await on(c, "run", "--bundle", trueBundle[c.root], `row-${i}`);
  return Number(process.hrtime.bigint() - begin) / 1e6 / inARow;
}

async function floorRound(): Promise<void> {
  const floor = { name: floorName };
  const nothing = floorCommand(join(trueBundle.directory, "rootfs"), "true");
  await measure("run true", floor, () => timed(nothing.command, nothing.args));
}

function memoryOf(pid: number): { pssKib: number; rssKib: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  return { pssKib: field("Pss"), rssKib: field("Rss") };
}

/** Every host process of one idle sandbox, the agent's own size, and the CPU they use. */
async function idle(c: Contender): Promise<IdleSandbox> {
  // without a pid namespace the container sees the guest's first process, the agent
  const path = benchBundle(join(place, `idle-${c.root}`), c.root, ["sleep", "100000"], (spec) => {
    spec.linux.namespaces = spec.linux.namespaces.filter(({ type }) => type !== "pid");
  });
  await on(c, "run", "--detach", "--bundle", path, "idle");
  await pause(3000);
  const pids = sandboxProcesses(stateOf(place, c.name), "idle");
  const memory = pids.map((pid) => ({ process: commandOf(pid), ...memoryOf(pid) }));
  const ticks = (): number => pids.reduce((sum, pid) => sum + cpuTicks(pid), 0);
  const begin = ticks();
  const seconds = 10;
  await pause(seconds * 1000);
  const cpuPercent = ((ticks() - begin) / 100 / seconds) * 100;
  const status = execFileSync(c.command, [...c.global, "exec", "idle", "cat", "/proc/1/status"], { encoding: "utf8" });
  await on(c, "delete", "--force", "idle");
  return { root: c.root, memory, cpuPercent, agentRssKib: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN) };
}

/** As its records have them, with the children of the share's daemon. */
function sandboxProcesses(root: string, id: string): number[] {
  const sandbox = JSON.parse(readFileSync(join(root, "@sandbox", id, "sandbox.json"), "utf8")) as {
    process: { pid: number };
    helpers: { pid: number }[];
  };
  const container = JSON.parse(readFileSync(join(root, id, "state.json"), "utf8")) as { process: { pid: number } };
  const pids = [sandbox.process.pid, container.process.pid, ...sandbox.helpers.map(({ pid }) => pid)];
  const children = sandbox.helpers.flatMap(({ pid }) =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return [...pids, ...children];
}

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, 2).join(" ");

function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
const cell = (list: readonly number[] | undefined): string => (list ? `${Math.min(...list).toFixed(1)}/${median(list).toFixed(1)}` : "-");

function table(): string {
  const names = [...contenders.map(({ name }) => name), floorName];
  const rows = [...samples].map(([row, byName]) => [row, ...names.map((name) => cell(byName.get(name)))]);
  const lines = [["ms, min/median", ...names], ...rows];
  return lines.map((line) => line.map((text, i) => (i === 0 ? text.padEnd(34) : text.padStart(16))).join("")).join("\n");
}

try {
  const [load = 0] = loadavg();
  if (load > 0.5 * cpus().length) console.error(`bench: load is ${load.toFixed(1)}: the machine is busy, figures will be high`);
  await firstRuns();
  for (let n = 0; n < rounds; n++) {
    for (const c of contenders) await round(c, n);
    await floorRound();
  }
  const sustained = contenders.filter(({ reserves }) => reserves !== 0);
  if (inARow > 0) for (const c of sustained) await measure(`run true, each of ${inARow} in a row`, c, () => runsInARow(c));
  console.log(`${rounds} rounds, ${idleMs} ms idle before each; host ${release()}, ${cpus().length} CPUs, load ${load.toFixed(1)}\n`);
  for (const { name, version } of contenders) console.log(`${name.padEnd(14)} ${version}`);
  const kernel = statSync("build/share/kata-containers/vmlinux", { throwIfNoEntry: false });
  console.log(`guest kernel   ${kernel?.size ?? 0} bytes, ${existsSync("build/kernel.tuned") ? "tuned" : "Debian's"}\n`);
  console.log(`${table()}\n`);
  const resting: IdleSandbox[] = [];
  for (const c of ours) {
    const one = await idle(c);
    resting.push(one);
    console.log(`${`one idle sandbox, root: ${c.root}`.padEnd(48)}    PSS KiB   RSS KiB`);
    for (const { process: name, pssKib, rssKib } of one.memory)
      console.log(`${name.padEnd(48)} ${String(pssKib).padStart(10)} ${String(rssKib).padStart(9)}`);
    console.log(`agent (pid 1 in the guest): RSS ${one.agentRssKib} KiB`);
    console.log(`its CPU: ${one.cpuPercent.toFixed(2)} % of a core\n`);
  }
  const results = {
    host: { kernel: release(), cpus: cpus().length, memory: totalmem(), load },
    contenders: [...contenders, { name: floorName, version: "floor: unshare and chroot" }],
    samples: Object.fromEntries([...samples].map(([row, byName]) => [row, Object.fromEntries(byName)])),
    idle: resting,
  };
  writeFileSync("build/bench.json", `${JSON.stringify(results, undefined, 2)}\n`);
} finally {
  for (const c of contenders) {
    const listed = spawnSync(c.command, [...c.global, "list", "--quiet"], { encoding: "utf8" }).stdout ?? "";
    for (const id of listed.split("\n").filter((line) => line !== "")) spawnSync(c.command, [...c.global, "delete", "--force", id]);
  }
  rmSync(place, { recursive: true, force: true });
}
