/** `update`: other limits for a container that is there. */
import { Fault } from "../../base/fault.ts";
import { encodeUtf8 } from "../../base/text.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import { stringifyExactJson } from "../../oci/shape.ts";
import type { Resources } from "../../oci/spec-linux.ts";
import { findUnsupportedResources } from "../../oci/unsupported.ts";
import type { Runtime } from "./context.ts";
import { findContainer } from "./query.ts";
import { withSandbox } from "./signal.ts";

/** What is absent or 0 stays; -1 is unlimited. Throws for what the guest cannot limit, naming each field. */
export async function updateContainer(rt: Runtime, id: ContainerId, resources: Resources): Promise<void> {
  const { record, status } = findContainer(rt.store, id);
  if (status === "stopped" || status === "creating")
    throw new Fault("container not running", { component: "runtime", code: "not-running" });
  const { fields, warnings } = findUnsupportedResources(resources);
  if (fields.length > 0) throw new Fault(`resources: not supported: ${fields.join(", ")}`, { component: "oci", code: "unsupported" });
  for (const warning of warnings) rt.logger.warning(warning);
  const resourcesJson = encodeUtf8(stringifyExactJson(resources));
  await withSandbox(rt, record.sandboxId, (sandbox) => sandbox.api.update({ id, resourcesJson }));
}
