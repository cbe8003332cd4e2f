/** The first process of a container: born in new namespaces, then the container is built around it. */
import { Fault } from "../../base/fault.ts";
import type { Spec } from "../../oci/spec.ts";
import { close, withFd } from "../../sys/file.ts";
import { isGone } from "../../sys/launch.ts";
import type { Fd } from "../../sys/syscall.ts";
import { buildFromOutside, launchFirst } from "./build-from-outside.ts";
import type { Cgroup } from "./cgroup.ts";
import type { ContainerOptions } from "./container.ts";
import { type ContainerPlan, setUpContainer } from "./container-setup.ts";
import { setLimitsOf } from "./identity.ts";
import { type Launched, type LaunchOptions, launch } from "./launch.ts";
import { everyJoin, planNamespaces } from "./namespaces.ts";
import { ContainerProcess, type Ready, type Surroundings } from "./process.ts";
import { admit, guestId, planUserNamespace } from "./user-namespace.ts";

/** Everything but the program. On failure nothing is left. */
export async function makeFirst(options: ContainerOptions, around: Surroundings, cgroup: Cgroup): Promise<ContainerProcess> {
  const opened: Fd[] = [];
  try {
    const plan = makePlan(options, cgroup, opened);
    if (needsInside(options.spec)) {
      if (plan.pause)
        throw new Fault("pause: not with hooks or a namespace of users or of time", { component: "agent", code: "unsupported" });
      const { pid, pipes, passed, reports } = launchForked(plan, around, cgroup, opened);
      const setLimits = (): void => setLimitsOf(pid, options.spec.process.rlimits ?? []);
      const getReady = (): Promise<Ready> => reportedReady(reports, around, setLimits);
      return await ContainerProcess.prepare({ pid, pipes, passed, line: reports }, getReady, around);
    }
    const bare = launchFirst(plan, around.loop, cgroup);
    return await ContainerProcess.prepare(bare, () => buildFromOutside(plan, bare, around), around);
  } finally {
    for (const fd of opened) close(fd);
  }
}

/** `opened` gets what the caller closes. */
function makePlan(options: ContainerOptions, cgroup: Cgroup, opened: Fd[]): ContainerPlan {
  const { id, bundle, spec, seccomp, streams, pause } = options;
  const namespaces = planNamespaces(spec, (path) => {
    const fd = options.findNamespace(path);
    opened.push(fd);
    return fd;
  });
  const user = planUserNamespace(spec, (fd) => opened.push(fd));
  return { id, bundle, spec, namespaces, cgroupPath: cgroup.path, seccomp, user, pause, passed: streams.passed };
}

/**
 * What only the process itself can do, in TypeScript: be another user namespace's root, set clocks, run hooks in its own
 * place. What may take long (copies) must not keep the agent from others either.
 */
function needsInside({ linux, hooks, mounts = [] }: Spec): boolean {
  const hooked = (hooks?.createContainer?.length ?? 0) + (hooks?.startContainer?.length ?? 0) > 0;
  const apart = linux?.namespaces?.some(({ type }) => type === "user" || type === "time") ?? false;
  return hooked || apart || mounts.some(({ options = [] }) => options.includes("tmpcopyup"));
}

function launchForked(plan: ContainerPlan, around: Surroundings, cgroup: Cgroup, opened: readonly Fd[]): Launched {
  const { spec, namespaces, user } = plan;
  const launchOptions = (directory: Fd): LaunchOptions => ({
    terminal: spec.process.terminal ?? false,
    namespaces: namespaces.created,
    joins: everyJoin(namespaces),
    cgroup: directory,
    keep: opened,
    admit: user && ((pid) => admit(pid, plan, user)),
    streamOwner: guestId(spec, spec.process.user.uid),
    passed: plan.passed,
    main: (line, descriptors) => setUpContainer(plan, line, descriptors),
  });
  const directory = cgroup.open();
  return withFd(directory, () => launch(around.loop, launchOptions(directory)));
}

async function reportedReady(reports: Launched["reports"], around: Surroundings, setLimits: () => void): Promise<Ready> {
  let master: Fd | undefined;
  for (;;) {
    const report = await reports.next();
    if (report.kind === "console") master = report.master;
    else if (report.kind === "limits") {
      setLimits();
      reports.release();
    } else if (report.kind === "warning") around.logger.warning(report.message);
    else if (report.kind === "ready") return { master, start: () => startReporting(reports) };
    else {
      if (master !== undefined) close(master);
      throw report.kind === "failed"
        ? reported(report)
        : new Fault("start process: it ended before it was ready", { component: "agent", code: "internal" });
    }
  }
}

async function startReporting(reports: Launched["reports"]): Promise<void> {
  try {
    reports.release();
  } catch (error) {
    if (!isGone(error)) throw error; // it has ended meanwhile
  }
  const report = await reports.next();
  if (report.kind === "failed") throw reported(report);
}

function reported({ message, code }: { readonly message: string; readonly code: string | undefined }): Fault {
  return new Fault(message, { component: "agent", ...(code !== undefined && { code }) });
}
