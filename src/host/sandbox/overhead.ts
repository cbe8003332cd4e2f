/** What a sandbox takes on the host beyond what its guest counts for its containers: looked at when somebody asks. */
import type { Overhead as Figures } from "../../protocol/gen/sandbox.ts";
import { readTextFile } from "../../sys/file.ts";
import { isErrno } from "../../sys/syscall.ts";
import type { SandboxRecord } from "../store/record.ts";

/** Of a process of the sandbox, as /proc has them. */
export interface ProcessUse {
  readonly cpuMs: number;
  /** Of the VMM everything; of others what is theirs alone: they have the guest's memory mapped too. */
  readonly memoryBytes: number;
}

/** Of a container, by its guest's word. */
export interface ContainerUse {
  readonly id: string;
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** Both count from the same moment. */
export interface Moment {
  readonly atMs: number;
  /** The VMM's start. */
  readonly startedMs: number;
}

interface Look {
  readonly atMs: number;
  readonly hostMs: number;
  /** Of each container. */
  readonly guestMs: ReadonlyMap<string, number>;
  readonly cpuPercent: number;
}

/** What the kernel tells programs is in ticks of this length (include/asm-generic/param.h). */
const tickMs = 10;
/** The host counts in those: over less time than this a look says little. */
const leastMs = 1000;

export class Overhead {
  #last: Look | undefined;

  figures(processes: readonly ProcessUse[], containers: readonly ContainerUse[], moment: Moment): Figures {
    const memoryBytes = total(processes, ({ memoryBytes }) => memoryBytes) - total(containers, ({ memoryBytes }) => memoryBytes);
    if (!this.#last || moment.atMs - this.#last.atMs >= leastMs) this.#last = this.#look(processes, containers, moment);
    return { cpuPercent: this.#last.cpuPercent, memoryBytes };
  }

  #look(processes: readonly ProcessUse[], containers: readonly ContainerUse[], { atMs, startedMs }: Moment): Look {
    const last = this.#last ?? { atMs: startedMs, hostMs: 0, guestMs: new Map<string, number>() };
    const hostMs = total(processes, ({ cpuMs }) => cpuMs);
    // of one that has gone meanwhile its last piece is missing
    const inContainers = total(containers, ({ id, cpuMs }) => Math.max(0, cpuMs - (last.guestMs.get(id) ?? 0)));
    const cpuPercent = ((hostMs - last.hostMs - inContainers) / Math.max(tickMs, atMs - last.atMs)) * 100;
    return { atMs, hostMs, cpuPercent, guestMs: new Map(containers.map(({ id, cpuMs }) => [id, cpuMs])) };
  }
}

const total = <T>(all: readonly T[], of: (each: T) => number): number => all.reduce((sum, each) => sum + of(each), 0);

/** undefined: it has no VMM. */
export function sandboxUse({ process, helpers }: SandboxRecord): { processes: ProcessUse[]; startedMs: number } | undefined {
  const vmm = helpers.find(({ role }) => role === "vmm");
  if (!vmm) return undefined;
  const processes = [process, ...helpers].map(({ pid }) => processUse(read(pid, "stat"), read(pid, "status"), pid === vmm.pid));
  return { processes, startedMs: vmm.startTime * tickMs };
}

/** Since the host was booted, as processes' start times are. */
export const uptimeMs = (): number => Number.parseFloat(readTextFile("/proc/uptime")) * 1000;

/** Pure; nothing of what has ended. */
export function processUse(stat: string, status: string, whole: boolean): ProcessUse {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const kib = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
  const resident = whole ? kib("VmRSS") : kib("RssAnon") + kib("RssFile");
  return { cpuMs: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * tickMs, memoryBytes: resident * 1024 };
}

function read(pid: number, name: string): string {
  try {
    return readTextFile(`/proc/${pid}/${name}`);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return "";
    throw error;
  }
}
