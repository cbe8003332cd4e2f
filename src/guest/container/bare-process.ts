/** Makes a process without an engine: born in its cgroup and namespaces, with standard streams and a line to be told on. */
import { Cleanup } from "../../base/cleanup.ts";
import { close } from "../../sys/file.ts";
import { launchProcess } from "../../sys/launch.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { forkingInto } from "../../sys/namespace.ts";
import { SOCK, socketPair } from "../../sys/socket.ts";
import type { Fd } from "../../sys/syscall.ts";
import { CallLine } from "./call-line.ts";
import { makePassed, makePipes, type PassedWish } from "./pipes.ts";
import type { Begun } from "./process.ts";

export interface BareOptions {
  /** What the standard streams are: pipes, a terminal's end, or nothing yet. */
  readonly streams: "pipes" | { readonly terminal: Fd } | "none";
  /** Descriptors 3 and up, which its program gets: see `keepCalls`. */
  readonly passed: readonly PassedWish[];
  /** Whose the pipes are. */
  readonly owner: number;
  /** CLONE_NEW* flags of the namespaces to be born in. */
  readonly namespaces: number;
  /** A pid namespace to be born in: its file, or a pidfd of a member. */
  readonly pidNamespace?: Fd | undefined;
  readonly cgroup: Fd | undefined;
  /** Become descriptors from `firstExtra` on. */
  readonly extra: readonly Fd[];
}

/** The first descriptor after the standard streams. */
export const firstPassed = 3;

export const firstExtra = (passed: readonly PassedWish[]): number => firstPassed + passed.length;

/** The number of the next descriptor that the process opens or is sent. */
export const firstFree = ({ passed, extra }: Pick<BareOptions, "passed" | "extra">): number => firstExtra(passed) + extra.length + 1;

export interface BareProcess extends Begun {
  readonly line: CallLine;
}

export function launchBare(loop: EventLoop, options: BareOptions): BareProcess {
  const undo = new Cleanup();
  const [lineFd, theirLine] = socketPair(SOCK.stream, { blocking: true });
  const line = new CallLine(loop, lineFd);
  undo.add("line", () => line.close());
  const theirs: Fd[] = [];
  try {
    const { streams, owner } = options;
    const pipes = streams === "pipes" ? makePipes(theirs, undo, owner) : undefined;
    const terminal: Fd | "null" = typeof streams === "object" ? streams.terminal : "null";
    const stdio: readonly (Fd | "null")[] = pipes ? [...theirs] : [terminal, terminal, terminal];
    const before = theirs.length;
    const passed = makePassed(options.passed, theirs, undo, owner);
    const { namespaces, pidNamespace, cgroup, extra } = options;
    const fds = [...stdio, ...theirs.slice(before), ...extra];
    const clone = (): number => launchProcess({ namespaces, cgroup, fds, line: theirLine });
    const pid = pidNamespace === undefined ? clone() : forkingInto(pidNamespace, clone);
    undo.release();
    return { pid, line, pipes, passed };
  } catch (error) {
    void undo.run();
    throw error;
  } finally {
    for (const fd of [theirLine, ...theirs]) close(fd);
  }
}
