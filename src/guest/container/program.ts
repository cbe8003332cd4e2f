/** Which file a process's first argument names, in the container's own terms; errors read as Go's, which engines search for. */
import { Fault } from "../../base/fault.ts";
import { executable, isDirectory, statIfPresent } from "../../sys/file.ts";
import { isErrno } from "../../sys/syscall.ts";

/** What the search asks of the file system. */
export interface Files {
  /** `missing`, `directory`, `forbidden` (not executable, or no way to it) or `program`. */
  look(path: string): "missing" | "directory" | "forbidden" | "program";
}

/** The path to execute. `env` is the container's: its PATH decides. Called with the rights of the user. */
export function findProgram(name: string, env: readonly string[], files: Files): string {
  if (name.includes("/")) {
    const found = files.look(name);
    if (found === "program") return name;
    throw refusal(name, found);
  }
  let worst: "missing" | "forbidden" = "missing";
  for (const directory of searchPath(env)) {
    const path = `${directory || "."}/${name}`;
    const found = files.look(path);
    if (found === "program") return path;
    if (found === "forbidden") worst = "forbidden";
  }
  if (worst === "forbidden") throw refusal(name, worst);
  throw new Fault(`exec: ${JSON.stringify(name)}: executable file not found in $PATH`, { component: "agent", code: "ENOENT" });
}

function searchPath(env: readonly string[]): string[] {
  const path = env.findLast((variable) => variable.startsWith("PATH="))?.slice(5);
  return path ? path.split(":") : [];
}

function refusal(name: string, found: "missing" | "directory" | "forbidden"): Fault {
  const [text, code] = {
    missing: ["no such file or directory", "ENOENT"],
    directory: ["is a directory", "EISDIR"],
    forbidden: ["permission denied", "EACCES"],
  }[found] as [string, string];
  return new Fault(`exec: ${JSON.stringify(name)}: ${text}`, { component: "agent", code });
}

/** The file system of this process. */
export const realFiles: Files = {
  look(path) {
    try {
      const facts = statIfPresent(path);
      if (facts === undefined) return "missing";
      if (isDirectory(facts)) return "directory";
      return executable(path) ? "program" : "forbidden";
    } catch (error) {
      if (isErrno(error, "EACCES")) return "forbidden";
      throw error;
    }
  },
};
