/** What a command's action works with. */
import type { Runtime } from "../../runtime/context.ts";
import type { CommandName } from "../commands.ts";
import type { InvocationOf } from "../invocation.ts";

export interface Terminal {
  /** To standard output. False when its reader went away, which is no error of the command. */
  print(text: string): boolean;
  /** A line on standard error beside the log, for people. */
  warn(text: string): void;
}

/** The exit code. */
export type Action<N extends CommandName> = (invocation: InvocationOf<N>, rt: Runtime, terminal: Terminal) => number | Promise<number>;
