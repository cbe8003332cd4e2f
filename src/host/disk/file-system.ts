/** Which file system an image holds, by its superblock. Only the few that the guest's kernel mounts are known. */
import { Fault } from "../../base/fault.ts";
import { readFromStart } from "../../sys/descriptor.ts";
import { close, O, open } from "../../sys/file.ts";

export interface FileSystem {
  /** For mount(2). */
  readonly type: string;
  /** It has no way to be written to. */
  readonly readOnly: boolean;
}

interface Signature {
  readonly at: number;
  readonly bytes: readonly number[];
  readonly system: FileSystem;
}

const signatures: readonly Signature[] = [
  // ext2 and ext3 too: one driver mounts them all (linux/magic.h, fs/ext4/ext4.h s_magic)
  { at: 1024 + 56, bytes: [0x53, 0xef], system: { type: "ext4", readOnly: false } },
  { at: 0, bytes: [0x58, 0x46, 0x53, 0x42], system: { type: "xfs", readOnly: false } },
  { at: 1024, bytes: [0xe2, 0xe1, 0xf5, 0xe0], system: { type: "erofs", readOnly: true } },
  { at: 0, bytes: [0x68, 0x73, 0x71, 0x73], system: { type: "squashfs", readOnly: true } },
];

export const fileSystemTypes: readonly string[] = signatures.map(({ system }) => system.type);

/** Where the last signature ends. */
const headBytes = 2048;

/** `head`: the first 2 KiB. Pure. */
export function fileSystemIn(head: Uint8Array): FileSystem | undefined {
  return signatures.find(({ at, bytes }) => bytes.every((byte, i) => head[at + i] === byte))?.system;
}

/** Throws a Fault of component `disk` when there is none that the guest mounts. */
export function fileSystemOf(path: string): FileSystem {
  const head = new Uint8Array(headBytes);
  const fd = open(path, O.RDONLY | O.NONBLOCK);
  try {
    readFromStart(fd, head);
  } finally {
    close(fd);
  }
  const found = fileSystemIn(head);
  if (!found)
    throw new Fault(`${path}: holds no file system that the guest mounts (${fileSystemTypes.join(", ")})`, {
      component: "disk",
      code: "unsupported",
    });
  return found;
}
