/** `linux.resources.devices` as the eBPF program that cgroup v2 asks about each open and mknod of a device. Pure. */
import { Fault } from "../../base/fault.ts";
import type { DeviceRule } from "../../oci/spec-linux.ts";
import { assemble, exit, type Instruction, load, set, unlessEqual } from "../../sys/bpf-program.ts";

/** What every container may do, whatever its rules say: runc's list. Making a node is harmless, opening it is not. */
const always: readonly DeviceRule[] = [
  { allow: true, type: "c", access: "m" },
  { allow: true, type: "b", access: "m" },
  ...[3, 5, 7, 8, 9].map((minor): DeviceRule => ({ allow: true, type: "c", major: 1, minor })), // null zero full random urandom
  { allow: true, type: "c", major: 5, minor: 0 }, // tty
  { allow: true, type: "c", major: 5, minor: 2 }, // ptmx
  { allow: true, type: "c", major: 136 }, // pts
];

/** undefined when everything is allowed. A device that no rule speaks of is denied; of several rules the last one counts. */
export function deviceProgram(rules: readonly DeviceRule[]): Uint8Array | undefined {
  const last = rules.at(-1);
  if (last?.allow && isForAll(last)) return undefined;
  const order = [...always, ...[...rules].reverse(), { allow: false }];
  // the kernel refuses instructions that are never reached: nothing comes after a rule for all
  return assemble([...prologue, ...order.slice(0, order.findIndex(isForAll) + 1).flatMap(ruleInstructions)]);
}

const isAny = (number: DeviceRule["major"]): boolean => number === undefined || BigInt(number) === -1n;

function isForAll({ type, major, minor, access }: DeviceRule): boolean {
  return (type ?? "a") !== "b" && type !== "c" && isAny(major) && isAny(minor) && accessBits(access) === everyAccess;
}

const move = (to: number, from: number): Instruction => ({ code: 0xbc, to, from });
const and = (to: number, value: number): Instruction => ({ code: 0x54, to, value });
const shiftRight = (to: number, value: number): Instruction => ({ code: 0x74, to, value });
/** Jumps are to the next rule: their distance is known when the rule is whole. */
const ifEqual = (register: number, value: number): Instruction => ({ code: 0x15, to: register, value });

const [scratch, type, access, major, minor] = [6, 2, 3, 4, 5];

/** struct bpf_cgroup_dev_ctx: access and type in one word, major, minor. */
const prologue: readonly Instruction[] = [
  load(type, 0),
  and(type, 0xffff),
  load(access, 0),
  shiftRight(access, 16),
  load(major, 4),
  load(minor, 8),
];

const answer = (allow: boolean): Instruction[] => [set(0, allow ? 1 : 0), exit];

const types = { b: 1, c: 2 } as const;
const accessBit: Readonly<Record<string, number>> = { m: 1, r: 2, w: 4 };
const everyAccess = 7;

function accessBits(text: string | undefined): number {
  let bits = 0;
  for (const letter of text || "rwm") {
    const bit = Object.hasOwn(accessBit, letter) ? accessBit[letter] : undefined;
    if (bit === undefined) {
      throw new Fault(`linux.resources.devices: access ${JSON.stringify(text)}, must be letters of rwm`, {
        component: "agent",
        code: "invalid-argument",
      });
    }
    bits |= bit;
  }
  return bits;
}

/** An allowing rule answers when it covers all that is asked for, a denying one when it covers any of it. */
function ruleInstructions(rule: DeviceRule): Instruction[] {
  const bits = accessBits(rule.access);
  const conditions: Instruction[] = [];
  if (rule.type === "b" || rule.type === "c") conditions.push(unlessEqual(type, types[rule.type]));
  if (bits !== everyAccess) {
    conditions.push(move(scratch, access), and(scratch, rule.allow ? everyAccess & ~bits : bits));
    conditions.push(rule.allow ? unlessEqual(scratch, 0) : ifEqual(scratch, 0));
  }
  if (!isAny(rule.major)) conditions.push(unlessEqual(major, Number(rule.major)));
  if (!isAny(rule.minor)) conditions.push(unlessEqual(minor, Number(rule.minor)));
  const whole = [...conditions, ...answer(rule.allow)];
  return whole.map((each, i) => (isJump(each) ? { ...each, offset: whole.length - i - 1 } : each));
}

const isJump = ({ code }: Instruction): boolean => code === 0x55 || code === 0x15;
