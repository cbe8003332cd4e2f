/** Claiming a sandbox that waits in reserve: booted, warmed up, stopped. */
import { chainMessage, hasCode } from "../../base/fault.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { listDirectory } from "../../sys/directory.ts";
import { close, statIfPresent } from "../../sys/file.ts";
import { killPidFd, openPid, SIGKILL } from "../../sys/process.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import type { SandboxParameters } from "../sandbox/parameters.ts";
import { reserveKey, templateStore } from "../sandbox/template.ts";
import { isAlive, type ProcessRef } from "../store/record.ts";
import { Store } from "../store/store.ts";
import type { Runtime } from "./context.ts";
import { connectSandbox, type SandboxClient } from "./sandbox-client.ts";
import { destroySandbox } from "./sandbox-process.ts";

/** One that does not answer in this time costs no more. */
const answerMs = 200;

/**
 * The sandbox process is then that of `parameters`, in the cgroups whose cgroup.procs are open as `cgroups`. undefined when
 * there is none to be had; one that is broken is ended and removed.
 */
export async function claimReserve(rt: Runtime, parameters: SandboxParameters, cgroups: readonly Fd[]): Promise<SandboxClient | undefined> {
  const { factory } = parameters;
  if (!factory || factory.reserves === 0) return undefined;
  const key = reserveKey(parameters, templateStore(parameters, factory));
  const reserves: Runtime = { ...rt, store: new Store(`${factory.reservePath}/${key}`) };
  for (const id of waiting(reserves.store)) {
    const client = await claim(rt, reserves, id, { parameters, cgroups });
    if (client) return client;
  }
  return undefined;
}

interface Claim {
  readonly parameters: SandboxParameters;
  readonly cgroups: readonly Fd[];
}

/** Names of sandboxes in a reserve. */
export function waiting(store: Store): string[] {
  const directory = store.sandboxDirectory("");
  return statIfPresent(directory) ? listDirectory(directory) : [];
}

async function claim(rt: Runtime, reserves: Runtime, id: string, { parameters, cgroups }: Claim): Promise<SandboxClient | undefined> {
  const { process } = reserves.store.readSandbox(id) ?? {};
  if (!process) return undefined; // taken or given up meanwhile
  if (!isAlive(process)) {
    await destroySandbox(reserves, id, process);
    return undefined;
  }
  if (!statIfPresent(reserves.store.socketPath(id))) return undefined; // still warming up
  let client: SandboxClient | undefined;
  try {
    client = connectSandbox(reserves, id);
    const descriptors = client.attach(cgroups.map((fd) => ({ name: "cgroup", fd })));
    await client.reserve.claim({ parametersJson: encodeUtf8(JSON.stringify(parameters)), descriptors }, { timeoutMs: answerMs });
    return client;
  } catch (error) {
    client?.close();
    rt.logger.info(`claim ${id}: ${chainMessage(error)}`, { source: "factory" });
    if (!hasCode(error, "failed-precondition") && !hasCode(error, "not-running"))
      await removeBroken(rt, reserves, id, process, parameters.id);
    return undefined;
  }
}

/** It may have become half of the sandbox that was asked for: the place of that is made anew. */
async function removeBroken(rt: Runtime, reserves: Runtime, id: string, process: ProcessRef, sandboxId: string): Promise<void> {
  const fd = openPidIfPresent(process.pid);
  if (fd !== undefined) {
    if (isAlive(process)) killPidFd(fd, SIGKILL);
    close(fd);
  }
  await destroySandbox(reserves, id, process);
  await destroySandbox(rt, sandboxId, process);
  rt.store.makeSandboxDirectory(sandboxId);
}

function openPidIfPresent(pid: number): Fd | undefined {
  try {
    return openPid(pid);
  } catch (error) {
    if (isErrno(error, "ESRCH")) return undefined;
    throw error;
  }
}
