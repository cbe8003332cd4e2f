/** What a template is a template of: two machines may go on from one only if all of this is the same. */
import { Fault } from "../../base/fault.ts";
import { shortHash } from "../../base/hash.ts";
import { statIfPresent } from "../../sys/file.ts";

/** What can be told of a file without reading it; a new build or package has other values. */
export interface FileFacts {
  readonly path: string;
  readonly size: number;
  readonly mtimeNs: string;
  readonly inode: number;
}

export interface TemplateIdentity {
  /** Version and commit of the runtime: host and agent are of one build. */
  readonly runtime: string;
  readonly files: readonly FileFacts[];
  /** Everything else of the machine's specification, as JSON. */
  readonly machine: string;
}

export interface MachineFiles {
  readonly program: string;
  readonly kernel: string;
  readonly initrd: string;
  readonly firmware?: string;
}

/** Throws when one of the files is missing. */
export function templateIdentity(runtime: string, files: MachineFiles, machine: unknown): TemplateIdentity {
  const paths = [files.program, files.kernel, files.initrd, ...(files.firmware === undefined ? [] : [files.firmware])];
  return { runtime, files: paths.map(fileFacts), machine: JSON.stringify(machine) };
}

/** Throws when there is no such file. */
export function fileFacts(path: string): FileFacts {
  const found = statIfPresent(path);
  if (!found) throw new Fault(`${path}: no such file`, { component: "factory", code: "ENOENT" });
  return { path, size: found.size, mtimeNs: String(found.mtimeNs), inode: found.inode };
}

/** A directory's name for the identity. Two that share it are told apart by the identity that is kept with the template. */
export function identityKey(identity: TemplateIdentity): string {
  const text = JSON.stringify(identity);
  return shortHash(text);
}
