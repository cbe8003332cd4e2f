/** What an additional process of a container does before its program: it goes where the first process is. */
import { Fault } from "../../base/fault.ts";
import type { Process } from "../../oci/spec.ts";
import { close, directoryFlag, O, open, withFd } from "../../sys/file.ts";
import type { Call } from "../../sys/launch.ts";
import { CLONE } from "../../sys/namespace.ts";
import { becomeRootCalls, controllingTerminalCall } from "../../sys/process-calls.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { readPasswd, uniqueEnvironment, withHome } from "./identity.ts";
import { executeCalls, executeOperation, identityCalls, type ProcessPlan } from "./process-setup.ts";
import { candidates, filesIn, findPrograms, programRefusal } from "./program.ts";
import { openTerminalIn, type Terminal } from "./terminal.ts";

/** As in runc: what an additional process does not say about these is as for the container's first one; its limits are not. */
export function completeProcess(process: Process, { capabilities, scheduler, ioPriority, execCPUAffinity }: Process): Process {
  return {
    ...(capabilities && { capabilities }),
    ...(scheduler && { scheduler }),
    ...(ioPriority && { ioPriority }),
    ...(execCPUAffinity && { execCPUAffinity }),
    ...process,
  };
}

/** The container's root as its first process has it. The caller closes it. */
export function openRootOf(pid: number): Fd {
  return open(`/proc/${pid}/root`, O.PATH | directoryFlag());
}

/** All but the pid namespace, which counts from birth. Entering the mount namespace makes its root this process's. */
const joined = CLONE.newMount | CLONE.newUts | CLONE.newIpc | CLONE.newCgroup;

/** The terminal of an additional process, made from outside: it is there before the process is. */
export function execTerminal(process: Process, firstPid: number, owner: number): Terminal | undefined {
  if (!process.terminal) return undefined;
  const root = openRootOf(firstPid);
  return withFd(root, () => openTerminalIn(root, process, owner));
}

/** The environment with a home; only a missing one needs a look into the container. */
export function execEnvironment(process: Process, firstPid: number): readonly string[] {
  const env = uniqueEnvironment(process.env ?? []);
  return withHome(env, process.user.uid, () => {
    const root = openRootOf(firstPid);
    return withFd(root, () => readPasswd(root));
  });
}

/**
 * Everything, the program included. `first` is the descriptor of the first process's pidfd there; `further` are CLONE_NEW* of
 * what the container has beside the usual.
 */
export function execCalls(plan: ProcessPlan, first: number, further: number): Call[] {
  return [
    { name: "setsid", args: [], operation: "setsid" },
    { name: "setns", args: [first, joined | further], operation: "setns", subject: "container" },
    ...((further & CLONE.newUser) !== 0 ? becomeRootCalls() : []),
    ...(plan.process.terminal ? [controllingTerminalCall(0)] : []),
    ...identityCalls(plan),
    ...executeCalls(plan, candidates(plan.process.args[0] ?? "", plan.env)),
  ];
}

/** Why the program could not be executed, as the container's files explain it; `error` when they do not. */
export function explainExec(error: unknown, { args, env = [], cwd }: Process, firstPid: number): unknown {
  const ofProgram = isErrno(error, "ENOENT", "ENOTDIR", "EACCES") && error.message.startsWith(`${executeOperation} `);
  if (!ofProgram) return error;
  const name = args[0] ?? "";
  const root = openRootOf(firstPid);
  try {
    findPrograms(name, env, filesIn(root, cwd));
    return isErrno(error, "EACCES") ? new Fault(programRefusal(name, "forbidden"), { component: "agent", code: "EACCES" }) : error;
  } catch (better) {
    return better;
  } finally {
    close(root);
  }
}
