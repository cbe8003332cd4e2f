/** `start` and `kill`: asked of the sandbox process that holds the container. */
import { Fault, hasCode } from "../../base/fault.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import { SIGKILL } from "../../sys/process.ts";
import type { ContainerRecord } from "../store/record.ts";
import type { Runtime } from "./context.ts";
import { runPoststartHooks } from "./hooks.ts";
import { notifyReady, notifySocket } from "./notify.ts";
import { findContainer } from "./query.ts";
import { connectSandbox, type SandboxClient } from "./sandbox-client.ts";

export async function startContainer(rt: Runtime, id: ContainerId): Promise<void> {
  const { record, status } = findContainer(rt.store, id);
  if (status === "stopped") throw new Fault("cannot start a container that has stopped", { component: "runtime", code: "stopped" });
  if (status !== "created") throw new Fault("cannot start an already running container", { component: "runtime", code: "running" });
  await withSandbox(rt, record.sandboxId, (sandbox) => startIn(rt, record, sandbox));
}

/** The container's program and, once it runs, its poststart hooks. */
export async function startIn(rt: Runtime, record: ContainerRecord, { api }: SandboxClient): Promise<void> {
  const { id } = record;
  const manager = record.notifies ? notifySocket() : undefined;
  const { ready } = await api.startContainer({ id, waitReady: manager !== undefined });
  if (ready && manager !== undefined) await notifyReady(rt.loop, manager, record.process.pid);
  await runPoststartHooks(rt, record, () => api.signal({ id, signal: SIGKILL, all: true }));
}

export interface KillRequest {
  readonly id: ContainerId;
  readonly signal: number;
  /** Every process of the container. */
  readonly all: boolean;
}

/** A stopped container is an error, except with `all`. */
export async function killContainer(rt: Runtime, { id, signal, all }: KillRequest): Promise<void> {
  const { record, status } = findContainer(rt.store, id);
  const notRunning = new Fault("container not running", { component: "runtime", code: "not-running" });
  if (status === "stopped") {
    if (all) return;
    throw notRunning;
  }
  try {
    await withSandbox(rt, record.sandboxId, (sandbox) => sandbox.api.signal({ id, signal, all }));
  } catch (error) {
    if (!hasCode(error, "not-running") && !hasCode(error, "failed-precondition") && !hasCode(error, "not-found")) throw error;
    if (!all) throw notRunning;
  }
}

export async function withSandbox<T>(rt: Runtime, sandboxId: string, work: (sandbox: SandboxClient) => Promise<T>): Promise<T> {
  const sandbox = connectSandbox(rt, sandboxId);
  try {
    return await work(sandbox);
  } finally {
    sandbox.close();
  }
}
