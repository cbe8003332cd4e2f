/**
 * A container with ids of its own. Its root is nobody outside: what that cannot reach or make any more (directories on the
 * way to files of the host, sysfs of the guest's network) is opened before and handed in as detached mounts.
 */
import { Fault } from "../../base/fault.ts";
import type { Mount, Process, Spec } from "../../oci/spec.ts";
import type { IdMapping, NamespaceType } from "../../oci/spec-linux.ts";
import { chown, writeKnob } from "../../sys/file.ts";
import { idMapText } from "../../sys/id-mapping.ts";
import { performCalls } from "../../sys/launch.ts";
import { cloneMount, MS } from "../../sys/mount.ts";
import { parseMountOptions } from "../../sys/mount-options.ts";
import { CLONE } from "../../sys/namespace.ts";
import { becomeRootCalls } from "../../sys/process-calls.ts";
import type { Fd } from "../../sys/syscall.ts";
import { writeSysctls } from "./restrict.ts";

export interface UserNamespacePlan {
  /** Another container's, which has its mappings. */
  readonly joined: boolean;
  readonly uids: readonly IdMapping[];
  readonly gids: readonly IdMapping[];
  readonly rootfs: Fd;
  /** What is mounted for these entries of the specification. */
  readonly trees: ReadonlyMap<Mount, Fd>;
}

export interface Admitted {
  readonly spec: Spec;
  /** As a path of the agent's. */
  readonly cgroupPath: string;
}

/** undefined for a container with the guest's ids. `opened` hears of each descriptor, which the caller closes. */
export function planUserNamespace(spec: Spec, opened: (fd: Fd) => void): UserNamespacePlan | undefined {
  const namespace = spec.linux?.namespaces?.find(({ type }) => type === "user");
  if (namespace === undefined) return undefined;
  const open = (path: string, recursive: boolean): Fd => {
    const fd = cloneMount(path, { recursive });
    opened(fd);
    return fd;
  };
  const trees = new Map<Mount, Fd>();
  for (const entry of spec.mounts ?? []) {
    const { flags } = parseMountOptions(entry.options ?? [], entry.destination);
    if (entry.type === "sysfs") trees.set(entry, open("/sys", false));
    else if ((flags & MS.bind) !== 0 || entry.type === "bind") trees.set(entry, open(entry.source ?? "", (flags & MS.rec) !== 0));
  }
  const { uidMappings: uids = [], gidMappings: gids = [] } = spec.linux ?? {};
  return { joined: Boolean(namespace.path), uids, gids, rootfs: open(spec.root.path, true), trees };
}

/** CLONE_NEW* of what a container has beside what every one has. */
export function furtherNamespaces({ linux }: Spec): number {
  const has = (type: NamespaceType): boolean => linux?.namespaces?.some((each) => each.type === type) ?? false;
  return (has("user") ? CLONE.newUser : 0) | (has("time") ? CLONE.newTime : 0);
}

/** Who `id` of a container is in the guest. */
export function guestId(spec: Spec, id: number): number {
  return hasUserNamespace(spec) ? outerId(spec.linux?.uidMappings ?? [], id) : id;
}

export function hasUserNamespace(spec: Spec): boolean {
  return spec.linux?.namespaces?.some(({ type }) => type === "user") ?? false;
}

/** The id outside of what is `id` inside. */
export function outerId(mappings: readonly IdMapping[], id: number): number {
  for (const { containerID, hostID, size } of mappings)
    if (id >= containerID && id - containerID < size) return hostID + (id - containerID);
  throw new Fault(`process.user: id ${id} is in none of the container's id mappings`, { component: "agent", code: "invalid-argument" });
}

/** For process `pid`, which waits in its user namespace: what only the outside may do for it. */
export function admit(pid: number, { spec, cgroupPath }: Admitted, { joined, uids, gids }: UserNamespacePlan): void {
  const { process, linux } = spec;
  if (!joined) {
    writeKnob(`/proc/${pid}/uid_map`, idMapText(uids));
    writeKnob(`/proc/${pid}/gid_map`, idMapText(gids));
  }
  delegateCgroup(cgroupPath, spec, uids);
  setOomScore(pid, process);
  // the network is the guest's, and so are its parameters
  const network = Object.entries(linux?.sysctl ?? {}).filter(([name]) => isNetworkParameter(name));
  writeSysctls(Object.fromEntries(network));
}

export const isNetworkParameter = (name: string): boolean => /^net[./]/.test(name);

export function setOomScore(pid: number | "self", { oomScoreAdj }: Process): void {
  if (oomScoreAdj !== undefined) writeKnob(`/proc/${pid}/oom_score_adj`, String(oomScoreAdj));
}

/** Inside: from nobody to root. */
export function becomeRoot(): void {
  performCalls(becomeRootCalls());
}

/** Files of a cgroup that its owner needs (Documentation/admin-guide/cgroup-v2.rst, "Delegation"). */
const delegated = ["", "/cgroup.procs", "/cgroup.subtree_control", "/cgroup.threads"];

/**
 * The runtime specification ("Cgroup ownership"): to the container's root, when it sees the cgroup as its own and may write.
 * Not before its first process is there: a copy of the agent that has joined a user namespace may make one in a cgroup because it owns that.
 */
function delegateCgroup(path: string, spec: Spec, uids: readonly IdMapping[]): void {
  const own = spec.linux?.namespaces?.some(({ type }) => type === "cgroup") ?? false;
  const writable = spec.mounts?.some(({ type, options = [] }) => type === "cgroup" && !options.includes("ro")) ?? false;
  if (!own || !writable) return;
  for (const file of delegated) chown(path + file, outerId(uids, 0), 0);
}
