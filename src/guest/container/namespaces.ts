/** Which namespaces a container gets: new ones, those of another container of the pod, or the guest's own. */
import { Fault } from "../../base/fault.ts";
import type { Spec } from "../../oci/spec.ts";
import type { NamespaceType } from "../../oci/spec-linux.ts";
import { CLONE, type Join } from "../../sys/namespace.ts";
import type { Fd } from "../../sys/syscall.ts";

export interface NamespacePlan {
  /** CLONE_NEW* to be born with. The cgroup namespace is not among them: it is made once inside the cgroup. */
  readonly created: number;
  readonly newCgroup: boolean;
  readonly newTime: boolean;
  readonly pid: Fd | undefined;
  readonly user: Fd | undefined;
  /** The others. */
  readonly joins: readonly Join[];
}

/** In the order of entering them: root of a user namespace may be nobody to the others. */
export function everyJoin({ pid, user, joins }: NamespacePlan): Join[] {
  const one = (fd: Fd | undefined, flag: number): Join[] => (fd === undefined ? [] : [{ fd, flag }]);
  return [...one(pid, CLONE.newPid), ...joins, ...one(user, CLONE.newUser)];
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
  let user: Fd | undefined;
  const joins: Join[] = [];
  for (const { type, path } of spec.linux?.namespaces ?? []) {
    if (type === "network") continue;
    if (path && ["mount", "cgroup", "time"].includes(type)) throw unsupported(`${type} with a path`);
    if (type === "mount") continue;
    if (type === "cgroup") newCgroup = true;
    else if (type === "time") newTime = true;
    else if (!path) created |= flags[type];
    else if (type === "pid") pid = find(path);
    else if (type === "user") user = find(path);
    else joins.push({ fd: find(path), flag: flags[type] });
  }
  return { created, newCgroup, newTime, pid, user, joins };
}

function unsupported(what: string): Fault {
  return new Fault(`linux.namespaces: a ${what} namespace is not supported by this guest`, { component: "agent", code: "unsupported" });
}
