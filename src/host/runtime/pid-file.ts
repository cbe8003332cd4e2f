/** Engines poll for this file: it must never be seen half written. */
import { Fault } from "../../base/fault.ts";
import { replaceFile } from "../../sys/file.ts";

/** Decimal, no newline. `path` is absolute. */
export function writePidFile(path: string, pid: number): void {
  try {
    replaceFile(path, String(pid), { mode: 0o644, sync: false });
  } catch (cause) {
    throw new Fault(`write pid file ${path}`, { component: "cli", cause });
  }
}
