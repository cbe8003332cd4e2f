import { parseContainerId } from "../../../oci/container-id.ts";
import { deleteContainer } from "../../runtime/delete.ts";
import type { Action } from "./action.ts";

export const deleteAction: Action<"delete"> = async ({ options, operands: [id] }, rt) => {
  await deleteContainer(rt, parseContainerId(id), options.force);
  return 0;
};
