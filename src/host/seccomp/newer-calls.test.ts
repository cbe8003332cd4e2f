import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { newerCallsStub, type Realm } from "./newer-calls.ts";

const x86_64 = 0xc000_003e;
const x32 = 0x4000_003e;
const x86 = 0x4000_0003;
const aarch64 = 0xc000_00b7;
const x32Bit = 0x4000_0000;

/** What the kernel does with struct sock_filter[]; undefined when it runs off the end, where the profile's program begins. */
function answer(program: Uint8Array, architecture: number, number: number): number | undefined {
  const view = new DataView(program.buffer);
  let accumulator = 0;
  for (let at = 0; at < program.length; at += 8) {
    const [code, whenTrue, whenFalse, k] = [
      view.getUint16(at, true),
      view.getUint8(at + 2),
      view.getUint8(at + 3),
      view.getUint32(at + 4, true),
    ];
    const branch = (taken: boolean): void => {
      at += (taken ? whenTrue : whenFalse) * 8;
    };
    if (code === 0x20) accumulator = k === 4 ? architecture : number;
    else if (code === 0x15) branch(accumulator === k);
    else if (code === 0x25) branch(accumulator > k);
    else if (code === 0x35) branch(accumulator >= k);
    else if (code === 0x05) at += k * 8;
    else if (code === 0x06) return k;
    else assert.fail(`code ${code}`);
  }
  return undefined;
}

const enosys = 0x0005_0000 + 38;

test("newerCallsStub() answers ENOSYS beyond the last call of each architecture, and leaves all others to the profile", () => {
  const last = fc.integer({ min: 0, max: 600 });
  const realms = fc.record(
    { [x86_64]: last, [x32]: last.map((n) => n + x32Bit), [x86]: last, [aarch64]: last },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<number, number>>;
  const numbers = fc.oneof(fc.integer({ min: 0, max: 700 }), fc.integer({ min: x32Bit, max: x32Bit + 700 }));
  fc.assert(
    fc.property(realms, fc.constantFrom(x86_64, x86, aarch64, 40), numbers, (lasts, architecture, number) => {
      const list: Realm[] = Object.entries(lasts).map(([token, value]) => ({ token: Number(token), last: value }));
      const realm = architecture === x86_64 && number >= x32Bit ? x32 : architecture;
      const newer = lasts[realm] !== undefined && number > lasts[realm];
      assert.equal(answer(newerCallsStub(list), architecture, number), newer ? enosys : undefined);
    }),
    { numRuns: 2000 },
  );
});
