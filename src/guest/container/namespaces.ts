/** Which namespaces a container gets: new ones, those of another container of the pod, or the guest's own. */
import { Fault } from "../../base/fault.ts";
import type { Spec } from "../../oci/spec.ts";
import type { NamespaceType } from "../../oci/spec-linux.ts";
import { CLONE } from "../../sys/namespace.ts";
import type { Fd } from "../../sys/syscall.ts";

export interface Join {
  /** A namespace file, or a pidfd of a process in it. */
  readonly fd: Fd;
  /** CLONE_NEW* of what is joined. */
  readonly flag: number;
}

export interface NamespacePlan {
  /** CLONE_NEW* to be born with. The cgroup namespace is not among them: it is made once inside the cgroup. */
  readonly created: number;
  readonly newCgroup: boolean;
  readonly newTime: boolean;
  readonly pid: Fd | undefined;
  readonly joins: readonly Join[];
}

const flags: Readonly<Record<Exclude<NamespaceType, "network" | "mount" | "cgroup" | "time">, number>> = {
  pid: CLONE.newPid,
  ipc: CLONE.newIpc,
  uts: CLONE.newUts,
  user: CLONE.newUser,
};

/**
 * `find` opens what a namespace's path names: another container of this pod, or a file.
 * The network is always the guest's: the VM's network is the pod's, whatever network namespace the host named.
 * A mount namespace is always new: the agent's own is no place for a container.
 */
export function planNamespaces(spec: Spec, find: (path: string) => Fd): NamespacePlan {
  let created = CLONE.newMount;
  let newCgroup = false;
  let newTime = false;
  let pid: Fd | undefined;
  const joins: Join[] = [];
  for (const { type, path } of spec.linux?.namespaces ?? []) {
    if (type === "network") continue;
    if (path && ["mount", "cgroup", "user", "time"].includes(type)) throw unsupported(`${type} with a path`);
    if (type === "mount") continue;
    if (type === "cgroup") newCgroup = true;
    else if (type === "time") newTime = true;
    else if (!path) created |= flags[type];
    else if (type === "pid") pid = find(path);
    else joins.push({ fd: find(path), flag: flags[type] });
  }
  return { created, newCgroup, newTime, pid, joins };
}

function unsupported(what: string): Fault {
  return new Fault(`linux.namespaces: a ${what} namespace is not supported by this guest`, { component: "agent", code: "unsupported" });
}
