/** From argv to what is asked for. */
import { type CommandName, commands, findCommand, globalOptions } from "./commands.ts";
import { type ParsedFlags, parseFlags } from "./flags.ts";
import type { CommandInvocation, CommandLine, Globals, Invocation, Misuse } from "./invocation.ts";
import type { Arity, Command, Option } from "./option.ts";

/** What defaults depend on; asked only when needed. */
export interface Caller {
  environment(name: string): string | undefined;
  effectiveUid(): number;
  currentDirectory(): string;
}

/** Never throws: what cannot be followed is an invocation `misuse`. `argv` begins with the program's name. */
export function parseCommandLine(argv: readonly string[], caller: Caller): CommandLine {
  const flags = parseFlags(globalOptions(), argv.slice(1), false);
  const { globals, error } = parseGlobals(flags, caller);
  return { globals, invocation: error === undefined ? parseInvocation(argv[0] ?? "", flags) : error };
}

function parseInvocation(program: string, flags: ParsedFlags): Invocation {
  const { values, operands, error } = flags;
  if (error !== undefined) return { command: "misuse", topic: undefined, banner: `Incorrect Usage: ${error}`, message: error, exitCode: 1 };
  if (values["help"] === true) return { command: "help", topic: undefined };
  if (values["version"] === true) return { command: "--version" };
  if (values["showDefaultConfigPaths"] === true) return { command: "--show-default-config-paths" };
  const [name = "", ...args] = operands;
  if (name === "") return { command: "help", topic: undefined };
  if (name === "help" || name === "h") return parseHelp(args[0]);
  const command = findCommand(name);
  return command === undefined ? unknownTopic(name) : parseCommand(program, command, args);
}

function parseHelp(name: string | undefined): Invocation {
  if (name === undefined || name === "help" || name === "h") return { command: "help", topic: undefined };
  const topic = findCommand(name);
  if (topic === undefined) return unknownTopic(name);
  return unsupported(topic, commands[topic]()) ?? { command: "help", topic };
}

function unknownTopic(name: string): Misuse {
  return { command: "misuse", topic: undefined, banner: undefined, message: `No help topic for '${name}'`, exitCode: 3 };
}

function unsupported(topic: CommandName, table: Command): Misuse | undefined {
  if (table.unsupported === undefined) return undefined;
  return { command: "misuse", topic, banner: undefined, message: `${topic}: ${table.unsupported}`, exitCode: 1 };
}

const helpOption: Option = { name: "help", alias: "h", kind: "bool", meaning: "show this help" };

function parseCommand(program: string, name: CommandName, args: readonly string[]): Invocation {
  const table: Command = commands[name]();
  const misuse = (banner: string, message: string): Misuse => ({ command: "misuse", topic: name, banner, message, exitCode: 1 });
  const refused = unsupported(name, table);
  if (refused) return refused;
  const { values, operands, error } = parseFlags([...table.options, helpOption], args, table.endsAtOperand !== true);
  if (error !== undefined) return misuse(`Incorrect Usage: ${error}`, error);
  const { help, ...options } = values;
  if (help === true) return { command: "help", topic: name };
  const wrong = wrongCount(table.arity, operands.length);
  if (wrong !== undefined) return misuse("Incorrect Usage.", `${program}: ${JSON.stringify(name)} requires ${wrong} argument(s)`);
  // The table that was parsed by is the one that the member's types are made of.
  return { command: name, options, operands } as unknown as CommandInvocation;
}

function wrongCount(arity: Arity, count: number): string | undefined {
  if ("exactly" in arity) return count === arity.exactly ? undefined : `exactly ${arity.exactly}`;
  if (count < arity.least) return `a minimum of ${arity.least}`;
  return arity.most !== undefined && count > arity.most ? `a maximum of ${arity.most}` : undefined;
}

const name = "kata-containers";

function parseGlobals({ values }: ParsedFlags, caller: Caller): { globals: Globals; error?: Misuse } {
  const refuse = (message: string): Misuse => ({ command: "misuse", topic: undefined, banner: undefined, message, exitCode: 1 });
  const text = (key: string): string | undefined => (typeof values[key] === "string" && values[key] !== "" ? values[key] : undefined);
  const logFormat = text("logFormat") ?? "text";
  const rootless = text("rootless") ?? "auto";
  const given = text("root");
  const config = text("config");
  const root = given === undefined ? defaultRoot(caller) : absolute(given, caller);
  const globals: Globals = {
    debug: values["debug"] === true,
    systemdCgroup: values["systemdCgroup"] === true,
    log: text("log") === "/dev/stderr" ? undefined : text("log"),
    logFormat: logFormat === "json" ? "json" : "text",
    root,
    rootless: rootless === "true" || rootless === "false" ? rootless : "auto",
    config: config === undefined ? undefined : absolute(config, caller), // read after the bundle was entered
  };
  if (root === "/") return { globals, error: refuse("Option --root argument should not be set to /") };
  if (logFormat !== globals.logFormat) return { globals, error: refuse(`invalid log-format: ${logFormat}`) };
  if (rootless !== globals.rootless) {
    return { globals, error: refuse(`invalid value ${JSON.stringify(rootless)} for flag -rootless: must be true, false or auto`) };
  }
  return { globals };
}

/** The real root ignores XDG_RUNTIME_DIR, which engines set for it too. */
function defaultRoot(caller: Caller): string {
  if (caller.effectiveUid() === 0) return `/run/${name}`;
  const runtimeDirectory = caller.environment("XDG_RUNTIME_DIR");
  return runtimeDirectory ? `${absolute(runtimeDirectory, caller)}/${name}` : `/run/${name}`;
}

function absolute(path: string, caller: Caller): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${caller.currentDirectory()}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
