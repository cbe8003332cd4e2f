/** /dev of a container: the devices every one has (runtime specification, "Default Devices"), its own, and the links. */
import { Fault } from "../../base/fault.ts";
import type { Device } from "../../oci/spec-linux.ts";
import { rmdir } from "../../sys/directory.ts";
import {
  chmod,
  chown,
  close,
  deviceNumber,
  fileType,
  lstat,
  mknod,
  readlink,
  type Stat,
  statIfPresent,
  symlink,
  unlinkIfPresent,
} from "../../sys/file.ts";
import { attachMount, cloneMount } from "../../sys/mount.ts";
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

/** `bound`: in a user namespace nobody makes devices, and the agent's are mounted. Devices that are there already in this very form are left as they are; listing a default device again changes its mode and owner. */
export function makeDevices(root: Fd, devices: readonly Device[], bound: boolean): void {
  const own = new Map(defaults.map((device) => [device.path, device]));
  for (const device of devices) if (device.path !== "/dev/ptmx") own.set(device.path, { ...own.get(device.path), ...device });
  const dev = ensureIn(root, "/dev", "directory");
  try {
    for (const device of own.values())
      if (bound) bindDevice(root, device);
      else makeDevice(root, dev, device);
    for (const [name, target] of links) makeLink(dev, name, target);
  } finally {
    close(dev);
  }
}

/** The agent's /dev is still in sight. Mode and owner are those of the agent's device. */
function bindDevice(root: Fd, { path, type, major = 0, minor = 0 }: Device): void {
  const there = statIfPresent(path);
  const same = there && there.major === major && there.minor === minor && (there.mode & fileType.mask) === typeBits({ path, type });
  if (!same)
    throw new Fault(`make device ${path}: in a user namespace it must be a device of the guest's own /dev`, {
      component: "agent",
      code: "unsupported",
    });
  const target = ensureIn(root, path, "file");
  const tree = cloneMount(path, { recursive: false });
  attachMount(tree, "", target);
  close(tree);
  close(target);
}

function makeDevice(root: Fd, dev: Fd, device: Device): void {
  const slash = device.path.lastIndexOf("/");
  const name = device.path.slice(slash + 1);
  if (name === "" || name === "..")
    throw new Fault(`make device ${JSON.stringify(device.path)}: must be the path of a file`, { component: "agent", code: "EINVAL" });
  const directory = device.path.slice(0, slash);
  const parent = directory === "/dev" ? dev : ensureIn(root, directory || "/", "directory");
  try {
    makeNode(parent, name, device);
  } finally {
    if (parent !== dev) close(parent);
  }
}

/** The agent's umask is 0 here, so that modes are what they say. */
function makeNode(parent: Fd, name: string, device: Device): void {
  const { uid = 0, gid = 0 } = device;
  const mode = typeBits(device) | (device.fileMode ?? 0o666);
  const number = deviceNumber(device.major ?? 0, device.minor ?? 0);
  const make = (): void => mknod(name, mode, number, parent);
  try {
    try {
      make();
    } catch (error) {
      if (!isErrno(error, "EEXIST")) throw error;
      replaceNode(name, parent, { mode, major: device.major ?? 0, minor: device.minor ?? 0 }, make);
    }
    if (uid !== 0 || gid !== 0) chown(name, uid, gid, parent);
  } catch (error) {
    throw new Fault(`make device ${device.path}`, { component: "agent", cause: error });
  }
}

/** What is there already under the device's name: the same device is kept, something else goes away. */
function replaceNode(name: string, parent: Fd, wanted: Pick<Stat, "mode" | "major" | "minor">, make: () => void): void {
  const there = lstat(name, parent);
  const sameType = (there.mode & fileType.mask) === (wanted.mode & fileType.mask);
  if (sameType && there.major === wanted.major && there.minor === wanted.minor) {
    chmod(`${descriptorPath(parent)}/${name}`, wanted.mode & 0o7777);
    chown(name, 0, 0, parent);
  } else {
    unlinkIfPresent(name, parent);
    make();
  }
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
  try {
    symlink(target, name, dev);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
    const type = lstat(name, dev).mode & fileType.mask;
    if (type === fileType.link && readlink(name, dev) === target) return;
    if (type === fileType.directory) rmdir(name, dev);
    else unlinkIfPresent(name, dev);
    symlink(target, name, dev);
  }
}
