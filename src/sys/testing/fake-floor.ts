/** A system-call layer for unit tests on Node: each call a test expects is a function, any other is ENOSYS. */
import type { Argument, Floor } from "../native.ts";
import { numbersOf, type SyscallName } from "../numbers.ts";

export type FakeCalls = { readonly [N in SyscallName]?: (...args: Argument[]) => number };

export interface FakeFloor {
  /** Names of the calls made so far, in order. */
  readonly made: SyscallName[];
  remove(): void;
}

const enosys = -38;

/** Until `remove`, the modules of src/sys make these calls. */
export function installFakeFloor(calls: FakeCalls): FakeFloor {
  const made: SyscallName[] = [];
  const names = new Map<number, SyscallName>();
  for (const [name, number] of Object.entries(numbersOf("x86_64"))) names.set(number, name as SyscallName);
  const floor: Partial<Floor> = {
    argv: [],
    architecture: "x86_64",
    syscall: (number, ...args) => {
      const name = names.get(number);
      if (name === undefined) return enosys;
      made.push(name);
      return calls[name]?.(...args) ?? enosys;
    },
    utf8Encode: (text) => new TextEncoder().encode(text),
    utf8Decode: (bytes) => new TextDecoder().decode(bytes),
    address: () => 0,
  };
  const holder = globalThis as { floor?: unknown };
  const before = holder.floor;
  holder.floor = floor;
  return {
    made,
    remove: () => {
      if (before === undefined) delete holder.floor;
      else holder.floor = before;
    },
  };
}

/** Fills a struct timespec as clock_gettime(2) does. */
export function fakeClock(seconds: number, nanoseconds = 0): (...args: Argument[]) => number {
  return (_clock, buffer) => {
    if (!(buffer instanceof Uint8Array)) return -14;
    const view = new DataView(buffer.buffer, buffer.byteOffset);
    view.setBigUint64(0, BigInt(seconds), true);
    view.setBigUint64(8, BigInt(nanoseconds), true);
    return 0;
  };
}
