/**
 * Counters in TypeScript source, by istanbul: one instrumenter for the programs (esbuild plugin) and for the unit tests
 * (module hook), so that their counters can be added up.
 *
 * The maps from counters to lines are large (a multiple of the code) and are not needed to count: the instrumented code
 * carries its numbers only, and the report makes the maps anew.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { FileCoverageData } from "istanbul-lib-coverage";
import { createInstrumenter } from "istanbul-lib-instrument";

/** What is counted: the product's own code, but neither tests nor generated code. */
export function isCounted(root: string, path: string): boolean {
  const name = relative(root, path);
  return /^src\/.*\.ts$/.test(name) && !/\.test\.ts$|\/testing\/|^src\/protocol\/gen\//.test(name);
}

/** Which line each counter is about, all counters at zero. */
export type CounterMap = FileCoverageData & { readonly hash: string };

export interface Instrumented {
  /** The source with counters in `globalThis.__coverage__`, by path relative to the repository. */
  readonly code: string;
  readonly map: CounterMap;
}

/** Instruments a file; kept by hash, because every process of the unit tests asks for the same files. */
export function instrument(root: string, path: string): Instrumented {
  const source = readFileSync(path, "utf8");
  const name = relative(root, path);
  const directory = join(root, "build/coverage/instrumented");
  const kept = join(directory, `${createHash("sha256").update(`${name}\0${source}`).digest("hex").slice(0, 24)}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, "utf8")) as Instrumented;
  const result = addCountersTo(name, source);
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${kept}.${process.pid}`, JSON.stringify(result));
  renameSync(`${kept}.${process.pid}`, kept); // processes run side by side
  return result;
}

function addCountersTo(name: string, source: string): Instrumented {
  const instrumenter = createInstrumenter({
    esModules: true,
    compact: false,
    autoWrap: true,
    produceSourceMap: false,
    coverageVariable: "__coverage__",
    coverageGlobalScope: "globalThis",
    coverageGlobalScopeFunc: false, // the engine has no Function()
    parserPlugins: ["typescript", "topLevelAwait", "importMeta"],
  });
  const code = instrumenter.instrumentSync(source, name);
  const map = instrumenter.lastFileCoverage();
  const start = code.indexOf("var coverageData = {");
  const end = code.indexOf("};\n", start);
  if (start < 0 || end < 0) throw new Error(`instrument ${name}: the instrumenter's output has no coverageData`);
  // one digest for the whole map: two versions of a file that count the same things may be added up
  const hash = createHash("sha256").update(JSON.stringify(map)).digest("hex").slice(0, 16);
  const { s, f, b } = map;
  const counters = JSON.stringify({ path: name, s, f, b, hash });
  const small = `${code.slice(0, start)}var coverageData = ${counters}${code.slice(end + 1)}`;
  return { code: small.replace(/(var hash = )"\w+"/, `$1"${hash}"`), map: { ...map, hash } };
}

/** What a run leaves for one file. */
export interface Counters {
  readonly path: string;
  readonly hash: string;
  readonly s: Readonly<Record<string, number>>;
  readonly f: Readonly<Record<string, number>>;
  readonly b: Readonly<Record<string, readonly number[]>>;
}

/** Adds a run's counters to the map's own; false when they belong to another version of the file. */
export function addCounters(map: CounterMap, run: Counters): boolean {
  if (map.hash !== run.hash) return false;
  for (const [id, count] of Object.entries(run.s)) map.s[id] = (map.s[id] ?? 0) + count;
  for (const [id, count] of Object.entries(run.f)) map.f[id] = (map.f[id] ?? 0) + count;
  for (const [id, counts] of Object.entries(run.b)) map.b[id] = counts.map((count, i) => (map.b[id]?.[i] ?? 0) + count);
  return true;
}
