/** The part of QEMU's command line that each device of a VM needs. */
import type { Fd } from "../../../sys/syscall.ts";
import type { Device, DiskDevice, DiskPlace, NetworkDevice, ShareDevice, VmSpec } from "../vm.ts";
import { option } from "./options.ts";
import type { JsonObject } from "./qmp-message.ts";

/** Descriptors that the driver itself makes for each start. */
export type OwnDescriptor = "null" | "words" | "monitor" | "console" | "agent";

/** Gives QEMU a descriptor: the number it has there. */
export type Inherit = (descriptor: Fd | OwnDescriptor) => number;

/** The name a device has in QMP events and commands. */
export const agentPortId = "agent";
export const agentPortName = "agent.channel.0";

/** `port` is where the device sits when it is to be taken away again; undefined: on the root bus. */
export function deviceArguments(device: Device, inherit: Inherit, port?: string): string[] {
  switch (device.kind) {
    case "agent-port":
      return [
        "-device",
        option("virtio-serial-pci", { id: "serial", max_ports: 2 }),
        "-chardev",
        option("socket", { id: "channel", fd: inherit("agent") }),
        "-device",
        option("virtserialport", { id: agentPortId, chardev: "channel", name: agentPortName, nr: 1 }),
      ];
    case "vsock":
      return ["-device", option("vhost-vsock-pci", { id: "vsock", "guest-cid": device.contextId, vhostfd: inherit(device.vhost) })];
    case "share":
      return [...shareSocket(device, inherit), "-device", option("vhost-user-fs-pci", { id: device.id, ...shareOptions(device) })];
    case "network":
      return networkArguments(device, inherit, port);
    case "disk":
      return diskArguments(device, inherit);
    case "disk-place":
      return placeArguments(device);
    case "entropy":
      return [
        "-object",
        option("rng-random", { id: "entropy-source", filename: "/dev/urandom" }),
        "-device",
        option("virtio-rng-pci", { id: "entropy", rng: "entropy-source" }),
      ];
  }
}

/** What can be part of a template: a daemon beside QEMU holds state of its own, which is not saved. */
export function isMigratable(device: Device): boolean {
  return device.kind !== "share" && device.kind !== "vsock";
}

/** What must be on the command line for a device that `plugs` adds later. */
export function pluggedArguments(device: Device, inherit: Inherit): string[] {
  return device.kind === "share" ? shareSocket(device, inherit) : [];
}

/** The arguments of device_add for what a clone cannot be born with, each on a port of its own. */
export function plugs(devices: readonly Device[]): JsonObject[] {
  const shares = devices.filter((device) => device.kind === "share");
  return shares.map((device, i) => ({ driver: "vhost-user-fs-pci", id: device.id, bus: portName(i), ...shareOptions(device) }));
}

/** Of a port that devices are plugged into. */
export const portName = (index: number): string => `port${index}`;

/**
 * Which devices a machine starts with in its ports, by id; `count` is how many ports there are. Cards take the last ones, so that
 * they sit in the same ones whether a clone has a share in the first or not.
 */
export function occupiedPorts({ birth, devices }: Pick<VmSpec, "birth" | "devices">, count: number): ReadonlyMap<string, string> {
  const idsOf = (kind: Device["kind"]): string[] =>
    devices.flatMap((device) => (device.kind === kind && "id" in device ? [device.id] : []));
  const shares = birth ? idsOf("share") : [];
  const cards = idsOf("network").slice(0, count - shares.length);
  return new Map([...shares.map((id, i) => [id, portName(i)] as const), ...cards.map((id, i) => [id, portName(count - 1 - i)] as const)]);
}

const shareSocket = (device: ShareDevice, inherit: Inherit): string[] => [
  "-chardev",
  option("socket", { id: `${device.id}-socket`, fd: inherit(device.socket) }),
];

const shareOptions = (device: ShareDevice): { chardev: string; tag: string; "queue-size": number } => ({
  chardev: `${device.id}-socket`,
  tag: device.tag,
  "queue-size": 1024,
});

/** Slots of the root bus that are chosen, so that the guest can be told where a device is: ports, then places of disks. */
const firstPortSlot = 0x10;
const firstPlaceSlot = 0x18;

