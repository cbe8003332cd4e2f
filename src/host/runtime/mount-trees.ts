/** The container's files as detached mounts, opened where the caller sees them: its mount namespace may be its own. */
import type { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import type { Mount, Spec } from "../../oci/spec.ts";
import { close } from "../../sys/file.ts";
import { openIdMapping } from "../../sys/id-mapping.ts";
import { cloneMount, MS, setMountAttributes } from "../../sys/mount.ts";
import type { Fd } from "../../sys/syscall.ts";
import { descriptorName } from "../sandbox/descriptors.ts";
import type { Bundle } from "./bundle.ts";

/** A descriptor with the name under which it travels to the sandbox process. */
export interface NamedDescriptor {
  readonly name: string;
  readonly fd: Fd;
}

/** Closed by `cleanup`. Mounts that are `onDisks` are none. */
export function openTrees(bundle: Bundle, onDisks: ReadonlySet<number>, cleanup: Cleanup): NamedDescriptor[] {
  const opened: NamedDescriptor[] = [];
  const add = (name: string, path: string, recursive: boolean): Fd => {
    const fd = cloneMount(path, { recursive });
    cleanup.add(`tree of ${path}`, () => close(fd));
    opened.push({ name, fd });
    return fd;
  };
  if (!bundle.rootIsDisk) add(descriptorName.rootfs, bundle.rootfs, true);
  for (const [index, mount] of (bundle.spec.mounts ?? []).entries()) {
    if (!isBind(mount) || onDisks.has(index)) {
      if (isIdMapped(mount)) throw wrong(index, "only bind mounts can have ids of their own");
      continue;
    }
    const source = hostSource(bundle.path, mount, index);
    try {
      const tree = add(descriptorName.mount(index), source, mount.options?.includes("rbind") ?? false);
      if (isIdMapped(mount)) mapIds(tree, mount, index, bundle.spec);
      separate(tree, mount);
    } catch (cause) {
      throw new Fault(`mounts[${index}] in config.json: source ${source} for ${mount.destination}`, { component: "oci", cause });
    }
  }
  return opened;
}

/** Mounts that the host makes below it later reach the guest, unless the last word on it is that it is private. */
function separate(tree: Fd, { options = [] }: Mount): void {
  const word = propagationOf(options);
  if (word === "private" || word === "rprivate") setMountAttributes(tree, { propagation: MS.private, recursive: word === "rprivate" });
}

export function propagationOf(options: readonly string[]): string | undefined {
  return options.findLast((option) => /^r?(?:private|slave|shared|unbindable)$/.test(option));
}

/** As in runc: the option decides, whatever `type` says. */
export function isBind(mount: Mount): boolean {
  return mount.type === "bind" || (mount.options ?? []).some((option) => option === "bind" || option === "rbind");
}

export function isIdMapped(mount: Mount): boolean {
  return mount.uidMappings !== undefined || (mount.options ?? []).some(isIdMapOption);
}

const isIdMapOption = (option: string): boolean => option === "idmap" || option === "ridmap";

/** With the mappings of the mount or, where it has none, of the container's user namespace. */
function mapIds(tree: Fd, mount: Mount, index: number, { linux }: Spec): void {
  const { uidMappings = linux?.uidMappings, gidMappings = linux?.gidMappings } = mount;
  if (!uidMappings?.length || !gidMappings?.length)
    throw wrong(index, "idmap without uidMappings and gidMappings needs a user namespace with mappings");
  const idMapping = openIdMapping(uidMappings, gidMappings);
  try {
    setMountAttributes(tree, { idMapping, recursive: mount.options?.includes("ridmap") ?? false });
  } finally {
    close(idMapping);
  }
}

/** What of its mounts the guest is to see: the ids are mapped on the way there. */
export function withoutIdMaps(spec: Spec): Spec {
  if (!spec.mounts?.some(isIdMapped)) return spec;
  const mounts = spec.mounts.map(({ uidMappings: _, gidMappings: __, ...mount }): Mount => {
    return mount.options === undefined ? mount : { ...mount, options: mount.options.filter((option) => !isIdMapOption(option)) };
  });
  return { ...spec, mounts };
}

function wrong(index: number, what: string): Fault {
  return new Fault(`mounts[${index}] in config.json: ${what}`, { component: "oci", code: "invalid-spec" });
}

export function hostSource(bundle: string, mount: Mount, index: number): string {
  const { source } = mount;
  if (!source) throw wrong(index, "a bind mount without source");
  return source.startsWith("/") ? source : `${bundle}/${source}`;
}
