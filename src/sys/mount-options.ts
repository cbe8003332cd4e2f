/** Mount options of config.json (runtime specification, "Linux mount options") as flags, attributes and data. Pure. */
import { Fault } from "../base/fault.ts";
import { MOUNT_ATTR, MS } from "./mount.ts";

export interface MountOptions {
  /** MS_* for mount(2). */
  readonly flags: number;
  /** Those that options like `suid` take away. */
  readonly cleared: number;
  /** MS_SHARED and the like, each perhaps with MS_REC, in the order given. */
  readonly propagation: readonly number[];
  /** MOUNT_ATTR_* for the whole tree (`rro` and its kin). */
  readonly recursiveSet: number;
  readonly recursiveClear: number;
  /** A tmpfs starts with what the directory below it holds. */
  readonly copyUp: boolean;
  /** What only the file system understands. */
  readonly data: string;
}

type Flag = readonly [set: number, clear: number];

const flagOptions: Readonly<Record<string, Flag>> = {
  defaults: [0, 0],
  async: [0, MS.synchronous],
  sync: [MS.synchronous, 0],
  atime: [0, MS.noatime],
  noatime: [MS.noatime, 0],
  diratime: [0, MS.nodiratime],
  nodiratime: [MS.nodiratime, 0],
  dirsync: [MS.dirsync, 0],
  dev: [0, MS.nodev],
  nodev: [MS.nodev, 0],
  exec: [0, MS.noexec],
  noexec: [MS.noexec, 0],
  suid: [0, MS.nosuid],
  nosuid: [MS.nosuid, 0],
  iversion: [MS.iversion, 0],
  noiversion: [0, MS.iversion],
  lazytime: [MS.lazytime, 0],
  nolazytime: [0, MS.lazytime],
  loud: [0, MS.silent],
  silent: [MS.silent, 0],
  mand: [MS.mandlock, 0],
  nomand: [0, MS.mandlock],
  relatime: [MS.relatime, 0],
  norelatime: [0, MS.relatime],
  strictatime: [MS.strictatime, 0],
  nostrictatime: [0, MS.strictatime],
  symfollow: [0, MS.nosymfollow],
  nosymfollow: [MS.nosymfollow, 0],
  ro: [MS.rdonly, 0],
  rw: [0, MS.rdonly],
  bind: [MS.bind, 0],
  rbind: [MS.bind | MS.rec, 0],
  remount: [MS.remount, 0],
};

const propagationOptions: Readonly<Record<string, number>> = {
  private: MS.private,
  rprivate: MS.private | MS.rec,
  shared: MS.shared,
  rshared: MS.shared | MS.rec,
  slave: MS.slave,
  rslave: MS.slave | MS.rec,
  unbindable: MS.unbindable,
  runbindable: MS.unbindable | MS.rec,
};

/** The access time modes are one field of three bits: setting one clears the field. */
const recursiveOptions: Readonly<Record<string, Flag>> = {
  rro: [MOUNT_ATTR.rdonly, 0],
  rrw: [0, MOUNT_ATTR.rdonly],
  rnosuid: [MOUNT_ATTR.nosuid, 0],
  rsuid: [0, MOUNT_ATTR.nosuid],
  rnodev: [MOUNT_ATTR.nodev, 0],
  rdev: [0, MOUNT_ATTR.nodev],
  rnoexec: [MOUNT_ATTR.noexec, 0],
  rexec: [0, MOUNT_ATTR.noexec],
  rnodiratime: [MOUNT_ATTR.nodiratime, 0],
  rdiratime: [0, MOUNT_ATTR.nodiratime],
  rrelatime: [MOUNT_ATTR.relatime, MOUNT_ATTR.atime],
  rnorelatime: [0, MOUNT_ATTR.atime],
  rnoatime: [MOUNT_ATTR.noatime, MOUNT_ATTR.atime],
  ratime: [0, MOUNT_ATTR.atime],
  rstrictatime: [MOUNT_ATTR.strictatime, MOUNT_ATTR.atime],
  rnostrictatime: [0, MOUNT_ATTR.atime],
  rnosymfollow: [MOUNT_ATTR.nosymfollow, 0],
  rsymfollow: [0, MOUNT_ATTR.nosymfollow],
};

/** The names of options that are not just passed on to the file system. */
export function knownMountOptions(): string[] {
  return [flagOptions, propagationOptions, recursiveOptions].flatMap((table) => Object.keys(table)).concat("tmpcopyup");
}

/** Whether an option is of the mount, not of its file system. */
export function isMountOption(option: string): boolean {
  return [flagOptions, propagationOptions, recursiveOptions].some((table) => Object.hasOwn(table, option)) || option === "tmpcopyup";
}

/** The last of contradicting options wins. `destination` is for the message of what cannot be done. */
export function parseMountOptions(options: readonly string[], destination: string): MountOptions {
  let flags = 0;
  let cleared = 0;
  let recursiveSet = 0;
  let recursiveClear = 0;
  let copyUp = false;
  const propagation: number[] = [];
  const data: string[] = [];
  for (const option of options) {
    const flag = own(flagOptions, option);
    const propagate = own(propagationOptions, option);
    const recursive = own(recursiveOptions, option);
    if (flag) {
      flags = (flags | flag[0]) & ~flag[1];
      cleared = (cleared | flag[1]) & ~flag[0];
    } else if (propagate !== undefined) propagation.push(propagate);
    else if (recursive) {
      recursiveSet = (recursiveSet & ~recursive[1]) | recursive[0];
      recursiveClear = (recursiveClear & ~recursive[0]) | recursive[1];
    } else if (option === "tmpcopyup") copyUp = true;
    else if (option === "idmap" || option === "ridmap") throw unsupported(option, destination);
    else if (option !== "") data.push(option);
  }
  return { flags, cleared, propagation, recursiveSet, recursiveClear, copyUp, data: data.join(",") };
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function unsupported(option: string, destination: string): Fault {
  return new Fault(`mount ${destination}: option ${option} is not supported`, { code: "unsupported" });
}

/** The per-mount part of `options` for mount_setattr(2): a bind keeps what is in neither. */
export function mountAttributes(options: MountOptions): { readonly set: number; readonly clear: number } {
  const set = attributeBits(options.flags);
  const clear = attributeBits(options.cleared);
  const changesAccessTimes = ((options.flags | options.cleared) & (MS.noatime | MS.relatime | MS.strictatime)) !== 0;
  return { set, clear: changesAccessTimes ? (clear & ~MOUNT_ATTR.atime) | MOUNT_ATTR.atime : clear };
}

const attributeOfFlag: readonly (readonly [number, number])[] = [
  [MS.rdonly, MOUNT_ATTR.rdonly],
  [MS.nosuid, MOUNT_ATTR.nosuid],
  [MS.nodev, MOUNT_ATTR.nodev],
  [MS.noexec, MOUNT_ATTR.noexec],
  [MS.nodiratime, MOUNT_ATTR.nodiratime],
  [MS.nosymfollow, MOUNT_ATTR.nosymfollow],
  [MS.noatime, MOUNT_ATTR.noatime],
  [MS.strictatime, MOUNT_ATTR.strictatime],
];

function attributeBits(flags: number): number {
  let bits = 0;
  for (const [flag, attribute] of attributeOfFlag) if ((flags & flag) !== 0) bits |= attribute;
  return bits;
}
