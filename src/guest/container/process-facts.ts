/** What the kernel tells of a process of a container. */
import { directoryFlag, O, open, readTextFile } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";
import { cgroupRoot } from "./cgroup.ts";

/** SigCgt of proc(5): a mask of the signals that have a handler. */
export function handlesSignal(pid: number, signal: number): boolean {
  const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readTextFile(`/proc/${pid}/status`))?.[1] ?? "0";
  return ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
}

/** From `0::/containers/ID/init.scope` in /proc/PID/cgroup. */
export function openCgroupOf(pid: number): Fd {
  const path = readTextFile(`/proc/${pid}/cgroup`).trim().split("::")[1] ?? "/";
  return open(`${cgroupRoot}${path}`, O.RDONLY | directoryFlag());
}
