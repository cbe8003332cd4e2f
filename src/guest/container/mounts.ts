/** The mounts of config.json, made in the container's own mount namespace before its root is entered. */
import { Fault } from "../../base/fault.ts";
import type { Mount, Spec } from "../../oci/spec.ts";
import { chmod, close, directoryFlag, fstat, isDirectory, isLink, noFollowFlag, withFd } from "../../sys/file.ts";
import type { Call } from "../../sys/launch.ts";
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
  /** Detached mounts for entries whose source whoever mounts cannot open or make. They stay the caller's. */
  readonly trees: ReadonlyMap<Mount, Fd>;
}

export const procMounts = (spec: Spec): Mount[] => (spec.mounts ?? []).filter(({ type }) => type === "proc");

/** Makes an entry's proc file system, mounted nowhere: its descriptor is the one after `context`, the lowest free one. */
export function procCalls(entry: Mount, context: number): Call[] {
  const options = parseMountOptions(entry.options ?? [], entry.destination);
  const subject = `proc for ${entry.destination}`;
  const configure = (command: number, key: string | null, value: string | null): Call => ({
    name: "fsconfig",
    args: [context, command, key, value, 0],
    operation: key === null ? "fsconfig" : `fsconfig ${key}`,
    subject,
  });
  const data = options.data
    .split(",")
    .filter(Boolean)
    .map((option) => option.split("=", 2) as [string, string?]);
  return [
    { name: "fsopen", args: ["proc", 1], operation: "fsopen", subject },
    // FSCONFIG_SET_STRING, FSCONFIG_SET_FLAG, FSCONFIG_CMD_CREATE
    ...data.map(([key, value]) => (value === undefined ? configure(0, key, null) : configure(1, key, value))),
    configure(6, null, null),
    { name: "fsmount", args: [context, 1, mountAttributes(options).set], operation: "fsmount", subject },
  ];
}

/** Makes one mount; what is read-only only at the end is left to `finishMounts`. */
export function makeMount(entry: Mount, place: MountPlace): void {
  const options = parseMountOptions(entry.options ?? [], entry.destination);
  try {
    const tree = place.trees.get(entry);
    if ((options.flags & MS.remount) !== 0) remount(entry, options, place);
    else if (tree !== undefined) attach(tree, entry, options, place);
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
    const target = (options.flags & MS.rdonly) === 0 ? undefined : findIn(place.root, entry.destination);
    if (target !== undefined) withFd(target, () => setMountAttributes(target, { set: 1 }));
  }
}

export const isDev = (destination: string): boolean => destination.replace(/\/+$/, "") === "/dev";

function mountFileSystem(entry: Mount, options: MountOptions, place: MountPlace): void {
  const type = entry.type === "cgroup" ? "cgroup2" : (entry.type ?? "");
  const target =
    type === "proc" || type === "sysfs"
      ? ordinaryDirectory(place.root, entry.destination, type)
      : ensureIn(place.root, entry.destination, "directory");
  const late = isDev(entry.destination) || options.copyUp ? MS.rdonly : 0;
  const before = withFd(target, () => {
    const facts = fstat(target);
    mount(entry.source, descriptorPath(target), type, options.flags & ~late & ~MS.rec, options.data);
    return facts;
  });
  const mounted = openMounted(place.root, entry.destination);
  withFd(mounted, () => {
    if (type === "tmpfs" && !/(^|,)mode=/.test(options.data)) chmod(descriptorPath(mounted), before.mode & 0o7777);
    if (options.copyUp) copyUp(place.root, entry.destination, mounted);
    if (options.copyUp && (options.flags & MS.rdonly) !== 0) setMountAttributes(mounted, { set: 1 });
    applyTail(mounted, options);
  });
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
  const tree = cloneMount(source, { recursive: (options.flags & MS.rec) !== 0 });
  withFd(tree, () => attach(tree, { destination }, options, place));
}

/** Puts a detached mount in its place. */
function attach(tree: Fd, { destination, type = "" }: Mount, options: MountOptions, place: MountPlace): void {
  const { set, clear } = mountAttributes(options);
  if (set !== 0 || clear !== 0) setMountAttributes(tree, { set, clear });
  const target =
    type === "proc" || type === "sysfs"
      ? ordinaryDirectory(place.root, destination, type)
      : ensureIn(place.root, destination, isDirectory(fstat(tree)) ? "directory" : "file");
  withFd(target, () => attachMount(tree, "", target));
  applyTail(tree, options);
}

function remount(entry: Mount, options: MountOptions, place: MountPlace): void {
  const target = findIn(place.root, entry.destination);
  if (target === undefined) throw new Fault("nothing is there to be mounted anew", { component: "agent", code: "ENOENT" });
  withFd(target, () => {
    mount(entry.source, descriptorPath(target), entry.type, options.flags, options.data);
    applyTail(target, options);
  });
}

/** What comes after the mount itself: propagation in the order given, then the attributes of the whole tree. */
function applyTail(mounted: Fd, options: MountOptions): void {
  for (const flags of options.propagation) setMountFlags(descriptorPath(mounted), flags);
  if (options.recursiveSet !== 0 || options.recursiveClear !== 0)
    setMountAttributes(mounted, { set: options.recursiveSet, clear: options.recursiveClear, recursive: true });
}
