/** An additional process of a container. */
import type { Process, Spec } from "../../oci/spec.ts";
import { close, withFd } from "../../sys/file.ts";
import type { Call } from "../../sys/launch.ts";
import { openPid } from "../../sys/process.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { type BareOptions, type BareProcess, firstExtra, launchBare } from "./bare-process.ts";
import { parseCapabilities } from "./capabilities.ts";
import type { Cgroup } from "./cgroup.ts";
import { execCalls, execEnvironment, execTerminal } from "./exec-setup.ts";
import { setLimitsOf } from "./identity.ts";
import type { PassedWish } from "./pipes.ts";
import { ContainerProcess, type Ready, type Surroundings } from "./process.ts";
import { openCgroupOf } from "./process-facts.ts";
import { processWarning, type Seccomp } from "./process-setup.ts";
import { applyAffinity } from "./scheduling.ts";
import { closeTerminal } from "./terminal.ts";
import { furtherNamespaces, guestId, hasUserNamespace, setOomScore } from "./user-namespace.ts";

export interface ExecProcess {
  /** Complete; see completeProcess. */
  readonly process: Process;
  /** pid of the container's first process. */
  readonly first: number;
  readonly cgroup: Cgroup;
  /** Below the container's cgroup; "" is that itself. */
  readonly subgroup: string;
  readonly seccomp: Seccomp | undefined;
  /** The container's. */
  readonly spec: Spec;
  readonly passed: readonly PassedWish[];
}

/** Everything but the program. On failure nothing is left. */
export async function makeExec(exec: ExecProcess, around: Surroundings): Promise<ContainerProcess> {
  const { process, first, seccomp, spec, passed } = exec;
  const sets = parseCapabilities(process.capabilities ?? {});
  const warning = processWarning(sets);
  if (warning !== undefined) around.logger.warning(warning);
  const env = execEnvironment(process, first);
  const owner = guestId(spec, process.user.uid);
  const terminal = execTerminal(process, first, owner);
  let calls: Call[];
  let bare: BareProcess;
  try {
    const plan = { process, sets, env, seccomp, linux: spec.linux, passed: passed.length };
    calls = execCalls(plan, firstExtra(passed), furtherNamespaces(spec));
    bare = launchExec(exec, around, { streams: terminal ? { terminal: terminal.slave } : "pipes", owner });
  } catch (error) {
    if (terminal) closeTerminal(terminal);
    throw error;
  }
  if (terminal) close(terminal.slave);
  const getReady = async (): Promise<Ready> => {
    setOomScore(bare.pid, process);
    if (hasUserNamespace(spec)) setLimitsOf(bare.pid, process.rlimits ?? []);
    // in the container's cgroup already: the first list has its time, the last one stays
    const { initial, final } = process.execCPUAffinity ?? {};
    const followed = [applyAffinity(bare.pid, initial), applyAffinity(bare.pid, final)];
    if (followed.includes(false))
      around.logger.warning("process.execCPUAffinity: names no CPU that the container has in this guest, ignored");
    return { master: terminal?.master, start: () => bare.line.execute(calls) };
  };
  return await ContainerProcess.prepare(bare, getReady, around);
}

type Streams = Pick<BareOptions, "streams" | "owner">;

function launchExec({ first, cgroup, subgroup, passed }: ExecProcess, { loop }: Surroundings, streams: Streams): BareProcess {
  const pidfd = openPid(first);
  const start = (directory: Fd): BareProcess =>
    withFd(directory, () =>
      launchBare(loop, { ...streams, passed, namespaces: 0, pidNamespace: pidfd, cgroup: directory, extra: [pidfd] }),
    );
  try {
    return start(cgroup.open(subgroup));
  } catch (error) {
    if (subgroup !== "" || !isErrno(error, "EBUSY")) throw error;
    // The container has given its cgroup children: only those may hold processes.
    return start(openCgroupOf(first));
  } finally {
    close(pidfd);
  }
}
