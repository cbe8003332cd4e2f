/** Making a mounted file system as large as its disk has become. */
import { Fault } from "../../base/fault.ts";
import { sleep, type Timers } from "../../base/timers.ts";
import { directoryFlag, O, open, readTextFile, stat, withFd } from "../../sys/file.ts";
import { growExt4, growXfs } from "../../sys/grow.ts";
import { fileSystemUsage } from "../../sys/statfs.ts";
import type { Fd } from "../../sys/syscall.ts";

/** By their numbers in linux/magic.h; that of ext4 is also of ext2 and ext3. */
const growers: ReadonlyMap<number, (directory: Fd, blocks: number) => void> = new Map([
  [0xef53, growExt4],
  [0x58465342, growXfs],
]);
/** The kernel hears of a disk's new size by an interrupt, soon after the host has made it. */
const [waitMs, lookMs] = [5000, 20];
const sectorBytes = 512;

/** `bytes` is the size of the whole; what does not fill a block stays unused. */
export async function growFileSystem(path: string, bytes: number, timers: Timers): Promise<void> {
  const { type, blockSize } = fileSystemUsage(path);
  const grow = growers.get(type);
  if (!grow)
    throw new Fault(`resize ${path}: its file system (0x${type.toString(16)}) is neither ext4 nor xfs`, {
      component: "agent",
      code: "unsupported",
    });
  const { deviceMajor, deviceMinor } = stat(path);
  const size = (): number => Number(readTextFile(`/sys/dev/block/${deviceMajor}:${deviceMinor}/size`)) * sectorBytes;
  for (const end = timers.nowMs() + waitMs; size() < bytes; await sleep(timers, lookMs))
    if (timers.nowMs() > end)
      throw new Fault(`resize ${path} to ${bytes} bytes: its disk has ${size()}`, { component: "agent", code: "failed-precondition" });
  const fd = open(path, O.RDONLY | directoryFlag()); // O_PATH takes no ioctl
  withFd(fd, () => grow(fd, Math.floor(bytes / blockSize)));
}
