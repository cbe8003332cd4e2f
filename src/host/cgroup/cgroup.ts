/** The host's cgroup of a sandbox: made at its creation, joined by its processes when they start, removed with it. */
import type { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { sleep, type Timers } from "../../base/timers.ts";
import { listSubdirectories, rmdirIfEmpty } from "../../sys/directory.ts";
import { close, mkdirIfMissing, O, open, readTextFile, statIfPresent, writeAll, writeKnob } from "../../sys/file.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { cgroupDirectory, type Hierarchy, parseHierarchies, parseOwnCgroups, presentDirectory, type Wish } from "./places.ts";

/** What is to be made; pass it to `makeCgroup`. */
export interface CgroupPlan {
  /** Absolute directories that are not there yet, outermost first: they are the container's, to be removed with it. */
  readonly missing: readonly string[];
  readonly leaves: readonly Leaf[];
}

interface Leaf {
  readonly directory: string;
  readonly cpuset: boolean;
}

export function planCgroup(wish: Wish): CgroupPlan {
  const own = parseOwnCgroups(readTextFile("/proc/self/cgroup"));
  const hierarchies = writableHierarchies();
  const leaves = hierarchies.map((hierarchy) => ({
    directory: cgroupDirectory(hierarchy, own, wish),
    cpuset: hierarchy.controllers.includes("cpuset"),
  }));
  return { leaves, missing: hierarchies.flatMap(({ mountPoint }, i) => missingBelow(mountPoint, leaves[i]?.directory ?? mountPoint)) };
}

/** A mount that a later one hides is listed all the same. */
function isVisible({ mountPoint, device }: Hierarchy): boolean {
  const seen = statIfPresent(mountPoint);
  return seen !== undefined && `${seen.deviceMajor}:${seen.deviceMinor}` === device;
}

function missingBelow(mountPoint: string, directory: string): string[] {
  const missing: string[] = [];
  for (let path = directory; path.length > mountPoint.length && !statIfPresent(path); path = path.slice(0, path.lastIndexOf("/")))
    missing.unshift(path);
  return missing;
}

/** The cgroup.procs files of each hierarchy's root, to be closed by the caller: out of whatever this process is in. */
export function openRootCgroups(): Fd[] {
  return writableHierarchies().map(({ mountPoint }) => open(`${mountPoint}/cgroup.procs`, O.WRONLY));
}

function writableHierarchies(): Hierarchy[] {
  return parseHierarchies(readTextFile("/proc/self/mountinfo", 16 << 20), isVisible).filter(({ readOnly }) => !readOnly);
}

export interface MemoryCgroup {
  readonly version: 1 | 2;
  /** Absolute. */
  readonly directory: string;
}

/** Where the memory of process `pid` is counted; undefined when that cannot be seen or written from here. */
export function memoryCgroupOf(pid: number): MemoryCgroup | undefined {
  const paths = parseOwnCgroups(readTextFile(`/proc/${pid}/cgroup`));
  for (const hierarchy of writableHierarchies()) {
    const { version, controllers } = hierarchy;
    const directory = presentDirectory(hierarchy, paths);
    const counts = version === 1 ? controllers.includes("memory") : statIfPresent(`${directory}/memory.max`) !== undefined;
    if (counts) return { version, directory };
  }
  return undefined;
}

export interface MakingOptions {
  readonly timers: Timers;
  readonly undo: Cleanup;
  readonly closing: Cleanup;
}

/**
 * Makes what is missing in every hierarchy and opens its cgroup.procs files, which `closing` closes; `undo` removes what
 * was made. Throws a Fault of component `cgroup`, also when a cgroup of that name has processes already.
 */
export function makeCgroup({ missing, leaves }: CgroupPlan, { timers, undo, closing }: MakingOptions): Fd[] {
  undo.add("cgroups", () => removeCgroups(missing, timers));
  for (const path of missing) {
    try {
      mkdirIfMissing(path, 0o755);
      if (leaves.some(({ cpuset, directory }) => cpuset && `${directory}/`.startsWith(`${path}/`))) inheritCpus(path);
    } catch (cause) {
      throw new Fault(`make cgroup ${path}`, { component: "cgroup", cause });
    }
  }
  return leaves.map(({ directory }) => {
    refuseOccupied(directory);
    const fd = open(`${directory}/cgroup.procs`, O.WRONLY);
    closing.add(`${directory}/cgroup.procs`, () => close(fd));
    return fd;
  });
}

/**
 * Moves processes by open cgroup.procs files; one that has ended meanwhile is left out. The first move after a while takes as long as
 * the kernel needs for a grace period of RCU, 12 ms and more, in which this process stands still; those that follow take none.
 */
export function joinCgroups(procs: readonly Fd[], pids: readonly number[]): void {
  for (const fd of procs) for (const pid of pids) joinCgroup(fd, pid);
}

function joinCgroup(procs: Fd, pid: number): void {
  try {
    writeAll(procs, encodeUtf8(String(pid)));
  } catch (cause) {
    if (!isErrno(cause, "ESRCH")) throw new Fault(`move process ${pid} into the container's cgroup`, { component: "cgroup", cause });
  }
}

/** A new v1 cpuset has no CPUs, and nothing can join it. */
function inheritCpus(path: string): void {
  const parent = path.slice(0, path.lastIndexOf("/"));
  for (const knob of ["cpuset.cpus", "cpuset.mems"]) {
    const value = readTextFile(`${parent}/${knob}`).trim();
    if (value !== "") writeKnob(`${path}/${knob}`, value);
  }
}

function refuseOccupied(directory: string): void {
  const count = readTextFile(`${directory}/cgroup.procs`, 16 << 20).split("\n").length - 1;
  if (count > 0) throw new Fault(`container's cgroup is not empty: ${count} process(es) found`, { component: "cgroup", code: "EBUSY" });
}

const retryMs = 10;
const busyMs = 2000;

/**
 * Removes what `planCgroup` called missing: the container's own cgroups with everything in them, waiting for processes
 * that are just ending, and then those above them that nobody else has come to use. Gone already is fine.
 */
export async function removeCgroups(directories: readonly string[], timers: Timers): Promise<void> {
  const deadline = timers.nowMs() + busyMs;
  for (const directory of directories.toReversed()) {
    const above = directories.some((other) => other.startsWith(`${directory}/`));
    while (!(above ? rmdirIfEmpty(directory) : removeBelow(directory))) {
      if (above || timers.nowMs() > deadline) break;
      await sleep(timers, retryMs);
    }
  }
}

/** False while something is in use. */
function removeBelow(directory: string): boolean {
  if (rmdirIfEmpty(directory)) return true; // mostly there is nothing below
  for (const name of subdirectories(directory)) if (!removeBelow(`${directory}/${name}`)) return false;
  return rmdirIfEmpty(directory);
}

/** cgroups are the only directories there; their files go with them. */
function subdirectories(directory: string): string[] {
  return statIfPresent(directory) ? listSubdirectories(directory) : [];
}
