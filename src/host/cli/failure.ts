/** How an error of a command ends the program: its text and exit code. */
import { chainMessage } from "../../base/fault.ts";
import type { Invocation } from "./invocation.ts";

export interface Failure {
  readonly message: string;
  readonly exitCode: number;
}

/** Exit code 255 tells callers of `exec` that it was exec itself that failed, not the process. */
export function commandFailure(command: Invocation["command"], error: unknown): Failure {
  const reason = chainMessage(error);
  switch (command) {
    case "create":
    case "run":
      return { message: `kata-runtime ${command} failed: ${reason}`, exitCode: 1 };
    case "exec":
      return { message: `exec failed: ${reason}`, exitCode: 255 };
    default:
      return { message: reason, exitCode: 1 };
  }
}
