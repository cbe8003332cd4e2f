/** What an additional process of a container does between fork and exec: it goes where the first process is. */
import type { Process } from "../../oci/spec.ts";
import type { Personality } from "../../oci/spec-linux.ts";
import { CLONE, enterNamespace } from "../../sys/namespace.ts";
import { newSession } from "../../sys/process.ts";
import type { Fd } from "../../sys/syscall.ts";
import { runProcess, type Seccomp } from "./process-setup.ts";
import type { Reporter } from "./report.ts";
import { takeStreams, takeTerminal } from "./terminal.ts";
import { becomeRoot, setOomScore } from "./user-namespace.ts";

export interface ExecPlan {
  readonly process: Process;
  /** pidfd of the container's first process. */
  readonly first: Fd;
  readonly seccomp: Seccomp | undefined;
  readonly personality: Personality | undefined;
  /** CLONE_NEW* of what the container has beside the usual. */
  readonly namespaces: number;
}

/** As in runc: what an additional process does not say about these is as for the container's first one; its limits are not. */
export function completeProcess(process: Process, { capabilities, scheduler, ioPriority }: Process): Process {
  return {
    ...(capabilities && { capabilities }),
    ...(scheduler && { scheduler }),
    ...(ioPriority && { ioPriority }),
    ...process,
  };
}

/** All but the pid namespace, which counts from birth. Entering the mount namespace makes its root this process's. */
const joined = CLONE.newMount | CLONE.newUts | CLONE.newIpc | CLONE.newCgroup;

export function setUpExec({ process, first, seccomp, personality, namespaces }: ExecPlan, line: Reporter, stdio: readonly Fd[]): never {
  newSession();
  setOomScore("self", process);
  enterNamespace(first, joined | namespaces);
  const foreign = (namespaces & CLONE.newUser) !== 0;
  if (foreign) becomeRoot();
  if (process.terminal) takeTerminal(process, line, { console: false });
  else takeStreams(stdio, foreign ? undefined : process.user.uid);
  return runProcess({ process, line, seccomp, personality });
}
