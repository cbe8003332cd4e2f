/** The processes of a container, as proc(5) has them: read here, understood on the host. */
import type { ListProcessesResponse, ProcessEntry } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";
import { close, O, open, readInto, readTextFile } from "../../sys/file.ts";
import { isErrno } from "../../sys/syscall.ts";
import type { Cgroup } from "../container/cgroup.ts";

/** Command lines together stay below this, so that the answer fits into one message (4 MiB). */
const commandLineBytes = 2 << 20;
const longestCommandLine = 4096;
const shortestCommandLine = 64;

export function listProcesses(cgroup: Cgroup): Init<ListProcessesResponse> {
  const pids = cgroup.processes();
  const longest = Math.max(shortestCommandLine, Math.min(longestCommandLine, Math.floor(commandLineBytes / Math.max(1, pids.length))));
  return {
    processes: pids.flatMap((pid) => readEntry(pid, longest) ?? []),
    uptimeMs: Math.round(Number(readTextFile("/proc/uptime").split(" ")[0]) * 1000),
    memoryKib: field(readTextFile("/proc/meminfo"), "MemTotal"),
  };
}

/** undefined: it has ended meanwhile. */
function readEntry(pid: number, longest: number): Init<ProcessEntry> | undefined {
  try {
    const status = readTextFile(`/proc/${pid}/status`);
    return {
      pid,
      stat: readTextFile(`/proc/${pid}/stat`).trim(),
      cmdline: readBeginning(`/proc/${pid}/cmdline`, longest),
      uid: effectiveId(status, "Uid"),
      gid: effectiveId(status, "Gid"),
      rssKib: field(status, "VmRSS"),
    };
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}

function readBeginning(path: string, longest: number): Uint8Array {
  const fd = open(path, O.RDONLY);
  try {
    const buffer = new Uint8Array(longest);
    return buffer.subarray(0, readInto(fd, buffer));
  } finally {
    close(fd);
  }
}

/** `Uid:` and `Gid:` have the real, effective, saved and file system id. */
function effectiveId(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+\\d+\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
}

/** `Name:   123 kB`; 0 when it is not there, as in a zombie. */
function field(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
}
