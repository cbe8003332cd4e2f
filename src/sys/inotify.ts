/** Changes of directories, told by the kernel (inotify(7)). What has changed is for the listener to look up. */
import { readAvailable } from "./descriptor.ts";
import { O } from "./file.ts";
import { raw } from "./native.ts";
import { check, type Fd, isErrno } from "./syscall.ts";

const IN = { modify: 2, attrib: 4, movedFrom: 0x40, movedTo: 0x80, create: 0x100, delete: 0x200 } as const;
const onlyDirectories = 0x1000000;
const dontFollow = 0x2000000;
const changes = IN.modify | IN.attrib | IN.movedFrom | IN.movedTo | IN.create | IN.delete;

/** Readable when something has changed. A user has few of these (fs.inotify.max_user_instances). */
export function openInotify(): Fd {
  return check(raw("inotify_init1", O.NONBLOCK | O.CLOEXEC), "inotify_init") as Fd;
}

/** Tells of files that come, go or change in the directory, not of those further below. Once more is fine; ends with the directory. */
export function watchDirectory(inotify: Fd, path: string): void {
  check(raw("inotify_add_watch", inotify, path, changes | onlyDirectories | dontFollow), "watch", path);
}

/** Forgets what has been told so far. */
export function drainInotify(inotify: Fd): void {
  const buffer = new Uint8Array(4096);
  while ((readAvailable(inotify, buffer) ?? 0) > 0);
}

/** Whether the kernel gives no more of them to this user. */
export const isInotifyLimit = (error: unknown): boolean => isErrno(error, "EMFILE", "ENOSPC");
