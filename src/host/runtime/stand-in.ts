/** Starts the process that stands for a guest process on the host (native/standin.c). */
import type { Cleanup } from "../../base/cleanup.ts";
import { close } from "../../sys/file.ts";
import { CLONE } from "../../sys/namespace.ts";
import { kill, ownProgram, reap, SIGKILL, spawn } from "../../sys/process.ts";
import { SOCK, socketPair } from "../../sys/socket.ts";
import type { Fd } from "../../sys/syscall.ts";

export interface StandIn {
  readonly pid: number;
  /** For the sandbox process. */
  readonly link: Fd;
}

export interface StandInOptions {
  /** What `ps` shows. */
  readonly argv: readonly string[];
  /** The slave of its own terminal, or the caller's terminal in the foreground. */
  readonly terminal?: { readonly fd: Fd; readonly controlling: boolean };
  /** Which network namespace it lives in. */
  readonly network: { readonly kind: "own" } | { readonly kind: "join"; readonly fd: Fd };
  /** The mount namespace that it enters, with pids of its own. Absent: it stays where this process is. */
  readonly view?: Fd;
}

/**
 * `undo` kills it; `passing` closes the socket once it was handed on: the stand-in ends when the last one who holds it does.
 */
export function startStandIn(options: StandInOptions, undo: Cleanup, passing: Cleanup): StandIn {
  const { argv, terminal, network, view } = options;
  const [link, theirs] = socketPair(SOCK.seqpacket);
  passing.add("stand-in socket", () => close(link));
  const joined = network.kind === "join" ? [network.fd] : [];
  try {
    const pid = spawn(ownProgram, {
      argv,
      env: ["KATA_ROLE=stand-in"],
      fds: [terminal?.fd ?? "null", "null", "null", theirs, ...(view === undefined ? [] : [view])],
      cwd: "/",
      session: true,
      ...(terminal?.controlling && { terminal: true }),
      namespaces: joined,
      ...(network.kind === "own" && { unshare: CLONE.newNet }),
      ...(view !== undefined && { born: CLONE.newPid }),
    });
    undo.add("stand-in", () => {
      kill(pid, SIGKILL);
      reap(pid, true);
    });
    return { pid, link };
  } finally {
    close(theirs);
  }
}