/** The slot of a port, as QEMU's option `addr`. */
export const portSlot = (index: number): string => (firstPortSlot + index).toString(16);

/** The Kata agent's path to what sits in a port. */
export const pathInPort = (port: string): string => `${portSlot(Number(port.slice("port".length)))}/00`;

const placeName = /^disk-place(\d)$/;

/** The slot of a place, by its id. */
export const placeSlot = (id: string): string => (firstPlaceSlot + Number(placeName.exec(id)?.[1] ?? 0)).toString(16);

/** What is in a place that has no image. */
export const emptyPlace = (id: string): string => `${id}-empty`;

/**
 * The size is what the guest goes by as long as the machine lives: more than any image has, so that a read past an image's end
 * fails and none before it does.
 */
const placeBytes = 2 ** 40;

function placeArguments({ id }: DiskPlace): string[] {
  return [
    "-blockdev",
    option(undefined, { driver: "null-co", "node-name": emptyPlace(id), size: placeBytes, "read-only": true, "read-zeroes": true }),
    "-device",
    option("virtio-blk-pci", { id, drive: emptyPlace(id), bus: "pcie.0", addr: placeSlot(id), "num-queues": 1 }),
  ];
}

/** The image as a node for QMP, by a descriptor of set `set`. */
export function imageNode({ id, blockDevice, readOnly }: DiskDevice, set: number): JsonObject {
  return {
    driver: "raw",
    "node-name": imageName(id),
    "read-only": readOnly,
    discard: "unmap",
    file: { driver: blockDevice ? "host_device" : "file", filename: `/dev/fdset/${set}`, "read-only": readOnly },
  };
}

export const imageName = (id: string): string => `${id}-image`;

export const diskOptions = ({ id }: DiskDevice, port: string): JsonObject => ({
  driver: "virtio-blk-pci",
  id,
  drive: imageName(id),
  bus: port,
});

/** The tap's name for QEMU. */
export const tapId = (id: string): string => `${id}-tap`;

function networkArguments(device: NetworkDevice, inherit: Inherit, port: string | undefined): string[] {
  const [taps, vhosts] = [device.taps.map(inherit), device.vhosts?.map(inherit)];
  const { driver, ...card } = cardOptions(device, port);
  return ["-netdev", option("tap", tapOptions(device.id, taps, vhosts)), "-device", option(driver, card)];
}

/** `taps` and `vhosts` are what QEMU knows the descriptors by: numbers, or names given with getfd. */
export function tapOptions(id: string, taps: readonly (number | string)[], vhosts: readonly (number | string)[] | undefined) {
  const several = taps.length > 1;
  return {
    id: tapId(id),
    ...(several ? { fds: taps.join(":") } : { fd: String(taps[0]) }),
    ...(vhosts && { vhost: true, ...(several ? { vhostfds: vhosts.join(":") } : { vhostfd: String(vhosts[0]) }) }),
  };
}

/** `romfile=`: no network boot, no option ROM to run. With several queues each needs two MSI-X vectors, two more for the rest. */
export function cardOptions({ id, mac, taps }: NetworkDevice, port: string | undefined) {
  return {
    driver: "virtio-net-pci",
    id,
    netdev: tapId(id),
    mac,
    romfile: "",
    ...(taps.length > 1 && { mq: true, vectors: 2 * taps.length + 2 }),
    ...(port !== undefined && { bus: port }),
  };
}

/** The image by a descriptor set: its path may exist only in the mount namespace of whoever opened it. */
function diskArguments(device: DiskDevice, inherit: Inherit): string[] {
  const fd = inherit(device.image);
  const readOnly = { "read-only": device.readOnly };
  return [
    "-add-fd",
    option(undefined, { fd, set: fd }),
    "-blockdev",
    option(undefined, {
      driver: device.blockDevice ? "host_device" : "file",
      "node-name": `${device.id}-file`,
      filename: `/dev/fdset/${fd}`,
      ...readOnly,
    }),
    "-blockdev",
    option(undefined, { driver: "raw", "node-name": `${device.id}-raw`, file: `${device.id}-file`, ...readOnly }),
    "-device",
    option("virtio-blk-pci", { id: device.id, drive: `${device.id}-raw` }),
  ];
}
