/**
 * What the host sees of a container's files. Engines enter the mount namespace of the process that --pid-file names and take
 * its root for the container's: Podman copies files there, and would write to the host's own if the stand-in lived among
 * them. So the stand-in has a mount namespace whose root is the container's root file system, with its bind mounts.
 * File systems of the guest's kernel cannot be seen from here; an empty read-only one is in their place, so that what is
 * copied there fails instead of going where the container never looks.
 */
import { Cleanup } from "../../base/cleanup.ts";
import { chainMessage, Fault } from "../../base/fault.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/text.ts";
import { isReadOnly } from "../../oci/read-only.ts";
import type { Mount } from "../../oci/spec.ts";
import { close, fstat, isDirectory, mkdir, O, open, openDirectory } from "../../sys/file.ts";
import {
  attachMount,
  detachedFileSystem,
  MOUNT_ATTR,
  MS,
  openIn,
  openInIfPresent,
  pivotRoot,
  RESOLVE,
  setMountAttributes,
  setMountFlags,
} from "../../sys/mount.ts";
import { CLONE, openNamespace } from "../../sys/namespace.ts";
import { exit, fork, reap } from "../../sys/process.ts";
import { receiveMessage, SOCK, sendMessage, socketPair } from "../../sys/socket.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { descriptorName } from "../sandbox/descriptors.ts";
import type { Bundle } from "./bundle.ts";
import { isBind, openTrees } from "./mount-trees.ts";

/** The mount namespace, closed by `closing`. It lives as long as somebody is in it or holds it. Mounts that are `onDisks` are the guest's. */
export function openView(bundle: Bundle, onDisks: ReadonlySet<number>, closing: Cleanup): Fd {
  const [ours, theirs] = socketPair(SOCK.seqpacket, { blocking: true });
  closing.add("view socket", () => close(ours));
  const pid = fork(CLONE.newMount); // setns(2) would not bring this process back into a root that it was confined to
  if (pid === 0) makeAndSend(bundle, onDisks, theirs);
  close(theirs);
  const answer = new Uint8Array(maxText);
  const message = receiveMessage(ours, answer, { wait: true });
  reap(pid, true);
  const [namespace] = message?.fds ?? [];
  if (namespace === undefined) {
    const reason = message && message.length > 0 ? decodeUtf8(answer.subarray(0, message.length)) : "its maker has died";
    throw new Fault(`mount namespace of the container's files: ${reason}`, { component: "runtime" });
  }
  closing.add("view", () => close(namespace));
  return namespace;
}

const maxText = 4096;

/** In the child. */
function makeAndSend(bundle: Bundle, onDisks: ReadonlySet<number>, socket: Fd): never {
  try {
    const namespace = openNamespace("/proc/self/ns/mnt"); // the new root need not have a /proc
    enterFiles(bundle, onDisks);
    sendMessage(socket, encodeUtf8("made"), [namespace]);
  } catch (error) {
    sendMessage(socket, encodeUtf8(chainMessage(error)).subarray(0, maxText));
  }
  exit(0);
}

function enterFiles(bundle: Bundle, onDisks: ReadonlySet<number>): void {
  const trees = new Map(openTrees(bundle, onDisks, new Cleanup()).map(({ name, fd }) => [name, fd]));
  for (const tree of trees.values()) setMountAttributes(tree, { propagation: MS.slave, recursive: true });
  setMountFlags("/", MS.private | MS.rec); // what is done here stays here
  const rootfs = trees.get(descriptorName.rootfs) ?? detachedFileSystem("tmpfs");
  attachMount(rootfs, "", openDirectory(bundle.rootIsDisk ? bundle.path : bundle.rootfs)); // which may be a link
  pivotRoot(rootfs);
  const root = openDirectory("/");
  for (const [index, mount] of (bundle.spec.mounts ?? []).entries()) {
    const tree = trees.get(descriptorName.mount(index));
    const target = mountPoint(root, mount, tree === undefined || isDirectory(fstat(tree)));
    if (target === undefined || mount.type === "proc") continue; // the stand-in mounts it: it has pids of its own
    const shown = tree ?? detachedFileSystem("tmpfs");
    if (tree === undefined || isReadOnly(mount.options)) setMountAttributes(shown, { set: MOUNT_ATTR.rdonly });
    attachMount(shown, "", target);
  }
  if (bundle.spec.root.readonly || bundle.rootIsDisk) setMountAttributes(root, { set: MOUNT_ATTR.rdonly });
}

/** Made when it is missing, as it would be in the guest; undefined when it cannot be: below one of the guest's file systems. */
function mountPoint(root: Fd, { destination, ...mount }: Mount, directory: boolean): Fd | undefined {
  if (isBind({ destination, ...mount }) && destination === "/") return undefined;
  const parts = destination.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.length === 0 || parts.includes("..")) return undefined;
  const found = openInIfPresent(root, parts.join("/"), { flags: O.PATH, resolve: RESOLVE.inRoot });
  if (found !== undefined) return found;
  try {
    let at = root;
    for (const [depth, part] of parts.entries()) {
      const last = depth === parts.length - 1;
      at =
        openInIfPresent(root, parts.slice(0, depth + 1).join("/"), { flags: O.PATH, resolve: RESOLVE.inRoot }) ??
        make(at, part, directory || !last);
    }
    return at;
  } catch (error) {
    if (isErrno(error, "EROFS", "EEXIST", "ENOTDIR")) return undefined;
    throw error;
  }
}

/** Descriptors end with this process. */
function make(at: Fd, name: string, directory: boolean): Fd {
  if (directory) mkdir(name, 0o755, at);
  else close(open(name, O.CREAT | O.EXCL | O.WRONLY, { at, mode: 0o644 }));
  return openIn(at, name, { flags: O.PATH, resolve: RESOLVE.beneath | RESOLVE.noSymlinks });
}
