import { parseContainerId } from "../../../oci/container-id.ts";
import { parseSignal } from "../../../oci/signals.ts";
import { killContainer } from "../../runtime/signal.ts";
import type { Action } from "./action.ts";

export const kill: Action<"kill"> = async ({ options, operands: [id, signal] }, rt) => {
  await killContainer(rt, { id: parseContainerId(id), signal: parseSignal(signal || "TERM"), all: options.all });
  return 0;
};
