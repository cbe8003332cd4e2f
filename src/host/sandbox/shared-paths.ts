/**
 * Puts what a container mounts from the host into the share, or copies of it where there is none, and rewrites its
 * specification to the guest's paths. The mounts came as descriptors, made where the caller sees them; here they only get a place.
 */
import { Fault } from "../../base/fault.ts";
import { isReadOnly } from "../../oci/read-only.ts";
import type { Mount, Spec } from "../../oci/spec.ts";
import type { Storage } from "../../protocol/gen/agent.ts";
import { guestCommon } from "../../protocol/guest-paths.ts";
import type { Init } from "../../protocol/wire.ts";
import { close, fstat, isDirectory } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { CommonMounts } from "./common-mounts.ts";

import { madeInGuest } from "./made-in-guest.ts";
import { isWatchable, type WatchedCopies } from "./watched-copies.ts";

export interface SharedPaths {
  /** With the paths of the guest. */
  readonly spec: Spec;
  /** What the guest has itself instead. */
  readonly storages: readonly Init<Storage>[];
  /** Takes everything out of the share again. */
  remove(): void;
}

/** Where files of the host have a place in the guest: the share has this shape. */
export interface FilePlace {
  /** The path in the guest of what `tree` is, a detached mount, which stays the caller's. */
  add(name: string, tree: Fd, how: FileUse): string | Promise<string>;
  remove(name: string): void;
}

export interface FileUse {
  readonly readOnly: boolean;
  /** Absent for the root. */
  readonly mount?: Mount;
}

export interface MountTrees {
  /** Absent: the root is on a disk. */
  readonly rootfs?: Fd;
  /** By the index in `spec.mounts`. */
  readonly mounts: ReadonlyMap<number, Fd>;
}

/** Where trees get their place. */
export interface SharePlaces {
  readonly files: FilePlace;
  /** Absent without a share: each container has a copy of its own. */
  readonly common?: CommonMounts;
  /** Absent: this guest's agent does not know of it. */
  readonly copies?: WatchedCopies;
  /** Of the mounts that other containers may have too, by index. */
  readonly identities: ReadonlyMap<number, string>;
  /** See `madeInGuest`. */
  readonly localEmptyDirs: boolean;
}

/** Takes the trees over, also when it fails. */
export async function sharePaths(
  { files, common, copies, identities, localEmptyDirs }: SharePlaces,
  id: string,
  spec: Spec,
  trees: MountTrees,
): Promise<SharedPaths> {
  const undo: (() => void)[] = [];
  const storages: Init<Storage>[] = [];
  const remove = (): void => {
    for (const each of undo.splice(0).reverse()) each();
  };
  const add = async (name: string, tree: Fd, how: FileUse): Promise<string> => {
    const path = await files.add(name, tree, how);
    undo.push(() => files.remove(name));
    return path;
  };
  const addMount = async (mount: Mount, index: number, tree: Fd): Promise<string> => {
    const name = `${id}/mount-${index}-${baseName(mount)}`;
    const copy = isWatchable(mount) ? await copies?.add(name, tree) : undefined;
    if (copy === undefined) return share(mount, index, tree);
    undo.push(() => copies?.remove(name));
    return copy;
  };
  const share = async (mount: Mount, index: number, tree: Fd): Promise<string> => {
    const [label, readOnly, identity] = [baseName(mount), isReadOnly(mount.options), identities.get(index)];
    if (identity === undefined || !common) return add(`${id}/mount-${index}-${label}`, tree, { readOnly, mount });
    const { name, path, release } = common.add(identity, tree, { label, readOnly });
    undo.push(release);
    if (!isDirectory(fstat(tree))) return path;
    const mountPoint = `${guestCommon}/${name}`;
    storages.push({ driver: "bind", source: path, fstype: "bind", mountPoint, options: ["rbind"] });
    return mountPoint;
  };
  try {
    const root =
      trees.rootfs === undefined ? spec.root : { ...spec.root, path: await add(`${id}/rootfs`, trees.rootfs, { readOnly: false }) };
    const mounts: Mount[] = [];
    for (const [index, mount] of (spec.mounts ?? []).entries()) {
      const tree = trees.mounts.get(index);
      const own = tree === undefined ? undefined : madeInGuest(mount, tree, { spec, localEmptyDirs });
      if (own) storages.push(own);
      mounts.push(tree === undefined ? mount : { ...mount, source: own?.mountPoint ?? (await addMount(mount, index, tree)) });
    }
    return { spec: { ...spec, root, mounts }, storages, remove };
  } catch (error) {
    remove();
    throw new Fault(`share the files of container ${id}`, { component: "share", cause: error });
  } finally {
    if (trees.rootfs !== undefined) close(trees.rootfs);
    for (const tree of trees.mounts.values()) close(tree);
  }
}

/** Tells a person which mount it is. */
function baseName(mount: Mount): string {
  const last = mount.destination.replace(/\/+$/, "").split("/").pop() ?? "";
  return last.replace(/[^A-Za-z0-9_.-]/g, "_").slice(0, 64) || "root";
}
