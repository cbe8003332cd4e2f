/**
 * Paths in a root file system that belongs to the container: every link in it is followed as if the root were `/`, so
 * nothing the image holds leads out of it (openat2(2), RESOLVE_IN_ROOT).
 */
import { Fault } from "../../base/fault.ts";
import {
  close,
  directoryFlag,
  fileType,
  fstat,
  isLink,
  lstatIfPresent,
  mkdirIfMissing,
  mknod,
  noFollowFlag,
  O,
  readlink,
} from "../../sys/file.ts";
import { openIn, openInIfPresent, RESOLVE } from "../../sys/mount.ts";
import type { Fd } from "../../sys/syscall.ts";

/** What is at `path`, as an O_PATH descriptor; undefined when there is nothing. */
export function findIn(root: Fd, path: string, flags = 0): Fd | undefined {
  return openInIfPresent(root, relative(path), { flags: O.PATH | flags, resolve: RESOLVE.inRoot | RESOLVE.noMagicLinks });
}

function relative(path: string): string {
  let at = 0;
  while (path.charCodeAt(at) === 0x2f) at++;
  return path.slice(at) || ".";
}

export type Kind = "directory" | "file";

/** mkdir -p and touch in one: makes what is missing of `path` (0755) and opens it. A dangling link gets its target made. */
export function ensureIn(root: Fd, path: string, kind: Kind): Fd {
  return findIn(root, path) ?? makeLast(root, path, kind) ?? makeIn(root, path, kind);
}

/** The common case: only the last component is missing. */
function makeLast(root: Fd, path: string, kind: Kind): Fd | undefined {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  if (!meaningful(name) || name === "..") return undefined;
  const parent = findIn(root, path.slice(0, Math.max(slash, 0)), directoryFlag());
  if (parent === undefined) return undefined;
  try {
    make(name, kind, parent);
  } finally {
    close(parent);
  }
  // Nothing still: a link that leads nowhere has the name.
  return findIn(root, path);
}

function make(name: string, kind: Kind, parent: Fd): void {
  if (kind === "directory") mkdirIfMissing(name, 0o755, parent);
  else if (lstatIfPresent(name, parent) === undefined) mknod(name, fileType.regular | 0o644, 0, parent);
}

const mostLinks = 40; // as the kernel

/** Walks by hand, since the kernel makes no directories on the way. `done` is a path without links. */
function makeIn(root: Fd, path: string, kind: Kind): Fd {
  let done: string[] = [];
  let left = path.split("/").filter(meaningful);
  for (let links = 0; left.length > 0; ) {
    const [name, ...rest] = left as [string, ...string[]];
    left = rest;
    if (name === "..") {
      done.pop();
      continue;
    }
    const target = stepInto(root, done, name, left.length === 0 ? kind : "directory");
    if (target === undefined) done.push(name);
    else {
      if (++links > mostLinks) throw new Fault(`make ${path}: too many levels of symbolic links`, { component: "agent", code: "ELOOP" });
      if (target.startsWith("/")) done = [];
      left = [...target.split("/").filter(meaningful), ...left];
    }
  }
  return openIn(root, relative(done.join("/")), { flags: O.PATH, resolve: RESOLVE.inRoot });
}

const meaningful = (part: string): boolean => part !== "" && part !== ".";

/** The target when `name` is a link; otherwise it exists afterwards. */
function stepInto(root: Fd, done: readonly string[], name: string, kind: Kind): string | undefined {
  const path = relative([...done, name].join("/"));
  const there = findIn(root, path, noFollowFlag());
  if (there !== undefined) {
    try {
      return isLink(fstat(there)) ? readlink("", there) : undefined;
    } finally {
      close(there);
    }
  }
  const parent = openIn(root, relative(done.join("/")), { flags: O.PATH, resolve: RESOLVE.inRoot });
  try {
    make(name, kind, parent);
  } finally {
    close(parent);
  }
  return undefined;
}

/** A name for what the descriptor is open on, for calls that take paths only. */
export const descriptorPath = (fd: Fd): string => `/proc/self/fd/${fd}`;
