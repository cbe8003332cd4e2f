/**
 * `docker run --rm busybox true` KATA_TEST_RUNS times in a row, and as often 8 at a time, on runc and on kata: none fails, nothing stays,
 * and where the time goes. KATA_ENGINE_TABLE names a file that gets the table.
 */
import assert from "node:assert/strict";
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { hostProcesses, kataRuntime, until } from "../support/world.ts";
import { Dockerd, version } from "./dockerd.ts";
import { image } from "./engine.ts";

const runs = Number(process.env["KATA_TEST_RUNS"] ?? 16);
const atOnce = 8;
const commands = ["create", "start", "kill", "delete", "state"];
const programs: Readonly<Record<string, string>> = { runc: "/usr/sbin/runc", kata: kataRuntime };

const place = mkdtempSync(join(tmpdir(), "kata-runs-"));
const timesOf = (name: string): string => join(place, `${name}.times`);

/** A runtime that notes when each of its commands begins and ends. */
function timedRuntime(name: string): string {
  const path = join(place, `${name}-timed`);
  const text = `#!/bin/bash
begin=$EPOCHREALTIME
${programs[name]} "$@"
code=$?
for word; do case $word in ${commands.join("|")}) echo "$word $begin $EPOCHREALTIME" >>${timesOf(name)}; break;; esac; done
exit $code
`;
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

const names = Object.keys(programs);
const engine = new Dockerd(Object.fromEntries(names.map((name) => [`${name}-timed`, timedRuntime(name)])));
const rows: string[] = [];
before(() => engine.start());
after(async () => {
  await engine.stop();
  rmSync(place, { recursive: true, force: true });
  const head = [
    "| ms a run | whole | all commands | ",
    ...commands.map((name) => `${name} | `),
    "dockerd, containerd, its shim, the program |",
  ];
  const table = [`## Docker ${version()}, run --rm true`, "", head.join(""), `|${"---|".repeat(commands.length + 4)}`, ...rows].join("\n");
  console.log(table);
  const file = process.env["KATA_ENGINE_TABLE"];
  if (file) appendFileSync(file, `${table}\n\n`);
});

async function runOnce(name: string): Promise<number> {
  const begin = process.hrtime.bigint();
  const { code, stdout, stderr } = await engine.docker("run", "--rm", "--runtime", `${name}-timed`, image, "true");
  assert.deepEqual([code, stdout, stderr], [0, "", ""]);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

/** What runs leave if they leave anything: mounts, network namespaces, containers' records, processes, cgroups. */
function traces(): string[] {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  const listed = ["/run/docker/netns", "/sys/fs/cgroup/memory/docker", "/sys/fs/cgroup/docker", ...records()].flatMap((directory) =>
    existsSync(directory) ? readdirSync(directory, { withFileTypes: true }).flatMap((each) => `${directory}/${each.name}`) : [],
  );
  return [...mounts, ...listed, ...hostProcesses().map(({ command }) => `process ${command}`)].sort();
}

/** Where containerd's shim has its runtimes keep theirs. */
const records = (): string[] => ["runc", "kata"].map((name) => join(engine.directory, `exec/runtime-${name}-timed/moby`));

/** Milliseconds of each command, a run. */
function spent(name: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const line of readFileSync(timesOf(name), "utf8").trim().split("\n")) {
    const [command = "", begin = "0", end = "0"] = line.replaceAll(",", ".").split(" ");
    sums.set(command, (sums.get(command) ?? 0) + (Number(end) - Number(begin)) * 1000);
  }
  return new Map([...sums].map(([command, ms]) => [command, ms / runs]));
}

function row(label: string, name: string, whole: number): string {
  const each = spent(name);
  const all = [...each.values()].reduce((sum, ms) => sum + ms, 0);
  const cells = [whole, all, ...commands.map((command) => each.get(command) ?? 0), whole - all];
  return `| ${label} | ${cells.map((ms) => ms.toFixed(0)).join(" | ")} |`;
}

for (const name of names) {
  test(`${name}: ${runs} runs in a row, none fails, nothing stays`, async () => {
    await runOnce(name); // the first makes what all have in common
    rmSync(timesOf(name));
    const earlier = traces();
    let whole = 0;
    for (let i = 0; i < runs; i++) whole += await runOnce(name);
    rows.push(row(`${name}, one after the other`, name, whole / runs));
    await until("nothing is left", () => traces().join("\n") === earlier.join("\n"));
  });

  test(`${name}: ${runs} runs, ${atOnce} at a time, none fails, nothing stays`, async () => {
    const earlier = traces();
    rmSync(timesOf(name), { force: true }); // each test may run alone
    let begun = 0;
    let whole = 0;
    const worker = async (): Promise<void> => {
      while (begun++ < runs) {
        const ms = await runOnce(name);
        whole += ms; // the others add theirs meanwhile
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    rows.push(row(`${name}, ${atOnce} at a time`, name, whole / runs));
    await until("nothing is left", () => traces().join("\n") === earlier.join("\n"));
  });
}
