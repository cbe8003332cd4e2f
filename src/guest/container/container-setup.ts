/** What makes a container out of the namespaces of its first process. */
import { Fault } from "../../base/fault.ts";
import type { Mount, Spec } from "../../oci/spec.ts";
import type { Propagation } from "../../oci/spec-linux.ts";
import { directoryFlag, mkdirAll, O, open, setUmask, withFd } from "../../sys/file.ts";
import { attachMount, MOUNT_ATTR, MS, mount, pivotRoot, setMountAttributes, setMountFlags } from "../../sys/mount.ts";
import { CLONE, unshare } from "../../sys/namespace.ts";
import { newSession } from "../../sys/process.ts";
import type { Fd } from "../../sys/syscall.ts";
import { setDomainname, setHostname } from "../../sys/system.ts";
import { makeDevices } from "./devices.ts";
import { runHooksInside } from "./hooks.ts";
import type { ChildDescriptors } from "./launch.ts";
import { finishMounts, isDev, type MountPlace, makeMount } from "./mounts.ts";
import type { NamespacePlan } from "./namespaces.ts";
import type { PassedWish } from "./pipes.ts";
import { runProcess, type Seccomp } from "./process-setup.ts";
import type { Reporter } from "./report.ts";
import { makeReadonly, maskPath, writeSysctls } from "./restrict.ts";
import { takePassed, takeStreams, takeTerminal } from "./terminal.ts";
import { enterTimeNamespace } from "./time-namespace.ts";
import { becomeRoot, isNetworkParameter, setOomScore, type UserNamespacePlan } from "./user-namespace.ts";

export interface ContainerPlan {
  readonly id: string;
  /** A path on the host, for hooks. */
  readonly bundle: string;
  readonly spec: Spec;
  readonly namespaces: NamespacePlan;
  /** The cgroup the process was born in, as a path of the agent's. */
  readonly cgroupPath: string;
  readonly seccomp: Seccomp | undefined;
  readonly user: UserNamespacePlan | undefined;
  /** The first process executes nothing. */
  readonly pause: boolean;
  /** Descriptors beyond the standard streams. */
  readonly passed: readonly PassedWish[];
}

/** What somebody else does on the way. */
export interface Building {
  /** Detached mounts for entries that whoever builds cannot make. */
  readonly trees: ReadonlyMap<Mount, Fd>;
  /** The container's root is entered, its devices are there. */
  inside(): void;
}

/**
 * Builds the container around whoever calls: its first process, or the agent in the namespaces of that. The order is runc's:
 * what needs the agent's root file system comes before that is left.
 */
export function buildContainer(plan: ContainerPlan, { trees, inside }: Building): void {
  const { spec, namespaces } = plan;
  const { process, linux } = spec;
  setNames(spec, namespaces);
  const root = prepareRoot(spec.root.path, linux?.rootfsPropagation, plan.user?.rootfs);
  const place: MountPlace = { root, cgroup: plan.cgroupPath, cgroupNamespace: namespaces.newCgroup, trees };
  const mounts = spec.mounts ?? [];
  withFd(root, () => {
    for (const entry of mounts) makeMount(entry, place);
    // A /dev that is bound from elsewhere is as it is.
    if (!mounts.some((entry) => isDev(entry.destination) && isBind(entry.type, entry.options)))
      makeDevices(root, linux?.devices ?? [], plan.user !== undefined);
    pivotRoot(root);
  });
  inside();
  mkdirAll(process.cwd, 0o755);
  restrict(spec, place, plan.user !== undefined);
}

/** All of it by the new process itself, which executes its program at the end. */
export function setUpContainer(plan: ContainerPlan, line: Reporter, { stdio, passed }: ChildDescriptors): never {
  const { spec, namespaces } = plan;
  const { process, linux, hooks, annotations } = spec;
  const subject = { id: plan.id, bundle: plan.bundle, annotations };
  newSession();
  if (plan.user) becomeRoot();
  else setOomScore("self", process);
  if (namespaces.newCgroup) unshare(CLONE.newCgroup);
  if (namespaces.newTime) enterTimeNamespace(linux ?? {});
  setUmask(0);
  const inside = (): void => {
    runHooksInside({ kind: "createContainer", hooks: hooks?.createContainer ?? [], state: { ...subject, status: "creating" }, env: [] });
    if (process.terminal) takeTerminal(process, line);
    else takeStreams(stdio);
  };
  buildContainer(plan, { trees: plan.user?.trees ?? new Map(), inside });
  const startHooks = (env: readonly string[]): void =>
    runHooksInside({ kind: "startContainer", hooks: hooks?.startContainer ?? [], state: { ...subject, status: "created" }, env });
  if (plan.user) line.limits(); // after the hooks, which are the runtime's doing
  takePassed(passed);
  return runProcess({ process, line, seccomp: plan.seccomp, linux, passed: passed.length, startHooks });
}

const isBind = (type: string | undefined, options: readonly string[] = []): boolean =>
  type === "bind" || options.includes("bind") || options.includes("rbind");

function setNames(spec: Spec, namespaces: NamespacePlan): void {
  const own = (namespaces.created & CLONE.newUts) !== 0;
  if (own && spec.hostname) setHostname(spec.hostname);
  if (own && spec.domainname) setDomainname(spec.domainname);
}

/** An empty directory of the agent's that everybody may enter. */
const rootPlace = "/mnt";

/** The root as a mount of its own, cut off from the agent's mounts. */
function prepareRoot(path: string, propagation: Propagation | undefined, tree: Fd | undefined): Fd {
  const cut = propagation === "private" || propagation === "rprivate" ? MS.private : MS.slave;
  setMountFlags("/", cut | MS.rec);
  try {
    if (tree !== undefined) {
      attachMount(tree, rootPlace);
      return open(rootPlace, O.PATH | directoryFlag());
    }
    mount(path, path, "bind", MS.bind | MS.rec);
    return open(path, O.PATH | directoryFlag());
  } catch (error) {
    throw new Fault(`root.path ${path}`, { component: "agent", cause: error });
  }
}

const finalPropagation: Partial<Readonly<Record<Propagation, number>>> = {
  shared: MS.shared,
  rshared: MS.shared | MS.rec,
  unbindable: MS.unbindable,
  runbindable: MS.unbindable | MS.rec,
};

function restrict(spec: Spec, place: MountPlace, foreignNetwork: boolean): void {
  const { linux } = spec;
  const propagation = linux?.rootfsPropagation && finalPropagation[linux.rootfsPropagation];
  if (propagation !== undefined) setMountFlags("/", propagation);
  const root = open("/", O.PATH | directoryFlag());
  withFd(root, () => {
    finishMounts(spec.mounts ?? [], { ...place, root });
    // Parameters of the kernel before /proc/sys turns read-only.
    const parameters = Object.entries(linux?.sysctl ?? {}).filter(([name]) => !(foreignNetwork && isNetworkParameter(name)));
    writeSysctls(Object.fromEntries(parameters));
    if (spec.root.readonly) setMountAttributes(root, { set: MOUNT_ATTR.rdonly });
  });
  for (const path of linux?.readonlyPaths ?? []) makeReadonly(path);
  for (const path of new Set(linux?.maskedPaths ?? [])) maskPath(path);
}
