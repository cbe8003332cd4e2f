import assert from "node:assert/strict";
import { test } from "node:test";
import { benchChart } from "./bench-chart.ts";

test("benchChart() has a bar of the right length for each contender of a row, and escapes names", () => {
  const svg = benchChart({
    host: { kernel: "6.1", cpus: 2, memory: 1, load: 0 },
    contenders: [
      { name: "ours", version: "" },
      { name: "runc", version: "" },
    ],
    samples: { "a -> b": { ours: [10, 30], runc: [1000] }, state: { ours: [1] } },
    idle: [],
  });
  const widths = [...svg.matchAll(/<rect x="230" y="\d+" width="([\d.]+)" height="10" fill/g)].map(([, width]) => Number(width));
  // a scale of three decades, of which 10 ms is the first third and 1000 ms the whole
  assert.deepEqual(widths, [186.7, 560, 1]);
  assert.ok(svg.includes("a -&gt; b"), svg);
});
