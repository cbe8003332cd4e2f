import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bitMask, parseBitList } from "./bit-list.ts";

test("parseBitList() reads numbers and ranges, and nothing else", () => {
  assert.deepEqual(parseBitList("0-3,7"), [0, 1, 2, 3, 7]);
  assert.deepEqual(parseBitList(" 5 , 5-6 "), [5, 6]);
  for (const wrong of ["", "a", "3-1", "1-", "-1", "1,,2", "0-8192", "99999999999", "0x1"])
    assert.equal(parseBitList(wrong), undefined, wrong);
});

test("bitMask() has exactly the bits of the list", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(300), { minLength: 1 }), (numbers) => {
      const mask = bitMask(numbers);
      assert.equal(mask.length % 8, 0);
      const found = [...mask].flatMap((byte, i) => [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte >> bit) & 1).map((bit) => i * 8 + bit));
      assert.deepEqual(
        found,
        [...numbers].sort((a, b) => a - b),
      );
    }),
  );
});
