/** Filters of system calls, made by libseccomp. In the host's program only. */
import { Fault } from "../base/fault.ts";
import { emptyMemoryFile } from "./descriptor.ts";
import { errnoName, errnoText } from "./errno.ts";
import { close, readAll } from "./file.ts";
import { floor, type NativeSeccomp, raw } from "./native.ts";
import { check } from "./syscall.ts";

/** One test of an argument; a rule holds when all of its tests do. `operator` is a number of enum scmp_compare. */
export interface ArgumentTest {
  readonly argument: number;
  readonly operator: number;
  readonly value: bigint;
  /** What a masked comparison compares with; else 0. */
  readonly second: bigint;
}

function library(): NativeSeccomp {
  const { seccomp } = floor();
  if (!seccomp) throw new Fault("seccomp: this program has no libseccomp", { code: "unsupported" });
  return seccomp;
}

export const seccompVersion = (): string => library().version;

/** Token (AUDIT_ARCH_*) of the architecture this program is for. */
export const nativeSeccompArchitecture = (): number => library().nativeArchitecture;

/** A system call's number on an architecture; undefined when it has none of that name, or libseccomp does not know it. */
export function resolveSyscall(token: number, name: string): number | undefined {
  const number = library().resolve(token, name);
  return number < 0 ? undefined : number;
}

const noSuchSyscall = -1; // __NR_SCMP_ERROR
const testBytes = 24; // struct scmp_arg_cmp
const maxProgram = 1 << 20;

/** A filter being made. Actions are SCMP_ACT_* with their data. To be released. */
export class SeccompFilter {
  readonly #filter: number;

  /** What the filter does where no rule holds. The native architecture is in it. */
  constructor(action: number) {
    this.#filter = library().begin(action);
    if (this.#filter === 0) throw new Fault(`seccomp: action 0x${action.toString(16)} is not known to libseccomp`, { code: "EINVAL" });
  }

  /** One that is in it already stays. */
  addArchitecture(token: number): void {
    const result = library().addArchitecture(this.#filter, token);
    if (result !== -17) assertDone("add architecture", result); // EEXIST
  }

  /** For every architecture in the filter that has the call. False when libseccomp knows no call of that name. */
  addRule(name: string, action: number, tests: readonly ArgumentTest[]): boolean {
    const { nativeArchitecture, resolve, addRule } = library();
    // a call that the native architecture has not gets a number below -1 that stands for it on the others
    const number = resolve(nativeArchitecture, name);
    if (number === noSuchSyscall) return false;
    assertDone(`add rule for ${name}`, addRule(this.#filter, action, number, packTests(tests)));
    return true;
  }

  /** struct sock_filter[], for `installSeccomp`. */
  program(): Uint8Array {
    const fd = emptyMemoryFile("kata-seccomp");
    try {
      assertDone("write program", library().writeProgram(this.#filter, fd));
      check(raw("lseek", fd, 0, 0), "lseek", "kata-seccomp");
      return readAll(fd, maxProgram, "kata-seccomp");
    } finally {
      close(fd);
    }
  }

  release(): void {
    library().release(this.#filter);
  }
}

function packTests(tests: readonly ArgumentTest[]): Uint8Array {
  const bytes = new Uint8Array(tests.length * testBytes);
  const view = new DataView(bytes.buffer);
  tests.forEach(({ argument, operator, value, second }, i) => {
    view.setUint32(i * testBytes, argument, true);
    view.setUint32(i * testBytes + 4, operator, true);
    view.setBigUint64(i * testBytes + 8, value, true);
    view.setBigUint64(i * testBytes + 16, second, true);
  });
  return bytes;
}

function assertDone(what: string, result: number): void {
  if (result < 0) throw new Fault(`seccomp: ${what}: ${errnoText(-result)}`, { code: errnoName(-result) });
}
