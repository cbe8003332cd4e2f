/**
 * bench-page.ts: puts what `make bench` has measured last (build/bench.json) into docs/performance.md, between the marks, and
 * draws docs/performance.svg.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { benchChart } from "./bench-chart.ts";
import { type BenchResults, benchTables } from "./bench-tables.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const page = join(root, "docs/performance.md");
const marks = /(<!-- measured -->\n)[\s\S]*?(<!-- end -->)/;

const results = JSON.parse(readFileSync(join(root, "build/bench.json"), "utf8")) as BenchResults;
const before = readFileSync(page, "utf8");
if (!marks.test(before)) throw new Error(`${page}: has no marks to write between`);
writeFileSync(
  page,
  before.replace(marks, (_, begin: string, end: string) => `${begin}${benchTables(results)}\n${end}`),
);
writeFileSync(join(root, "docs/performance.svg"), benchChart(results));
