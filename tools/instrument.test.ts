import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { transformSync } from "esbuild";
import { addCounters, type Counters, instrument, isCounted } from "./instrument.ts";

test("isCounted() takes the product's own code only", () => {
  const counted = (path: string): boolean => isCounted("/r", `/r/${path}`);
  assert.deepEqual(["src/base/text.ts", "src/host/main.ts"].map(counted), [true, true]);
  const others = ["src/base/text.test.ts", "src/sys/testing/fake.ts", "src/protocol/gen/agent.ts", "test/x.ts", "node_modules/x/src/y.ts"];
  assert.deepEqual(others.map(counted), [false, false, false, false, false]);
});

test("instrument() counts what runs, and its counters add up with those of the same version only", (t) => {
  const root = mkdtempSync(join(tmpdir(), "instrument-"));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "src"));
  const path = join(root, "src/a.ts");
  writeFileSync(path, "interface A { x: number }\nconst a: A = { x: 1 };\nif (a.x > 1) {\n  a.x = 2;\n}\na.x = 3;\n");
  const { code, map } = instrument(root, path);
  assert.ok(!code.includes("statementMap"), "the code carries no map");

  const context: { globalThis?: unknown; __coverage__?: Record<string, Counters> } = {};
  context.globalThis = context;
  runInNewContext(transformSync(code, { loader: "ts" }).code, context);
  const counters = context.__coverage__?.["src/a.ts"];
  assert.ok(counters);
  assert.ok(addCounters(map, counters));
  assert.ok(addCounters(map, counters));
  const lines = Object.entries(map.statementMap).map(([id, { start }]) => [start.line, map.s[id]]);
  assert.deepEqual(lines, [
    [2, 2],
    [3, 2],
    [4, 0],
    [6, 2],
  ]);
  assert.ok(!addCounters(map, { ...counters, hash: "other" }));

  const kept = instrument(root, path);
  assert.equal(kept.code, code);
});
