/** Which file a process's first argument names, in the container's own terms; errors read as Go's, which engines search for. */
import { Fault } from "../../base/fault.ts";
import { close, executable, fstat, isDirectory } from "../../sys/file.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { findIn } from "./paths.ts";

/** What the search asks of the file system. */
export interface Files {
  /** `missing`, `directory`, `forbidden` (not executable, or no way to it) or `program`. */
  look(path: string): "missing" | "directory" | "forbidden" | "program";
}

/** The paths to try, in order, one at least. `env` is the container's: its PATH decides. */
export function candidates(name: string, env: readonly string[]): string[] {
  const paths = name.includes("/") ? [name] : searchPath(env).map((directory) => `${directory || "."}/${name}`);
  if (paths.length === 0) throw notFound(name);
  return paths;
}

/** Those of them that are programs; there is one at least. */
export function findPrograms(name: string, env: readonly string[], files: Files): string[] {
  const found = candidates(name, env).map((path) => ({ path, kind: files.look(path) }));
  const programs = found.filter(({ kind }) => kind === "program").map(({ path }) => path);
  if (programs.length > 0) return programs;
  const [first] = found;
  if (name.includes("/") && first !== undefined) throw refusal(name, first.kind);
  if (found.some(({ kind }) => kind === "forbidden")) throw refusal(name, "forbidden");
  throw notFound(name);
}

function notFound(name: string): Fault {
  return new Fault(`exec: ${JSON.stringify(name)}: executable file not found in $PATH`, { component: "agent", code: "ENOENT" });
}

function searchPath(env: readonly string[]): string[] {
  const path = env.findLast((variable) => variable.startsWith("PATH="))?.slice(5);
  return path ? path.split(":") : [];
}

type Kind = ReturnType<Files["look"]>;

const reasons: Readonly<Record<Kind, readonly [text: string, code: string]>> = {
  missing: ["no such file or directory", "ENOENT"],
  directory: ["is a directory", "EISDIR"],
  forbidden: ["permission denied", "EACCES"],
  program: ["exec format error", "ENOEXEC"],
};

export function programRefusal(name: string, kind: Kind): string {
  return `exec: ${JSON.stringify(name)}: ${reasons[kind][0]}`;
}

function refusal(name: string, kind: Kind): Fault {
  return new Fault(programRefusal(name, kind), { component: "agent", code: reasons[kind][1] });
}

/** The file system below `root`; relative paths start from `cwd`. */
export function filesIn(root: Fd, cwd: string): Files {
  return {
    look(path) {
      try {
        const fd = findIn(root, path.startsWith("/") ? path : `${cwd}/${path}`);
        if (fd === undefined) return "missing";
        try {
          if (isDirectory(fstat(fd))) return "directory";
          return executable("", fd) ? "program" : "forbidden";
        } finally {
          close(fd);
        }
      } catch (error) {
        if (isErrno(error, "EACCES")) return "forbidden";
        throw error;
      }
    },
  };
}
