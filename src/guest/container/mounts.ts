/** The mounts of config.json, made in the container's own mount namespace before its root is entered. */
import { Fault } from "../../base/fault.ts";
import type { Mount } from "../../oci/spec.ts";
import { chmod, close, directoryFlag, fstat, isDirectory, isLink, noFollowFlag } from "../../sys/file.ts";
import { attachMount, cloneMount, MS, mount, setMountAttributes, setMountFlags } from "../../sys/mount.ts";
import { type MountOptions, mountAttributes, parseMountOptions } from "../../sys/mount-options.ts";
import type { Fd } from "../../sys/syscall.ts";
import { copyUp } from "./copy-up.ts";
import { descriptorPath, ensureIn, findIn } from "./paths.ts";

export interface MountPlace {
  /** The container's root file system. */
  readonly root: Fd;
  /** The container's cgroup in the agent's own tree, for a container without a cgroup namespace. */
  readonly cgroup: string;
  readonly cgroupNamespace: boolean;
  /** Detached mounts for entries whose source this process cannot open or make. */
  readonly trees: ReadonlyMap<Mount, Fd>;
}

/** Makes one mount; what is read-only only at the end is left to `finishMounts`. */
export function makeMount(entry: Mount, place: MountPlace): void {
  const options = parseMountOptions(entry.options ?? [], entry.destination);
  try {
    const tree = place.trees.get(entry);
    if ((options.flags & MS.remount) !== 0) remount(entry, options, place);
    else if (tree !== undefined) attach(tree, entry.destination, options, place);
    else if ((options.flags & MS.bind) !== 0 || entry.type === "bind") bind(entry.source ?? "", entry.destination, options, place);
    else if (entry.type === "cgroup" && !place.cgroupNamespace)
      bind(place.cgroup, entry.destination, { ...options, flags: options.flags | MS.rec }, place);
    else mountFileSystem(entry, options, place);
  } catch (error) {
    const what = `mount ${JSON.stringify(entry.source ?? entry.type ?? "")} at ${JSON.stringify(entry.destination)}`;
    throw new Fault(what, { component: "agent", cause: error });
  }
}

/** Devices and copied-up files are put there before /dev turns read-only. */
export function finishMounts(entries: readonly Mount[], place: MountPlace): void {
  for (const entry of entries) {
    if (!isDev(entry.destination)) continue;
    const options = parseMountOptions(entry.options ?? [], entry.destination);
    const target = findIn(place.root, entry.destination);
    if ((options.flags & MS.rdonly) === 0 || target === undefined) continue;
    setMountAttributes(target, { set: 1 });
    close(target);
  }
}

export const isDev = (destination: string): boolean => destination.replace(/\/+$/, "") === "/dev";

function mountFileSystem(entry: Mount, options: MountOptions, place: MountPlace): void {
  const type = entry.type === "cgroup" ? "cgroup2" : (entry.type ?? "");
  const target =
    type === "proc" || type === "sysfs"
      ? ordinaryDirectory(place.root, entry.destination, type)
      : ensureIn(place.root, entry.destination, "directory");
  try {
    const late = isDev(entry.destination) || options.copyUp ? MS.rdonly : 0;
    const before = fstat(target);
    mount(entry.source, descriptorPath(target), type, options.flags & ~late & ~MS.rec, options.data);
    close(target);
    const mounted = openMounted(place.root, entry.destination);
    if (type === "tmpfs" && !/(^|,)mode=/.test(options.data)) chmod(descriptorPath(mounted), before.mode & 0o7777);
    if (options.copyUp) copyUp(place.root, entry.destination, mounted);
    if (options.copyUp && (options.flags & MS.rdonly) !== 0) setMountAttributes(mounted, { set: 1 });
    applyTail(mounted, options);
    close(mounted);
  } catch (error) {
    close(target);
    throw error;
  }
}

/** A link at /proc or /sys could put the file system where masked and read-only paths do not look (CVE-2019-19921, CVE-2023-27561). */
function ordinaryDirectory(root: Fd, destination: string, type: string): Fd {
  const there = findIn(root, destination, noFollowFlag());
  if (there !== undefined) {
    const facts = fstat(there);
    if (isDirectory(facts)) return there;
    close(there);
    throw new Fault(
      `file system ${type} must be mounted on an ordinary directory, ${destination} is ${isLink(facts) ? "a link" : "a file"}`,
      {
        component: "agent",
        code: "ENOTDIR",
      },
    );
  }
  return ensureIn(root, destination, "directory");
}

/** Without O_PATH's laziness the descriptor from before a mount would still name what is below it. */
function openMounted(root: Fd, destination: string): Fd {
  const fd = findIn(root, destination, directoryFlag());
  if (fd === undefined) throw new Fault(`${destination} went away while it was mounted`, { component: "agent", code: "ENOENT" });
  return fd;
}

function bind(source: string, destination: string, options: MountOptions, place: MountPlace): void {
  if (source === "") throw new Fault("a bind mount needs a source", { component: "agent", code: "EINVAL" });
  if (options.data !== "")
    throw new Fault(`a bind mount takes no file system options, got ${JSON.stringify(options.data)}`, {
      component: "agent",
      code: "EINVAL",
    });
  attach(cloneMount(source, { recursive: (options.flags & MS.rec) !== 0 }), destination, options, place);
}

/** Takes the tree over. */
function attach(tree: Fd, destination: string, options: MountOptions, place: MountPlace): void {
  try {
    const { set, clear } = mountAttributes(options);
    if (set !== 0 || clear !== 0) setMountAttributes(tree, { set, clear });
    const target = ensureIn(place.root, destination, isDirectory(fstat(tree)) ? "directory" : "file");
    attachMount(tree, "", target);
    close(target);
    applyTail(tree, options);
  } finally {
    close(tree);
  }
}

function remount(entry: Mount, options: MountOptions, place: MountPlace): void {
  const target = findIn(place.root, entry.destination);
  if (target === undefined) throw new Fault("nothing is there to be mounted anew", { component: "agent", code: "ENOENT" });
  mount(entry.source, descriptorPath(target), entry.type, options.flags, options.data);
  applyTail(target, options);
  close(target);
}

/** What comes after the mount itself: propagation in the order given, then the attributes of the whole tree. */
function applyTail(mounted: Fd, options: MountOptions): void {
  for (const flags of options.propagation) setMountFlags(descriptorPath(mounted), flags);
  if (options.recursiveSet !== 0 || options.recursiveClear !== 0)
    setMountAttributes(mounted, { set: options.recursiveSet, clear: options.recursiveClear, recursive: true });
}
