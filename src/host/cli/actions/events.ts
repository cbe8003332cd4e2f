import { Fault } from "../../../base/fault.ts";
import { goJson } from "../../../base/go-json.ts";
import { parseContainerId } from "../../../oci/container-id.ts";
import { type ContainerEvent, containerStats, watchContainer } from "../../runtime/events.ts";
import type { Action } from "./action.ts";

export const events: Action<"events"> = async ({ options: { interval, stats }, operands }, rt, terminal) => {
  const id = parseContainerId(operands[0]);
  if (interval <= 0) throw new Fault("duration interval must be greater than 0", { component: "cli", code: "invalid-option" });
  const onEvent = (event: ContainerEvent): boolean => terminal.print(eventLine(id, event));
  if (stats) onEvent(await containerStats(rt, id));
  else await watchContainer(rt, { id, intervalMs: interval, onEvent });
  return 0;
};

/** The keys in runc's order. */
function eventLine(id: string, event: ContainerEvent): string {
  const data = event.type === "stats" ? `,"data":${event.data}` : "";
  return `{"type":"${event.type}","id":${goJson(id)}${data}}\n`;
}
