/** Mounts: mount(2), umount2(2), pivot_root(2) and the descriptor-based calls of Linux 5.2 and 5.12. */
import { atCwd, close, openDirectory } from "./file.ts";
import { raw } from "./native.ts";
import { check, type Fd } from "./syscall.ts";

export const MS = {
  rdonly: 1,
  nosuid: 2,
  nodev: 4,
  noexec: 8,
  synchronous: 16,
  remount: 32,
  mandlock: 64,
  dirsync: 128,
  nosymfollow: 256,
  noatime: 1024,
  nodiratime: 2048,
  bind: 4096,
  move: 8192,
  rec: 16384,
  silent: 32768,
  unbindable: 1 << 17,
  private: 1 << 18,
  slave: 1 << 19,
  shared: 1 << 20,
  relatime: 1 << 21,
  iversion: 1 << 23,
  strictatime: 1 << 24,
  lazytime: 1 << 25,
} as const;

export function mount(source: string | undefined, target: string, type: string | undefined, flags: number, data?: string): void {
  const what = source === undefined || source === "" ? (type ?? "") : source;
  check(raw("mount", source ?? "none", target, type ?? null, flags, data ?? null), `mount ${what} on`, target);
}

/** Propagation and flags of what is already mounted at `target`. */
export function setMountFlags(target: string, flags: number): void {
  check(raw("mount", "none", target, null, flags, null), `change mount (flags 0x${flags.toString(16)}) at`, target);
}

const detach = 2;
const noFollow = 8;

/** Detached at once, gone when its last user is; never follows a link. */
export function unmountLazily(target: string): void {
  check(raw("umount2", target, detach | noFollow), "unmount", target);
}

export function unmount(target: string): void {
  check(raw("umount2", target, noFollow), "unmount", target);
}

/**
 * pivot_root(".", "."): the descriptor's directory becomes the root. The old root is stacked on it, cut off so that its
 * end is not heard elsewhere, and detached; mounts of the new root keep their propagation.
 */
export function pivotRoot(newRoot: Fd): void {
  const oldRoot = openDirectory("/");
  try {
    check(raw("fchdir", newRoot), "chdir", "new root");
    check(raw("pivot_root", ".", "."), "pivot_root");
    check(raw("fchdir", oldRoot), "chdir", "old root");
    check(raw("mount", "none", ".", null, MS.slave | MS.rec, null), "make slave", "old root");
    check(raw("umount2", ".", detach), "unmount", "old root");
    check(raw("chdir", "/"), "chdir", "/");
  } finally {
    close(oldRoot);
  }
}

export function changeRoot(path: string): void {
  check(raw("chroot", path), "chroot", path);
}

const openTreeClone = 1;
const atRecursive = 0x8000;
const atEmptyPath = 0x1000;
const atNoFollow = 0x100;

/** A detached copy of the mount (or of a directory in it) at `path`, with what is mounted below when `recursive`. */
export function cloneMount(path: string, options: { recursive: boolean; at?: Fd; follow?: boolean }): Fd {
  const flags = openTreeClone | 0o2000000 | (options.recursive ? atRecursive : 0) | (options.follow === false ? atNoFollow : 0);
  return check(raw("open_tree", options.at ?? atCwd, path, flags), "open_tree", path) as Fd;
}

/** Puts a detached mount on `target`, a path relative to `at` (empty: on what `at` is open on). A link in the last component is not followed. */
export function attachMount(tree: Fd, target: string, at: Fd = atCwd): void {
  const flags = target === "" ? 0x44 : 4; // MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH
  check(raw("move_mount", tree, "", at, target, flags), "move_mount", target || `fd ${at}`);
}

/** A new file system of `type` (`tmpfs`, `sysfs`) that is mounted nowhere: its root. It shows the namespaces of the moment. */
export function detachedFileSystem(type: string): Fd {
  const context = check(raw("fsopen", type, 1), "fsopen", type) as Fd; // FSOPEN_CLOEXEC
  try {
    check(raw("fsconfig", context, 6, null, null, 0), "fsconfig", type); // FSCONFIG_CMD_CREATE
    return check(raw("fsmount", context, 1, 0), "fsmount", type) as Fd;
  } finally {
    close(context);
  }
}

export const MOUNT_ATTR = {
  rdonly: 1,
  nosuid: 2,
  nodev: 4,
  noexec: 8,
  atime: 0x70,
  relatime: 0,
  noatime: 0x10,
  strictatime: 0x20,
  nodiratime: 0x80,
  nosymfollow: 0x200000,
} as const;

export interface MountAttributes {
  readonly set?: number;
  readonly clear?: number;
  /** MS.private, MS.slave, MS.shared or MS.unbindable. */
  readonly propagation?: number;
  readonly recursive?: boolean;
  /** A user namespace: ids as its maps have them, from the file system's to those seen (Linux 5.12). A detached mount's, once. */
  readonly idMapping?: Fd;
}

const attrIdMap = 0x10_0000;

/** mount_setattr(2) on what `fd` is open on, or on `path` from it. */
export function setMountAttributes(fd: Fd, attributes: MountAttributes, path = ""): void {
  const { set = 0, clear = 0, propagation = 0, idMapping } = attributes;
  const bits = set | (idMapping === undefined ? 0 : attrIdMap);
  const words = new Uint32Array([bits, 0, clear, 0, propagation, 0, idMapping ?? 0, 0]); // struct mount_attr
  const flags = (path === "" ? atEmptyPath : 0) | (attributes.recursive ? atRecursive : 0);
  check(raw("mount_setattr", fd, path, flags, new Uint8Array(words.buffer), 32), "mount_setattr", path || `fd ${fd}`);
}

export interface OpenHow {
  readonly flags: number;
  readonly mode?: number;
  /** RESOLVE_*: 1 no crossing of mounts, 2 no magic links, 4 no links, 8 stay beneath, 16 `at` is the root. */
  readonly resolve: number;
}

export const RESOLVE = { noXdev: 1, noMagicLinks: 2, noSymlinks: 4, beneath: 8, inRoot: 16 } as const;

/** openat2(2): the only way to open a path in a tree somebody else can change. */
export function openIn(root: Fd, path: string, how: OpenHow): Fd {
  return check(openat2(root, path, how), "open", path) as Fd;
}

/** The same; undefined when there is nothing (ENOENT, ENOTDIR). */
export function openInIfPresent(root: Fd, path: string, how: OpenHow): Fd | undefined {
  const result = openat2(root, path, how);
  return result === -2 || result === -20 ? undefined : (check(result, "open", path) as Fd);
}

let howBytes: Uint8Array | undefined;
let howWords: Uint32Array | undefined;

function openat2(root: Fd, path: string, how: OpenHow): number {
  howBytes ??= new Uint8Array(24); // struct open_how
  howWords ??= new Uint32Array(howBytes.buffer);
  howWords[0] = how.flags | 0o2000000;
  howWords[2] = how.mode ?? 0;
  howWords[4] = how.resolve;
  for (;;) {
    const result = raw("openat2", root, path, howBytes, 24);
    if (result !== -11 && result !== -4) return result; // EAGAIN: a rename raced (openat2(2))
  }
}

export { openDirectory };
