/**
 * Puts what a container mounts from the host into the share and rewrites its specification to the guest's paths. The
 * mounts came as descriptors, made where the caller sees them; here they only get a place.
 */
import { Fault } from "../../base/fault.ts";
import { isReadOnly } from "../../oci/read-only.ts";
import type { Mount, Spec } from "../../oci/spec.ts";
import type { Storage } from "../../protocol/gen/agent.ts";
import { guestCommon } from "../../protocol/guest-paths.ts";
import type { Init } from "../../protocol/wire.ts";
import { close, fstat, isDirectory } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { Share } from "../share/share.ts";
import type { CommonMounts } from "./common-mounts.ts";
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

/** Where trees get their place. */
export interface SharePlaces {
  readonly share: Share;
  readonly common: CommonMounts;
  /** Of the mounts that other containers may have too, by index. */
  readonly identities: ReadonlyMap<number, string>;
}

/** Takes the trees over, also when it fails. */
export function sharePaths({ share, common, identities }: SharePlaces, id: string, spec: Spec, trees: MountTrees): SharedPaths {
  const undo: (() => void)[] = [];
  const storages: Init<Storage>[] = [];
  const remove = (): void => {
    for (const each of undo.splice(0).reverse()) each();
  };
  const add = (name: string, tree: Fd, readOnly: boolean): string => {
    const path = share.add(name, tree, { readOnly });
    undo.push(() => share.remove(name));
    return path;
  };
  const addMount = (mount: Mount, index: number, tree: Fd): string => {
    const [label, readOnly, identity] = [baseName(mount), isReadOnly(mount.options), identities.get(index)];
    if (identity === undefined) return add(`${id}/mount-${index}-${label}`, tree, readOnly);
    const { name, path, release } = common.add(identity, tree, { label, readOnly });
    undo.push(release);
    if (!isDirectory(fstat(tree))) return path;
    const mountPoint = `${guestCommon}/${name}`;
    storages.push({ driver: "bind", source: path, fstype: "bind", mountPoint, options: ["rbind"] });
    return mountPoint;
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
      return { ...mount, source: addMount(mount, index, tree) };
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
