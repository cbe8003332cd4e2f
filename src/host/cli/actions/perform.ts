/** From an invocation to its action; each action's code is loaded when it is needed. */
import { Fault } from "../../../base/fault.ts";
import type { Runtime } from "../../runtime/context.ts";
import type { CommandInvocation } from "../invocation.ts";
import type { Terminal } from "./action.ts";

/** The exit code. */
export async function perform(invocation: CommandInvocation, rt: Runtime, terminal: Terminal): Promise<number> {
  switch (invocation.command) {
    case "create":
      return (await import("./create.ts")).create(invocation, rt, terminal);
    case "delete":
      return (await import("./delete.ts")).deleteAction(invocation, rt, terminal);
    case "exec":
      return (await import("./exec.ts")).exec(invocation, rt, terminal);
    case "kill":
      return (await import("./kill.ts")).kill(invocation, rt, terminal);
    case "list":
      return (await import("./list.ts")).list(invocation, rt, terminal);
    case "run":
      return (await import("./run.ts")).run(invocation, rt, terminal);
    case "spec":
      return (await import("./spec.ts")).spec(invocation, rt, terminal);
    case "start":
      return (await import("./start.ts")).start(invocation, rt, terminal);
    case "state":
      return (await import("./state.ts")).state(invocation, rt, terminal);
    case "version":
      terminal.print((await import("../output.ts")).versionCommandText());
      return 0;
    case "checkpoint":
    case "events":
    case "features":
    case "pause":
    case "ps":
    case "restore":
    case "resume":
    case "update":
      throw new Fault(`${invocation.command}: this version of kata-runtime does not have the command`, {
        component: "cli",
        code: "unsupported",
      });
  }
}
