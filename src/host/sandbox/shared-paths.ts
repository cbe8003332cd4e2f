/**
 * Puts what a container mounts from the host into the share and rewrites its specification to the guest's paths. The
 * mounts came as descriptors, made where the caller sees them; here they only get a place.
 */
import { Fault } from "../../base/fault.ts";
import { isReadOnly } from "../../oci/read-only.ts";
import type { Mount, Spec } from "../../oci/spec.ts";
import type { Storage } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";
import { close } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { Share } from "../share/share.ts";
import { guestTmpfs } from "./guest-tmpfs.ts";

export interface SharedPaths {
  /** With the paths of the guest. */
  readonly spec: Spec;
  /** What the guest mounts of its own memory instead. */
  readonly storages: readonly Init<Storage>[];
  /** Takes everything out of the share again. */
  remove(): void;
}

export interface MountTrees {
  /** Absent: the root is on a disk. */
  readonly rootfs?: Fd;
  /** By the index in `spec.mounts`. */
  readonly mounts: ReadonlyMap<number, Fd>;
}

/** Takes the trees over, also when it fails. */
export function sharePaths(share: Share, id: string, spec: Spec, trees: MountTrees): SharedPaths {
  const names: string[] = [];
  const storages: Init<Storage>[] = [];
  const remove = (): void => {
    for (const name of names.splice(0).reverse()) share.remove(name);
  };
  const add = (name: string, tree: Fd, readOnly: boolean): string => {
    const path = share.add(name, tree, { readOnly });
    names.push(name);
    return path;
  };
  try {
    const root = trees.rootfs === undefined ? spec.root : { ...spec.root, path: add(`${id}/rootfs`, trees.rootfs, false) };
    const mounts = (spec.mounts ?? []).map((mount, index): Mount => {
      const tree = trees.mounts.get(index);
      if (tree === undefined) return mount;
      const own = guestTmpfs(mount, tree);
      if (own) {
        storages.push(own);
        return { ...mount, source: own.mountPoint ?? "" };
      }
      return { ...mount, source: add(`${id}/mount-${index}-${baseName(mount)}`, tree, isReadOnly(mount.options)) };
    });
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
