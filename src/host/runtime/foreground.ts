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
const sigwinch = 28;
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

/** What a command in the foreground has changed about itself and its terminal; ends by `wait` or `leave`. */
export interface Foreground {
  /**
   * For a process that runs: hands it the signals that have come since. The exit status of the process, 128 + signal, once
   * its output has ended too: a process that it left behind may still write.
   */
  wait(): Promise<number>;
  /** Gives everything back: the process did not come to be. */
  leave(): void;
}

/** From here on signals are the process's, and its terminal's bytes pass as they are. */
export function enterForeground(rt: Runtime, { pid, terminal, streamsEnd }: ForegroundOptions): Foreground {
  const held: number[] = [];
  let relay = (signal: number): void => void held.push(signal);
  const signals = watchSignals(rt.loop, relayedSignals(), (signal) => relay(signal));
  const restore = terminal ? makeRaw(foregroundTerminal()) : undefined;
  const leave = (): void => {
    restore?.();
    signals.stop();
  };
  const wait = async (): Promise<number> => {
    try {
      const exit = rt.loop.childExit(pid);
      relay = (signal) => sendTo(pid, signal);
      // the window may have another size than when the process was made
      if (terminal) relay(sigwinch);
      for (const signal of held) relay(signal);
      const status = await exit;
      relay = () => {}; // the id can be another process's now
      if (streamsEnd !== undefined) await endOf(rt, streamsEnd);
      return status;
    } finally {
      leave();
    }
  };
  return { wait, leave };
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
