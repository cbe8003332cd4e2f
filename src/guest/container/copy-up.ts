/** `tmpcopyup`: a tmpfs that starts with a copy of the directory it hides. */
import { copyBytes } from "../../sys/descriptor.ts";
import { listDirectory } from "../../sys/directory.ts";
import {
  chmod,
  chown,
  chownFd,
  close,
  deviceNumber,
  directoryFlag,
  fileType,
  fstat,
  lstat,
  mkdir,
  mknod,
  O,
  open,
  readlink,
  symlink,
} from "../../sys/file.ts";
import { cloneMount } from "../../sys/mount.ts";
import type { Fd } from "../../sys/syscall.ts";
import { descriptorPath } from "./paths.ts";

/** Copies what `destination` holds below the mount `mounted` into it; links stay links, ownership and modes are kept. */
export function copyUp(root: Fd, destination: string, mounted: Fd): void {
  // A copy of the root's mount alone has nothing mounted on `destination`.
  const bare = cloneMount(descriptorPath(root), { recursive: false });
  const below = open(destination.replace(/^\/+/, "") || ".", O.RDONLY | directoryFlag(), { at: bare });
  const into = open(descriptorPath(mounted), O.RDONLY | directoryFlag());
  try {
    copyDirectory(below, into);
  } finally {
    for (const fd of [into, below, bare]) close(fd);
  }
}

function copyDirectory(from: Fd, to: Fd): void {
  const own = fstat(from);
  chownFd(to, own.uid, own.gid);
  chmod(descriptorPath(to), own.mode & 0o7777);
  for (const name of listDirectory(".", from)) copyEntry(name, from, to);
}

function copyEntry(name: string, from: Fd, to: Fd): void {
  const facts = lstat(name, from);
  const type = facts.mode & fileType.mask;
  if (type === fileType.link) symlink(readlink(name, from), name, to);
  else if (type === fileType.directory) mkdir(name, 0o700, to);
  else if (type === fileType.regular) copyFile(name, from, to);
  else mknod(name, facts.mode, deviceNumber(facts.major, facts.minor), to);
  chown(name, facts.uid, facts.gid, to);
  if (type === fileType.link) return;
  chmod(name, facts.mode & 0o7777, to);
  if (type !== fileType.directory) return;
  const below = open(name, O.RDONLY | directoryFlag(), { at: from });
  const into = open(name, O.RDONLY | directoryFlag(), { at: to });
  copyDirectory(below, into);
  close(below);
  close(into);
}

function copyFile(name: string, from: Fd, to: Fd): void {
  const source = open(name, O.RDONLY, { at: from });
  const target = open(name, O.WRONLY | O.CREAT | O.EXCL, { at: to, mode: 0o600 });
  copyBytes(source, target);
  close(source);
  close(target);
}
