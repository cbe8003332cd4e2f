/** A command that stays until its process in the guest has ended: it relays signals and returns the status. */
import { watchSignals } from "../../sys/loop.ts";
import { kill } from "../../sys/process.ts";
import { FdStream } from "../../sys/stream.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { makeRaw } from "../../sys/tty.ts";
import type { Runtime } from "./context.ts";
import { foregroundTerminal } from "./streams.ts";

const sigkill = 9;
const sigsegv = 11;
const sigchld = 17;
const sigstop = 19;
const sigurg = 23;
const lastSignal = 64;

/** What is not the command's own business: everything but what cannot be caught, faults, CHLD and URG. */
function relayedSignals(): number[] {
  const kept = new Set([4, 5, 7, 8, sigkill, sigsegv, sigchld, sigstop, sigurg, 32, 33]);
  return Array.from({ length: lastSignal }, (_, i) => i + 1).filter((n) => !kept.has(n));
}

export interface ForegroundOptions {
  /** A stand-in that is a child of this process. */
  readonly pid: number;
  /** The process has a terminal: the caller's passes bytes as they are meanwhile. */
  readonly terminal: boolean;
  /** See `Streams`; closed here. */
  readonly streamsEnd?: Fd;
}

/**
 * From here on signals go to the stand-in, which hands them on. The exit status of the process, 128 + signal, once its
 * output has ended too: a process that it left behind may still write.
 */
export async function waitInForeground(rt: Runtime, { pid, terminal, streamsEnd }: ForegroundOptions): Promise<number> {
  let running = true;
  const relay = watchSignals(rt.loop, relayedSignals(), (signal) => {
    if (running) sendTo(pid, signal);
  });
  const restore = terminal ? makeRaw(foregroundTerminal()) : undefined;
  try {
    const status = await rt.loop.childExit(pid);
    running = false;
    if (streamsEnd !== undefined) await endOf(rt, streamsEnd);
    return status;
  } finally {
    restore?.();
    relay.stop();
  }
}

async function endOf(rt: Runtime, pipe: Fd): Promise<void> {
  const stream = new FdStream(rt.loop, pipe, { socket: false });
  await stream.read(); // nobody writes
  stream.close();
}

function sendTo(pid: number, signal: number): void {
  try {
    kill(pid, signal);
  } catch (error) {
    if (!isErrno(error, "ESRCH")) throw error;
  }
}
