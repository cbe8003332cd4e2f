/** `events`: counters of a container at intervals, and what happens to it in between. */
import { Fault } from "../../base/fault.ts";
import { decodeUtf8 } from "../../base/text.ts";
import { sleep } from "../../base/timers.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import { currentStatus } from "../store/record.ts";
import type { Runtime } from "./context.ts";
import { findContainer } from "./query.ts";
import type { SandboxClient } from "./sandbox-client.ts";
import { withSandbox } from "./signal.ts";

export type ContainerEvent = { readonly type: "stats" /** JSON. */; readonly data: string } | { readonly type: "oom" };

export interface WatchRequest {
  readonly id: ContainerId;
  readonly intervalMs: number;
  /** False: nobody listens any more. */
  readonly onEvent: (event: ContainerEvent) => boolean;
}

/** One sample, at once. Throws when the container has stopped. */
export function containerStats(rt: Runtime, id: ContainerId): Promise<ContainerEvent> {
  return withSandbox(rt, runningSandbox(rt, id), (sandbox) => sample(sandbox, id));
}

/** A sample after each interval and every process killed for want of memory, until the container has stopped. */
export async function watchContainer(rt: Runtime, request: WatchRequest): Promise<void> {
  const { id, intervalMs, onEvent } = request;
  await withSandbox(rt, runningSandbox(rt, id), async (sandbox) => {
    let listening = true;
    const tell = (event: ContainerEvent): void => {
      listening &&= onEvent(event);
    };
    const ended = onceEnded(sandbox, id, () => tell({ type: "oom" }));
    while (listening) {
      const stopped = await Promise.race([ended.then(() => true), sleep(rt.loop, intervalMs).then(() => false)]);
      if (stopped) return;
      try {
        tell(await sample(sandbox, id));
      } catch (error) {
        if (isStopped(rt, id)) return;
        throw error;
      }
    }
  });
}

function runningSandbox(rt: Runtime, id: ContainerId): string {
  const { record, status } = findContainer(rt.store, id);
  if (status === "stopped" || status === "creating")
    throw new Fault(`container with id ${id} is not running`, { component: "runtime", code: "not-running" });
  return record.sandboxId;
}

async function sample({ api }: SandboxClient, id: ContainerId): Promise<ContainerEvent> {
  const { statsJson } = await api.stats({ id });
  return { type: "stats", data: decodeUtf8(statsJson) };
}

/** A sandbox that is gone has taken its container with it. */
async function onceEnded({ api }: SandboxClient, id: ContainerId, onOomKill: () => void): Promise<void> {
  try {
    let { oomKills: known } = await api.state({ id });
    for (;;) {
      const { oomKills, stopped } = await api.waitEvent({ id, oomKills: known }, { waits: true });
      for (; known < oomKills; known++) onOomKill();
      if (stopped) return;
    }
  } catch {
    return;
  }
}

function isStopped(rt: Runtime, id: ContainerId): boolean {
  const record = rt.store.read(id);
  return record === undefined || currentStatus(record) === "stopped";
}
