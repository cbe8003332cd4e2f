/** Disks of the machine: from the address by which the host names one to the guest's device. */
import { Fault } from "../../base/fault.ts";
import { listDirectory } from "../../sys/directory.ts";
import { readTextFile, statIfPresent } from "../../sys/file.ts";
import { monotonicMs, sleepBlocking } from "../../sys/loop.ts";

export interface Disk {
  /** Its node, e.g. `/dev/vda`. */
  readonly path: string;
  readonly major: number;
  readonly minor: number;
}

/** How long a device that was just plugged in may take to be there, and how often to look. */
const hotplugMs = 3000;
const lookMs = 2;

/** `blk`: a path of PCI slots from the root bus down, `SS[.F]/SS[.F]`, in hexadecimal. `mmioblk`: the node's own path. */
const finders: Readonly<Record<string, (source: string) => string | undefined>> = { blk: nameAtPciPath, mmioblk: nameOfNode };

export const diskDrivers: readonly string[] = Object.keys(finders);

export const isDiskDriver = (driver: string): boolean => Object.hasOwn(finders, driver);

/** Waits for one that was just plugged in. */
export function findDisk(driver: string, source: string): Disk {
  const find = Object.hasOwn(finders, driver) ? finders[driver] : undefined;
  if (!find)
    throw new Fault(`disk driver ${JSON.stringify(driver)}: not supported by this guest, which has ${diskDrivers.join(", ")}`, {
      component: "agent",
      code: "unimplemented",
    });
  const deadline = monotonicMs() + hotplugMs;
  for (;;) {
    const disk = describe(find(source));
    if (disk) return disk;
    if (monotonicMs() > deadline)
      throw new Fault(`disk ${JSON.stringify(source)}: not there within ${hotplugMs / 1000} s`, { component: "agent", code: "not-found" });
    sleepBlocking(lookMs);
  }
}

/** The kernel makes the node after the entry in /sys. */
function describe(name: string | undefined): Disk | undefined {
  if (name === undefined || !statIfPresent(`/dev/${name}`)) return undefined;
  const [major, minor] = readTextFile(`/sys/class/block/${name}/dev`).trim().split(":").map(Number);
  return { path: `/dev/${name}`, major: major ?? 0, minor: minor ?? 0 };
}

const slotShape = /^[0-9a-f]{2}(\.[0-7])?$/i;

function nameAtPciPath(path: string): string | undefined {
  const slots = path.split("/");
  if (!slots.every((slot) => slotShape.test(slot)))
    throw new Fault(`disk ${JSON.stringify(path)}: must be a path of PCI slots, like 02/00`, {
      component: "agent",
      code: "invalid-argument",
    });
  let directory = "/sys/bus/pci/devices";
  for (const [depth, slot] of slots.entries()) {
    const [number = "", unit = "0"] = slot.toLowerCase().split(".");
    const tail = `:${number}.${unit}`;
    const entry = entries(directory).find((name) => name.endsWith(tail) && (depth > 0 || name.startsWith("0000:00:")));
    if (entry === undefined) return undefined;
    directory = `${directory}/${entry}`;
  }
  const device = entries(directory).find((name) => name.startsWith("virtio"));
  return device === undefined ? undefined : entries(`${directory}/${device}/block`)[0];
}

function nameOfNode(path: string): string | undefined {
  const name = /^\/dev\/([a-z0-9]+)$/.exec(path)?.[1];
  if (name === undefined)
    throw new Fault(`disk ${JSON.stringify(path)}: must be a node below /dev`, { component: "agent", code: "invalid-argument" });
  return statIfPresent(`/sys/class/block/${name}`) ? name : undefined;
}

const entries = (directory: string): string[] => (statIfPresent(directory) ? listDirectory(directory) : []);
