import { parseContainerId } from "../../../oci/container-id.ts";
import { startContainer } from "../../runtime/signal.ts";
import type { Action } from "./action.ts";

export const start: Action<"start"> = async ({ operands: [id] }, rt) => {
  await startContainer(rt, parseContainerId(id));
  return 0;
};
