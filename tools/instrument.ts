/**
 * Counters in TypeScript source, by istanbul: one instrumenter for the programs (esbuild plugin) and for the unit tests
 * (module hook), so that their counters can be added up.
 *
 * The maps from counters to lines are large (a multiple of the code) and are not needed to count: they stay here, in a
 * file per source under MAPS, and the instrumented code carries its numbers only.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { FileCoverageData } from "istanbul-lib-coverage";
import { createInstrumenter } from "istanbul-lib-instrument";

/** What is counted: the product's own code, but neither tests nor generated code. */
export function isCounted(root: string, path: string): boolean {
  const name = relative(root, path);
  return /^src\/.*\.ts$/.test(name) && !/\.test\.ts$|\/testing\/|^src\/protocol\/gen\//.test(name);
}

/** Where the maps are kept, beside the counters that runs leave. */
export function mapsDirectory(root: string): string {
  return join(root, "build/coverage/maps");
}

/** The source with counters in `globalThis.__coverage__`, by path relative to the repository. */
export function instrument(root: string, path: string, source: string): string {
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
  const name = relative(root, path);
  const code = instrumenter.instrumentSync(source, name);
  const map = instrumenter.lastFileCoverage();
  saveMap(root, name, map);
  return withoutMap(code, map);
}

function saveMap(root: string, name: string, map: FileCoverageData): void {
  const directory = mapsDirectory(root);
  mkdirSync(directory, { recursive: true });
  const id = createHash("sha256").update(name).digest("hex").slice(0, 16);
  writeFileSync(join(directory, `${id}.json`), JSON.stringify(map));
}

/** Replaces the literal of maps and counters by the counters alone. */
function withoutMap(code: string, map: FileCoverageData): string {
  const start = code.indexOf("var coverageData = {");
  const end = code.indexOf("};\n", start);
  if (start < 0 || end < 0) throw new Error(`instrument ${map.path}: the instrumenter's output has no coverageData`);
  const { path, s, f, b } = map;
  const hash = /\bhash: "(\w+)"/.exec(code.slice(start, end))?.[1] ?? "";
  return `${code.slice(0, start)}var coverageData = ${JSON.stringify({ path, s, f, b, hash })}${code.slice(end + 1)}`;
}
