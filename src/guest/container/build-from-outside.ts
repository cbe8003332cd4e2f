/**
 * A container whose first process has no engine: the agent goes to its namespaces, builds the container there, and comes
 * back. In an emulated guest that takes two thirds of the time that a forked agent needs, most of which is copied pages.
 */
import { chainMessage } from "../../base/fault.ts";
import type { Mount } from "../../oci/spec.ts";
import { close, setUmask, withFd } from "../../sys/file.ts";
import type { Call } from "../../sys/launch.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { CLONE, inNamespacesOf } from "../../sys/namespace.ts";
import { exit, openPid, takeDescriptorOf } from "../../sys/process.ts";
import type { Fd } from "../../sys/syscall.ts";
import { type BareProcess, firstExtra, firstFree, launchBare } from "./bare-process.ts";
import { parseCapabilities } from "./capabilities.ts";
import type { Cgroup } from "./cgroup.ts";
import { buildContainer, type ContainerPlan } from "./container-setup.ts";
import { procCalls, procMounts } from "./mounts.ts";
import { pauseCalls } from "./pause.ts";
import type { Ready, Surroundings } from "./process.ts";
import {
  accessCalls,
  executeCalls,
  identityCalls,
  lookAround,
  type ProcessPlan,
  processWarning,
  type Surrounding,
} from "./process-setup.ts";
import { closeTerminal, openConsole, type Terminal, takeTerminalCalls } from "./terminal.ts";
import { setOomScore } from "./user-namespace.ts";

const extraOf = ({ namespaces }: ContainerPlan): Fd[] => namespaces.joins.map(({ fd }) => fd);

export function launchFirst(plan: ContainerPlan, loop: EventLoop, cgroup: Cgroup): BareProcess {
  const { created, pid } = plan.namespaces;
  const { terminal, user } = plan.spec.process;
  const streams = terminal ? "none" : "pipes";
  const { passed } = plan;
  const directory = cgroup.open();
  return withFd(directory, () =>
    launchBare(loop, {
      streams,
      passed,
      owner: user.uid,
      namespaces: created,
      pidNamespace: pid,
      cgroup: directory,
      extra: extraOf(plan),
    }),
  );
}

export async function buildFromOutside(plan: ContainerPlan, { line, pid }: BareProcess, around: Surroundings): Promise<Ready> {
  const { spec, seccomp } = plan;
  const { process } = spec;
  const sets = parseCapabilities(process.capabilities ?? {});
  const warning = processWarning(sets);
  if (warning !== undefined) around.logger.warning(warning);
  await line.perform(birthCalls(plan));
  setOomScore(pid, process);
  const { terminal, env, programs } = visit(plan, pid, around);
  try {
    const processPlan: ProcessPlan = { process, sets, env, seccomp, linux: spec.linux, passed: plan.passed.length };
    const calls = [
      ...(terminal ? takeTerminalCalls(afterBirth(plan)) : []),
      ...identityCalls(processPlan),
      ...accessCalls(process.args[0] ?? "", programs),
    ];
    await line.perform(calls, terminal ? [terminal.slave] : []);
    const start = plan.pause
      ? async (): Promise<void> => line.leave(pauseCalls())
      : (): Promise<void> => line.execute(executeCalls(processPlan, programs));
    return { master: terminal?.master, start };
  } catch (error) {
    if (terminal) close(terminal.master);
    throw error;
  } finally {
    if (terminal) close(terminal.slave);
  }
}

/** What the new process does first: it leaves what it was born in. Its extra descriptors are those of `joins`. */
function birthCalls(plan: ContainerPlan): Call[] {
  const { joins, newCgroup } = plan.namespaces;
  const first = firstExtra(plan.passed);
  const unshareCgroup: Call = { name: "unshare", args: [CLONE.newCgroup], operation: "unshare", subject: "cgroup" };
  return [
    { name: "setsid", args: [], operation: "setsid" },
    ...joins.map(
      ({ flag }, i): Call => ({ name: "setns", args: [first + i, flag], operation: "setns", subject: `0x${flag.toString(16)}` }),
    ),
    ...(newCgroup ? [unshareCgroup] : []),
    ...procMounts(plan.spec).flatMap((entry, i) => procCalls(entry, procContext(plan, i))),
  ];
}

/** proc(5) shows the pids of the process that makes it, so the new one does, and the agent mounts it. */
const procContext = (plan: ContainerPlan, index: number): number => firstFree({ passed: plan.passed, extra: extraOf(plan) }) + index * 2;

/** The next descriptor of a process that has made the calls of its birth. */
const afterBirth = (plan: ContainerPlan): number => procContext(plan, procMounts(plan.spec).length);

const ownUmask = 0o022;

interface Visit extends Surrounding {
  readonly terminal: Terminal | undefined;
}

/** An agent that does not find its way back must not go on in a container. */
function visit(plan: ContainerPlan, pid: number, around: Surroundings): Visit {
  const trees = new Map<Mount, Fd>();
  const pidfd = openPid(pid);
  try {
    for (const [i, entry] of procMounts(plan.spec).entries()) trees.set(entry, takeDescriptorOf(pidfd, procContext(plan, i) + 1));
    setUmask(0);
    return inNamespacesOf(
      pidfd,
      () => build(plan, trees),
      (error) => {
        around.logger.error(`leave container: ${chainMessage(error)}`);
        return exit(1);
      },
    );
  } finally {
    setUmask(ownUmask);
    for (const fd of [...trees.values(), pidfd]) close(fd);
  }
}

function build(plan: ContainerPlan, trees: ReadonlyMap<Mount, Fd>): Visit {
  const { process } = plan.spec;
  let terminal: Terminal | undefined;
  try {
    const inside = (): void => {
      if (process.terminal) terminal = openConsole(process);
    };
    buildContainer(plan, { trees, inside });
    return { terminal, ...(plan.pause ? { env: [], programs: [] } : lookAround(process)) };
  } catch (error) {
    if (terminal) closeTerminal(terminal);
    throw error;
  }
}
