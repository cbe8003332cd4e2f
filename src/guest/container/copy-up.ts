/** `tmpcopyup`: a tmpfs that starts with a copy of the directory it hides. */
import { copyBytes } from "../../sys/descriptor.ts";
import { listDirectory } from "../../sys/directory.ts";
import {
  chmod,
  chown,
  chownFd,
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
  withFd,
} from "../../sys/file.ts";
import { cloneMount } from "../../sys/mount.ts";
import type { Fd } from "../../sys/syscall.ts";
import { descriptorPath } from "./paths.ts";

/** Copies what `destination` holds below the mount `mounted` into it; links stay links, ownership and modes are kept. */
export function copyUp(root: Fd, destination: string, mounted: Fd): void {
  // A copy of the root's mount alone has nothing mounted on `destination`.
  const bare = cloneMount(descriptorPath(root), { recursive: false });
  withFd(bare, () => {
    const below = open(destination.replace(/^\/+/, "") || ".", O.RDONLY | directoryFlag(), { at: bare });
    withFd(below, () => {
      const into = open(descriptorPath(mounted), O.RDONLY | directoryFlag());
      withFd(into, () => copyDirectory(below, into));
    });
  });
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
  withFd(below, () => {
    const into = open(name, O.RDONLY | directoryFlag(), { at: to });
    withFd(into, () => copyDirectory(below, into));
  });
}

function copyFile(name: string, from: Fd, to: Fd): void {
  const source = open(name, O.RDONLY, { at: from });
  withFd(source, () => {
    const target = open(name, O.WRONLY | O.CREAT | O.EXCL, { at: to, mode: 0o600 });
    withFd(target, () => copyBytes(source, target));
  });
}
