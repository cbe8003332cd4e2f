/**
 * Memory of idle sandboxes by kind of process, with a share and with the root on a disk, the one in reserve and the template
 * apart; with --scale how start, create and list grow. Prints tables and writes build/bench-memory.json. It asserts nothing.
 *
 *   node --import tsx tools/bench-memory.ts [--counts 1,20] [--scale 50] [--memory MIB] [--roots directory,disk]
 */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { benchBundle, copyBundle, type RootKind } from "./bench-bundles.ts";
import { add, type KindMemory, memoryByKind, none, type ProcessKind, sandboxPids, totalKib } from "./process-memory.ts";

const { values } = parseArgs({
  options: {
    counts: { type: "string", default: "1,20" },
    scale: { type: "string", default: "0" },
    memory: { type: "string", default: "2048" },
    roots: { type: "string", default: "directory,disk" },
  },
});
const roots = values.roots.split(",").map((root): RootKind => (root === "disk" ? "disk" : "directory"));
const counts = values.counts.split(",").map(Number);
const scale = Number(values.scale);
const program = resolve(process.env["KATA_BUILD"] ?? "build", "bin/kata-runtime");
const place = mkdtempSync(join(tmpdir(), "kata-bench-"));
const factory = mkdtempSync("/dev/shm/kata-bench-");
const config = join(place, "configuration.toml");

/** Templates and reserves are then of the machines that containers with such a root have. */
function configure(root: RootKind): void {
  const sharedFs = root === "disk" ? "none" : "virtio-fs";
  const machine = `[hypervisor.qemu]\ndefault_memory = ${Number(values.memory)}\nshared_fs = "${sharedFs}"\n`;
  writeFileSync(config, `${machine}[factory]\ntemplate_path = "${factory}/template"\nreserve_path = "${factory}/reserve"\n`);
}

const state = join(place, "state");
mkdirSync(state);
const bundles = {
  directory: benchBundle(join(place, "directory"), "directory", ["sleep", "100000"]),
  disk: benchBundle(join(place, "disk"), "disk", ["sleep", "100000"]),
};
/** A directory may be the root of many. */
const bundleFor = (root: RootKind, id: string): string => (root === "disk" ? copyBundle(bundles.disk, join(place, id)) : bundles.directory);

const kata = (...args: string[]): string => {
  const out = openSync(join(place, "output"), "w+");
  try {
    // a container keeps the streams
    execFileSync(program, ["--root", state, "--config", config, ...args], { stdio: ["ignore", out, "inherit"] });
    return readFileSync(join(place, "output"), "utf8");
  } finally {
    closeSync(out);
  }
};

function timed(work: () => void): number {
  const begin = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

const running: string[] = [];

/** Starts up to `count` sandboxes; milliseconds that each took. */
function startUpTo(count: number, root: RootKind): number[] {
  const took: number[] = [];
  while (running.length < count) {
    const id = `bench-${running.length}`;
    const bundle = bundleFor(root, id);
    took.push(timed(() => kata("run", "-d", "-b", bundle, id)));
    running.push(id);
  }
  return took;
}

function deleteAll(): void {
  for (const id of running.splice(0)) {
    kata("delete", "--force", id);
    rmSync(join(place, id), { recursive: true, force: true });
  }
}

interface Status {
  readonly templates: readonly { readonly allocatedBytes: number }[];
  readonly reserves: readonly { readonly state: string; readonly pid: number; readonly helperPids: readonly number[] }[];
}

const status = (): Status => JSON.parse(kata("factory", "--json", "status")) as Status;

/** Until the reserve waits and nothing is at work. */
async function settle(): Promise<void> {
  for (let i = 0; i < 300 && !status().reserves.some(({ state }) => state === "waiting"); i++) await pause(100);
  await pause(3000);
}

type ByKind = Readonly<Record<ProcessKind, KindMemory>>;

function sandboxesByKind(): ByKind {
  let sum: ByKind = none();
  for (const id of running) sum = add(sum, memoryByKind(sandboxPids(state, id)));
  return sum;
}

const mib = (kib: number): string => (kib / 1024).toFixed(1).padStart(9);

function table(title: string, byKind: ByKind, count: number): string {
  const rows = Object.entries(byKind).map(
    ([kind, m]) =>
      `  ${kind.padEnd(18)}${mib(m.pssKib / count)}${mib(m.privateDirtyKib / count)}${mib(m.guestKib / count)}${mib(m.pageTablesKib / count)}`,
  );
  const head = `${title.padEnd(20)}      PSS  pr.dirty  guest RAM  page tables   (MiB each)`;
  return [head, ...rows, `  ${"together".padEnd(18)}${mib(totalKib(byKind) / count)}  (PSS, guest RAM once)`].join("\n");
}

async function measure(count: number, root: RootKind): Promise<object> {
  startUpTo(count, root);
  await settle();
  const sandboxes = sandboxesByKind();
  console.log(`${table(`${count} idle, ${root}`, sandboxes, count)}\n`);
  return { root, count, sandboxes, togetherKib: totalKib(sandboxes) };
}

function measureReserve(): object {
  const { templates, reserves } = status();
  const templateKib = templates.reduce((sum, { allocatedBytes }) => sum + allocatedBytes / 1024, 0);
  console.log(`template: ${mib(templateKib).trim()} MiB of tmpfs`);
  const [reserve] = reserves;
  if (!reserve) return { templateKib };
  const byKind = memoryByKind({ pid: reserve.pid, helperPids: [...reserve.helperPids] });
  console.log(`${table("in reserve", byKind, 1)}\n`);
  return { templateKib, reserve: byKind, togetherKib: totalKib(byKind) };
}

/** How things grow: each step with the number of sandboxes that run meanwhile. */
async function measureScale(root: RootKind): Promise<object[]> {
  const steps: object[] = [];
  for (const count of [...new Set([0, Math.floor(scale / 5), scale])]) {
    const starts = startUpTo(count, root);
    await settle();
    const list = median(Array.from({ length: 9 }, () => timed(() => kata("list", "-q"))));
    const creates: number[] = [];
    for (let i = 0; i < 3; i++) {
      creates.push(timed(() => kata("create", "-b", bundles[root], "probe")));
      kata("delete", "--force", "probe");
      await settle(); // the next one is from the reserve too
    }
    const create = median(creates);
    const eachKib = count === 0 ? 0 : totalKib(sandboxesByKind()) / count;
    const startMs = starts.length === 0 ? Number.NaN : starts.reduce((sum, ms) => sum + ms, 0) / starts.length;
    console.log(
      `${String(count).padStart(4)} running, ${root}: list ${list.toFixed(1)} ms, create ${create.toFixed(0)} ms, a start back to back ${startMs.toFixed(0)} ms, ${mib(eachKib).trim()} MiB each`,
    );
    steps.push({ root, count, listMs: list, createMs: create, startMs, eachKib });
  }
  return steps;
}

try {
  const measured: object[] = [];
  for (const root of roots) {
    configure(root);
    kata("factory", "destroy");
    kata("factory", "init");
    if (scale > 0) measured.push(...(await measureScale(root)));
    else for (const count of counts) measured.push(await measure(count, root));
    measured.push({ root, reserve: measureReserve() });
    deleteAll();
  }
  const results = { memoryMib: Number(values.memory), measured };
  writeFileSync("build/bench-memory.json", `${JSON.stringify(results, undefined, 2)}\n`);
} finally {
  deleteAll();
  kata("factory", "destroy");
  for (const path of [place, factory]) rmSync(path, { recursive: true, force: true });
}
