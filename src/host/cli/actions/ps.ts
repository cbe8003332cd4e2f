import { Fault } from "../../../base/fault.ts";
import { parseContainerId } from "../../../oci/container-id.ts";
import { containerProcesses } from "../../runtime/processes.ts";
import { parsePsOptions } from "../ps-options.ts";
import { psTable } from "../ps-table.ts";
import type { Action } from "./action.ts";

export const ps: Action<"ps"> = async ({ options: { format }, operands: [id, ...rest] }, rt, terminal) => {
  if (format !== "table" && format !== "json") throw new Fault("invalid format option", { component: "cli", code: "EINVAL" });
  const wishes = parsePsOptions(rest);
  const found = await containerProcesses(rt, parseContainerId(id));
  // engines look the numbers up on the host
  if (format === "json") terminal.print(`${found ? JSON.stringify(found.standinPids) : "null"}\n`);
  else terminal.print(psTable(found?.processes ?? [], wishes, { memoryKib: found?.memoryKib ?? 0, nowMs: Date.now() }));
  return 0;
};
