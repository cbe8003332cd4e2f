import { parseContainerId } from "../../../oci/container-id.ts";
import { type State, specVersion } from "../../../oci/state.ts";
import { type ContainerFacts, findContainer } from "../../runtime/query.ts";
import { stateText } from "../output.ts";
import type { Action } from "./action.ts";

export const state: Action<"state"> = ({ operands: [id] }, rt, terminal) => {
  terminal.print(stateText(ociState(findContainer(rt.store, parseContainerId(id)), "")));
  return 0;
};

export function ociState({ record, status, pid }: ContainerFacts, owner: string): State {
  const { id, bundle, rootfs, created, annotations } = record;
  return { ociVersion: specVersion, id, pid, status, bundle, rootfs, created, ...(annotations && { annotations }), owner };
}
