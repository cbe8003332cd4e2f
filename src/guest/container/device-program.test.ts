import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { DeviceRule } from "../../oci/spec-linux.ts";
import { deviceProgram } from "./device-program.ts";

interface Asked {
  readonly type: "b" | "c";
  readonly access: number;
  readonly major: number;
  readonly minor: number;
}

const letters = { m: 1, r: 2, w: 4 } as const;

/** What the kernel does with struct bpf_insn[]. */
function run(program: Uint8Array | undefined, { type, access, major, minor }: Asked): boolean {
  if (!program) return true;
  const view = new DataView(program.buffer);
  const context = [(access << 16) | (type === "b" ? 1 : 2), major, minor];
  const registers = new Array<number>(11).fill(0);
  for (let at = 0; at < program.length; at += 8) {
    const [code, to, from] = [view.getUint8(at), view.getUint8(at + 1) & 15, view.getUint8(at + 1) >> 4];
    const [offset, value] = [view.getInt16(at + 2, true), view.getInt32(at + 4, true)];
    if (code === 0x95) return registers[0] === 1;
    const current = registers[to] ?? 0;
    if (code === 0x55 || code === 0x15) at += (code === 0x15) === (current === value) ? offset * 8 : 0;
    else registers[to] = computed(code, current, { from: registers[from] ?? 0, loaded: context[offset / 4] ?? 0, value });
  }
  return assert.fail("no answer");
}

/** As the kernel's verifier wants it: no instruction that nothing leads to. */
function assertReachable(program: Uint8Array): void {
  const view = new DataView(program.buffer);
  const reached = new Set<number>();
  const visit = (at: number): void => {
    if (reached.has(at)) return;
    assert.ok(at < program.length, "runs off the end");
    reached.add(at);
    const code = view.getUint8(at);
    if (code === 0x55 || code === 0x15) visit(at + 8 + view.getInt16(at + 2, true) * 8);
    if (code !== 0x95) visit(at + 8);
  };
  visit(0);
  assert.equal(reached.size, program.length / 8);
}

function computed(code: number, current: number, { from, loaded, value }: { from: number; loaded: number; value: number }): number {
  switch (code) {
    case 0x61:
      return loaded;
    case 0xbc:
      return from;
    case 0xb7:
      return value;
    case 0x54:
      return current & value;
    case 0x74:
      return current >>> value;
    default:
      return assert.fail(`code ${code}`);
  }
}

/** One letter at a time: allowed by the last rule that speaks of it. */
function expected(rules: readonly DeviceRule[], asked: Asked): boolean {
  const names = Object.entries(letters).filter(([, bit]) => (asked.access & bit) !== 0);
  const matches = (rule: DeviceRule): boolean =>
    [undefined, "", "a", asked.type].includes(rule.type) &&
    [undefined, -1, asked.major].includes(rule.major as number | undefined) &&
    [undefined, -1, asked.minor].includes(rule.minor as number | undefined);
  return names.every(
    ([letter]) => letter === "m" || rules.findLast((rule) => matches(rule) && (rule.access || "rwm").includes(letter))?.allow === true,
  );
}

const number = fc.constantFrom(undefined, -1, 7, 8, 253);
const rule: fc.Arbitrary<DeviceRule> = fc.record(
  {
    allow: fc.boolean(),
    type: fc.constantFrom("a" as const, "b" as const, "c" as const, "" as const),
    major: number.filter((n) => n !== undefined),
    minor: number.filter((n) => n !== undefined),
    access: fc.constantFrom("rwm", "rw", "", "rmw"),
  },
  { requiredKeys: ["allow"] },
);
const asked = fc.record({
  type: fc.constantFrom("b" as const, "c" as const),
  access: fc.constantFrom(2, 4, 6, 1),
  major: fc.constantFrom(7, 8, 253),
  minor: fc.constantFrom(7, 8, 9),
});

test("deviceProgram() lets the last rule that speaks of a device decide", () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 6 }), asked, (rules, question) => {
      const program = deviceProgram(rules);
      if (program) assertReachable(program);
      assert.equal(run(program, question), question.access === 1 || expected(rules, question));
    }),
    { numRuns: 3000 },
  );
});

test("deviceProgram() tells reading from writing", () => {
  const disk = { type: "b", major: 8, minor: 0 } as const;
  const program = deviceProgram([{ allow: false }, { allow: true, ...disk, access: "r" }]);
  assert.deepEqual(
    [2, 4, 6].map((access) => run(program, { ...disk, access })),
    [true, false, false],
  );
  const noWrite = deviceProgram([{ allow: true }, { allow: false, ...disk, access: "w" }]);
  assert.deepEqual(
    [2, 4, 6].map((access) => run(noWrite, { ...disk, access })),
    [true, false, false],
  );
});

test("deviceProgram() always leaves the devices that every container has", () => {
  const program = deviceProgram([{ allow: false, access: "rwm" }]);
  for (const [major, minor, allowed] of [
    [1, 3, true],
    [5, 2, true],
    [136, 9, true],
    [1, 1, false],
    [10, 229, false],
  ] as const)
    assert.equal(run(program, { type: "c", access: 6, major, minor }), allowed, `${major}:${minor}`);
});

test("deviceProgram() needs none where all is allowed, and denies by default", () => {
  assert.equal(deviceProgram([{ allow: false }, { allow: true, access: "rwm" }]), undefined);
  assert.equal(run(deviceProgram([]), { type: "b", access: 2, major: 8, minor: 0 }), false);
  assert.throws(() => deviceProgram([{ allow: true, access: "x" }]), /access "x", must be letters of rwm/);
});
