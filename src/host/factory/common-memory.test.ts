import assert from "node:assert/strict";
import { test } from "node:test";
import { holesBeside } from "./common-memory.ts";

const mib = 1 << 20;

test("holesBeside() has what is not in the data, up to the end", () => {
  assert.deepEqual(
    holesBeside(
      [
        [mib, 2 * mib],
        [5 * mib, 6 * mib],
      ],
      8 * mib,
    ),
    [
      [0, mib],
      [2 * mib, 5 * mib],
      [6 * mib, 8 * mib],
    ],
  );
  assert.deepEqual(holesBeside([[0, mib]], mib), []);
  assert.deepEqual(holesBeside([], mib), [[0, mib]]);
});

test("holesBeside() cuts a large hole into pieces that leave nothing out", () => {
  const pieces = holesBeside([[0, mib]], 200 * mib);
  assert.equal(pieces.length, 4);
  assert.equal(pieces[0]?.[0], mib);
  for (const [i, [start]] of pieces.entries()) if (i > 0) assert.equal(start, pieces[i - 1]?.[1]);
  assert.equal(pieces.at(-1)?.[1], 200 * mib);
});
