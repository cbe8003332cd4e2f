/** Which ids a user namespace shows for which: one made only to say so for a mount (MOUNT_ATTR_IDMAP), or one that is there. */
import { Fault } from "../base/fault.ts";
import { cloneProcess } from "./clone.ts";
import { pipe, readAvailable } from "./descriptor.ts";
import { sendCopy } from "./errand.ts";
import { close, readTextFile, writeKnob } from "./file.ts";
import { CLONE, enterNamespace, openNamespace } from "./namespace.ts";
import { exit, kill, reap, SIGKILL } from "./process.ts";
import type { Fd } from "./syscall.ts";

export interface IdRange {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

export interface IdMappings {
  readonly uids: readonly IdRange[];
  readonly gids: readonly IdRange[];
}

/** Its file; the namespace lives as long as that is open. */
export function openIdMapping(uids: readonly IdRange[], gids: readonly IdRange[]): Fd {
  const [read, write] = pipe();
  const pid = cloneProcess({ namespaces: CLONE.newUser });
  if (pid === 0) waitForEnd(read, write);
  try {
    writeKnob(`/proc/${pid}/uid_map`, idMapText(uids));
    writeKnob(`/proc/${pid}/gid_map`, idMapText(gids));
    return openNamespace(`/proc/${pid}/ns/user`);
  } finally {
    kill(pid, SIGKILL);
    reap(pid, true);
    close(read);
    close(write);
  }
}

/** Lines of uid_map and gid_map (user_namespaces(7)). */
export function idMapText(ranges: readonly IdRange[]): string {
  return ranges.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join("");
}

/** Those of a user namespace as its parent sees them. */
export function readIdMappings(namespace: Fd): IdMappings {
  const found = sendCopy((): IdMappings => {
    enterNamespace(namespace, CLONE.newUser);
    return { uids: parseIdMap(readTextFile("/proc/self/uid_map")), gids: parseIdMap(readTextFile("/proc/self/gid_map")) };
  });
  if (!found) throw new Fault("read id mappings: no answer", { code: "internal" });
  return found;
}

/** Line for line, as runc compares them. */
export function sameIds(some: readonly IdRange[], others: readonly IdRange[]): boolean {
  return idMapText(some) === idMapText(others);
}

export function parseIdMap(text: string): IdRange[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [containerID = 0, hostID = 0, size = 0] = line.trim().split(/ +/).map(Number);
      return { containerID, hostID, size };
    });
}

/** Until whoever made it is gone: it holds the other end. */
function waitForEnd(read: Fd, write: Fd): never {
  try {
    close(write);
    readAvailable(read, new Uint8Array(1));
  } catch {
    // nothing is left to do but to end
  }
  return exit(0);
}
