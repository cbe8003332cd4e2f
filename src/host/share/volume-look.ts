/** What a small volume of the host has at one moment, and what has to be told to whoever knows an earlier one. */
import { decodeUtf8 } from "../../base/text.ts";
import { fileType, isDirectory, isLink, type Stat } from "../../sys/file.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { type SmallEntry, smallEntries } from "./small-tree.ts";

/** By path below the volume, "" itself. */
export type Look<T extends Known = Seen> = ReadonlyMap<string, T>;

export interface Known {
  readonly path: string;
  readonly facts: Stat;
  /** Another one means that it has changed. */
  readonly state: string;
}

/** With what has to be copied. */
export type Seen = Known & SmallEntry;

/**
 * undefined when something changed while it was read: it may be neither the old nor the new. `known` is not read again.
 * `onDirectory` hears of each directory before it is listed. Throws a Fault when it is not small.
 */
export function lookAt(tree: Fd, known: Look<Known>, onDirectory: (path: string) => void): Look | undefined {
  try {
    const first = new Map<string, Seen>();
    for (const entry of smallEntries(tree)) {
      if (isDirectory(entry.facts)) onDirectory(entry.path);
      const state = stateOf(entry);
      const bytes = known.get(entry.path)?.state === state ? new Uint8Array() : entry.read();
      first.set(entry.path, { path: entry.path, facts: entry.facts, state, read: () => bytes });
    }
    let seen = 0;
    for (const entry of smallEntries(tree)) {
      if (first.get(entry.path)?.state !== stateOf(entry)) return undefined;
      seen++;
    }
    return seen === first.size ? first : undefined;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined; // went away under our hands, or became another kind
    throw error;
  }
}

/** A directory's own time changes with what is in it, which is looked at itself. */
function stateOf({ facts, read }: SmallEntry): string {
  const { mode, uid, gid, inode, size, mtimeNs } = facts;
  const rest = isDirectory(facts) ? [] : isLink(facts) ? [decodeUtf8(read())] : [inode, size, mtimeNs];
  return [mode, uid, gid, ...rest].join();
}

export interface Change {
  /** To be copied in this order. */
  readonly copies: readonly Seen[];
  /** To be removed before that: what has become another kind of file. */
  readonly replaced: readonly string[];
  /** To be removed after it: tops alone. */
  readonly gone: readonly string[];
}

/**
 * First files, in directories that nobody may have come to yet; then links that were there, such as `..data` of a ConfigMap, which
 * make the new files those that are seen; then links that are new; last of all what has gone goes, links first.
 */
export function changeBetween(known: Look<Known>, now: Look): Change {
  const changed = [...now.values()].filter(({ path, state }) => known.get(path)?.state !== state);
  const wasLink = ({ path }: Seen): boolean => isLinkOf(known.get(path)?.facts);
  const rank = (seen: Seen): number => (isLinkOf(seen.facts) ? (wasLink(seen) ? 1 : 2) : 0);
  const replaced = changed.filter(({ path, facts }) => kindChanged(known.get(path)?.facts, facts)).map(({ path }) => path);
  const gone = [...known.values()].filter(({ path }) => !now.has(path) && isDirectoryIn(now, parentOf(path)));
  return {
    copies: changed.sort((a, b) => rank(a) - rank(b)),
    replaced,
    gone: gone.sort((a, b) => Number(isLink(b.facts)) - Number(isLink(a.facts))).map(({ path }) => path),
  };
}

const isLinkOf = (facts: Stat | undefined): boolean => facts !== undefined && isLink(facts);

function isDirectoryIn(look: Look, path: string): boolean {
  const facts = look.get(path)?.facts;
  return facts !== undefined && isDirectory(facts);
}

function kindChanged(before: Stat | undefined, now: Stat): boolean {
  return before !== undefined && (before.mode & fileType.mask) !== (now.mode & fileType.mask);
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
