import assert from "node:assert/strict";
import { test } from "node:test";
import { ioTable, ratio } from "./bench-io-table.ts";

test("ratio() is above 1 when ours moves more, and when ours takes less time", () => {
  assert.equal(ratio("Mbit/s", [[90, 110, 120], [100]]), 1.1);
  assert.equal(ratio("ms", [[4], [1, 2, 3]]), 0.5);
});

test("ioTable() has the median with the least and the most of each, and the ratio", () => {
  const text = ioTable({
    host: { kernel: "6.1", cpus: 2, load: 0.25 },
    rounds: 3,
    contenders: ["ours", "bare"],
    rows: [
      {
        name: "read",
        unit: "ms",
        samples: [
          [30, 10, 20],
          [8, 9, 10.5],
        ],
      },
    ],
  });
  assert.ok(text.startsWith("Host kernel 6.1, 2 CPUs, load 0.3 at the start, 3 rounds."), text);
  assert.ok(text.includes("| median (least, most) |  | ours | bare | ratio |\n|---|---|---|---|---|\n"), text);
  assert.ok(text.endsWith("| read | ms | 20 (10, 30) | 9.00 (8.00, 11) | 0.45 |"), text);
});
