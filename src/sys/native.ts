/** The native floor as TypeScript sees it (native/floor.c). Nothing outside src/sys touches it. */
import { numbersOf, type SyscallName, type SyscallNumbers } from "./numbers.ts";

/** `undefined` is 0, as null is. */
export type Argument = number | bigint | string | Uint8Array | readonly string[] | null | undefined;

/** What floor.spawn takes; see SpawnOptions in process.ts for the meaning. */
export interface NativeSpawn {
  readonly file: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly fds: readonly number[];
  readonly namespaces: readonly number[];
  readonly joins: readonly number[];
  readonly cwd?: string;
  readonly unshare?: number;
  readonly born?: number;
  readonly deathSignal?: number;
  readonly session?: number;
  readonly terminal?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly umask?: number;
}

/** libseccomp (native/seccomp.c): results are its own, 0 or a number, or -errno. */
export interface NativeSeccomp {
  readonly version: string;
  readonly nativeArchitecture: number;
  begin(action: number): number;
  release(filter: number): void;
  addArchitecture(filter: number, token: number): number;
  addRule(filter: number, action: number, syscall: number, tests: Uint8Array): number;
  resolve(token: number, name: string): number;
  writeProgram(filter: number, fd: number): number;
}

/** A word of a call's arguments; an array is a vector of words, of which all but numbers are addresses. */
export type Word = number | bigint | string | Uint8Array | null | readonly Word[];

export interface Floor {
  readonly argv: readonly string[];
  readonly architecture: string;
  /** The result, or -errno. */
  syscall(number: number, ...args: Argument[]): number;
  /** Where the bytes are in memory, for structures that hold pointers. The caller keeps `bytes` referenced until the call. */
  address(bytes: Uint8Array): number;
  /** The pid, or -errno; see launch.ts. */
  launch(flags: number, cgroup: number, fds: readonly number[]): number;
  encodeCalls(calls: readonly (readonly Word[])[]): Uint8Array;
  /** -1, or step * 4096 + errno; changes the batch. */
  performCalls(batch: Uint8Array): number;
  spawn(spec: NativeSpawn): { pid: number } | { errno: number; step: string };
  utf8Encode(text: string): Uint8Array;
  utf8Decode(bytes: Uint8Array): string;
  /** `poll` waits for and handles events once; it returns false when there is nothing left to wait for. */
  onPoll(poll: () => boolean): void;
  onRejection(listener: (promise: object, reason: unknown, handled: boolean) => void): void;
  limitMemory(bytes: number): void;
  /** Collects garbage and gives freed pages back to the kernel. */
  trim(): void;
  /** [nanoseconds since boot, the processor's time stamp counter] of one moment; undefined where it has none. */
  timeStamp(): readonly [number, number] | undefined;
  environment(): string[];
  /** In the host's program alone. */
  readonly seccomp?: NativeSeccomp;
}

let numbers: SyscallNumbers | undefined;

export function floor(): Floor {
  return (globalThis as unknown as { floor: Floor }).floor;
}

/**
 * A system call as it is: the result, or -errno. Arguments one by one: gathering and spreading them costs the engine twice
 * the call itself (3.0 us, 1.4 without; a `getppid` by hand 0.4).
 */
export function raw(name: SyscallName, a?: Argument, b?: Argument, c?: Argument, d?: Argument, e?: Argument, f?: Argument): number {
  const native = (globalThis as unknown as { floor: Floor }).floor;
  numbers ??= numbersOf(native.architecture);
  return native.syscall(numbers[name], a, b, c, d, e, f);
}
