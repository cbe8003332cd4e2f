/** What the host is, for people who compare hosts. */
import { chainMessage } from "../../base/fault.ts";
import { close, O, open, readTextFile } from "../../sys/file.ts";
import { architecture } from "../../sys/process.ts";
import { isErrno } from "../../sys/syscall.ts";
import { countCpus } from "../config/system.ts";

export interface HostFacts {
  readonly kernel: string;
  readonly architecture: string;
  /** Of os-release(5). */
  readonly distribution: { readonly name: string; readonly version: string };
  readonly processor: { readonly vendor: string; readonly model: string; readonly count: number };
  readonly memoryKib: { readonly total: number; readonly free: number; readonly available: number };
}

export function hostFacts(): HostFacts {
  const release = readOr("/etc/os-release", readOr("/usr/lib/os-release", ""));
  const processors = readOr("/proc/cpuinfo", "", 16 << 20);
  const memory = readOr("/proc/meminfo", "");
  return {
    kernel: readOr("/proc/sys/kernel/osrelease", "").trim(),
    architecture: architecture(),
    distribution: { name: releaseValue(release, "NAME"), version: releaseValue(release, "VERSION_ID") },
    processor: {
      vendor: fieldOf(processors, "vendor_id"),
      model: fieldOf(processors, "model name"),
      count: countCpus(readOr("/sys/devices/system/cpu/online", "0")),
    },
    memoryKib: { total: kibOf(memory, "MemTotal"), free: kibOf(memory, "MemFree"), available: kibOf(memory, "MemAvailable") },
  };
}

/** Why a device cannot be used; undefined when it can. */
export function deviceProblem(path: string): string | undefined {
  try {
    close(open(path, O.RDWR | O.NONBLOCK));
    return undefined;
  } catch (error) {
    return chainMessage(error);
  }
}

function readOr(path: string, otherwise: string, limit?: number): string {
  try {
    return readTextFile(path, limit);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "EACCES")) return otherwise;
    throw error;
  }
}

/** `NAME="value"`; quotes are a shell's, and no value has any inside. */
function releaseValue(text: string, name: string): string {
  return new RegExp(`^${name}=["']?(.*?)["']?$`, "m").exec(text)?.[1] ?? "";
}

function fieldOf(text: string, name: string): string {
  return new RegExp(`^${name}\\s*: (.*)$`, "m").exec(text)?.[1] ?? "";
}

function kibOf(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0);
}
