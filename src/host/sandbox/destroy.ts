/** Cleaning up after a sandbox process, whatever has become of it. */
import { chainMessage } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { sleep } from "../../base/timers.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { killPidFd, openPid, SIGKILL } from "../../sys/process.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { isAlive, type ProcessRef, type SandboxRecord } from "../store/record.ts";
import type { Store } from "../store/store.ts";

export interface DestroyDependencies {
  readonly loop: EventLoop;
  readonly logger: Logger;
  readonly store: Store;
}

export interface Destruction {
  /** The sandbox process, when the caller knows it: perhaps it has not recorded itself. */
  readonly started?: ProcessRef | undefined;
  /** How long the process may take to end by itself before it is killed. */
  readonly patienceMs?: number;
}

const endMs = 3000;
const killedMs = 5000;

/**
 * Waits until the sandbox's processes have ended (killing them when they do not), then removes what it had on disk.
 * Idempotent; the caller knows that nothing of the sandbox is wanted any more.
 */
export async function destroySandbox(
  deps: DestroyDependencies,
  id: string,
  { started, patienceMs = endMs }: Destruction = {},
): Promise<void> {
  const process = started ?? readRecord(deps, id)?.process;
  if (process && !(await ended(deps, process, patienceMs))) await killed(deps, process);
  // only now nobody adds to them
  for (const helper of readRecord(deps, id)?.helpers ?? []) await killed(deps, helper);
  deps.store.removeSandbox(id);
}

function readRecord({ store, logger }: DestroyDependencies, id: string): SandboxRecord | undefined {
  try {
    return store.readSandbox(id);
  } catch (error) {
    logger.warning(chainMessage(error));
    return undefined;
  }
}

async function killed(deps: DestroyDependencies, process: ProcessRef): Promise<void> {
  if (!isAlive(process)) return;
  try {
    const fd = openPid(process.pid);
    try {
      if (isAlive(process)) killPidFd(fd, SIGKILL);
    } finally {
      close(fd);
    }
  } catch (error) {
    if (!isErrno(error, "ESRCH")) throw error;
  }
  if (!(await ended(deps, process, killedMs))) deps.logger.warning(`process ${process.pid}: still there ${killedMs} ms after SIGKILL`);
}

/** Whether it was gone within the time. */
export async function ended({ loop }: Pick<DestroyDependencies, "loop">, process: ProcessRef, timeoutMs: number): Promise<boolean> {
  if (!isAlive(process)) return true;
  if (timeoutMs <= 0) return false;
  let fd: Fd;
  try {
    fd = openPid(process.pid);
  } catch (error) {
    if (isErrno(error, "ESRCH")) return true;
    throw error;
  }
  try {
    if (!isAlive(process)) return true;
    const waiting = loop.processGone(fd);
    const gone = await Promise.race([waiting.gone.then(() => true), sleep(loop, timeoutMs).then(() => false)]);
    waiting.stop();
    return gone;
  } finally {
    close(fd);
  }
}
