/** The host that configuration is read from, by system calls. */
import { listDirectory } from "../../sys/directory.ts";
import { readlink, readTextFile, statIfPresent } from "../../sys/file.ts";
import { architecture } from "../../sys/process.ts";
import { isErrno } from "../../sys/syscall.ts";
import type { ConfigurationHost } from "./load.ts";
import type { HostSize } from "./size.ts";

/** A configuration is some ten kilobytes; more is a mistake. */
const largestFile = 1 << 20;

export function systemConfigurationHost(): ConfigurationHost {
  return {
    programDirectory: programDirectory(),
    architecture: architecture(),
    exists: (path) => statIfPresent(path) !== undefined,
    readText: (path) => unlessMissing(() => readTextFile(path, largestFile)),
    list: (directory) => unlessMissing(() => listDirectory(directory)) ?? [],
  };
}

/** Where the running program lies; the kernel marks a program that was replaced meanwhile. */
export function programDirectory(): string {
  const path = readlink("/proc/self/exe").replace(/ \(deleted\)$/, "");
  return path.slice(0, path.lastIndexOf("/"));
}

export function hostSize(): HostSize {
  const kib = /^MemTotal:\s+([0-9]+) kB/m.exec(readTextFile("/proc/meminfo"))?.[1] ?? "0";
  return { cpus: countCpus(readTextFile("/sys/devices/system/cpu/online")), memoryMib: Math.floor(Number(kib) / 1024) };
}

/** The number of CPUs in a list like `0-3,8`. */
export function countCpus(list: string): number {
  let count = 0;
  for (const range of list.trim().split(",")) {
    const [first, last] = range.split("-").map(Number);
    if (first !== undefined && Number.isInteger(first)) count += (last ?? first) - first + 1;
  }
  return Math.max(1, count);
}

function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
