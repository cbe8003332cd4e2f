/**
 * Part of instrumented programs only: writes the counters of lines to a file before the process ends or becomes another
 * program. It wraps the native floor's system calls, so that the product itself knows nothing of it.
 *
 * The host writes into a directory of the build. The guest writes into `.coverage` in the directory it shares with the
 * host: there the host's recorder binds the same directory when it has mounted the share.
 */
import { encodeUtf8 } from "../src/base/text.ts";
import { type Argument, type Floor, floor } from "../src/sys/native.ts";
import { numbersOf, type SyscallName } from "../src/sys/numbers.ts";

const SHARED_IN_GUEST = "/run/kata-containers/shared/containers/.coverage";
const AT_FDCWD = -100;
const DIRECTORY_CLOEXEC = 0o2200000;
const CREATE_WRITE_CLOEXEC = 0o2001101;
const DUP_ABOVE_CLOEXEC = 1030; // F_DUPFD_CLOEXEC
const HIGH_FD = 900;
const BIND = 4096;

/** Before these calls the process may be about to end, to become another program, or to lose what writing needs. */
const LAST_CALLS: readonly SyscallName[] = ["exit_group", "execve", "reboot", "close_range", "seccomp", "setresuid", "capset"];

class Recorder {
  readonly #call: Floor["syscall"];
  readonly #numbers = numbersOf(floor().architecture);
  readonly #directory: string;
  #directoryFd = -1;
  #name = "";

  constructor(directory: string) {
    const { syscall } = floor();
    this.#call = syscall;
    this.#directory = directory;
  }

  raw(name: SyscallName, ...args: Argument[]): number {
    return this.#call(this.#numbers[name], ...args);
  }

  /** Called once per process, so that a forked child's file is its own. */
  rename(): void {
    const random = new Uint8Array(8);
    this.raw("getrandom", random, random.length, 0);
    this.#name = `${[...random].map((byte) => byte.toString(16).padStart(2, "0")).join("")}.json`;
  }

  /** Kept open: a container's process cannot reach the path any more when it is time to write. */
  openDirectory(): void {
    if (this.#directoryFd >= 0) return;
    const fd = this.raw("openat", AT_FDCWD, this.#directory, DIRECTORY_CLOEXEC, 0);
    if (fd < 0) return;
    this.#directoryFd = this.raw("fcntl", fd, DUP_ABOVE_CLOEXEC, HIGH_FD);
    this.raw("close", fd);
  }

  /** A forked child closes what it does not need; our directory it does not know. */
  closeRange(from: number, to: number): number {
    const own = this.#directoryFd;
    if (own < from || own > to) return this.raw("close_range", from, to, 0);
    const below = own > from ? this.raw("close_range", from, own - 1, 0) : 0;
    return below < 0 || own === to ? below : this.raw("close_range", own + 1, to, 0);
  }

  write(): void {
    this.openDirectory();
    const { __coverage__: counters } = globalThis as { __coverage__?: unknown };
    if (this.#directoryFd < 0 || counters === undefined) return;
    // renamed when complete: a process can be killed in the middle
    const partial = `${this.#name}.part`;
    const fd = this.raw("openat", this.#directoryFd, partial, CREATE_WRITE_CLOEXEC, 0o644);
    if (fd < 0) return;
    const bytes = encodeUtf8(JSON.stringify(counters));
    for (let at = 0; at < bytes.length; ) {
      const written = this.raw("write", fd, bytes.subarray(at), bytes.length - at);
      if (written <= 0) return void this.raw("close", fd);
      at += written;
    }
    this.raw("close", fd);
    this.raw("renameat2", this.#directoryFd, partial, this.#directoryFd, this.#name, 0);
  }

  /** The share of a sandbox is a tmpfs: the guest finds our directory in it. */
  bindInto(share: string): void {
    const target = `${share}/.coverage`;
    if (this.raw("mkdirat", AT_FDCWD, target, 0o700) === 0) this.raw("mount", this.#directory, target, null, BIND, null);
  }
}

/** @param hostDirectory where a program of the host leaves its counters */
export function record(side: "host" | "guest", hostDirectory: string): void {
  const recorder = new Recorder(side === "host" ? hostDirectory : SHARED_IN_GUEST);
  const numbers = numbersOf(floor().architecture);
  const last = new Set<number>(LAST_CALLS.map((name) => numbers[name]));
  const { syscall } = floor();
  recorder.rename();
  const wrapped = (number: number, ...args: Argument[]): number => {
    if (last.has(number)) recorder.write();
    const forks = number === numbers.clone || number === numbers.clone3;
    if (forks) recorder.openDirectory();
    if (number === numbers.close_range) return recorder.closeRange(Number(args[0]), Number(args[1]));
    const result = syscall(number, ...args);
    if (forks && result === 0) recorder.rename();
    if (side === "host" && number === numbers.mount && result === 0 && args[2] === "tmpfs") recorder.bindInto(String(args[1]));
    return result;
  };
  Object.assign(floor(), { syscall: wrapped, atEnd: () => recorder.write() });
}
