/** Namespaces: unshare(2), setns(2) and their files under /proc. */
import { type CloneOptions, cloneProcess } from "./clone.ts";
import { sendCopy } from "./errand.ts";
import { close, O, open } from "./file.ts";
import { raw } from "./native.ts";
import { check, type Fd } from "./syscall.ts";

export const CLONE = {
  newTime: 0x80,
  newMount: 0x20000,
  newCgroup: 0x2000000,
  newUts: 0x4000000,
  newIpc: 0x8000000,
  newUser: 0x10000000,
  newPid: 0x20000000,
  newNet: 0x40000000,
} as const;

export function unshare(flags: number): void {
  check(raw("unshare", flags), "unshare", `0x${flags.toString(16)}`);
}

/** `fd` is a namespace file (one namespace) or a pidfd (each namespace named by `flags`, Linux 5.8). */
export function enterNamespace(fd: Fd, flags: number): void {
  check(raw("setns", fd, flags), "setns", `fd ${fd}`);
}

/** A namespace to go to: its file, or a pidfd of a process in it, and CLONE_NEW* of what it is. */
export interface Join {
  readonly fd: Fd;
  readonly flag: number;
}

export function openNamespace(path: string): Fd {
  return open(path, O.RDONLY);
}

/** One that nobody lives in: it ends with its descriptor. When the way back fails the process must not go on, and `giveUp` is called. */
export function emptyNetworkNamespace(giveUp: (error: unknown) => never): Fd {
  return awayFromHome(
    () => unshare(CLONE.newNet),
    () => openNamespace(ownNetwork),
    giveUp,
  );
}

/**
 * Runs `work` with this process in the network namespace `fd`. Synchronous on purpose: an await in between would let the
 * whole event loop run in the wrong namespace. When the way back fails the process must not go on, and `giveUp` is called.
 */
export function inNetworkNamespace<T>(fd: Fd, work: () => T, giveUp: (error: unknown) => never): T {
  return awayFromHome(() => enterNamespace(fd, CLONE.newNet), work, giveUp);
}

const ownNetwork = "/proc/self/ns/net";

/** Runs `work` in the network namespace that `leave` goes to, and comes back. */
function awayFromHome<T>(leave: () => void, work: () => T, giveUp: (error: unknown) => never): T {
  const home = openNamespace(ownNetwork);
  try {
    leave();
    try {
      return work();
    } finally {
      try {
        enterNamespace(home, CLONE.newNet);
      } catch (error) {
        giveUp(error);
      }
    }
  } finally {
    close(home);
  }
}

/**
 * `cloneProcess`, the child born in `joins`, which are entered in this order. This process could not leave a user namespace
 * again: a copy of it goes there and makes the child, whose pid and end are this process's as of any other.
 */
export function cloneInside(joins: readonly Join[], options: CloneOptions): number {
  const born = sendCopy(() => {
    for (const { fd, flag } of joins) enterNamespace(fd, flag);
    const pid = cloneProcess({ ...options, sibling: true });
    return pid === 0 ? undefined : { pid };
  });
  return born?.pid ?? 0;
}

const visited = CLONE.newMount | CLONE.newUts | CLONE.newIpc | CLONE.newCgroup;
let homes: readonly Fd[] | undefined;

/** Runs `work`, whose children are born in the pid namespace of `namespace` (its file, or a pidfd of a member). */
export function forkingInto<T>(namespace: Fd, work: () => T): T {
  homes ??= openHomes();
  enterNamespace(namespace, CLONE.newPid);
  try {
    return work();
  } finally {
    enterNamespace(homes.at(-1) as Fd, CLONE.newPid);
  }
}

/**
 * Runs `work` where the process of `pidfd` is: its mounts (their root becomes this process's), names, IPC and cgroup root;
 * not its pids, which are for life. Synchronous on purpose, see `inNetworkNamespace`.
 */
export function inNamespacesOf<T>(pidfd: Fd, work: () => T, giveUp: (error: unknown) => never): T {
  homes ??= openHomes();
  enterNamespace(pidfd, visited);
  try {
    return work();
  } finally {
    try {
      for (const home of homes) enterNamespace(home, 0);
    } catch (error) {
      giveUp(error);
    }
  }
}

const shareDirectories = 0x200; // CLONE_FS

/** The kernel's first process shares root and working directory with kernel threads, and may not change mount namespaces then. */
function openHomes(): readonly Fd[] {
  unshare(shareDirectories);
  return ["mnt", "uts", "ipc", "cgroup", "pid"].map((name) => openNamespace(`/proc/self/ns/${name}`));
}
