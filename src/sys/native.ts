/** The native floor as TypeScript sees it (native/floor.c). Nothing outside src/sys touches it. */
import { numbersOf, type SyscallName, type SyscallNumbers } from "./numbers.ts";

export type Argument = number | bigint | string | Uint8Array | readonly string[] | null;

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

export interface Floor {
  readonly argv: readonly string[];
  readonly architecture: string;
  /** The result, or -errno. */
  syscall(number: number, ...args: Argument[]): number;
  /** Where the bytes are in memory, for structures that hold pointers. The caller keeps `bytes` referenced until the call. */
  address(bytes: Uint8Array): number;
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

/** A system call as it is: the result, or -errno. */
export function raw(name: SyscallName, ...args: Argument[]): number {
  const f = floor();
  numbers ??= numbersOf(f.architecture);
  return f.syscall(numbers[name], ...args);
}
