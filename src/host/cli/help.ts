/** Help texts, made from the tables. */
import { productCommit, productVersion } from "../../base/version.ts";
import { specVersion } from "../../oci/state.ts";
import { type CommandName, commandAliases, commands, globalOptions } from "./commands.ts";
import { monitorAbout, monitorOptions, monitorPages } from "./monitor-line.ts";
import type { Command, Option } from "./option.ts";

export const programName = "kata-runtime";

/** About one command, or about the program and all commands; ends with a newline. */
export function helpText(topic?: CommandName): string {
  return topic === undefined ? programHelp() : commandHelp(topic, commands[topic]());
}

function programHelp(): string {
  const names = Object.entries(commands).map(([name, table]) => [namesOf(name).join(", "), table().summary] as const);
  return [
    `NAME:\n   ${programName} - run OCI containers in light virtual machines\n`,
    `USAGE:\n   ${programName} [global options] command [command options] [arguments...]\n`,
    `VERSION:\n   ${productVersion}\ncommit: ${productCommit}\nspec: ${specVersion}\n`,
    `COMMANDS:\n${columns([...names, ["help, h", "show the commands, or help for one of them"]])}\n`,
    `GLOBAL OPTIONS:\n${columns(globalOptions().filter(isShown).map(optionRow))}\n`,
  ].join("\n");
}

function namesOf(command: string): string[] {
  const aliases = Object.entries(commandAliases).filter(([, of]) => of === command);
  return [command, ...aliases.map(([alias]) => alias)];
}

function commandHelp(name: CommandName, table: Command): string {
  const shown = table.options.filter(isShown);
  const usage = [programName, name, shown.length > 0 ? "[command options]" : "", table.operands].filter((part) => part !== "").join(" ");
  const sections = [`NAME:\n   ${programName} ${name} - ${table.summary}\n`, `USAGE:\n   ${usage}\n`];
  if (table.about) sections.push(`DESCRIPTION:\n${table.about.map((paragraph) => wrapped(paragraph)).join("\n\n")}\n`);
  if (shown.length > 0) sections.push(`OPTIONS:\n${columns(shown.map(optionRow))}\n`);
  return sections.join("\n");
}

/** Of kata-monitor. */
export function monitorHelp(): string {
  return [
    "NAME:\n   kata-monitor - figures of all sandboxes of this host for Prometheus\n",
    "USAGE:\n   kata-monitor [options]\n",
    `DESCRIPTION:\n${monitorAbout.map((paragraph) => wrapped(paragraph)).join("\n\n")}\n`,
    `OPTIONS:\n${columns(monitorOptions().map(optionRow))}\n`,
    `PAGES:\n${columns(monitorPages)}\n`,
  ].join("\n");
}

function isShown(option: Option): boolean {
  return option.hidden !== true;
}

function optionRow(option: Option): readonly [string, string] {
  const value = option.kind === "bool" ? "" : " value";
  const names = [option.name, ...(option.alias === undefined ? [] : [option.alias])];
  const flags = names.map((name) => `${name.length === 1 ? "-" : "--"}${name}${value}`).join(", ");
  const fallback = option.default === undefined ? "" : ` (default: ${JSON.stringify(option.default)})`;
  return [flags, option.meaning + fallback];
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `   ${left.padEnd(width)}  ${right}`).join("\n");
}

const lineWidth = 80;

function wrapped(text: string): string {
  const lines: string[] = [];
  let line = "  ";
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > lineWidth && line !== "  ") {
      lines.push(line);
      line = "  ";
    }
    line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}
