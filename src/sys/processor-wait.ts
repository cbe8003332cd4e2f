/** How long a process wanted a processor and others had it: /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats.rst). */
import { listDirectory } from "./directory.ts";
import { readTextFile } from "./file.ts";
import { isErrno } from "./syscall.ts";

/** Milliseconds of the thread that waited longest, since it began; 0 where the kernel does not count it or the process has ended. */
export function processorWaitMs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  try {
    return Math.max(0, ...listDirectory(tasks).map((thread) => threadWaitMs(`${tasks}/${thread}/schedstat`)));
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return 0;
    throw error;
  }
}

function threadWaitMs(path: string): number {
  const [, waitedNs = "0"] = readTextFile(path).split(" "); // on a processor, waiting for one, turns
  return Number(waitedNs) / 1e6;
}
