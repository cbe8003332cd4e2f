/**
 * bench-page.ts: puts what `make bench` and `make bench-io` have measured last (build/bench.json, build/bench-pod.json,
 * build/bench-io.json; each may be missing) into docs/performance.md, between the marks of each, and draws docs/performance.svg.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { benchChart } from "./bench-chart.ts";
import { type IoResults, ioTable } from "./bench-io-table.ts";
import { type BenchResults, benchTables, type PodResults, podTables } from "./bench-tables.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const page = join(root, "docs/performance.md");

/** Writes between `<!-- MARK -->` and the next `<!-- end -->`. */
function fill(mark: string, tables: string): void {
  const before = readFileSync(page, "utf8");
  const marks = new RegExp(`(<!-- ${mark} -->\\n)[\\s\\S]*?(<!-- end -->)`);
  if (!marks.test(before)) throw new Error(`${page}: has no marks ${mark} to write between`);
  writeFileSync(
    page,
    before.replace(marks, (_, begin: string, end: string) => `${begin}${tables}\n${end}`),
  );
}

function measured(name: string): unknown {
  const path = join(root, "build", `${name}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

const times = measured("bench") as BenchResults | undefined;
if (times) {
  fill("measured", benchTables(times));
  writeFileSync(join(root, "docs/performance.svg"), benchChart(times));
}
const pods = measured("bench-pod") as PodResults | undefined;
if (pods) fill("pods", podTables(pods));
const io = measured("bench-io") as IoResults | undefined;
if (io) fill("measured io", ioTable(io));
