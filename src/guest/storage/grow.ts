/** Making a mounted file system as large as its disk has become. */
import { Fault } from "../../base/fault.ts";
import { sleep, type Timers } from "../../base/timers.ts";
import { directoryFlag, O, open, readTextFile, stat, withFd } from "../../sys/file.ts";
import { fileSystemUsage } from "../../sys/statfs.ts";
import { growExt4 } from "../../sys/system.ts";

/** linux/magic.h; also of ext2 and ext3. */
const ext4Magic = 0xef53;
/** The kernel hears of a disk's new size by an interrupt, soon after the host has made it. */
const [waitMs, lookMs] = [5000, 20];
const sectorBytes = 512;

/** `bytes` is the size of the whole; what does not fill a block stays unused. */
export async function growFileSystem(path: string, bytes: number, timers: Timers): Promise<void> {
  const { type, blockSize } = fileSystemUsage(path);
  if (type !== ext4Magic)
    throw new Fault(`resize ${path}: its file system (0x${type.toString(16)}) is none of ext4`, {
      component: "agent",
      code: "unsupported",
    });
  const { deviceMajor, deviceMinor } = stat(path);
  const size = (): number => Number(readTextFile(`/sys/dev/block/${deviceMajor}:${deviceMinor}/size`)) * sectorBytes;
  for (const end = timers.nowMs() + waitMs; size() < bytes; await sleep(timers, lookMs))
    if (timers.nowMs() > end)
      throw new Fault(`resize ${path} to ${bytes} bytes: its disk has ${size()}`, { component: "agent", code: "failed-precondition" });
  const fd = open(path, O.RDONLY | directoryFlag()); // O_PATH takes no ioctl
  withFd(fd, () => growExt4(fd, Math.floor(bytes / blockSize)));
}
