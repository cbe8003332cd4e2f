/** Why a sandbox in reserve is of no use any more, or too dear. */
import { chainMessage } from "../../base/fault.ts";
import { readTextFile } from "../../sys/file.ts";
import { isErrno } from "../../sys/syscall.ts";
import { memoryPressure } from "../factory/pressure.ts";
import type { FactoryParameters, SandboxParameters } from "./parameters.ts";
import { reserveKey, templateStore } from "./template.ts";

/** undefined: it is what a claimer would ask for by `key`, and the host can spare it. */
export function whyUnwanted(parameters: SandboxParameters, factory: FactoryParameters, key: string): string | undefined {
  try {
    const templates = templateStore(parameters, factory);
    if (reserveKey(parameters, templates) !== key) return "the files it was started from have changed";
    if (!templates.present) return "its template is gone";
  } catch (error) {
    return chainMessage(error); // one of the files is gone
  }
  return hostPressure();
}

export function hostPressure(): string | undefined {
  return memoryPressure(readTextFile("/proc/meminfo"), readPressure());
}

/** A kernel without PSI has no such file; one that has it switched off says so when it is read. */
function readPressure(): string | undefined {
  try {
    return readTextFile("/proc/pressure/memory");
  } catch (error) {
    if (isErrno(error, "ENOENT", "EOPNOTSUPP", "EACCES", "EPERM")) return undefined;
    throw error;
  }
}
