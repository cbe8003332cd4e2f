import { parseContainerId } from "../../../oci/container-id.ts";
import { resumeContainer } from "../../runtime/pause.ts";
import type { Action } from "./action.ts";

export const resume: Action<"resume"> = async ({ operands: [id] }, rt) => {
  await resumeContainer(rt, parseContainerId(id));
  return 0;
};
