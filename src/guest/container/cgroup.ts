/** A container's cgroup (v2): limits, freezing, killing, counters. */
import { Fault } from "../../base/fault.ts";
import { sleep, type Timers } from "../../base/timers.ts";
import type { DeviceRule, Resources } from "../../oci/spec-linux.ts";
import { attachProgram, cgroupProgram } from "../../sys/bpf.ts";
import { listSubdirectories, rmdir } from "../../sys/directory.ts";
import { directoryFlag, mkdirIfMissing, O, open, readTextFile, withFd, writeKnob } from "../../sys/file.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { type CgroupWrite, cgroupWrites } from "./cgroup-values.ts";
import { deviceProgram } from "./device-program.ts";

/** Where the guest has the one hierarchy, and its containers in it. */
export const cgroupRoot = "/sys/fs/cgroup";
const containersGroup = `${cgroupRoot}/containers`;

export const controllers = ["cpuset", "cpu", "io", "memory", "hugetlb", "pids"] as const;

/** Gives the children of `path` every controller the guest's kernel has. */
export function enableControllers(path: string): void {
  const available = readTextFile(`${path}/cgroup.controllers`).trim().split(" ");
  const wanted = controllers.filter((name) => available.includes(name)).map((name) => `+${name}`);
  if (wanted.length > 0) writeKnob(`${path}/cgroup.subtree_control`, wanted.join(" "));
}

export class Cgroup {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** A new one for a container; one that is there already is refused, for it could hold strangers. */
  static create(containerId: string): Cgroup {
    if (mkdirIfMissing(containersGroup, 0o755)) enableControllers(containersGroup);
    const path = `${containersGroup}/${containerId}`;
    if (!mkdirIfMissing(path, 0o755))
      throw new Fault(`make cgroup ${path}: it exists already`, { component: "agent", code: "already-exists" });
    return new Cgroup(path);
  }

  /** The directory of it, or of an existing group `below` it, for a process to be born in. */
  open(below = ""): Fd {
    if (below === "") return open(this.path, O.RDONLY | directoryFlag());
    const bad = new Fault(`bad sub cgroup path: ${below}`, { component: "agent", code: "invalid-argument" });
    if (below.split("/").includes("..")) throw bad;
    try {
      return open(`${this.path}/${below}`, O.RDONLY | directoryFlag());
    } catch (cause) {
      if (isErrno(cause, "ENOENT", "ENOTDIR")) throw bad;
      throw cause;
    }
  }

  /** Throws when a memory limit that asks for the check is below what is used: the kernel would kill to keep to it. */
  checkUsage({ memory }: Resources): void {
    if (!memory?.checkBeforeUpdate || memory.limit === undefined || memory.limit <= 0) return;
    const usage = BigInt(this.read("memory.current").trim() || "0");
    if (BigInt(memory.limit) <= usage)
      throw new Fault(`rejecting memory limit ${memory.limit} <= usage ${usage}`, { component: "agent", code: "failed-precondition" });
  }

  apply(resources: Resources): void {
    for (const write of cgroupWrites(resources)) this.#write(write);
  }

  /** For good: as in runc, an update leaves them alone. The program ends with the cgroup. */
  limitDevices(rules: readonly DeviceRule[]): void {
    const program = deviceProgram(rules);
    if (!program) return;
    try {
      const cgroup = this.open();
      withFd(cgroup, () => attachProgram(cgroup, cgroupProgram.device, program));
    } catch (cause) {
      throw new Fault("limit the container's devices", { component: "agent", cause });
    }
  }

  #write({ file, value, otherwise }: CgroupWrite): void {
    try {
      writeKnob(`${this.path}/${file}`, value);
    } catch (error) {
      if (otherwise && isErrno(error, "ENOENT")) this.#write(otherwise);
      // Without swap in the guest's kernel there is none to limit.
      else if (file === "memory.swap.max" && isErrno(error, "ENOENT")) return;
      else throw new Fault(`limit the container by ${file}`, { component: "agent", cause: error });
    }
  }

  /** Resolves when every process stands still (or runs again). */
  async freeze(frozen: boolean, timers: Timers): Promise<void> {
    writeKnob(`${this.path}/cgroup.freeze`, frozen ? "1" : "0");
    const word = frozen ? "frozen 1" : "frozen 0";
    for (let waitMs = 1; waitMs < 10_000; waitMs *= 2) {
      if (this.read("cgroup.events").includes(word)) return;
      await sleep(timers, waitMs);
    }
    throw new Fault(`freeze ${this.path}: still not ${word} after 10 s`, { component: "agent", code: "deadline-exceeded" });
  }

  isFrozen(): boolean {
    return this.read("cgroup.freeze").trim() === "1";
  }

  /** SIGKILL to everything in it, frozen or not. */
  killAll(): void {
    writeKnob(`${this.path}/cgroup.kill`, "1");
  }

  /** A file's text; empty when the kernel has no such file. */
  read(file: string): string {
    try {
      return readTextFile(`${this.path}/${file}`);
    } catch (error) {
      if (isErrno(error, "ENOENT")) return "";
      throw error;
    }
  }

  /** The file that tells of out-of-memory kills. */
  openMemoryEvents(): Fd {
    return open(`${this.path}/memory.events`, O.RDONLY);
  }

  /** Processes in it and in the groups below. */
  processes(): number[] {
    return this.#groups().flatMap((group) => readTextFile(`${group}/cgroup.procs`).split("\n").filter(Boolean).map(Number));
  }

  /** Removes it with the groups below, waiting for what was killed to be gone. */
  async remove(timers: Timers): Promise<void> {
    for (let waitMs = 1; ; waitMs *= 2) {
      try {
        for (const group of this.#groups().reverse()) rmdir(group);
        return;
      } catch (error) {
        if (isErrno(error, "ENOENT")) return;
        if (!isErrno(error, "EBUSY") || waitMs > 4096) throw error;
        await sleep(timers, waitMs);
      }
    }
  }

  /** This group and those below, parents first. */
  #groups(): string[] {
    const found = [this.path];
    for (const group of found) for (const name of listSubdirectories(group)) found.push(`${group}/${name}`);
    return found;
  }
}
