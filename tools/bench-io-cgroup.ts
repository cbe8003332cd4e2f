/** A cgroup of its own for processes, where kata-runtime would make one: the host's scheduler treats both machines alike. */
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { cgroupDirectory, parseHierarchies, parseOwnCgroups } from "../src/host/cgroup/places.ts";

export class OwnCgroup {
  readonly #directories: readonly string[];

  constructor(id: string) {
    const own = parseOwnCgroups(readFileSync("/proc/self/cgroup", "utf8"));
    const hierarchies = parseHierarchies(readFileSync("/proc/self/mountinfo", "utf8"), () => true).filter(({ readOnly }) => !readOnly);
    this.#directories = hierarchies.map((hierarchy) => {
      const directory = cgroupDirectory(hierarchy, own, { cgroupsPath: undefined, id });
      mkdirSync(directory, { recursive: true });
      if (hierarchy.controllers.includes("cpuset")) inheritCpus(directory);
      return directory;
    });
  }

  join(pid: number): void {
    for (const directory of this.#directories) writeFileSync(`${directory}/cgroup.procs`, String(pid));
  }

  /** Once its processes have ended; the kernel may need a moment more. */
  async remove(): Promise<void> {
    for (const directory of this.#directories) {
      for (let tries = 0; !removed(directory) && tries < 100; tries++) await pause(20);
    }
  }
}

/** A new v1 cpuset is empty, and nothing can join it. */
function inheritCpus(directory: string): void {
  for (const knob of ["cpuset.cpus", "cpuset.mems"]) writeFileSync(`${directory}/${knob}`, readFileSync(`${directory}/../${knob}`));
}

function removed(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}
