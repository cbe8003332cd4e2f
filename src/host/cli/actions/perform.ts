/** From an invocation to its action; each action's code is loaded when it is needed. */
import { Fault } from "../../../base/fault.ts";
import type { Runtime } from "../../runtime/context.ts";
import type { CommandInvocation } from "../invocation.ts";
import type { Terminal } from "./action.ts";

/** The exit code. */
export async function perform(invocation: CommandInvocation, rt: Runtime, terminal: Terminal): Promise<number> {
  switch (invocation.command) {
    case "check":
      return (await import("./check.ts")).check(invocation, rt, terminal);
    case "create":
      return (await import("./create.ts")).create(invocation, rt, terminal);
    case "delete":
      return (await import("./delete.ts")).deleteAction(invocation, rt, terminal);
    case "direct-volume":
      return (await import("./direct-volume.ts")).directVolume(invocation, rt, terminal);
    case "exec":
      return (await import("./exec.ts")).exec(invocation, rt, terminal);
    case "kata-network":
      return (await import("./network.ts")).network(invocation, rt, terminal);
    case "kill":
      return (await import("./kill.ts")).kill(invocation, rt, terminal);
    case "env":
      return (await import("./env.ts")).env(invocation, rt, terminal);
    case "events":
      return (await import("./events.ts")).events(invocation, rt, terminal);
    case "factory":
      return (await import("./factory.ts")).factory(invocation, rt, terminal);
    case "features":
      return (await import("./features.ts")).features(invocation, rt, terminal);
    case "list":
      return (await import("./list.ts")).list(invocation, rt, terminal);
    case "metrics":
      return (await import("./metrics.ts")).metrics(invocation, rt, terminal);
    case "pause":
      return (await import("./pause.ts")).pause(invocation, rt, terminal);
    case "ps":
      return (await import("./ps.ts")).ps(invocation, rt, terminal);
    case "resume":
      return (await import("./resume.ts")).resume(invocation, rt, terminal);
    case "run":
      return (await import("./run.ts")).run(invocation, rt, terminal);
    case "spec":
      return (await import("./spec.ts")).spec(invocation, rt, terminal);
    case "start":
      return (await import("./start.ts")).start(invocation, rt, terminal);
    case "state":
      return (await import("./state.ts")).state(invocation, rt, terminal);
    case "update":
      return (await import("./update.ts")).update(invocation, rt, terminal);
    case "version":
      terminal.print((await import("../output.ts")).versionCommandText());
      return 0;
    case "checkpoint":
    case "restore":
      throw new Fault(`${invocation.command}: not supported`, { component: "cli", code: "unsupported" }); // the parser has refused it
  }
}
