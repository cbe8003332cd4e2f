/** Files and directories: open(2), read(2), statx(2), getdents64(2) and their kin. */
import { Fault } from "../base/fault.ts";
import { decodeUtf8, encodeUtf8 } from "../base/text.ts";
import { raw } from "./native.ts";
import { check, type Fd, restart } from "./syscall.ts";

export const atCwd = -100 as Fd;

/** open(2) flags with one value on every architecture; the others are in `perArchitecture`. */
export const O = {
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  CREAT: 0o100,
  EXCL: 0o200,
  NOCTTY: 0o400,
  TRUNC: 0o1000,
  APPEND: 0o2000,
  NONBLOCK: 0o4000,
  SYNC: 0o4010000,
  PATH: 0o10000000,
  CLOEXEC: 0o2000000,
} as const;

interface ArchitectureFlags {
  readonly DIRECTORY: number;
  readonly NOFOLLOW: number;
}

/** O_DIRECTORY and O_NOFOLLOW differ: asm-generic/fcntl.h, overridden in arch/arm64/include/uapi/asm/fcntl.h. */
function architectureFlags(): ArchitectureFlags {
  return (globalThis as unknown as { floor: { architecture: string } }).floor.architecture === "aarch64"
    ? { DIRECTORY: 0o40000, NOFOLLOW: 0o100000 }
    : { DIRECTORY: 0o200000, NOFOLLOW: 0o400000 };
}

export const directoryFlag = (): number => architectureFlags().DIRECTORY;
export const noFollowFlag = (): number => architectureFlags().NOFOLLOW;

export interface OpenOptions {
  /** Permission bits of a file that O.CREAT makes, before the umask. */
  readonly mode?: number;
  /** Directory that a relative path starts from. */
  readonly at?: Fd;
}

/** Always close-on-exec. */
export function open(path: string, flags: number, options: OpenOptions = {}): Fd {
  const { mode = 0o666, at = atCwd } = options;
  return check(restart("openat", at, path, flags | O.CLOEXEC, mode), "open", path) as Fd;
}

export function openDirectory(path: string, at: Fd = atCwd): Fd {
  return open(path, O.PATH | directoryFlag(), { at });
}

export function close(fd: Fd): void {
  raw("close", fd); // the descriptor is gone whatever it answers (close(2), "Dealing with error returns")
}

/** `work`, and `fd` is closed after it. */
export function withFd<T>(fd: Fd, work: () => T): T {
  try {
    return work();
  } finally {
    close(fd);
  }
}

/** Bytes read into `buffer`, 0 at the end. */
export function readInto(fd: Fd, buffer: Uint8Array): number {
  return check(restart("read", fd, buffer, buffer.length), "read", `fd ${fd}`);
}

/** Everything that is left to read; a Fault when it is more than `limit` bytes. */
export function readAll(fd: Fd, limit: number, subject = `fd ${fd}`): Uint8Array {
  let buffer = new Uint8Array(Math.min(limit + 1, 4096));
  let length = 0;
  for (;;) {
    if (length === buffer.length) {
      if (length > limit) throw new Fault(`read ${subject}: more than ${limit} bytes`, { code: "too-large" });
      const larger = new Uint8Array(Math.min(limit + 1, buffer.length * 4));
      larger.set(buffer);
      buffer = larger;
    }
    const n = check(restart("read", fd, buffer.subarray(length), buffer.length - length), "read", subject);
    if (n === 0) return buffer.subarray(0, length);
    length += n;
  }
}

export function readFile(path: string, limit: number, at: Fd = atCwd): Uint8Array {
  const fd = open(path, O.RDONLY, { at });
  try {
    return readAll(fd, limit, path);
  } finally {
    close(fd);
  }
}

export function readTextFile(path: string, limit = 1 << 20, at: Fd = atCwd): string {
  return decodeUtf8(readFile(path, limit, at));
}

export function writeAll(fd: Fd, bytes: Uint8Array, subject = `fd ${fd}`): void {
  let rest = bytes;
  while (rest.length > 0) {
    const n = check(restart("write", fd, rest, rest.length), "write", subject);
    rest = rest.subarray(n);
  }
}

/** Writes into an existing file (a cgroup or /proc knob), in one write(2). */
export function writeKnob(path: string, text: string, at: Fd = atCwd): void {
  const fd = open(path, O.WRONLY, { at });
  try {
    const bytes = encodeUtf8(text);
    check(restart("write", fd, bytes, bytes.length), `write ${JSON.stringify(text)} to`, path);
  } finally {
    close(fd);
  }
}

/**
 * Puts `content` at `name` in directory `at`: temporary file beside it, fsync, rename. Readers see the old or the new
 * content, never a part; on failure nothing is left.
 */
