import { parseContainerId } from "../../../oci/container-id.ts";
import { sandboxMetrics } from "../../runtime/metrics.ts";
import type { Action } from "./action.ts";

export const metrics: Action<"metrics"> = async ({ operands: [id] }, rt, terminal) => {
  terminal.print(await sandboxMetrics(rt, parseContainerId(id)));
  return 0;
};
