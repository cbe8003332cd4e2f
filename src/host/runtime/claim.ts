/** Claiming a sandbox that waits in reserve: booted, warmed up, stopped. */
import { chainMessage, hasCode } from "../../base/fault.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { statIfPresent } from "../../sys/file.ts";
import { destroySandbox } from "../sandbox/destroy.ts";
import type { SandboxParameters } from "../sandbox/parameters.ts";
import { reserveStore } from "../sandbox/reserve-place.ts";
import { reserveKey, templateStore } from "../sandbox/template.ts";
import { isAlive, type ProcessRef } from "../store/record.ts";
import type { Runtime } from "./context.ts";
import { connectSandbox, type SandboxClient } from "./sandbox-client.ts";

/** It takes 3 to 10 ms. One that does not answer in this time costs no more. */
const answerMs = 150;

export interface Claimed {
  readonly client: SandboxClient;
  /** Of its processes, which are in nobody's cgroup. */
  readonly pids: readonly number[];
}

/** The sandbox process is then that of `parameters`. undefined when there is none to be had; one that is broken is ended and removed. */
export async function claimReserve(rt: Runtime, parameters: SandboxParameters): Promise<Claimed | undefined> {
  const { factory } = parameters;
  if (!factory || factory.reserves === 0) return undefined;
  const key = reserveKey(parameters, templateStore(parameters, factory));
  const reserves: Runtime = { ...rt, store: reserveStore(factory.reservePath, key) };
  for (const id of reserves.store.listSandboxes()) {
    const lock = reserves.store.tryLockSandbox(id);
    if (!lock) continue; // another claimer is at it, or it is gone
    try {
      const claimed = await claim({ rt, reserves, id, parameters });
      if (claimed !== "not-to-be-had") return claimed === "broken" ? undefined : claimed; // a second one may hang as well
    } finally {
      lock.release();
    }
  }
  return undefined;
}

interface Claim {
  readonly rt: Runtime;
  /** The runtime with the reserve's place as its state directory. */
  readonly reserves: Runtime;
  readonly id: string;
  readonly parameters: SandboxParameters;
}

/** Under the lock of its directory: whoever else wants it cannot have it meanwhile, so it may be ended. */
async function claim({ rt, reserves, id, parameters }: Claim): Promise<Claimed | "not-to-be-had" | "broken"> {
  const process = recordedProcess(reserves, id);
  if (!process) return "not-to-be-had"; // just begun
  if (!isAlive(process)) {
    rt.logger.info(`claim ${id}: it was killed`, { source: "factory" });
    await destroySandbox(reserves, id, { started: process });
    return "not-to-be-had";
  }
  if (!statIfPresent(reserves.store.socketPath(id))) return "not-to-be-had"; // still warming up
  let client: SandboxClient | undefined;
  try {
    client = connectSandbox(reserves, id);
    const { pids } = await client.reserve.claim({ parametersJson: encodeUtf8(JSON.stringify(parameters)) }, { timeoutMs: answerMs });
    return { client, pids };
  } catch (error) {
    client?.close();
    if (hasCode(error, "failed-precondition") || hasCode(error, "not-running")) return "not-to-be-had"; // it is just ending
    rt.logger.warning(`claim ${id}: ${chainMessage(error)}; ending it`, { source: "factory" });
    await removeHalf(rt, reserves, { id, process, sandboxId: parameters.id });
    return "broken";
  }
}

/** A record that cannot be read says nothing: whoever makes the next reserve removes it once its process has ended. */
function recordedProcess({ store, logger }: Runtime, id: string): ProcessRef | undefined {
  try {
    return store.readSandbox(id)?.process;
  } catch (error) {
    logger.warning(`claim ${id}: ${chainMessage(error)}`, { source: "factory" });
    return undefined;
  }
}

interface Half {
  readonly id: string;
  readonly process: ProcessRef;
  readonly sandboxId: string;
}

/** It may have become half of the sandbox that was asked for: the place of that is made anew. */
async function removeHalf(rt: Runtime, reserves: Runtime, { id, process, sandboxId }: Half): Promise<void> {
  await destroySandbox(reserves, id, { started: process, patienceMs: 0 });
  await destroySandbox(rt, sandboxId, { started: process });
  rt.store.makeSandboxDirectory(sandboxId);
}