export function replaceFile(
  name: string,
  content: string | Uint8Array,
  options: { at?: Fd; mode?: number; temporary?: string; sync?: boolean } = {},
): void {
  const { at = atCwd, mode = 0o600, sync = true } = options;
  const slash = name.lastIndexOf("/") + 1;
  const temporary = options.temporary ?? `${name.slice(0, slash)}.${name.slice(slash)}.new`;
  const fd = open(temporary, O.WRONLY | O.CREAT | O.TRUNC, { at, mode });
  try {
    writeAll(fd, typeof content === "string" ? encodeUtf8(content) : content, temporary);
    if (sync) check(raw("fsync", fd), "fsync", temporary);
    rename(temporary, name, at);
  } catch (error) {
    unlinkIfPresent(temporary, at);
    throw error;
  } finally {
    close(fd);
  }
}

export function rename(from: string, to: string, at: Fd = atCwd): void {
  check(raw("renameat2", at, from, at, to, 0), `rename ${from} to`, to);
}

export function unlink(path: string, at: Fd = atCwd): void {
  check(raw("unlinkat", at, path, 0), "unlink", path);
}

export function unlinkIfPresent(path: string, at: Fd = atCwd): void {
  const result = raw("unlinkat", at, path, 0);
  if (result !== -2) check(result, "unlink", path);
}

export function mkdir(path: string, mode = 0o777, at: Fd = atCwd): void {
  check(raw("mkdirat", at, path, mode), "mkdir", path);
}

/** True when it made the directory, false when one was there. */
export function mkdirIfMissing(path: string, mode = 0o777, at: Fd = atCwd): boolean {
  const result = raw("mkdirat", at, path, mode);
  if (result === -17) return false;
  check(result, "mkdir", path);
  return true;
}

/** Makes `path` and its missing parents. */
export function mkdirAll(path: string, mode = 0o777): void {
  const result = raw("mkdirat", atCwd, path, mode);
  if (result === -17) return;
  const slash = path.replace(/\/+$/, "").lastIndexOf("/");
  if (result !== -2 || slash <= 0) {
    check(result, "mkdir", path);
    return;
  }
  mkdirAll(path.slice(0, slash), mode);
  mkdirIfMissing(path, mode);
}

export function symlink(target: string, path: string, at: Fd = atCwd): void {
  check(raw("symlinkat", target, at, path), `symlink ${target} at`, path);
}

export function readlink(path: string, at: Fd = atCwd): string {
  const buffer = new Uint8Array(4096);
  const n = check(raw("readlinkat", at, path, buffer, buffer.length), "readlink", path);
  return decodeUtf8(buffer.subarray(0, n));
}

export function mknod(path: string, mode: number, device: number, at: Fd = atCwd): void {
  check(raw("mknodat", at, path, mode, device), "mknod", path);
}

/** dev_t as mknod(2) takes it (new_encode_dev of the kernel). */
export function deviceNumber(major: number, minor: number): number {
  return (minor & 0xff) + (major & 0xfff) * 0x100 + (minor >>> 8) * 0x100000;
}

export function chmod(path: string, mode: number, at: Fd = atCwd): void {
  check(raw("fchmodat", at, path, mode), "chmod", path);
}

/** Never follows a link in the last component. */
export function chown(path: string, uid: number, gid: number, at: Fd = atCwd): void {
  check(raw("fchownat", at, path, uid, gid, 0x100), "chown", path);
}

/** chown of what the descriptor is open on. */
export function chownFd(fd: Fd, uid: number, gid: number): void {
  check(raw("fchownat", fd, "", uid, gid, 0x1000), "chown", `fd ${fd}`);
}

export const fileType = {
  mask: 0o170000,
  directory: 0o040000,
  regular: 0o100000,
  link: 0o120000,
  block: 0o060000,
  character: 0o020000,
  fifo: 0o010000,
  socket: 0o140000,
} as const;

export interface Stat {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Bytes that it takes of its file system. */
  readonly allocated: number;
  readonly inode: number;
  readonly mtimeNs: bigint;
  /** Of a device node. */
  readonly major: number;
  readonly minor: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** STATX_ATTR_MOUNT_ROOT: the top of a mount (Linux 5.8). */
  readonly mountRoot: boolean;
  readonly mountId: number;
}

let statBuffer: Uint8Array | undefined;
let statView: DataView | undefined;

function statxInto(at: Fd, path: string, flags: number): number {
  statBuffer ??= new Uint8Array(256);
  return raw("statx", at, path, flags, 0x17ff, statBuffer);
}

/** struct statx, include/uapi/linux/stat.h. Most callers look at the mode alone: the rest is worked out when it is asked for. */
class ReadStat implements Stat {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly allocated: number;
  readonly inode: number;
  readonly major: number;
  readonly minor: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  readonly mountId: number;
  readonly #attributes: number;
  readonly #seconds: number;
  readonly #nanoseconds: number;

