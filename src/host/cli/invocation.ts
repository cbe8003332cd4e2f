/** What a command line asks for, typed: one member per command. */
import type { CommandName, commands, globalOptions } from "./commands.ts";
import type { Operands, OptionValues } from "./option.ts";

type Table<N extends CommandName> = ReturnType<(typeof commands)[N]>;

/** A command with its options and operands, both checked against the table. */
export type CommandInvocation = {
  readonly [N in CommandName]: {
    readonly command: N;
    readonly options: OptionValues<Table<N>["options"]>;
    readonly operands: Operands<Table<N>["arity"]>;
  };
}[CommandName];

/** Of one command: `InvocationOf<"create">`. */
export type InvocationOf<N extends CommandName> = Extract<CommandInvocation, { readonly command: N }>;

/** Shows help about a command, or about the whole; exit code 0. */
export interface HelpRequest {
  readonly command: "help";
  readonly topic: CommandName | undefined;
}

/** `--version`: the three lines that engines read; `--show-default-config-paths`: one path a line. */
export interface Question {
  readonly command: "--version" | "--show-default-config-paths";
}

/** A command line that cannot be followed. */
export interface Misuse {
  readonly command: "misuse";
  /** The command it was about, if it got that far. */
  readonly topic: CommandName | undefined;
  /** A line for standard output before the help on `topic`; undefined: no help is shown. */
  readonly banner: string | undefined;
  /** The error, for log and standard error. */
  readonly message: string;
  readonly exitCode: number;
}

export type Invocation = CommandInvocation | HelpRequest | Question | Misuse;

type GlobalValues = OptionValues<ReturnType<typeof globalOptions>>;

export interface Globals extends Pick<GlobalValues, "debug" | "systemdCgroup"> {
  /** The log file as it was given; undefined: standard error. */
  readonly log: string | undefined;
  readonly logFormat: "text" | "json";
  /** Absolute. */
  readonly root: string;
  readonly rootless: "true" | "false" | "auto";
  /** The configuration file that was named. */
  readonly config: string | undefined;
}

export interface CommandLine {
  readonly globals: Globals;
  readonly invocation: Invocation;
}
