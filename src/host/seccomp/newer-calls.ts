/**
 * System calls that are newer than a profile. A profile that denies by default with EPERM makes programs fail that would
 * fall back on ENOSYS; so, as runc has done since 1.0.0-rc93, calls beyond the newest one the profile names are not there.
 */
import type { Seccomp } from "../../oci/spec-linux.ts";
import { nativeSeccompArchitecture, resolveSyscall } from "../../sys/seccomp.ts";
import { architectures } from "./names.ts";

const enosys = 38;

/** Calls up to `last` are in the profile's realm. */
export interface Realm {
  readonly token: number;
  readonly last: number;
}

/** `program` with the calls beyond the profile answered before it. */
export function withNewerCalls(program: Uint8Array, profile: Seccomp, tokens: readonly number[]): Uint8Array {
  if (["SCMP_ACT_ALLOW", "SCMP_ACT_LOG"].includes(profile.defaultAction) || profile.defaultErrnoRet === enosys) return program;
  const names = [...new Set((profile.syscalls ?? []).flatMap((rule) => rule.names))];
  const realms: Realm[] = [];
  for (const token of new Set([nativeSeccompArchitecture(), ...tokens])) {
    const last = Math.max(-1, ...names.map((name) => resolveSyscall(token, name) ?? -1));
    if (last >= 0) realms.push({ token, last });
  }
  if (realms.length === 0) return program;
  const stub = newerCallsStub(realms);
  const whole = new Uint8Array(stub.length + program.length);
  whole.set(stub);
  whole.set(program, stub.length); // its jumps are forward and relative
  return whole;
}

const x32Bit = 0x4000_0000;
const { SCMP_ARCH_X86_64: x86_64, SCMP_ARCH_X32: x32 } = architectures;

interface Instruction {
  readonly code: number;
  readonly k: number;
  readonly whenTrue?: number;
  readonly whenFalse?: number;
}

// linux/bpf_common.h; a system call is struct seccomp_data: its number at 0, the architecture at 4
const loadNumber: Instruction = { code: 0x20, k: 0 };
const loadArchitecture: Instruction = { code: 0x20, k: 4 };
const answerEnosys: Instruction = { code: 0x06, k: 0x0005_0000 + enosys };
const jump = (distance: number): Instruction => ({ code: 0x05, k: distance });
const ifEqual = (k: number, whenTrue: number, whenFalse: number): Instruction => ({ code: 0x15, k, whenTrue, whenFalse });
const ifGreater = (k: number, whenTrue: number, whenFalse: number): Instruction => ({ code: 0x25, k, whenTrue, whenFalse });
const ifAtLeast = (k: number, whenTrue: number, whenFalse: number): Instruction => ({ code: 0x35, k, whenTrue, whenFalse });

/** Falls through to what comes after it for every call that it does not answer. */
export function newerCallsStub(realms: readonly Realm[]): Uint8Array {
  const lastX32 = realms.find(({ token }) => token === x32)?.last;
  const blocks = realms.filter(({ token }) => token !== x32).map(({ token, last }) => block(token, last, lastX32));
  // x86_64's own calls may be missing from a profile for x32 alone
  if (lastX32 !== undefined && !realms.some(({ token }) => token === x86_64)) blocks.push(block(x86_64 as number, x32Bit - 1, lastX32));
  const instructions: Instruction[] = [loadArchitecture];
  let left = blocks.reduce((sum, each) => sum + each.length, 0);
  for (const each of blocks) {
    left -= each.length;
    // the last instruction of a block leaves the stub
    instructions.push(...each.slice(0, -1), jump(left));
  }
  return pack(instructions);
}

function block(token: number, last: number, lastX32: number | undefined): Instruction[] {
  const end = jump(0);
  if (token !== x86_64) return [ifEqual(token, 0, 4), loadNumber, ifGreater(last, 0, 1), answerEnosys, end];
  // both have one token; without a profile for x32 its calls are the filter's affair
  if (lastX32 === undefined) return [ifEqual(token, 0, 5), loadNumber, ifAtLeast(x32Bit, 2, 0), ifGreater(last, 0, 1), answerEnosys, end];
  return [
    ...[ifEqual(token, 0, 6), loadNumber, ifAtLeast(x32Bit, 0, 1)],
    ...[ifGreater(lastX32, 1, 2), ifGreater(last, 0, 1), answerEnosys, end],
  ];
}

/** struct sock_filter[] */
function pack(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(instructions.length * 8);
  const view = new DataView(bytes.buffer);
  instructions.forEach(({ code, k, whenTrue = 0, whenFalse = 0 }, i) => {
    view.setUint16(i * 8, code, true);
    view.setUint8(i * 8 + 2, whenTrue);
    view.setUint8(i * 8 + 3, whenFalse);
    view.setUint32(i * 8 + 4, k, true);
  });
  return bytes;
}
