/** The part of QEMU's command line that each device of a VM needs. */
import type { Fd } from "../../../sys/syscall.ts";
import type { Device, DiskDevice, NetworkDevice } from "../vm.ts";
import { option } from "./options.ts";

/** Descriptors that the driver itself makes for each start. */
export type OwnDescriptor = "null" | "words" | "monitor" | "console" | "agent";

/** Gives QEMU a descriptor: the number it has there. */
export type Inherit = (descriptor: Fd | OwnDescriptor) => number;

/** The name a device has in QMP events and commands. */
export const agentPortId = "agent";
export const agentPortName = "agent.channel.0";

export function deviceArguments(device: Device, inherit: Inherit): string[] {
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
      return [
        "-chardev",
        option("socket", { id: `${device.id}-socket`, fd: inherit(device.socket) }),
        "-device",
        option("vhost-user-fs-pci", { id: device.id, chardev: `${device.id}-socket`, tag: device.tag, "queue-size": 1024 }),
      ];
    case "network":
      return networkArguments(device, inherit);
    case "disk":
      return diskArguments(device, inherit);
    case "entropy":
      return [
        "-object",
        option("rng-random", { id: "entropy-source", filename: "/dev/urandom" }),
        "-device",
        option("virtio-rng-pci", { id: "entropy", rng: "entropy-source" }),
      ];
  }
}

/** `romfile=`: no network boot, no option ROM to run. With several queues each needs two MSI-X vectors, two more for the rest. */
function networkArguments(device: NetworkDevice, inherit: Inherit): string[] {
  const taps = device.taps.map((tap) => inherit(tap));
  const several = taps.length > 1;
  return [
    "-netdev",
    option("tap", { id: `${device.id}-tap`, ...(several ? { fds: taps.join(":") } : { fd: taps[0] }) }),
    "-device",
    option("virtio-net-pci", {
      id: device.id,
      netdev: `${device.id}-tap`,
      mac: device.mac,
      romfile: "",
      ...(several && { mq: true, vectors: 2 * taps.length + 2 }),
    }),
  ];
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
