import { parseContainerId } from "../../../oci/container-id.ts";
import { pauseContainer } from "../../runtime/pause.ts";
import type { Action } from "./action.ts";

export const pause: Action<"pause"> = async ({ operands: [id] }, rt) => {
  await pauseContainer(rt, parseContainerId(id));
  return 0;
};
