/**
 * bench-page.ts: puts what `make bench` and `make bench-io` have measured last (build/bench.json, build/bench-io.json; either
 * may be missing) into docs/performance.md, between the marks of each, and draws docs/performance.svg.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { benchChart } from "./bench-chart.ts";
import { type IoResults, ioTable } from "./bench-io-table.ts";
import { type BenchResults, benchTables } from "./bench-tables.ts";

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

const [times, io] = ["bench.json", "bench-io.json"].map((name) => join(root, "build", name)) as [string, string];
if (existsSync(times)) {
  const results = JSON.parse(readFileSync(times, "utf8")) as BenchResults;
  fill("measured", benchTables(results));
  writeFileSync(join(root, "docs/performance.svg"), benchChart(results));
}
if (existsSync(io)) fill("measured io", ioTable(JSON.parse(readFileSync(io, "utf8")) as IoResults));
