/** Prints a manual page (roff) from the tables of the command line: node --import tsx tools/man.ts kata-runtime|kata-monitor */
import { commandAliases, commands, globalOptions } from "../src/host/cli/commands.ts";
import { monitorAbout, monitorOptions, monitorPages } from "../src/host/cli/monitor-line.ts";
import type { Command, Option } from "../src/host/cli/option.ts";

/** Text in roff: backslashes, hyphens that are to stay hyphens, and no control line by accident. */
function roff(text: string): string {
  return text
    .replace(/\\/g, "\\e")
    .replace(/-/g, "\\-")
    .replace(/^(['.])/gm, "\\&$1");
}

function flag(name: string): string {
  return `\\fB${roff(name.length === 1 ? `-${name}` : `--${name}`)}\\fR`;
}

function optionEntry(option: Option): string {
  const value = option.kind === "bool" ? "" : ` \\fI${option.kind === "texts" ? "value\\fR ..." : "value\\fR"}`;
  const names = [option.name, ...(option.alias === undefined ? [] : [option.alias])].map(flag).join(", ");
  const fallback = option.default === undefined ? "" : ` Default: ${option.default}.`;
  return `.TP\n${names}${value}\n${roff(sentence(option.meaning) + fallback)}`;
}

function sentence(text: string): string {
  // A first word with capitals inside is a name, like cgroupsPath.
  const start = /^[a-z]+[A-Z]/.test(text) ? text.charAt(0) : text.charAt(0).toUpperCase();
  return `${start}${text.slice(1)}${/[.:]$/.test(text) ? "" : "."}`;
}

function commandEntry(name: string, table: Command): string {
  const options = table.options.filter((option) => option.hidden !== true);
  const usage = [`\\fB${name}\\fR`, options.length > 0 ? "[\\fIoptions\\fR]" : "", roff(table.operands)].filter((part) => part !== "");
  const aliases = Object.keys(commandAliases).filter((alias) => commandAliases[alias] === name);
  const about = [
    sentence(table.summary),
    ...(aliases.length > 0 ? [`Also called ${aliases.join(", ")}.`] : []),
    ...(table.about ?? []),
    ...(table.unsupported === undefined ? [] : [sentence(table.unsupported)]),
  ];
  // Options of a command that always fails would only be read in vain.
  const shown = table.unsupported === undefined ? options : [];
  return [`.SS ${usage.join(" ")}`, about.map((text) => `.PP\n${roff(text)}`).join("\n"), ...shown.map(optionEntry)].join("\n");
}

const exitCodes: readonly (readonly [string, string])[] = [
  ["0", "Success; of run and exec in the foreground: the process's own status, 128 + N when signal N ended it."],
  ["1", "An error, which is on standard error and in the log."],
  ["3", "There is no such command."],
  ["255", "Of exec: the process could not be run."],
];

const files: readonly (readonly [string, string])[] = [
  ["../etc/kata-containers/configuration.toml beside the program", "The configuration, looked for here first."],
  ["/etc/kata-containers/configuration.toml", "The administrator's configuration; config.d/*.toml beside it overrides single keys."],
  ["/usr/share/defaults/kata-containers/configuration.toml", "The distribution's."],
  ["/run/kata-containers", "State of the containers, unless --root names another directory."],
];

function terms(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([term, text]) => `.TP\n.B ${roff(term)}\n${roff(text)}`).join("\n");
}

/** The page kata-runtime(8). */
export function manualPage(): string {
  const shown = globalOptions().filter((option: Option) => option.hidden !== true);
  return `${[
    '.TH KATA\\-RUNTIME 8 "" "Kata Containers" "System Administration"',
    ".SH NAME\nkata\\-runtime \\- run OCI containers in light virtual machines",
    ".SH SYNOPSIS\n\\fBkata\\-runtime\\fR [\\fIglobal options\\fR] \\fIcommand\\fR [\\fIoptions\\fR] [\\fIarguments\\fR...]",
    `.SH DESCRIPTION\n${roff("Takes the command line of runc and runs every container, or every pod, in a virtual machine of its own. Options may have one dash or two; their values follow as the next argument or after an equals sign.")}`,
    `.SH GLOBAL OPTIONS\n${shown.map(optionEntry).join("\n")}`,
    `.SH COMMANDS\n${Object.entries(commands)
      .map(([name, table]) => commandEntry(name, table()))
      .join("\n")}`,
    `.SH EXIT STATUS\n${terms(exitCodes)}`,
    `.SH FILES\n${terms(files)}`,
  ].join("\n")}\n`;
}

/** The page kata-monitor(8). */
export function monitorPage(): string {
  return `${[
    '.TH KATA\\-MONITOR 8 "" "Kata Containers" "System Administration"',
    ".SH NAME\nkata\\-monitor \\- figures of all sandboxes of a host for Prometheus",
    ".SH SYNOPSIS\n\\fBkata\\-monitor\\fR [\\fIoptions\\fR]",
    `.SH DESCRIPTION\n${monitorAbout.map(roff).join("\n.PP\n")}`,
    `.SH OPTIONS\n${monitorOptions().map(optionEntry).join("\n")}`,
    `.SH PAGES\n${terms(monitorPages)}`,
    `.SH EXIT STATUS\n${terms([
      ["0", "SIGTERM or SIGINT ended it."],
      ["1", "An error, which is on standard error: a wrong option, an address that cannot be listened on."],
    ])}`,
    ".SH SEE ALSO\n\\fBkata\\-runtime\\fR(8), whose command metrics prints the same of one sandbox",
  ].join("\n")}\n`;
}

const pages: Readonly<Record<string, () => string>> = { "kata-runtime": manualPage, "kata-monitor": monitorPage };

if (import.meta.url === `file://${process.argv[1]}`) {
  const page = pages[process.argv[2] ?? ""];
  if (!page) throw new Error(`manual page ${JSON.stringify(process.argv[2] ?? "")}: must be one of ${Object.keys(pages).join(", ")}`);
  process.stdout.write(page());
}
