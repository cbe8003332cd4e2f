/** What commands print, to the letter as runc prints it: engines parse these. */
import { Fault } from "../../base/fault.ts";
import { goJson } from "../../base/go-json.ts";
import { productCommit, productVersion } from "../../base/version.ts";
import { type State, specVersion, visibleAnnotations } from "../../oci/state.ts";

/** For `--version`: dockerd and go-runc look for the words `version` and `commit:`. */
export function versionText(): string {
  return `kata-runtime version ${productVersion}\ncommit: ${productCommit}\nspec: ${specVersion}\n`;
}

/** For the command `version`, as Kata prints it. */
export function versionCommandText(): string {
  return `kata-runtime  : ${productVersion}\n   commit   : ${productCommit}\n   OCI specs: ${specVersion}\n`;
}

/** Two-space JSON without a newline at the end. */
export function stateText(state: State): string {
  return goJson(stateDocument(state), "  ");
}

/** `format` is `table` or `json`; `quiet` shows ids alone, whatever the format. */
export function listText(states: readonly State[], options: { readonly format: string; readonly quiet: boolean }): string {
  if (options.quiet) return states.map((state) => `${state.id}\n`).join("");
  switch (options.format) {
    case "table":
      return table([
        ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"],
        ...states.map((state) => [state.id, String(state.pid), state.status, state.bundle, state.created, state.owner]),
      ]);
    case "json":
      return `${states.length === 0 ? "null" : goJson(states.map(stateDocument))}\n`;
    default:
      throw new Fault("invalid format option", { component: "cli", code: "EINVAL" });
  }
}

/** Properties in the order in which runc writes them; maps sorted, as Go does. */
function stateDocument(state: State): object {
  const { ociVersion, id, pid, status, bundle, rootfs, created, owner } = state;
  const annotations = Object.entries(visibleAnnotations(state.annotations) ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ociVersion,
    id,
    pid: status === "stopped" ? 0 : pid,
    status,
    bundle,
    rootfs,
    created,
    ...(annotations.length > 0 && { annotations: Object.fromEntries(annotations) }),
    owner,
  };
}

const narrowest = 12;
const gap = 3;

/** Cells padded to the column's longest and a gap, the last one not at all. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(narrowest, ...rows.map((row) => characters(row[column] ?? "") + gap)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - characters(cell)))).join("");
  return rows.map((row) => `${line(row)}\n`).join("");
}

function characters(text: string): number {
  return [...text].length;
}
