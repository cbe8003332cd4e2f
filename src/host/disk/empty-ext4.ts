/**
 * An ext4 file system with nothing in it but a root directory and a journal, the least that the kernel mounts as it mounts
 * others (fs/ext4/ext4.h, include/linux/jbd2.h): what a guest mounts before anybody asks for a disk. Pure.
 */

export interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

const blockBytes = 1024;
/** In blocks; the kernel takes no journal of less than 1024. */
const place = { superblock: 1, groups: 2, blockBitmap: 3, inodeBitmap: 4, inodes: 5, root: 7, journal: 8 } as const;
const journalBlocks = 1024;
const blockCount = 2048;
export const emptyExt4Bytes = blockCount * blockBytes;

const inodeBytes = 128;
const inodeCount = 16;
const firstFreeInode = 11;
const rootInode = 2;
const journalInode = 8;

type Width = 1 | 2 | 4;
/** Where, how many bytes, what. */
type Field = readonly [at: number, width: Width, value: number];

function record(size: number, fields: readonly Field[], bigEndian = false): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (const [at, width, value] of fields) {
    if (width === 1) view.setUint8(at, value);
    else if (width === 2) view.setUint16(at, value, !bigEndian);
    else view.setUint32(at, value, !bigEndian);
  }
  return bytes;
}

/** All that is not zero. */
export function emptyExt4(): Piece[] {
  const used = place.journal + journalBlocks - 1; // the first block belongs to no group
  return [
    { at: place.superblock * blockBytes, bytes: superblock(blockCount - 1 - used) },
    { at: place.groups * blockBytes, bytes: groupDescriptor(blockCount - 1 - used) },
    { at: place.blockBitmap * blockBytes, bytes: bitmap(used, blockCount - 1) },
    { at: place.inodeBitmap * blockBytes, bytes: bitmap(firstFreeInode - 1, inodeCount) },
    { at: inodeAt(rootInode), bytes: inode({ mode: 0o040755, links: 2, start: place.root, blocks: 1 }) },
    { at: inodeAt(journalInode), bytes: inode({ mode: 0o100600, links: 1, start: place.journal, blocks: journalBlocks }) },
    { at: place.root * blockBytes, bytes: rootDirectory() },
    { at: place.journal * blockBytes, bytes: journalSuperblock() },
  ];
}

const inodeAt = (number: number): number => place.inodes * blockBytes + (number - 1) * inodeBytes;

const hasJournal = 0x4;
const fileTypesAndExtents = 0x2 | 0x40;

function superblock(freeBlocks: number): Uint8Array {
  return record(blockBytes, [
    [0, 4, inodeCount],
    [4, 4, blockCount],
    [12, 4, freeBlocks],
    [16, 4, inodeCount - firstFreeInode + 1],
    [20, 4, 1], // the first block with data
    [32, 4, 8 * blockBytes], // blocks in a group
    [36, 4, 8 * blockBytes],
    [40, 4, inodeCount],
    [54, 2, 0xffff], // no check after so many mounts
    [56, 2, 0xef53],
    [58, 2, 1], // clean
    [60, 2, 1], // goes on after an error
    [76, 4, 1], // revision
    [84, 4, firstFreeInode],
    [88, 2, inodeBytes],
    [92, 4, hasJournal],
    [96, 4, fileTypesAndExtents],

    [104, 1, 1], // a UUID
    [224, 4, journalInode],
  ]);
}

function groupDescriptor(freeBlocks: number): Uint8Array {
  return record(32, [
    [0, 4, place.blockBitmap],
    [4, 4, place.inodeBitmap],
    [8, 4, place.inodes],
    [12, 2, freeBlocks],
    [14, 2, inodeCount - firstFreeInode + 1],
    [16, 2, 1], // directories
  ]);
}

/** The first `taken` of `count` are; so is what is beyond the end. */
function bitmap(taken: number, count: number): Uint8Array {
  const bytes = new Uint8Array(blockBytes);
  for (let bit = 0; bit < 8 * blockBytes; bit++)
    if (bit < taken || bit >= count) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7));
  return bytes;
}

interface Inode {
  readonly mode: number;
  readonly links: number;
  /** Its one extent. */
  readonly start: number;
  readonly blocks: number;
}

const usesExtents = 0x80000;

function inode({ mode, links, start, blocks }: Inode): Uint8Array {
  return record(inodeBytes, [
    [0, 2, mode],
    [4, 4, blocks * blockBytes],
    [26, 2, links],
    [28, 4, blocks * (blockBytes / 512)],
    [32, 4, usesExtents],
    [40, 2, 0xf30a],
    [42, 2, 1], // of
    [44, 2, 4],
    [56, 2, blocks],
    [60, 4, start],
  ]);
}

function rootDirectory(): Uint8Array {
  const directory = 2;
  return record(blockBytes, [
    [0, 4, rootInode],
    [4, 2, 12],
    [6, 1, 1],
    [7, 1, directory],
    [8, 1, 0x2e],
    [12, 4, rootInode],
    [16, 2, blockBytes - 12],
    [18, 1, 2],
    [19, 1, directory],
    [20, 2, 0x2e2e],
  ]);
}

function journalSuperblock(): Uint8Array {
  return record(
    blockBytes,
    [
      [0, 4, 0xc03b3998],
      [4, 4, 4], // version 2
      [12, 4, blockBytes],
      [16, 4, journalBlocks],
      [20, 4, 1], // its first block for a log
      [24, 4, 1], // the first expected
      [48, 1, 1], // a UUID
      [64, 4, 1], // users
    ],
    true,
  );
}
