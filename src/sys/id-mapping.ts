/** A user namespace made only to say which ids a mount shows for which (mount_setattr(2), MOUNT_ATTR_IDMAP). */
import { cloneProcess } from "./clone.ts";
import { pipe, readAvailable } from "./descriptor.ts";
import { close, writeKnob } from "./file.ts";
import { CLONE, openNamespace } from "./namespace.ts";
import { exit, kill, reap, SIGKILL } from "./process.ts";
import type { Fd } from "./syscall.ts";

export interface IdRange {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
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
