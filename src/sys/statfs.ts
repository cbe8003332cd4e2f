/** statfs(2): what a file system is and how full. */
import { raw } from "./native.ts";
import { check } from "./syscall.ts";

/** Magic number of the path's file system, e.g. 0x01021994 tmpfs, 0x63677270 cgroup2. */
export function fileSystemType(path: string): number {
  return fileSystemUsage(path).type;
}

/** struct statfs of a path's file system: sizes in blocks of `blockSize` bytes. */
export interface FileSystemUsage {
  /** Magic number, linux/magic.h. */
  readonly type: number;
  readonly blockSize: number;
  readonly blocks: number;
  readonly freeBlocks: number;
  readonly availableBlocks: number;
  readonly files: number;
  readonly freeFiles: number;
}

export function fileSystemUsage(path: string): FileSystemUsage {
  const buffer = new Uint8Array(128);
  check(raw("statfs", path, buffer), "statfs", path);
  const view = new DataView(buffer.buffer);
  const word = (index: number) => view.getUint32(index * 8, true) + view.getUint32(index * 8 + 4, true) * 2 ** 32;
  return {
    type: view.getUint32(0, true),
    blockSize: word(1),
    blocks: word(2),
    freeBlocks: word(3),
    availableBlocks: word(4),
    files: word(5),
    freeFiles: word(6),
  };
}
