/** The root file system of a task: containerd says what is to be mounted, the shim mounts it on the bundle's rootfs. */
import { Fault } from "../../base/fault.ts";
import type { Mount } from "../../protocol/gen/task.ts";
import { mkdirAll, mkdirIfMissing } from "../../sys/file.ts";
import { MS, mount, setMountFlags, unmountLazily } from "../../sys/mount.ts";
import { parseMountOptions } from "../../sys/mount-options.ts";
import { isErrno } from "../../sys/syscall.ts";

export const rootfsOf = (bundle: string): string => `${bundle}/rootfs`;

/** Mounted in their order, each on the rootfs or on `target` below it. On failure nothing is mounted. */
export function mountRootfs(bundle: string, mounts: readonly Mount[]): void {
  const rootfs = rootfsOf(bundle);
  const foreign = mounts.find(({ type }) => type.includes("/"));
  if (foreign)
    throw new Fault(
      `mount ${foreign.type} ${foreign.source} on the root file system: only containerd can mount it, or the guest where it is of disks`,
      { component: "shim", code: "unsupported" },
    );
  mkdirIfMissing(rootfs, 0o711);
  try {
    for (const each of mounts) mountOne(rootfs, each);
  } catch (error) {
    unmountRootfs(bundle);
    throw error;
  }
}

function mountOne(rootfs: string, { type, source, target, options }: Mount): void {
  const path = targetPath(rootfs, target);
  const { flags, cleared, propagation, data } = parseMountOptions(options, path);
  const bind = type === "bind" || (flags & MS.bind) !== 0;
  try {
    mount(source, path, bind ? undefined : type, (flags & ~cleared) | (bind ? MS.bind : 0), bind ? undefined : data);
    // a bind takes its flags by a second call only
    if (bind && (flags & MS.rdonly) !== 0) mount(undefined, path, undefined, MS.bind | MS.remount | (flags & ~MS.rec & ~cleared));
  } catch (cause) {
    throw new Fault(`mount ${type} ${source} on ${path}`, { component: "shim", cause });
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

/** Everything that is mounted on it. Idempotent. */
export const unmountRootfs = (bundle: string): void => unmountAll(rootfsOf(bundle));

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
