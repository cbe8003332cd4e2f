/** A file or a small directory of the host, as entries that can be copied into a guest without a share. */
import { Fault } from "../../base/fault.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { readFromStart } from "../../sys/descriptor.ts";
import { listDirectory } from "../../sys/directory.ts";
import {
  close,
  directoryFlag,
  fstat,
  isDirectory,
  isLink,
  isRegular,
  lstat,
  noFollowFlag,
  O,
  open,
  openDirectory,
  readlink,
  type Stat,
} from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";

export interface SmallEntry {
  /** Below the top, without a slash at its beginning; "" is the top. A directory comes before what is in it. */
  readonly path: string;
  /** A directory, a regular file or a link. */
  readonly facts: Stat;
  /** What the file has, or where the link points. Only until the next entry is asked for. */
  read(): Uint8Array;
}

/** A ConfigMap or a Secret of Kubernetes has at most 1 MiB; several may be projected into one directory. */
export const smallLimits = { bytes: 4 << 20, entries: 256, depth: 16 } as const;

export const smallText = `${smallLimits.bytes >> 20} MiB in ${smallLimits.entries} files`;

/** `tree` is a detached mount or an O_PATH descriptor. Throws a Fault of what is too much, or is no file. Links are not followed. */
export function* smallEntries(tree: Fd): Generator<SmallEntry> {
  const budget: Budget = { bytes: smallLimits.bytes, entries: smallLimits.entries };
  const facts = fstat(tree);
  if (isDirectory(facts)) yield* directoryEntries(openDirectory(".", tree), { path: "", depth: 0 }, budget);
  else yield* fileEntry(tree, `/proc/self/fd/${tree}`, { path: "", flags: 0 }, facts, budget);
}

/** Throws as `smallEntries` does, without reading a file. */
export function assertSmall(tree: Fd): void {
  for (const _ of smallEntries(tree));
}

interface Budget {
  bytes: number;
  entries: number;
}

/** Takes the descriptor over. */
function* directoryEntries(
  directory: Fd,
  { path, depth }: { readonly path: string; readonly depth: number },
  budget: Budget,
): Generator<SmallEntry> {
  try {
    const facts = fstat(directory);
    spend(budget, 0);
    if (depth > smallLimits.depth) throw tooMuch(`directories below each other are more than ${smallLimits.depth}`);
    yield { path, facts, read: () => new Uint8Array() };
    for (const name of listDirectory(".", directory)) {
      const below = path === "" ? name : `${path}/${name}`;
      const entry = lstat(name, directory);
      if (isDirectory(entry)) yield* directoryEntries(openDirectoryItself(name, directory), { path: below, depth: depth + 1 }, budget);
      else if (isLink(entry)) yield linkEntry(name, directory, below, entry, budget);
      else yield* fileEntry(directory, name, { path: below, flags: noFollowFlag() }, entry, budget);
    }
  } finally {
    close(directory);
  }
}

/** Whoever writes to the directory meanwhile must not lead this out of it. */
const openDirectoryItself = (name: string, at: Fd): Fd => open(name, O.RDONLY | directoryFlag() | noFollowFlag(), { at });

function linkEntry(name: string, at: Fd, path: string, facts: Stat, budget: Budget): SmallEntry {
  spend(budget, 0);
  return { path, facts, read: () => encodeUtf8(readlink(name, at)) };
}

function* fileEntry(
  at: Fd,
  name: string,
  { path, flags }: { readonly path: string; readonly flags: number },
  seen: Stat,
  budget: Budget,
): Generator<SmallEntry> {
  if (!isRegular(seen)) throw tooMuch(`${path === "" ? "it" : path} is neither a file nor a directory nor a link`); // a fifo would have to be waited for
  const fd = open(name, O.RDONLY | O.NONBLOCK | flags, { at });
  try {
    const facts = fstat(fd);
    spend(budget, facts.size);
    yield {
      path,
      facts,
      read: () => {
        const bytes = new Uint8Array(facts.size);
        return bytes.subarray(0, readFromStart(fd, bytes));
      },
    };
  } finally {
    close(fd);
  }
}

function spend(budget: Budget, bytes: number): void {
  budget.entries--;
  budget.bytes -= bytes;
  if (budget.entries < 0) throw tooMuch(`it has more than ${smallLimits.entries} files`);
  if (budget.bytes < 0) throw tooMuch(`it has more than ${smallLimits.bytes >> 20} MiB`);
}

const tooMuch = (message: string): Fault => new Fault(message, { component: "share", code: "unsupported" });
