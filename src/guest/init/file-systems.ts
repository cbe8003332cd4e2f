/** The guest's own mounts, from a root that is the kernel's initramfs and nothing else. */
import { isOpen } from "../../sys/descriptor.ts";
import { chdir, mkdirAll, O, open, statIfPresent, symlink } from "../../sys/file.ts";
import { changeRoot, MS, mount } from "../../sys/mount.ts";

interface GuestMount {
  readonly target: string;
  readonly type: string;
  readonly flags: number;
  readonly data?: string;
}

const quiet = MS.nosuid | MS.nodev | MS.noexec;

const mounts: readonly GuestMount[] = [
  { target: "/proc", type: "proc", flags: quiet },
  { target: "/sys", type: "sysfs", flags: quiet },
  { target: "/dev", type: "devtmpfs", flags: MS.nosuid, data: "mode=0755" },
  { target: "/dev/pts", type: "devpts", flags: MS.nosuid | MS.noexec, data: "mode=0620,gid=5,ptmxmode=0666" },
  { target: "/dev/shm", type: "tmpfs", flags: MS.nosuid | MS.nodev, data: "mode=1777" },
  { target: "/run", type: "tmpfs", flags: MS.nosuid | MS.nodev, data: "mode=0755" },
  { target: "/tmp", type: "tmpfs", flags: MS.nosuid | MS.nodev, data: "mode=1777" },
  { target: "/sys/fs/cgroup", type: "cgroup2", flags: quiet, data: "nsdelegate" },
];

const links: readonly (readonly [target: string, path: string])[] = [
  ["/proc/self/fd", "/dev/fd"],
  ["/proc/self/fd/0", "/dev/stdin"],
  ["/proc/self/fd/1", "/dev/stdout"],
  ["/proc/self/fd/2", "/dev/stderr"],
];

export function mountFileSystems(): void {
  leaveInitramfs();
  for (const { target, type, flags, data } of mounts) {
    mkdirAll(target, 0o755);
    mount(type, target, type, flags, data);
  }
  for (const [target, path] of links) if (statIfPresent(path) === undefined) symlink(target, path);
}

/**
 * pivot_root(2) refuses while the root is the initramfs itself, and containers need it. A bind of the root on itself is a
 * mount like any other, and has the same contents.
 */
function leaveInitramfs(): void {
  mkdirAll("/mnt", 0o755);
  mount("/", "/mnt", "bind", MS.bind);
  chdir("/mnt");
  mount("/mnt", "/", undefined, MS.move);
  changeRoot(".");
  chdir("/");
}

/** Descriptors 0 to 2 have to be something, or the next file opened becomes them. */
export function occupyStandardStreams(): void {
  for (const fd of [0, 1, 2]) if (!isOpen(fd)) open("/dev/null", O.RDWR);
}
