/** The root file system of a task: containerd says what is to be mounted, the shim mounts it on the bundle's rootfs. */
import { Fault } from "../../base/fault.ts";
import type { Mount } from "../../protocol/gen/task.ts";
import { rmdir } from "../../sys/directory.ts";
import { chdir, chmod, chown, close, currentDirectory, mkdirAll, mkdirIfMissing, statIfPresent } from "../../sys/file.ts";
import { attachLoop, type LoopDevice } from "../../sys/loop-device.ts";
import { MS, mount, setMountFlags, unmountLazily } from "../../sys/mount.ts";
import { parseMountOptions } from "../../sys/mount-options.ts";
import { isErrno } from "../../sys/syscall.ts";
import { type FilledMount, fillMount, isTemplate, type NewDirectory, type PlacedMount } from "./mount-templates.ts";

export const rootfsOf = (bundle: string): string => `${bundle}/rootfs`;

/**
 * Mounted in their order, each on the rootfs or on `target` below it; where they are named by those after them, only the last is mounted
 * there, on what the others have. On failure nothing is mounted.
 */
export function mountRootfs(bundle: string, mounts: readonly Mount[]): void {
  const rootfs = rootfsOf(bundle);
  mkdirIfMissing(rootfs, 0o711);
  try {
    if (mounts.some(isTemplate)) mountChain(bundle, mounts);
    else for (const each of mounts) mountOne(targetPath(rootfs, each.target), fillMount(each, []));
  } catch (error) {
    unmountRootfs(bundle);
    throw error;
  }
}

/** Where the mounts that others are made of are while those are mounted: an overlay or a bind keeps what it has of them by itself. */
const placesOf = (bundle: string): string => `${bundle}/layers`;

function mountChain(bundle: string, mounts: readonly Mount[]): void {
  const [places, before] = [placesOf(bundle), currentDirectory()];
  mkdirIfMissing(places, 0o700);
  mount("tmpfs", places, "tmpfs", MS.nosuid | MS.nodev, "mode=700");
  chdir(places); // short names: all options of a mount have one page
  try {
    const earlier: PlacedMount[] = [];
    for (const [index, each] of mounts.entries()) {
      const last = index === mounts.length - 1;
      const filled = fillMount(each, earlier);
      const place = last ? targetPath(rootfsOf(bundle), filled.target) : String(index);
      if (!last) mkdirIfMissing(place, 0o700);
      for (const directory of filled.directories) makeDirectory(directory);
      // a link in an image, which a guest may have written to, leads nowhere on the host
      mountOne(place, filled, last ? 0 : MS.nosymfollow);
      earlier.push({ mount: each, place });
    }
  } finally {
    chdir(before);
  }
  unmountAll(places);
  rmdir(places);
}

/** One that is there stays as it is. */
function makeDirectory({ path, mode, owner }: NewDirectory): void {
  if (statIfPresent(path)) return;
  mkdirAll(path, mode);
  chmod(path, mode); // whatever the umask
  if (owner) chown(path, owner.uid, owner.gid);
}

/** `chained`: one of several that are made of each other, with these flags more. */
function mountOne(path: string, { type, source, options }: FilledMount, chained?: number): void {
  const loops: LoopDevice[] = [];
  const byLoop = options.includes("loop");
  const wanted = options.filter((option) => option !== "loop" && !option.startsWith("X-containerd."));
  const { flags, cleared, propagation, data } = parseMountOptions(wanted, path);
  const bind = type === "bind" || (flags & MS.bind) !== 0;
  const attached = (file: string): string => {
    const loop = attachLoop(file, (flags & MS.rdonly) !== 0);
    loops.push(loop);
    return loop.path;
  };
  try {
    const from = byLoop ? attached(source) : source;
    const said = byLoop ? data.replace(/(?<=^|,)device=([^,]+)/g, (_, file: string) => `device=${attached(file)}`) : data;
    const own = (flags & ~cleared) | (chained ?? 0);
    mount(from, path, bind ? undefined : type, own | (bind ? MS.bind : 0), bind ? undefined : said);
    // a bind takes its flags by a second call only, and has those of where it comes from till then
    if (bind && (chained !== undefined || (flags & MS.rdonly) !== 0))
      mount(undefined, path, undefined, MS.bind | MS.remount | (own & ~MS.rec));
  } catch (cause) {
    throw new Fault(`mount ${type} ${source} on ${path}`, { component: "shim", cause });
  } finally {
    for (const { fd } of loops) close(fd);
  }
  for (const way of propagation) setMountFlags(path, way);
}

function targetPath(rootfs: string, target: string): string {
  if (target === "" || target === "/") return rootfs;
  if (target.split("/").includes(".."))
    throw new Fault(`rootfs target ${target}: leads out of the root file system`, { component: "shim", code: "invalid-spec" });
  const path = `${rootfs}/${target.replace(/^\/+/, "")}`;
  mkdirAll(path);
  return path;
}

/** Everything that is mounted for it. Idempotent. */
export function unmountRootfs(bundle: string): void {
  unmountAll(rootfsOf(bundle));
  unmountAll(placesOf(bundle)); // of a shim that was killed meanwhile
}

/** Everything that is mounted on `path`. Idempotent. */
export function unmountAll(path: string): void {
  for (;;) {
    try {
      unmountLazily(path);
    } catch (error) {
      if (isErrno(error, "EINVAL", "ENOENT")) return;
      throw error;
    }
  }
}
