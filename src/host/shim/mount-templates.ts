/**
 * Mounts whose type says first what is to be done with them: `format/` fills in where the mounts before them are, `mkdir/` makes
 * directories (containerd, docs/mounts.md). Pure.
 */
import { Fault } from "../../base/fault.ts";
import type { Mount } from "../../protocol/gen/task.ts";

export const isTemplate = ({ type }: Mount): boolean => /^(?:format|mkdir)\//.test(type);

/** What one overlay of Linux takes. */
const mostLayers = 500;

const oneMount = /^\{\{ *mount +(\d+) *\}\}$/;
const mountRange = /^\{\{ *overlay +(\d+) +(\d+) *\}\}$/;

/** The numbers that `{{ mount 1 }}` or `{{ overlay 1 3 }}` names, a range from the first to the second; none of anything else. */
export function mountNumbers(text: string): number[] {
  const one = oneMount.exec(text);
  if (one) return [Number(one[1])];
  const range = mountRange.exec(text);
  if (!range) return [];
  const [from, to] = [Number(range[1]), Number(range[2])];
  const length = Math.min(Math.abs(to - from) + 1, mostLayers);
  return Array.from({ length }, (_, i) => (from > to ? from - i : from + i));
}

export interface NewDirectory {
  readonly path: string;
  readonly mode: number;
  /** Absent: the caller's own. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

export interface FilledMount {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly options: readonly string[];
  /** In their order, before it is mounted. */
  readonly directories: readonly NewDirectory[];
}

/** A mount before it, and where that is. */
export interface PlacedMount {
  readonly mount: Pick<Mount, "source" | "target">;
  readonly place: string;
}

/** Throws an `unsupported` Fault for what else stands before a type, an `invalid-spec` one for a mount that is not among `earlier`. */
export function fillMount(mount: Mount, earlier: readonly PlacedMount[]): FilledMount {
  const filled = { ...mount, directories: [] as NewDirectory[] };
  for (;;) {
    const [, step, type] = /^([^/]*)\/(.*)$/s.exec(filled.type) ?? [];
    if (step === undefined || type === undefined) return filled;
    if (step === "format") {
      for (const part of ["source", "target"] as const) filled[part] = fillText(filled[part], earlier);
      filled.options = filled.options.map((option) => fillText(option, earlier));
    } else if (step === "mkdir") {
      filled.directories.push(...filled.options.flatMap(directoryOf));
      filled.options = filled.options.filter((option) => !option.startsWith(directoryOption));
    } else throw wrong(`mount ${mount.type} ${mount.source} on the root file system: only containerd can do ${step}`, "unsupported");
    filled.type = type;
  }
}

const template = /\{\{ *([a-z]+)(?: +\d+)+ *\}\}/g;

function fillText(text: string, earlier: readonly PlacedMount[]): string {
  const filled = text.replace(template, (found, name: string) => {
    const numbers = mountNumbers(name === "source" || name === "target" ? found.replace(name, "mount") : found);
    const placed = numbers.map((number) => earlier[number]).filter((each) => each !== undefined);
    if (numbers.length === 0 || placed.length < numbers.length)
      throw wrong(`${found} in a mount of the root file system: there are ${earlier.length} mounts before it`, "invalid-spec");
    if (name === "source" || name === "target") return placed.map(({ mount }) => mount[name]).join(":");
    return placed.map(({ place }) => place).join(":");
  });
  if (filled.includes("{{"))
    throw wrong(`${JSON.stringify(text)} in a mount of the root file system is no template that is known`, "invalid-spec");
  return filled;
}

const directoryOption = "X-containerd.mkdir.path=";
/** containerd's. */
const directoryMode = 0o700;

function directoryOf(option: string): NewDirectory[] {
  if (!option.startsWith(directoryOption)) return [];
  const [, path, mode, uid, gid] = /^(\/?[^:]+)(?::([0-7]{3,4}))?(?::(\d+):(\d+))?$/.exec(option.slice(directoryOption.length)) ?? [];
  if (path === undefined || path.split("/").includes(".."))
    throw wrong(`option ${option} of a mount of the root file system: must be ${directoryOption}PATH[:MODE[:UID:GID]]`, "invalid-spec");
  const owner = uid === undefined ? {} : { owner: { uid: Number(uid), gid: Number(gid) } };
  return [{ path, mode: mode === undefined ? directoryMode : Number.parseInt(mode, 8), ...owner }];
}

const wrong = (message: string, code: string): Fault => new Fault(message, { component: "shim", code });
