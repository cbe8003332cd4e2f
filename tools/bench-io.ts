/**
 * What goes through a machine's cards and its share, beside a bare QEMU of the same command line: A B B A A B .., both in one
 * run, both idle while the other is measured. Prints a table and writes build/bench-io.json. It asserts nothing.
 *
 *   node --import tsx tools/bench-io.ts [--rounds N] [--seconds N]
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Machine, mtus, startBare, startOurs } from "./bench-io-machines.ts";
import { type IoResults, type IoRow, ioTable } from "./bench-io-table.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" }, seconds: { type: "string", default: "2" } } });
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);

interface Measure {
  readonly row: IoRow;
  readonly take: (machine: Machine, round: number) => Promise<number>;
}

function networkMeasures(): Measure[] {
  return mtus.flatMap((mtu, i) =>
    [`10.9.${i}.2`, `fd09:${i}::2`].flatMap((address): Measure[] => {
      const what = `${address.includes(":") ? "IPv6" : "IPv4"}, MTU ${mtu}`;
      return [
        { row: { name: `TCP to the guest, ${what}`, unit: "Mbit/s" }, take: ({ lab }) => tcp(lab.far, address) },
        { row: { name: `TCP from the guest, ${what}`, unit: "Mbit/s" }, take: ({ lab }) => tcp(lab.far, address, "--reverse") },
        { row: { name: `ping, ${what}`, unit: "ms" }, take: ({ lab }) => ping(lab.far, address) },
      ];
    }),
  );
}

function far(space: string, ...command: string[]): string {
  return execFileSync("ip", ["netns", "exec", space, ...command], { encoding: "utf8", timeout: 60_000 });
}

function tcp(space: string, address: string, ...options: string[]): Promise<number> {
  const text = far(space, "iperf3", "--client", address, "--time", String(seconds), "--omit", "1", "--json", ...options);
  const bits = /"sum_received":\s*\{[^}]*"bits_per_second":\s*([\d.e+]+)/.exec(text)?.[1];
  if (bits === undefined) throw new Error(`iperf3 ${address}: ${text}`);
  return Promise.resolve(Number(bits) / 1e6);
}

function ping(space: string, address: string): Promise<number> {
  const text = far(space, "ping", "-n", "-q", "-c", "50", "-i", "0.01", address);
  const average = /= [\d.]+\/([\d.]+)\//.exec(text)?.[1];
  if (average === undefined) throw new Error(`ping ${address}: ${text}`);
  return Promise.resolve(Number(average));
}

const files = 200;

/** Everything is new in each round: nothing of it is in the guest's cache. */
const fileMeasures: readonly Measure[] = [
  {
    row: { name: "write 64 MB, fsync", unit: "ms" },
    take: ({ shell }, n) => ms(shell.run(`dd if=/dev/zero of=/d/written-${n} bs=1M count=64 conv=fsync`)),
  },
  {
    row: { name: "read 64 MB", unit: "ms" },
    take: async ({ shell, volume }, n) => {
      writeFileSync(join(volume, `read-${n}`), randomBytes(64 << 20));
      return await ms(shell.run(`dd if=/d/read-${n} of=/dev/null bs=1M`));
    },
  },
  {
    row: { name: `create ${files} files`, unit: "ms" },
    take: ({ shell }, n) => ms(shell.run(`mkdir /d/made-${n}; i=0; while [ $i -lt ${files} ]; do : >/d/made-${n}/$i; i=$((i+1)); done`)),
  },
  {
    row: { name: `stat ${files} files`, unit: "ms" },
    take: async ({ shell, volume }, n) => {
      const directory = join(volume, `seen-${n}`);
      mkdirSync(directory);
      for (let i = 0; i < files; i++) writeFileSync(join(directory, String(i)), "");
      return await ms(shell.run(`ls -l /d/seen-${n} >/dev/null`));
    },
  },
];

const ms = async (run: Promise<{ ms: number }>): Promise<number> => (await run).ms;

async function measureAll(machines: readonly Machine[]): Promise<IoResults["rows"]> {
  const measures = [...networkMeasures(), ...fileMeasures];
  const rows = measures.map(({ row }) => ({ ...row, samples: machines.map((): number[] => []) }));
  for (let round = 0; round < rounds; round++) {
    for (const [i, { row, take }] of measures.entries()) {
      const order = machines.map((machine, which) => ({ machine, which }));
      for (const { machine, which } of round % 2 === 0 ? order : order.toReversed())
        rows[i]?.samples[which]?.push(await take(machine, round));
      if (process.stderr.isTTY) process.stderr.write(`\rround ${round + 1} of ${rounds}: ${row.name}\x1b[K`);
    }
    for (const { volume } of machines) for (const name of ["written", "read", "made", "seen"]) clear(join(volume, `${name}-${round}`));
  }
  return rows;
}

const clear = (path: string): void => rmSync(path, { recursive: true, force: true });

const place = mkdtempSync(join(tmpdir(), "kata-bench-io-"));
const [load = 0] = loadavg();
try {
  const ours = await startOurs(place);
  const machines = [ours.machine];
  try {
    machines.push(await startBare(place, ours.commandLine));
    for (const { shell } of machines) await shell.run("iperf3 --server --daemon");
    const host = { kernel: release(), cpus: cpus().length, load };
    const results: IoResults = { host, rounds, contenders: machines.map(({ name }) => name), rows: await measureAll(machines) };
    writeFileSync("build/bench-io.json", `${JSON.stringify(results, undefined, 2)}\n`);
    console.log(ioTable(results));
  } finally {
    for (const machine of machines) await machine.stop();
  }
} finally {
  clear(place);
}
