/** Lock files that others may remove: whoever gets a lock makes sure that it is still that of the file of this name. */
import { Fault } from "../../base/fault.ts";
import { sleep, type Timers } from "../../base/timers.ts";
import { close, fstat, lock, O, open, statIfPresent, unlinkIfPresent } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";

/** Closing the descriptor, or the process's end, releases the lock. undefined while another has it. */
export function tryLockFile(path: string): Fd | undefined {
  for (;;) {
    const fd = open(path, O.RDWR | O.CREAT, { mode: 0o600 });
    if (!lock(fd, false)) {
      close(fd);
      return undefined;
    }
    if (statIfPresent(path)?.inode === fstat(fd).inode) return fd;
    close(fd);
  }
}

const retryMs = 20;

/** Waits for whoever has it; a Fault of code `locked` when that takes longer than `timeoutMs`. */
export async function lockFile(path: string, timers: Timers, timeoutMs: number): Promise<Fd> {
  const deadline = timers.nowMs() + timeoutMs;
  for (;;) {
    const fd = tryLockFile(path);
    if (fd !== undefined) return fd;
    if (timers.nowMs() > deadline)
      throw new Fault(`lock ${path}: another process has held it for ${timeoutMs / 1000} s`, { component: "factory", code: "locked" });
    await sleep(timers, retryMs);
  }
}

export function removeLockFile(path: string, fd: Fd): void {
  unlinkIfPresent(path);
  close(fd);
}
