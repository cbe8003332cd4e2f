/**
 * Waiting until nothing of the share is on its way any more.
 *
 * A mount of the host's is a superblock of its own in the guest (`announce_submounts`), and Linux, 6.1 to say the least, takes
 * it down without waiting for what was read ahead of programs that have ended since: it warns of "Busy inodes after unmount",
 * and the answer, when it comes, finds its inode freed. That kills the kernel's worker, and with it every later answer of the
 * share. Seen in 6 of 174 short runs.
 */

import { guestShare } from "../../protocol/guest-paths.ts";
import { fileSystemType } from "../../sys/statfs.ts";
import { isErrno } from "../../sys/syscall.ts";

const fuse = 0x65735546;

/**
 * The daemon answers the share's one queue in order: who has an answer knows that what was asked before has one too. Each
 * time the kernel asks up to twelve more of what it held back (max_background), closing files among them, which waits for the
 * reads.
 */
const rounds = 8;

/** Returns when what ended processes have read ahead has come and their files are closed. Nobody may use the share meanwhile. */
export function settleShare(): void {
  try {
    for (let round = 0; round < rounds; round++) if (fileSystemType(guestShare) !== fuse) return;
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ENOTCONN", "ECONNABORTED")) throw error; // no share, or its daemon has gone
  }
}
