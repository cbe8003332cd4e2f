/** `pause` and `resume`: the container's processes stand still in the guest; the virtual machine goes on. */
import { Fault } from "../../base/fault.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import type { Runtime } from "./context.ts";
import { findContainer } from "./query.ts";
import { withSandbox } from "./signal.ts";

/** Of a created or running container; anything else is `container not running`. */
export async function pauseContainer(rt: Runtime, id: ContainerId): Promise<void> {
  const { record, status } = findContainer(rt.store, id);
  if (status !== "running" && status !== "created") throw new Fault("container not running", { component: "runtime", code: "not-running" });
  await withSandbox(rt, record.sandboxId, (sandbox) => sandbox.api.pause({ id }));
}

/** Of a paused container; anything else is `container not paused`. It is then what it was before the pause. */
export async function resumeContainer(rt: Runtime, id: ContainerId): Promise<void> {
  const { record, status } = findContainer(rt.store, id);
  if (status !== "paused") throw new Fault("container not paused", { component: "runtime", code: status });
  await withSandbox(rt, record.sandboxId, (sandbox) => sandbox.api.resume({ id }));
}
