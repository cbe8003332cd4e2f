/** A file that keeps what was found out in this boot of the host. */
import type { ProbeMemory } from "../base/remembered.ts";
import { mkdirAll, readTextFile, replaceFile } from "./file.ts";

/** `directory` is made when something is to be kept. */
export function fileMemory(directory: string, name: string): ProbeMemory {
  const path = `${directory}/${name}`;
  return {
    read: () => {
      try {
        return readTextFile(path, 4096);
      } catch {
        return undefined; // none yet, or not one of ours: found out again
      }
    },
    write: (text) => {
      mkdirAll(directory, 0o711);
      replaceFile(path, text, { sync: false });
    },
  };
}

export const bootId = (): string => readTextFile("/proc/sys/kernel/random/boot_id", 64).trim();
