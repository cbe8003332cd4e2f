/** The container's files as detached mounts, opened where the caller sees them: its mount namespace may be its own. */
import type { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import type { Mount } from "../../oci/spec.ts";
import { close } from "../../sys/file.ts";
import { cloneMount } from "../../sys/mount.ts";
import type { Fd } from "../../sys/syscall.ts";
import { descriptorName } from "../sandbox/descriptors.ts";
import type { Bundle } from "./bundle.ts";

/** A descriptor with the name under which it travels to the sandbox process. */
export interface NamedDescriptor {
  readonly name: string;
  readonly fd: Fd;
}

/** Closed by `cleanup`. */
export function openTrees(bundle: Bundle, cleanup: Cleanup): NamedDescriptor[] {
  const opened: NamedDescriptor[] = [];
  const add = (name: string, path: string, recursive: boolean): void => {
    const fd = cloneMount(path, { recursive });
    cleanup.add(`tree of ${path}`, () => close(fd));
    opened.push({ name, fd });
  };
  add(descriptorName.rootfs, bundle.rootfs, true);
  for (const [index, mount] of (bundle.spec.mounts ?? []).entries()) {
    if (!isBind(mount)) continue;
    const source = hostSource(bundle.path, mount, index);
    try {
      add(descriptorName.mount(index), source, mount.options?.includes("rbind") ?? false);
    } catch (cause) {
      throw new Fault(`mounts[${index}] in config.json: source ${source} for ${mount.destination}`, { component: "oci", cause });
    }
  }
  return opened;
}

/** As in runc: the option decides, whatever `type` says. */
export function isBind(mount: Mount): boolean {
  return mount.type === "bind" || (mount.options ?? []).some((option) => option === "bind" || option === "rbind");
}

function hostSource(bundle: string, mount: Mount, index: number): string {
  const { source } = mount;
  if (!source) throw new Fault(`mounts[${index}] in config.json: a bind mount without source`, { component: "oci", code: "invalid-spec" });
  return source.startsWith("/") ? source : `${bundle}/${source}`;
}
