import assert from "node:assert/strict";
import { test } from "node:test";
import { CallDurations, callBoundsMs, Histogram } from "./histogram.ts";

test("a histogram counts each value at the first bound that it does not pass, and those past all at the end", () => {
  const histogram = new Histogram([1, 10]);
  for (const value of [0.5, 1, 2, 100]) histogram.count(value);
  assert.deepEqual([histogram.counts, histogram.sum], [[2, 1, 1], 103.5]);
});

test("CallDurations counts by method", () => {
  const calls = new CallDurations();
  for (const [method, ms] of [
    ["Check", 3],
    ["Check", 600],
    ["Exec", 0.1],
  ] as const)
    calls.count(method, ms);
  const at = (...indexes: number[]): number[] => [...callBoundsMs, Number.POSITIVE_INFINITY].map((_, i) => Number(indexes.includes(i)));
  assert.deepEqual(calls.all, [
    { method: "Check", counts: at(2, 10), sum: 603 },
    { method: "Exec", counts: at(0), sum: 0.1 },
  ]);
});
