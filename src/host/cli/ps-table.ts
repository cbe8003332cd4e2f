/** The table of `ps`, as ps(1) would print it in the guest. Pure. */
import type { GuestProcess } from "../../protocol/gen/sandbox.ts";
import { type Column, type PsScene, psColumns } from "./ps-columns.ts";
import type { PsWishes } from "./ps-options.ts";

/** Lines with their ends; the headers alone when there are no processes. */
export function psTable(processes: readonly GuestProcess[], { columns, headers }: PsWishes, scene: PsScene): string {
  const known = psColumns();
  const chosen = columns.map(({ name, header }): Column => {
    const column = known[name] as Column;
    return header === undefined ? column : { ...column, header };
  });
  const rows = processes.map((process) => chosen.map(({ value }) => value(process, scene)));
  if (headers) rows.unshift(chosen.map(({ header }) => header));
  const widths = chosen.map(({ width }, i) => Math.max(width, ...rows.map((row) => row[i]?.length ?? 0)));
  // nothing is known about the length of a command line: it ends the line and is not padded
  const cell = (text: string, i: number): string => {
    if (chosen[i]?.align === "right") return text.padStart(widths[i] ?? 0);
    return i === chosen.length - 1 ? text : text.padEnd(widths[i] ?? 0);
  };
  return rows.map((row) => `${row.map(cell).join(" ").trimEnd()}\n`).join("");
}
