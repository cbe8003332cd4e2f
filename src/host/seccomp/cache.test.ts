import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { type FakeFloor, installFakeFloor } from "../../sys/testing/fake-floor.ts";
import { packEntry, parseEntry } from "./cache.ts";

let floor: FakeFloor;
before(() => {
  floor = installFakeFloor({});
});
after(() => floor.remove());

test("an entry gives back what was packed, for its own key only and only when it is whole", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }),
      fc.uint8Array(),
      fc.nat(0xffff),
      fc.string(),
      fc.nat(),
      (key, program, flags, other, cut) => {
        const entry = packEntry(key, { program, flags });
        assert.deepEqual(parseEntry(entry, key), { program, flags });
        if (other !== key) assert.equal(parseEntry(entry, other), undefined);
        assert.equal(parseEntry(entry.subarray(0, cut % entry.length), key), undefined);
      },
    ),
  );
});
