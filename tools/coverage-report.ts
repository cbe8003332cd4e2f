/**
 * coverage-report.ts MINIMUM: adds up what unit tests and instrumented programs have counted (build/coverage), prints
 * lines covered by part of the product, and fails below MINIMUM percent.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import libCoverage from "istanbul-lib-coverage";
import { addCounters, type CounterMap, type Counters, instrument, isCounted } from "./instrument.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { createFileCoverage } = libCoverage;

/** Every file of the product, loaded by some run or not, with all counters at zero. */
function emptyMaps(): Map<string, CounterMap> {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).map((file) => join(root, "src", file));
  const maps = files.filter((file) => isCounted(root, file)).map((file) => instrument(root, file).map);
  return new Map(maps.map((map) => [map.path, map]));
}

/** Number of counter files that were added. Counters of other versions of a file are left out, and named. */
function addRuns(maps: ReadonlyMap<string, CounterMap>): number {
  const directory = join(root, "build/coverage/counters");
  const runs = readdirSync(directory).filter((file) => file.endsWith(".json"));
  const stale = new Set<string>();
  for (const run of runs) {
    const counters = Object.values(JSON.parse(readFileSync(join(directory, run), "utf8")) as Record<string, Counters>);
    for (const file of counters) {
      const map = maps.get(file.path);
      if (map === undefined || !addCounters(map, file)) stale.add(file.path);
    }
  }
  for (const path of stale) console.error(`coverage: counters of another version of ${path} are left out`);
  return runs.length;
}

interface Row {
  covered: number;
  total: number;
}

function partOf(path: string): string {
  const parts = path.split("/");
  return parts.slice(1, parts[1] === "host" || parts[1] === "guest" ? 3 : 2).join("/");
}

function percent({ covered, total }: Row): string {
  return `${(total === 0 ? 100 : (100 * covered) / total).toFixed(1)} %`;
}

const minimum = Number(process.argv[2] ?? "0");
const maps = emptyMaps();
const runs = addRuns(maps);
const rows = new Map<string, Row>();
const all: Row = { covered: 0, total: 0 };
const files: Record<string, Row> = {};
for (const [path, map] of [...maps].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
  const { covered, total } = createFileCoverage(map).toSummary().lines;
  files[path] = { covered, total };
  const row = rows.get(partOf(path)) ?? { covered: 0, total: 0 };
  rows.set(partOf(path), { covered: row.covered + covered, total: row.total + total });
  all.covered += covered;
  all.total += total;
}
mkdirSync(join(root, "coverage"), { recursive: true });
writeFileSync(join(root, "coverage/lines.json"), `${JSON.stringify(files, null, 2)}\n`);

for (const [part, row] of rows) console.log(`${part.padEnd(20)} ${percent(row).padStart(8)}  ${row.covered} of ${row.total} lines`);
console.log(
  `${"all".padEnd(20)} ${percent(all).padStart(8)}  ${all.covered} of ${all.total} lines, ${runs} runs; by file: coverage/lines.json`,
);
if (all.covered * 100 < minimum * all.total) {
  console.error(`coverage: ${percent(all)} of lines, at least ${minimum} % are wanted`);
  process.exitCode = 1;
}
