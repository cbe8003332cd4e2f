/** What a container has on disks: they are plugged in, and its specification names what the guest then mounts. */
import { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import type { Mount, Spec } from "../../oci/spec.ts";
import type { Device, Storage } from "../../protocol/gen/agent.ts";
import type { Disk } from "../../protocol/gen/sandbox.ts";
import { guestBundle, guestVolume } from "../../protocol/guest-paths.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import type { Init } from "../../protocol/wire.ts";
import { isMountOption } from "../../sys/mount-options.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { DiskAddress, DiskUse, HotPlug } from "../hypervisor/vm.ts";
import type { Disks, PluggedDisk } from "./disks.ts";

export interface GivenDisk extends Disk {
  readonly place: Fd;
}

export interface ContainerDisks {
  readonly spec: Spec;
  readonly storages: readonly Init<Storage>[];
  readonly devices: readonly Init<Device>[];
  /** Once the guest has unmounted what is on them. */
  release(): Promise<void>;
}

/** Of a container; the machine has what `disks` says it has. The descriptors stay the caller's. */
export async function attachDisks(
  { id, spec, given }: { readonly id: string; readonly spec: Spec; readonly given: readonly GivenDisk[] },
  disks: Disks,
  hotplug: HotPlug | undefined,
): Promise<ContainerDisks> {
  const undo = new Cleanup();
  const result: Result = { id, spec, storages: [], devices: [], blobs: [], layers: [], overlayOptions: [] };
  try {
    for (const wish of given) {
      const use: DiskUse = wish.fstype === "" || wish.fstype === "bind" ? "raw" : "mounted";
      const disk = await disks.plug({ ...wish, use }, hotplug);
      undo.add(`disk ${wish.path}`, () => disk.release());
      apply(result, wish, disk);
    }
    if (result.layers.length > 0) overlayRoot(result);
  } catch (error) {
    await undo.run();
    throw error;
  }
  return { spec: result.spec, storages: result.storages, devices: result.devices, release: () => undo.run() };
}

interface Result {
  readonly id: string;
  spec: Spec;
  readonly storages: Init<Storage>[];
  readonly devices: Init<Device>[];
  /** Of the erofs that comes next. */
  blobs: DiskAddress[];
  /** Where the guest mounts them, the uppermost first. */
  readonly layers: string[];
  /** Where the overlay is written to; absent: in the guest's memory. */
  written?: readonly [upper: string, work: string];
  overlayOptions: readonly string[];
}

function apply(result: Result, wish: GivenDisk, disk: PluggedDisk): void {
  const [kind, detail = ""] = splitTarget(wish.target);
  if (kind === "root") addRoot(result, wish, disk);
  else if (kind === "blob") result.blobs.push(disk.address);
  else if (kind === "layer") addLayer(result, wish, disk);
  else if (kind === "written") addWritten(result, detail, wish, disk);
  else if (kind === "mount") addVolume(result, Number(detail), wish, disk);
  else if (kind === "device") result.devices.push({ type: disk.address.driver, id: disk.address.source, containerPath: detail });
  else
    throw new RpcError(
      rpcCode.invalidArgument,
      `disks: target ${JSON.stringify(wish.target)} must be root, layer, written:UPPER:WORK, blob, mount:N or device:PATH`,
    );
}

function splitTarget(target: string): [string, string?] {
  const colon = target.indexOf(":");
  return colon < 0 ? [target] : [target.slice(0, colon), target.slice(colon + 1)];
}

/** Two may mount the same file system of a xfs image: each clone of it has the same id. */
const needed: Readonly<Record<string, readonly string[]>> = { xfs: ["nouuid"] };

function diskStorage({ fstype, options, group }: Disk, { address, readOnly }: PluggedDisk, mountPoint: string): Init<Storage> {
  const own = [...options, ...(needed[fstype] ?? []), readOnly ? "ro" : "rw"];
  return {
    ...address,
    fstype,
    options: own.filter((option, i) => own.indexOf(option) === i),
    mountPoint,
    ...(group !== 0 && { fsGroup: { groupId: group, groupChangePolicy: 0 } }),
  };
}

/** What is written to one that is only read is kept in the guest's memory, by an overlay. */
function addRoot(result: Result, wish: GivenDisk, disk: PluggedDisk): void {
  if (wish.scratch) {
    addLayer(result, wish, disk);
    return;
  }
  const path = rootOf(result.id);
  result.storages.push(withBlobs(result, diskStorage(wish, disk, path)));
  result.spec = { ...result.spec, root: { ...result.spec.root, path } };
}

const rootOf = (id: string): string => `${guestBundle(id)}/root`;

function addLayer(result: Result, wish: GivenDisk, disk: PluggedDisk): void {
  const mountPoint = `${guestBundle(result.id)}/layer-${result.layers.length}`;
  result.storages.push(withBlobs(result, diskStorage(wish, disk, mountPoint)));
  result.layers.push(mountPoint);
  result.overlayOptions = wish.overlayOptions;
}

function addWritten(result: Result, directories: string, wish: GivenDisk, disk: PluggedDisk): void {
  const mountPoint = `${guestBundle(result.id)}/written`;
  const [upper, work, ...more] = directories.split(":");
  if (!upper || !work || more.length > 0)
    throw new RpcError(rpcCode.invalidArgument, `disks: target ${JSON.stringify(wish.target)} must be written:UPPER:WORK`);
  result.storages.push(diskStorage(wish, disk, mountPoint));
  result.written = [`${mountPoint}/${upper}`, `${mountPoint}/${work}`];
}

/** An erofs finds its data by mount options, each an address like its own. */
function withBlobs(result: Result, storage: Init<Storage>): Init<Storage> {
  const blobs = result.blobs.splice(0).map(({ source }) => `device=${source}`);
  return { ...storage, options: [...(storage.options ?? []), ...blobs] };
}

function overlayRoot(result: Result): void {
  const directory = guestBundle(result.id);
  const path = rootOf(result.id);
  const [upper, work] = result.written ?? [`${directory}/written/upper`, `${directory}/written/work`];
  result.storages.push({
    driver: "overlayfs",
    source: "overlay",
    fstype: "overlay",
    options: [
      `lowerdir=${result.layers.join(":")}`,
      `upperdir=${upper}`,
      `workdir=${work}`,
      ...result.overlayOptions,
      `io.katacontainers.volume.overlayfs.create_directory=${upper}`,
      `io.katacontainers.volume.overlayfs.create_directory=${work}`,
    ],
    mountPoint: path,
  });
  result.spec = { ...result.spec, root: { ...result.spec.root, path } };
}

/** Containers of a pod that have the same volume have one mount of it in common, each with what it may do there. */
function addVolume(result: Result, index: number, wish: GivenDisk, disk: PluggedDisk): void {
  const mount = result.spec.mounts?.[index];
  if (!mount) throw new Fault(`disk ${wish.path}: mounts[${index}] is not in the specification`, { component: "disk", code: "invalid" });
  const mountPoint = guestVolume(disk.name);
  result.storages.push(diskStorage(wish, disk, mountPoint));
  const options = (mount.options ?? []).filter((option) => isMountOption(option) && option !== "bind" && option !== "rbind");
  const moved: Mount = { ...mount, type: "bind", source: mountPoint, options: ["rbind", ...options] };
  result.spec = { ...result.spec, mounts: (result.spec.mounts ?? []).map((each, i) => (i === index ? moved : each)) };
}
