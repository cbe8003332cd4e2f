/** A program started as a child, watched and ended by its pidfd: never the wrong process. */
import { close } from "./file.ts";
import type { EventLoop } from "./loop.ts";
import { kill, killPidFd, openPid, reap, SIGKILL, type SpawnOptions, spawn } from "./process.ts";
import { isErrno } from "./syscall.ts";

export interface Child {
  readonly pid: number;
  /** Exit code, or 128 + signal; resolves once it is reaped. */
  readonly ended: Promise<number>;
  /** Nothing happens when it has ended. */
  kill(signal: number): void;
}

/** As spawn(); leaves no process when it fails. */
export function startChild(loop: EventLoop, file: string, options: SpawnOptions): Child {
  const pid = spawn(file, options);
  try {
    return watchChild(loop, pid);
  } catch (error) {
    kill(pid, SIGKILL);
    reap(pid, true);
    throw error;
  }
}

function watchChild(loop: EventLoop, pid: number): Child {
  const pidfd = openPid(pid);
  let over = false;
  try {
    const ended = loop.childExit(pid).then((code) => {
      over = true;
      close(pidfd);
      return code;
    });
    return {
      pid,
      ended,
      kill: (signal) => {
        if (!over) killUnlessGone(() => killPidFd(pidfd, signal));
      },
    };
  } catch (error) {
    close(pidfd);
    throw error;
  }
}

/** A process may be reaped a moment before its owner hears of it. */
function killUnlessGone(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isErrno(error, "ESRCH")) throw error;
  }
}
