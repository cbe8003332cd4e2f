import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { buildSync } from "esbuild";
import { sourceMaps, symbolize } from "./source-places.ts";

test("symbolize() finds the line of TypeScript that a trace is about, and leaves the rest", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "places-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const source = [
    "interface Unused {",
    "  readonly a: number;",
    "}",
    "export function boom(): never {",
    '  throw new Error("x");',
    "}",
    "",
  ];
  writeFileSync(join(directory, "boom.ts"), source.join("\n"));
  buildSync({
    entryPoints: { main: join(directory, "boom.ts") },
    outdir: directory,
    bundle: true,
    format: "esm",
    sourcemap: "external",
    logLevel: "silent",
  });
  const places = sourceMaps(directory, directory);
  const trace = "Error: x\n    at boom (main.js:3:13)\n    at <eval> (other.js:1:2)\n    at native\n";
  assert.equal(symbolize(trace, places), "Error: x\n    at boom (boom.ts:5:13)\n    at <eval> (other.js:1:2)\n    at native\n");
});
