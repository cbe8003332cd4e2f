/**
 * Node module hook for unit tests: counts lines of src/ with the same instrumenter as the programs, and writes the
 * counters into KATA_COVERAGE_DIR when the process ends. Loaded by --import, after tsx.
 */
import { writeFileSync } from "node:fs";
import { register } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transformSync } from "esbuild";
import { instrument, isCounted } from "./instrument.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const directory = process.env["KATA_COVERAGE_DIR"];

interface Loaded {
  readonly format: string;
  readonly source: string;
  readonly shortCircuit: boolean;
}

/** The `load` hook of node:module: TypeScript of the product with counters, everything else as it is. */
export function load<T>(url: string, context: unknown, nextLoad: (url: string, context: unknown) => Promise<T>): Promise<T | Loaded> {
  const path = url.startsWith("file:") ? fileURLToPath(new URL(url.split("?")[0] ?? url)) : "";
  if (!isCounted(root, path)) return nextLoad(url, context);
  const { code } = transformSync(instrument(root, path).code, { loader: "ts", format: "esm", target: "node20" });
  return Promise.resolve({ format: "module", source: code, shortCircuit: true });
}

// hooks run in a thread of their own, which loads this file too
if (isMainThread && directory !== undefined) {
  register(import.meta.url);
  process.on("exit", () => {
    const { __coverage__: counters } = globalThis as { __coverage__?: unknown };
    if (counters !== undefined) writeFileSync(join(directory, `unit-${process.pid}.json`), JSON.stringify(counters));
  });
}
