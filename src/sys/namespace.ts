/** Namespaces: unshare(2), setns(2) and their files under /proc. */
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

export function openNamespace(path: string): Fd {
  return open(path, O.RDONLY);
}

/**
 * Runs `work` with this process in the network namespace `fd`. Synchronous on purpose: an await in between would let the
 * whole event loop run in the wrong namespace. When the way back fails the process must not go on, and `giveUp` is called.
 */
export function inNetworkNamespace<T>(fd: Fd, work: () => T, giveUp: (error: unknown) => never): T {
  const home = openNamespace("/proc/self/ns/net");
  try {
    enterNamespace(fd, CLONE.newNet);
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
