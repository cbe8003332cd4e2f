/** Directories: what is in them (getdents64(2)) and how they go away with it. */
import { decodeUtf8 } from "../base/text.ts";
import { atCwd, close, directoryFlag, fstat, noFollowFlag, O, open } from "./file.ts";
import { raw } from "./native.ts";
import { check, type Fd, isErrno } from "./syscall.ts";

const removeDirectoryFlag = 0x200; // AT_REMOVEDIR

export function rmdir(path: string, at: Fd = atCwd): void {
  check(raw("unlinkat", at, path, removeDirectoryFlag), "rmdir", path);
}

/** False when there is something in it, or somebody uses it; gone already is fine. */
export function rmdirIfEmpty(path: string): boolean {
  try {
    rmdir(path);
  } catch (error) {
    if (isErrno(error, "EBUSY", "ENOTEMPTY")) return false;
    if (!isErrno(error, "ENOENT")) throw error;
  }
  return true;
}

/** Names in a directory, without `.` and `..`, in the order of the file system. */
export function listDirectory(path: string, at: Fd = atCwd): string[] {
  const fd = open(path, O.RDONLY | directoryFlag(), { at });
  try {
    return listDirectoryFd(fd, path);
  } finally {
    close(fd);
  }
}

/** Names of the directories in a directory, on a file system whose entries tell their type (cgroup, sysfs, proc, tmpfs). */
export function listSubdirectories(path: string): string[] {
  const fd = open(path, O.RDONLY | directoryFlag());
  try {
    return listDirectoryFd(fd, path, directoryEntry);
  } finally {
    close(fd);
  }
}

/**
 * Removes a tree. Never follows a link and never descends into another mount: what is mounted below makes it fail with
 * EBUSY, it is not emptied. Nothing there is fine.
 */
export function removeTree(path: string, at: Fd = atCwd): void {
  const result = raw("unlinkat", at, path, 0);
  if (result === 0 || result === -2) return;
  let fd: Fd;
  try {
    fd = open(path, O.RDONLY | directoryFlag() | noFollowFlag(), { at });
  } catch (error) {
    if (isErrno(error, "ENOENT")) return;
    check(result, "remove", path);
    throw error;
  }
  try {
    if (fstat(fd).mountRoot) check(-16, "remove", path);
    for (const name of listDirectoryFd(fd, path)) removeTree(name, fd);
  } finally {
    close(fd);
  }
  const gone = raw("unlinkat", at, path, removeDirectoryFlag);
  if (gone !== -2) check(gone, "remove", path);
}

function listDirectoryFd(fd: Fd, subject: string, only?: number): string[] {
  const buffer = new Uint8Array(32768);
  const view = new DataView(buffer.buffer);
  const names: string[] = [];
  for (;;) {
    const n = check(raw("getdents64", fd, buffer, buffer.length), "read directory", subject);
    if (n === 0) return names;
    for (let at = 0; at < n; at += view.getUint16(at + 16, true)) {
      if (only !== undefined && buffer[at + 18] !== only) continue;
      const end = buffer.indexOf(0, at + 19);
      const name = decodeUtf8(buffer.subarray(at + 19, end));
      if (name !== "." && name !== "..") names.push(name);
    }
  }
}

const directoryEntry = 4; // DT_DIR
