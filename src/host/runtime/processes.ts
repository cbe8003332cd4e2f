/** The processes of a container: those in the guest, and those that stand for them on the host. */
import type { ContainerId } from "../../oci/container-id.ts";
import type { ProcessesResponse } from "../../protocol/gen/sandbox.ts";
import type { Runtime } from "./context.ts";
import { findContainer } from "./query.ts";
import { withSandbox } from "./signal.ts";

/** undefined: the container has stopped and has none. */
export async function containerProcesses(rt: Runtime, id: ContainerId): Promise<ProcessesResponse | undefined> {
  const { record, status } = findContainer(rt.store, id);
  if (status === "stopped") return undefined;
  return withSandbox(rt, record.sandboxId, (sandbox) => sandbox.api.processes({ id }));
}
