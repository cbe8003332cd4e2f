/** Deleting a container, whatever has become of its processes. When this returns, nothing of it is left. */
import { chainMessage, Fault } from "../../base/fault.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import { canDelete } from "../../oci/state.ts";
import { kill, SIGKILL } from "../../sys/process.ts";
import { removeCgroups } from "../cgroup/cgroup.ts";
import type { NamespaceRef } from "../network/left.ts";
import { destroySandbox, ended } from "../sandbox/destroy.ts";
import { type ContainerRecord, currentStatus, isAlive } from "../store/record.ts";
import type { Runtime } from "./context.ts";
import { runPoststopHooks } from "./hooks.ts";
import { notFound } from "./query.ts";
import { withSandbox } from "./signal.ts";

const lockMs = 10_000;
/** How long a guest may take to end a container before its VM is ended instead. */
const guestMs = 2000;
const standInMs = 2000;

export async function deleteContainer(rt: Runtime, id: ContainerId, force: boolean): Promise<void> {
  const { store } = rt;
  const lock = await store.lock(id, rt.loop, lockMs);
  if (!lock) {
    if (force) return;
    throw notFound();
  }
  try {
    const record = readRecord(rt, id, force);
    if (record) {
      await deleteRecorded(rt, record, force);
      await removeCgroups(record.cgroups, rt.loop);
    }
    store.remove(id);
    if (record) await runPoststopHooks(rt, record);
  } finally {
    lock.release();
  }
}

/** undefined: there is nothing but a directory, whose maker was killed or whose record is damaged. */
function readRecord(rt: Runtime, id: ContainerId, force: boolean): ContainerRecord | undefined {
  try {
    return rt.store.read(id);
  } catch (error) {
    if (!force) throw error;
    rt.logger.warning(chainMessage(error));
    return undefined;
  }
}

async function deleteRecorded(rt: Runtime, record: ContainerRecord, force: boolean): Promise<void> {
  const { id, sandboxId } = record;
  const status = currentStatus(record);
  if (!force && !canDelete(status)) {
    throw new Fault(`cannot delete container ${id} that is not stopped: ${status}`, { component: "runtime", code: status });
  }
  const own = sandboxId === id;
  if (status !== "stopped" || !own) await endInGuest(rt, record);
  if (own) await destroySandbox(rt, sandboxId);
  if (own && record.network) await cleanNetwork(rt, sandboxId, record.network);
  if (record.status === "creating") return; // its process was the maker, which is not ours to kill
  if (await ended(rt, record.process, standInMs)) return;
  if (isAlive(record.process)) kill(record.process.pid, SIGKILL);
  await ended(rt, record.process, standInMs);
}

/** Only a sandbox that was killed has left something. */
async function cleanNetwork(rt: Runtime, sandboxId: string, network: NamespaceRef): Promise<void> {
  const { cleanNamespace } = await import("../network/left.ts");
  await cleanNamespace(sandboxId, network, rt.loop, rt.logger);
}

/** A sandbox that does not answer is no reason to stop: it is destroyed, or it is gone and its containers with it. */
async function endInGuest(rt: Runtime, { id, sandboxId }: ContainerRecord): Promise<void> {
  try {
    await withSandbox(rt, sandboxId, async ({ api }) => {
      await api.delete({ id, force: true }, { timeoutMs: guestMs });
    });
  } catch (error) {
    rt.logger.debug(`delete in the guest: ${chainMessage(error)}`);
    if (sandboxId !== id) return;
    await withSandbox(rt, sandboxId, async ({ api }) => {
      await api.shutdown({}, { timeoutMs: guestMs });
    }).catch(() => {});
  }
}
