/** The composition root: which role this process has, and what its parts are made of. */

import { argumentsOf, environment } from "../sys/process.ts";
import { runCommandLine } from "./main/command.ts";

const role = environment().get("KATA_ROLE");
if (role === "sandbox") {
  const { startSandboxProcess } = await import("./main/sandbox-role.ts");
  startSandboxProcess();
} else {
  await runCommandLine(argumentsOf());
}
