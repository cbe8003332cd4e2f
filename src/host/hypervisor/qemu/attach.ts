/** A machine that another process launched: it can be waited for and stopped. */
import { Fault } from "../../../base/fault.ts";
import type { Transport } from "../../../base/stream.ts";
import { close } from "../../../sys/file.ts";
import type { EventLoop } from "../../../sys/loop.ts";
import { killPidFd, openPid, processAlive, SIGKILL } from "../../../sys/process.ts";
import { type Fd, isErrno } from "../../../sys/syscall.ts";
import type { Vm, VmExit, VmState } from "../vm.ts";

/** A Fault with code `not-found` when that very process has ended. */
export function attachQemu(loop: EventLoop, state: VmState): Vm {
  const pidfd = openProcess(state);
  let over = false;
  let stopped = false;
  const exited = loop.processGone(pidfd).gone.then((): VmExit => {
    over = true;
    close(pidfd);
    // only the parent learns the code of a process
    return { code: stopped ? 128 + SIGKILL : 255, reason: stopped ? "host" : "unknown", stderr: "" };
  });
  return {
    state,
    exited,
    phase: "vmm",
    connect: (): Transport => {
      throw new Fault(`connect to pid ${state.pid}: the way to the agent ended with the process that launched it`, {
        component: "qemu",
        code: "unsupported",
      });
    },
    console: () => "",
    stop: async () => {
      if (!over) {
        stopped = true;
        killProcess(pidfd);
      }
      await exited;
    },
  };
}

function openProcess(state: VmState): Fd {
  const gone = new Fault(`attach pid ${state.pid}: the machine has ended`, { component: "qemu", code: "not-found" });
  if (state.pid <= 0) throw gone;
  let pidfd: Fd;
  try {
    pidfd = openPid(state.pid);
  } catch (error) {
    if (isErrno(error, "ESRCH")) throw gone;
    throw error;
  }
  // the descriptor first, then the comparison: from now on the pid cannot come to mean another process unnoticed
  if (processAlive(state.pid, state.startTime)) return pidfd;
  close(pidfd);
  throw gone;
}

function killProcess(pidfd: Fd): void {
  try {
    killPidFd(pidfd, SIGKILL);
  } catch (error) {
    if (!isErrno(error, "ESRCH")) throw error;
  }
}
