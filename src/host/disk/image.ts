/**
 * Opening what becomes a disk of the guest. Two kernels that write to one file system destroy it, and one that reads what the
 * other writes reads nonsense: a disk is read-only on both sides or the guest's alone.
 */
import { Fault } from "../../base/fault.ts";
import { listDirectory } from "../../sys/directory.ts";
import { close, fstat, isBlockDevice, O, open, readlink, readTextFile, type Stat, sizeOf, statIfPresent } from "../../sys/file.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";

export interface Image {
  readonly fd: Fd;
  readonly blockDevice: boolean;
  readonly bytes: number;
}

/** One disk, whatever it was opened by. */
export function diskIdentity(fd: Fd): string {
  const facts = fstat(fd);
  if (isBlockDevice(facts)) return `device ${facts.major}:${facts.minor}`;
  return `file ${facts.deviceMajor}:${facts.deviceMinor}:${facts.inode}`;
}

/**
 * `place` is a descriptor of the block device or regular file, opened with O_PATH where its path is seen; it stays the caller's.
 * For one that is written to, the claim lasts as long as somebody has the descriptor open. `path` is for messages.
 */
export function openImage(place: Fd, path: string, readOnly: boolean): Image {
  const opened = openClaimed(place, path, readOnly);
  return { ...opened, bytes: sizeOf(opened.fd) };
}

function openClaimed(place: Fd, path: string, readOnly: boolean): Omit<Image, "bytes"> {
  const facts = fstat(place);
  const blockDevice = isBlockDevice(facts);
  const again = (exclusive = 0): Fd => open(`/proc/self/fd/${place}`, (readOnly ? O.RDONLY : O.RDWR) | O.NONBLOCK | exclusive);
  if (!blockDevice) {
    const loop = loopDeviceOf(readlink(`/proc/self/fd/${place}`));
    if (loop !== undefined) throw busy(path, `loop device ${loop} of the host is on it`);
    return { fd: again(), blockDevice };
  }
  if (readOnly && isReadOnlyDevice(facts)) return { fd: again(), blockDevice };
  try {
    // O_EXCL fails when the device is mounted, in whatever mount namespace, or is part of another device (open(2))
    const claimed = again(O.EXCL);
    if (!readOnly) return { fd: claimed, blockDevice };
    close(claimed); // several machines may read it
    return { fd: again(), blockDevice };
  } catch (error) {
    if (isErrno(error, "EBUSY")) throw busy(path, "the host or another virtual machine uses it (it is mounted, or part of another device)");
    throw error;
  }
}

function busy(path: string, why: string): Fault {
  return new Fault(`disk ${path}: ${why}; it must be read-only or the guest's alone`, { component: "disk", code: "EBUSY" });
}

export const isReadOnlyDevice = ({ major, minor }: Pick<Stat, "major" | "minor">): boolean =>
  knob(`/sys/dev/block/${major}:${minor}/ro`) === "1";

/** One whose loop device only reads it does no harm. */
function loopDeviceOf(path: string): string | undefined {
  const loops = statIfPresent("/sys/block") ? listDirectory("/sys/block").filter((name) => name.startsWith("loop")) : [];
  return loops.find((name) => knob(`/sys/block/${name}/loop/backing_file`) === path && knob(`/sys/block/${name}/ro`) !== "1");
}

function knob(path: string): string | undefined {
  return statIfPresent(path) ? readTextFile(path).trimEnd() : undefined;
}
