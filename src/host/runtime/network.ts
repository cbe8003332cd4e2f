/** The kata-network commands: asked of the sandbox process that holds the container. */
import { Fault } from "../../base/fault.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/text.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import type { Runtime } from "./context.ts";
import { findContainer } from "./query.ts";
import { withSandbox } from "./signal.ts";

export type NetworkChange = "addInterface" | "removeInterface" | "updateRoutes";
export type NetworkCall = NetworkChange | "listInterfaces" | "listRoutes";

/** `document` and answer are JSON, see src/host/network/interface-json.ts. */
export async function callNetwork(rt: Runtime, id: ContainerId, call: NetworkCall, document = ""): Promise<string> {
  const { record, status } = findContainer(rt.store, id);
  if (status === "stopped" || status === "creating")
    throw new Fault("container not running", { component: "runtime", code: "not-running" });
  const { json } = await withSandbox(rt, record.sandboxId, ({ api }) => api[call]({ id, json: encodeUtf8(document) }));
  return decodeUtf8(json);
}
