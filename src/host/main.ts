/** The composition root: which role this process has, and what its parts are made of. */

import { argumentsOf, environment } from "../sys/process.ts";
import { runCommandLine } from "./main/command.ts";

const role = environment().get("KATA_ROLE");
if (role === "sandbox") {
  const { startSandboxProcess } = await import("./main/sandbox-role.ts");
  startSandboxProcess();
} else if (role === "shim") {
  const { startShimProcess } = await import("./main/shim-role.ts");
  startShimProcess();
} else if (role === "out-of-memory") {
  const { runOutOfMemory } = await import("./cgroup/out-of-memory-process.ts");
  runOutOfMemory(argumentsOf());
} else {
  await runCommandLine(argumentsOf());
}
