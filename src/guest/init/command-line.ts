/** `agent.*` options of the kernel's command line (those of the Kata agent that have a meaning here). */
import type { Level } from "../../base/log.ts";

export interface AgentOptions {
  readonly logLevel: Level;
}

const levels: Readonly<Record<string, Level>> = {
  trace: "debug",
  debug: "debug",
  info: "info",
  warn: "warning",
  warning: "warning",
  error: "error",
  critical: "error",
};

/** Unknown options are left alone: foreign runtimes add theirs. */
export function parseCommandLine(text: string): AgentOptions {
  let logLevel: Level = "info";
  for (const word of text.trim().split(/\s+/)) {
    const [name, value = ""] = word.split("=", 2);
    if (name === "agent.log" && Object.hasOwn(levels, value)) logLevel = levels[value] ?? logLevel;
  }
  return { logLevel };
}
