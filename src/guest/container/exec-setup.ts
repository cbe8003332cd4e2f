/** What an additional process of a container does between fork and exec: it goes where the first process is. */
import type { Process } from "../../oci/spec.ts";
import type { Linux } from "../../oci/spec-linux.ts";
import { CLONE, enterNamespace } from "../../sys/namespace.ts";
import { newSession } from "../../sys/process.ts";
import type { Fd } from "../../sys/syscall.ts";
import { runProcess, type Seccomp } from "./process-setup.ts";
import type { Reporter } from "./report.ts";
import { applyAffinity } from "./scheduling.ts";
import { takeStreams, takeTerminal } from "./terminal.ts";
import { becomeRoot, setOomScore } from "./user-namespace.ts";

export interface ExecPlan {
  readonly process: Process;
  /** pidfd of the container's first process. */
  readonly first: Fd;
  readonly seccomp: Seccomp | undefined;
  readonly linux: Linux | undefined;
  /** CLONE_NEW* of what the container has beside the usual. */
  readonly namespaces: number;
}

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

/** All but the pid namespace, which counts from birth. Entering the mount namespace makes its root this process's. */
const joined = CLONE.newMount | CLONE.newUts | CLONE.newIpc | CLONE.newCgroup;

export function setUpExec({ process, first, seccomp, linux, namespaces }: ExecPlan, line: Reporter, stdio: readonly Fd[]): never {
  newSession();
  // born in the container's cgroup already: the first list has its time, the last one stays
  const { initial, final } = process.execCPUAffinity ?? {};
  const followed = [applyAffinity(initial), applyAffinity(final)];
  if (followed.includes(false)) line.warning("process.execCPUAffinity: names no CPU that the container has in this guest, ignored");
  setOomScore("self", process);
  enterNamespace(first, joined | namespaces);
  const foreign = (namespaces & CLONE.newUser) !== 0;
  if (foreign) becomeRoot();
  if (process.terminal) takeTerminal(process, line, { console: false });
  else takeStreams(stdio, foreign ? undefined : process.user.uid);
  return runProcess({ process, line, seccomp, linux });
}
