/** Starting a sandbox process, and cleaning up after one whatever has become of it. */
import { encodeUtf8 } from "../../base/text.ts";
import { sleep } from "../../base/timers.ts";
import { memoryFile } from "../../sys/descriptor.ts";
import { close } from "../../sys/file.ts";
import { CLONE } from "../../sys/namespace.ts";
import { killPidFd, openPid, ownProgram, SIGKILL, spawn } from "../../sys/process.ts";
import { SOCK, socketPair } from "../../sys/socket.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import type { SandboxParameters } from "../sandbox/parameters.ts";
import { isAlive, type ProcessRef, processRef, type SandboxRecord } from "../store/record.ts";
import type { Runtime } from "./context.ts";
import { type SandboxClient, sandboxClient } from "./sandbox-client.ts";

/** It boots on its own while the caller goes on; `onStarted` hears of the process at once. Its directory is there. */
export function startSandbox(
  rt: Runtime,
  parameters: SandboxParameters,
  cgroups: readonly Fd[],
  onStarted: (process: ProcessRef) => void,
): SandboxClient {
  const [ours, theirs] = socketPair(SOCK.stream);
  const file = memoryFile("kata-sandbox-parameters", encodeUtf8(JSON.stringify(parameters)));
  try {
    const pid = spawn(ownProgram, {
      argv: ["kata-sandbox", parameters.id],
      env: ["KATA_ROLE=sandbox"],
      fds: ["null", "null", "null", theirs, file],
      cwd: "/",
      session: true,
      unshare: CLONE.newMount,
      cgroups,
    });
    onStarted(processRef(pid));
    return sandboxClient(rt, ours);
  } catch (error) {
    close(ours);
    throw error;
  } finally {
    close(theirs);
    close(file);
  }
}

/** How long a sandbox process may take to end by itself before it is killed. */
const endMs = 3000;
const killedMs = 5000;

/**
 * Waits until the sandbox's processes have ended (killing them when they do not), then removes what it had on disk.
 * Idempotent; the caller knows that nothing of the sandbox is wanted any more, and perhaps its process before that has
 * recorded itself.
 */
export async function destroySandbox(rt: Runtime, id: string, started?: ProcessRef): Promise<void> {
  const process = started ?? readRecord(rt, id)?.process;
  if (process && !(await ended(rt, process, endMs))) await killed(rt, process);
  // only now nobody adds to them
  for (const helper of readRecord(rt, id)?.helpers ?? []) await killed(rt, helper);
  rt.store.removeSandbox(id);
}

function readRecord(rt: Runtime, id: string): SandboxRecord | undefined {
  try {
    return rt.store.readSandbox(id);
  } catch (error) {
    rt.logger.warning(String(error));
    return undefined;
  }
}

async function killed(rt: Runtime, process: ProcessRef): Promise<void> {
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
  if (!(await ended(rt, process, killedMs))) rt.logger.warning(`process ${process.pid}: still there ${killedMs} ms after SIGKILL`);
}

/** Whether it was gone within the time. */
export async function ended(rt: Runtime, process: ProcessRef, timeoutMs: number): Promise<boolean> {
  if (!isAlive(process)) return true;
  const { loop } = rt;
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
