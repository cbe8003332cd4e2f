import { Fault } from "../../../base/fault.ts";
import { parseContainerId } from "../../../oci/container-id.ts";
import { maxSpecBytes, parseProcess } from "../../../oci/parse.ts";
import type { Process, Spec } from "../../../oci/spec.ts";
import { absolutePath, readTextFile } from "../../../sys/file.ts";
import { execInContainer } from "../../runtime/exec.ts";
import { execProcess } from "../../runtime/exec-process.ts";
import { execCgroup } from "../exec-cgroup.ts";
import type { InvocationOf } from "../invocation.ts";
import type { Action } from "./action.ts";
import { passedDescriptors } from "./passed-descriptors.ts";

export const exec: Action<"exec"> = (invocation, rt) => {
  const { options, operands } = invocation;
  const { fds } = passedDescriptors(options, false);
  const { consoleSocket, pidfdSocket, pidFile, detach, ignorePaused } = options;
  const cgroup = execCgroup(options.cgroup);
  return execInContainer(rt, {
    id: parseContainerId(operands[0]),
    process: (spec) => processOf(invocation, spec),
    detached: detach,
    ignorePaused,
    passed: fds,
    ...(cgroup && { cgroup }),
    ...(consoleSocket && { consoleSocket: absolutePath(consoleSocket) }),
    ...(pidfdSocket && { pidfdSocket: absolutePath(pidfdSocket) }),
    ...(pidFile && { pidFile: absolutePath(pidFile) }),
  });
};

/** As in runc: a file is the whole process, whatever else the command line says about it. */
function processOf({ options, operands }: InvocationOf<"exec">, spec: () => Spec): Process {
  const { process: file, cwd, user, apparmor, processLabel } = options;
  if (file) return parseProcess(readTextFile(file, maxSpecBytes), file);
  const [, ...args] = operands;
  if (args.length === 0) throw new Fault("process args cannot be empty", { component: "cli", code: "invalid-option" });
  return execProcess(spec().process, {
    args,
    env: options.env,
    tty: options.tty,
    additionalGids: options.additionalGids,
    capabilities: options.cap,
    noNewPrivileges: options.noNewPrivs,
    ...(cwd && { cwd }),
    ...(user && { user }),
    ...(apparmor && { apparmor }),
    ...(processLabel && { processLabel }),
  });
}
