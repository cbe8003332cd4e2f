/** /dev of a container: the devices every one has (runtime specification, "Default Devices"), its own, and the links. */
import { Fault } from "../../base/fault.ts";
import type { Device } from "../../oci/spec-linux.ts";
import {
  chmod,
  chown,
  close,
  deviceNumber,
  fileType,
  fstat,
  lstatIfPresent,
  mknod,
  readlink,
  rmdir,
  symlink,
  unlinkIfPresent,
} from "../../sys/file.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { descriptorPath, ensureIn } from "./paths.ts";

const defaults: readonly Device[] = [
  { path: "/dev/null", type: "c", major: 1, minor: 3, fileMode: 0o666 },
  { path: "/dev/zero", type: "c", major: 1, minor: 5, fileMode: 0o666 },
  { path: "/dev/full", type: "c", major: 1, minor: 7, fileMode: 0o666 },
  { path: "/dev/random", type: "c", major: 1, minor: 8, fileMode: 0o666 },
  { path: "/dev/urandom", type: "c", major: 1, minor: 9, fileMode: 0o666 },
  { path: "/dev/tty", type: "c", major: 5, minor: 0, fileMode: 0o666 },
];

const links: readonly (readonly [name: string, target: string])[] = [
  ["fd", "/proc/self/fd"],
  ["stdin", "/proc/self/fd/0"],
  ["stdout", "/proc/self/fd/1"],
  ["stderr", "/proc/self/fd/2"],
  ["ptmx", "pts/ptmx"],
];

/** Devices that are there already in this very form are left as they are; listing a default device again changes its mode and owner. */
export function makeDevices(root: Fd, devices: readonly Device[]): void {
  const own = new Map(defaults.map((device) => [device.path, device]));
  for (const device of devices) if (device.path !== "/dev/ptmx") own.set(device.path, { ...own.get(device.path), ...device });
  for (const device of own.values()) makeDevice(root, device);
  const dev = ensureIn(root, "/dev", "directory");
  try {
    for (const [name, target] of links) makeLink(dev, name, target);
  } finally {
    close(dev);
  }
}

function makeDevice(root: Fd, device: Device): void {
  const slash = device.path.lastIndexOf("/");
  const name = device.path.slice(slash + 1);
  if (name === "" || name === "..")
    throw new Fault(`make device ${JSON.stringify(device.path)}: must be the path of a file`, { component: "agent", code: "EINVAL" });
  const parent = ensureIn(root, device.path.slice(0, slash) || "/", "directory");
  const mode = typeBits(device) | (device.fileMode ?? 0o666);
  try {
    unlinkOther(name, parent, device, mode);
    mknod(name, mode, deviceNumber(device.major ?? 0, device.minor ?? 0), parent);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw new Fault(`make device ${device.path}`, { component: "agent", cause: error });
  }
  // Both after mknod, which the umask cuts.
  chmod(`${descriptorPath(parent)}/${name}`, mode & 0o7777);
  chown(name, device.uid ?? 0, device.gid ?? 0, parent);
  close(parent);
}

/** Something else under the device's name goes away; what a mount put there stays and is an error. */
function unlinkOther(name: string, parent: Fd, device: Device, mode: number): void {
  const there = lstatIfPresent(name, parent);
  if (there === undefined) return;
  const same =
    (there.mode & fileType.mask) === (mode & fileType.mask) && there.major === (device.major ?? 0) && there.minor === (device.minor ?? 0);
  if (!same) unlinkIfPresent(name, parent);
}

function typeBits(device: Device): number {
  switch (device.type) {
    case "c":
    case "u":
      return fileType.character;
    case "b":
      return fileType.block;
    case "p":
      return fileType.fifo;
  }
}

function makeLink(dev: Fd, name: string, target: string): void {
  const there = lstatIfPresent(name, dev);
  if (there !== undefined) {
    const type = there.mode & fileType.mask;
    if (type === fileType.link && readlink(name, dev) === target) return;
    if (type === fileType.directory) rmdir(name, dev);
    else unlinkIfPresent(name, dev);
  }
  symlink(target, name, dev);
}

/** Is this the null device? Standard streams that are it are never given to the user. */
export function isNullDevice(fd: Fd): boolean {
  const facts = fstat(fd);
  return (facts.mode & fileType.mask) === fileType.character && facts.major === 1 && facts.minor === 3;
}
