/** What of a bundle is on block devices or in images, and so becomes disks of the machine instead of being shared. */
import type { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import { isReadOnly } from "../../oci/read-only.ts";
import type { Mount, Spec } from "../../oci/spec.ts";
import type { Device } from "../../oci/spec-linux.ts";
import type { Disk } from "../../protocol/gen/sandbox.ts";
import type { Init } from "../../protocol/wire.ts";
import { close, isBlockDevice, isRegular, O, open, readTextFile, statIfPresent } from "../../sys/file.ts";
import { isMountOption } from "../../sys/mount-options.ts";
import { isErrno } from "../../sys/syscall.ts";
import type { Configuration } from "../config/configuration.ts";
import { type DirectVolume, findDirectVolume } from "../disk/direct-volume.ts";
import { type FileSystem, fileSystemOf, fileSystemTypes } from "../disk/file-system.ts";
import { isReadOnlyDevice } from "../disk/image.ts";
import { descriptorName } from "../sandbox/descriptors.ts";
import { type Bundle, imageAnnotation, type LayerImage, type RootImage } from "./bundle.ts";
import { isBind, type NamedDescriptor } from "./mount-trees.ts";

const imageOption = `${imageAnnotation}=file`;

export interface BundleDisks {
  readonly disks: readonly Init<Disk>[];
  /** Closed by the cleanup. */
  readonly descriptors: readonly NamedDescriptor[];
  /** Indexes of mounts that are on disks. */
  readonly mounts: ReadonlySet<number>;
}

type Wish = Pick<Disk, "target" | "path" | "readOnly"> & Init<Disk>;

export function openDisks(bundle: Bundle, { hypervisor }: Pick<Configuration, "hypervisor">, cleanup: Cleanup): BundleDisks {
  const volumes = (bundle.spec.mounts ?? []).map((mount, index) => volumeOf(bundle.path, mount, index));
  const wishes = [...rootOf(bundle), ...volumes.filter((wish) => wish !== undefined), ...devicesOf(bundle.spec)];
  const [first] = wishes;
  if (first && hypervisor.disableBlockDeviceUse)
    throw new Fault(`disk ${first.path}: the configuration has disable_block_device_use, no disks are given to the guest`, {
      component: "disk",
      code: "unsupported",
    });
  const descriptors = wishes.map(({ path }, index) => {
    const fd = open(path, O.PATH);
    cleanup.add(`disk ${path}`, () => close(fd));
    return { name: descriptorName.disk(index), fd };
  });
  return { disks: wishes, descriptors, mounts: new Set(volumes.flatMap((wish, index) => (wish ? index : []))) };
}

/** An image that cannot be written to, or whose file system cannot, gets what is written in the guest's memory. */
function rootOf({ rootImage, spec }: Bundle): Wish[] {
  if (!rootImage) return [];
  const { top, below = [], written } = rootImage;
  if (below.length > 0 || written) return layersOf(rootImage);
  const { system, options } = rootDisk(top);
  const wanted = spec.root.readonly !== true && !isReadOnly(top.options);
  const writable = wanted && !system.readOnly && canWrite(top.path);
  const scratch = wanted && !writable;
  return [...blobsOf(top), { target: "root", path: top.path, fstype: system.type, options, readOnly: !writable, scratch }];
}

/** The overlay on them comes with the last. */
function layersOf({ top, below = [], written, overlayOptions = [] }: RootImage): Wish[] {
  const lowers = [top, ...below].flatMap((layer): Wish[] => {
    const { system, options } = rootDisk(layer);
    return [...blobsOf(layer), { target: "layer", path: layer.path, fstype: system.type, options, readOnly: true, overlayOptions }];
  });
  if (!written) return lowers;
  const { image, upper, work } = written;
  const { system, options } = rootDisk(image);
  return [...lowers, { target: `written:${upper}:${work}`, path: image.path, fstype: system.type, options, readOnly: false }];
}

function rootDisk({ path, options }: LayerImage): { readonly system: FileSystem; readonly options: readonly string[] } {
  return { system: fileSystemOf(path), options: options.filter((option) => !ofHostMount.has(option)) };
}

const blobsOf = ({ blobs = [] }: LayerImage): Wish[] =>
  blobs.map((path) => ({ target: "blob", path, fstype: "erofs", options: [], readOnly: true }));

/** Options of mount(8) and of the caller that say nothing to the guest's mount. */
const ofHostMount = new Set([imageOption, "loop", "bind", "rbind", "ro", "rw"]);

function canWrite(path: string): boolean {
  const facts = statIfPresent(path);
  if (facts && isBlockDevice(facts)) return !isReadOnlyDevice(facts);
  try {
    close(open(path, O.RDWR | O.NONBLOCK));
    return true;
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM", "EROFS", "ETXTBSY")) return false;
    throw error;
  }
}

/** `ext2` and `ext3` are mounted by the driver of ext4. */
export const mountedTypes: readonly string[] = [...fileSystemTypes, "ext2", "ext3"];

/** undefined: it is none. */
function volumeOf(bundle: string, mount: Mount, index: number): Wish | undefined {
  const { options = [], type = "" } = mount;
  const source = mount.source ?? "";
  const path = source.startsWith("/") ? source : `${bundle}/${source}`;
  const direct = isBind(mount) ? findDirectVolume(path) : undefined;
  if (direct) return directVolumeOf(direct, path, options, index);
  const image = options.includes(imageOption);
  if (!image && !isBind(mount) && !mountedTypes.includes(type)) return undefined;
  const facts = source === "" ? undefined : statIfPresent(path);
  const where = `mounts[${index}] in config.json: source ${JSON.stringify(source)} for ${mount.destination}`;
  const target = `mount:${index}`;
  const readOnly = isReadOnly(options) || (facts !== undefined && isBlockDevice(facts) && isReadOnlyDevice(facts));
  if (facts && isBlockDevice(facts) && isBind(mount) && !image) return { target, path, fstype: "bind", readOnly };
  if (isBind(mount) && !image) return undefined;
  if (!facts) throw invalid(`${where}: does not exist`);
  if (!isBlockDevice(facts) && !isRegular(facts)) throw invalid(`${where}: must be a block device or an image file`);
  const system = fileSystemOf(path);
  // the container's mount is a bind of the pod's: flags are its own affair
  const own = options.filter((option) => !ofHostMount.has(option) && !isMountOption(option));
  return { target, path, fstype: system.type, options: own, readOnly: readOnly || system.readOnly };
}

function directVolumeOf(
  { device, fstype, options: own, group }: DirectVolume,
  path: string,
  options: readonly string[],
  index: number,
): Wish {
  const where = `direct volume ${path}: device ${device}`;
  const facts = statIfPresent(device);
  if (!facts || (!isBlockDevice(facts) && !isRegular(facts))) throw invalid(`${where}: must be a block device or an image file`);
  const system = fileSystemOf(device);
  if (fstype !== "" && fstype !== system.type && !(system.type === "ext4" && mountedTypes.includes(fstype)))
    throw invalid(`${where}: has ${system.type}, not the ${fstype} that it is said to have`);
  const readOnly = isReadOnly(options) || isReadOnly(own) || system.readOnly;
  return {
    target: `mount:${index}`,
    path: device,
    fstype: system.type,
    options: own.filter((option) => !ofHostMount.has(option)),
    readOnly,
    group,
  };
}

function devicesOf(spec: Spec): Wish[] {
  const devices = spec.linux?.devices?.filter(({ type }) => type === "b") ?? [];
  return devices.map((device) => {
    const path = nodeOf(device);
    const facts = statIfPresent(path);
    const readOnly = (facts !== undefined && isReadOnlyDevice(facts)) || !mayWrite(spec, device);
    return { target: `device:${device.path}`, path, fstype: "", readOnly };
  });
}

/** The node that the host has for a device: the specification gives numbers, and a path of the container's. */
function nodeOf({ path, major = 0, minor = 0 }: Device): string {
  const numbers = `${major}:${minor}`;
  const events = `/sys/dev/block/${numbers}/uevent`;
  const name = statIfPresent(events) && /^DEVNAME=(.+)$/m.exec(readTextFile(events))?.[1];
  const node = name ? `/dev/${name}` : undefined;
  const facts = node === undefined ? undefined : statIfPresent(node);
  if (node === undefined || !facts || !isBlockDevice(facts) || facts.major !== major || facts.minor !== minor)
    throw invalid(`linux.devices in config.json: ${path} is block device ${numbers}, which this host does not have`);
  return node;
}

/** By the rules about just this device; without one, those about all decide in the guest. */
function mayWrite({ linux }: Spec, { major, minor }: Device): boolean {
  const rules = linux?.resources?.devices?.filter(
    (rule) => rule.allow && rule.type === "b" && Number(rule.major) === major && Number(rule.minor) === minor,
  );
  return !rules?.length || rules.some(({ access = "rwm" }) => access.includes("w"));
}

function invalid(message: string): Fault {
  return new Fault(message, { component: "oci", code: "invalid-spec" });
}