  constructor(view: DataView) {
    this.#attributes = view.getUint32(8, true);
    this.uid = view.getUint32(20, true);
    this.gid = view.getUint32(24, true);
    this.mode = view.getUint16(28, true);
    this.inode = view.getUint32(32, true) + view.getUint32(36, true) * 2 ** 32;
    this.size = view.getUint32(40, true) + view.getUint32(44, true) * 2 ** 32;
    this.allocated = (view.getUint32(48, true) + view.getUint32(52, true) * 2 ** 32) * 512;
    this.#seconds = view.getUint32(112, true) + view.getUint32(116, true) * 2 ** 32;
    this.#nanoseconds = view.getUint32(120, true);
    this.major = view.getUint32(128, true);
    this.minor = view.getUint32(132, true);
    this.deviceMajor = view.getUint32(136, true);
    this.deviceMinor = view.getUint32(140, true);
    this.mountId = view.getUint32(144, true) + view.getUint32(148, true) * 2 ** 32;
  }

  get mtimeNs(): bigint {
    return BigInt(this.#seconds) * 1_000_000_000n + BigInt(this.#nanoseconds);
  }

  get mountRoot(): boolean {
    return (this.#attributes & 0x2000) !== 0;
  }
}

function parseStat(): Stat {
  statView ??= new DataView((statBuffer as Uint8Array).buffer);
  return new ReadStat(statView);
}

const followNot = 0x100;
const emptyPath = 0x1000;

/** Follows links. */
export function stat(path: string, at: Fd = atCwd): Stat {
  check(statxInto(at, path, 0), "stat", path);
  return parseStat();
}

export function lstat(path: string, at: Fd = atCwd): Stat {
  check(statxInto(at, path, followNot), "stat", path);
  return parseStat();
}

/** undefined when there is nothing (ENOENT, ENOTDIR); other errors throw. */
export function statIfPresent(path: string, at: Fd = atCwd): Stat | undefined {
  const result = statxInto(at, path, 0);
  if (result === -2 || result === -20) return undefined;
  check(result, "stat", path);
  return parseStat();
}

export function lstatIfPresent(path: string, at: Fd = atCwd): Stat | undefined {
  const result = statxInto(at, path, followNot);
  if (result === -2 || result === -20) return undefined;
  check(result, "stat", path);
  return parseStat();
}

export function fstat(fd: Fd): Stat {
  check(statxInto(fd, "", emptyPath), "stat", `fd ${fd}`);
  return parseStat();
}

export const isDirectory = (s: Stat): boolean => (s.mode & fileType.mask) === fileType.directory;
export const isRegular = (s: Stat): boolean => (s.mode & fileType.mask) === fileType.regular;
export const isLink = (s: Stat): boolean => (s.mode & fileType.mask) === fileType.link;
export const isCharacterDevice = (s: Stat): boolean => (s.mode & fileType.mask) === fileType.character;
export const isBlockDevice = (s: Stat): boolean => (s.mode & fileType.mask) === fileType.block;
export const isFifo = (s: Stat): boolean => (s.mode & fileType.mask) === fileType.fifo;
export const isSocket = (s: Stat): boolean => (s.mode & fileType.mask) === fileType.socket;

/** May the caller execute it? `faccessat2` with AT_EACCESS; an empty path is what `at` is open on. */
export function executable(path: string, at: Fd = atCwd): boolean {
  return raw("faccessat2", at, path, 1, 0x200 | (path === "" ? emptyPath : 0)) === 0;
}

/** An exclusive flock(2); false when another holds it and `wait` is false. Released by closing the descriptor. */
export function lock(fd: Fd, wait: boolean): boolean {
  const result = restart("flock", fd, wait ? 2 : 6);
  if (result === -11) return false;
  check(result, "lock", `fd ${fd}`);
  return true;
}

/** Bytes of a file or a block device. Its offset is then at the end. */
export function sizeOf(fd: Fd): number {
  return check(raw("lseek", fd, 0, 2), "lseek", `fd ${fd}`);
}

export function truncate(fd: Fd, size: number): void {
  check(raw("ftruncate", fd, size), "truncate", `fd ${fd}`);
}

export function setUmask(mask: number): number {
  return raw("umask", mask);
}

export function chdir(path: string): void {
  check(raw("chdir", path), "chdir", path);
}

export function chdirFd(fd: Fd): void {
  check(raw("fchdir", fd), "chdir", `fd ${fd}`);
}

export function currentDirectory(): string {
  const buffer = new Uint8Array(4096);
  const n = check(raw("getcwd", buffer, buffer.length), "getcwd");
  return decodeUtf8(buffer.subarray(0, n - 1));
}

/** An absolute, lexically clean form of `path`, relative to the current directory. */
export function absolutePath(path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${currentDirectory()}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
