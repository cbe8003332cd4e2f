import assert from "node:assert/strict";
import { test } from "node:test";
import { idMapText, parseIdMap, sameIds } from "./id-mapping.ts";

const ranges = [
  { containerID: 0, hostID: 100_000, size: 1000 },
  { containerID: 1000, hostID: 0, size: 1 },
];

test("parseIdMap() reads what the kernel shows, in columns, and what idMapText() writes", () => {
  assert.deepEqual(parseIdMap("         0     100000       1000\n      1000          0          1\n"), ranges);
  assert.deepEqual(parseIdMap(idMapText(ranges)), ranges);
  assert.deepEqual(parseIdMap(""), []);
});

test("sameIds() takes another order, and a range that is split, for others", () => {
  assert.ok(sameIds(ranges, parseIdMap(idMapText(ranges))));
  assert.ok(!sameIds(ranges, ranges.slice(0, 1)));
  assert.ok(!sameIds(ranges, ranges.toReversed()));
  assert.ok(!sameIds([{ containerID: 0, hostID: 0, size: 2 }], parseIdMap("0 0 1\n1 1 1\n")));
});
