/** Plugging devices into the root ports of a running QEMU and out of them, and images into places that wait for one. */
import { type Deferred, deferred } from "../../../base/deferred.ts";
import { Fault } from "../../../base/fault.ts";
import type { Timers } from "../../../base/timers.ts";
import type { DiskAddress, DiskDevice, DiskUse, HotPlug, NetworkDevice } from "../vm.ts";
import {
  cardOptions,
  diskOptions,
  emptyPlace,
  imageName,
  imageNode,
  pathInPort,
  placeSlot,
  portName,
  tapId,
  tapOptions,
} from "./devices.ts";
import type { Qmp } from "./qmp.ts";
import type { JsonObject } from "./qmp-message.ts";

/** The guest lets go within 0.1 s, under TCG too; a busy host takes longer. */
const removalMs = 10_000;

/** Of descriptors given by QMP; those of the command line have their own numbers. */
const firstSet = 1000;

/** What is needed of QEMU's monitor. */
type Monitor = Pick<Qmp, "execute" | "passDescriptor" | "addToSet">;

export interface Ports {
  readonly count: number;
  /** Which port each device is in that the machine was launched with, by the device's id. */
  readonly occupied: ReadonlyMap<string, string>;
  /** Ids of the places for disks. */
  readonly places: readonly string[];
}

export class QemuHotPlug implements HotPlug {
  readonly #monitor: Monitor;
  readonly #timers: Timers;
  readonly #count: number;
  /** Ports by the id of the device in them. */
  readonly #ports: Map<string, string>;
  readonly #freePlaces: string[];
  /** By the disk's id. */
  readonly #places = new Map<string, string>();
  readonly #leaving = new Map<string, Deferred<void>>();
  #lastSet = firstSet;

  constructor(monitor: Monitor, timers: Timers, { count, occupied, places }: Ports) {
    this.#monitor = monitor;
    this.#timers = timers;
    this.#count = count;
    this.#ports = new Map(occupied);
    this.#freePlaces = [...places];
  }

  async addNetwork(device: NetworkDevice): Promise<void> {
    const port = this.#takePort(`network card ${device.id}`, device.id);
    let hasTap = false;
    try {
      const names = (kind: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${device.id}-${kind}${i}`);
      const taps = names("fd", device.taps.length);
      const vhosts = device.vhosts && names("vhost", device.vhosts.length);
      for (const [i, fd] of device.taps.entries()) await this.#monitor.passDescriptor(taps[i] ?? "", fd);
      for (const [i, fd] of (device.vhosts ?? []).entries()) await this.#monitor.passDescriptor(vhosts?.[i] ?? "", fd);
      await this.#monitor.execute("netdev_add", { type: "tap", ...tapOptions(device.id, taps, vhosts) });
      hasTap = true;
      await this.#monitor.execute("device_add", cardOptions(device, port));
    } catch (cause) {
      this.#ports.delete(device.id);
      if (hasTap) await this.#monitor.execute("netdev_del", { id: tapId(device.id) }).catch(() => {});
      throw new Fault(`plug in network card ${device.id}`, { component: "qemu", cause });
    }
  }

  async removeNetwork(id: string): Promise<void> {
    try {
      await this.#unplug(id);
      await this.#monitor.execute("netdev_del", { id: tapId(id) });
      this.#ports.delete(id);
    } catch (cause) {
      throw new Fault(`unplug network card ${id}`, { component: "qemu", cause });
    }
  }

  async addDisk(device: DiskDevice, use: DiskUse): Promise<DiskAddress> {
    const place = use === "mounted" && device.readOnly ? this.#freePlaces.shift() : undefined;
    if (place !== undefined) this.#places.set(device.id, place);
    const where = place ?? this.#takePort(`disk ${device.id}`, device.id);
    let hasImage = false;
    try {
      await this.#openImage(device);
      hasImage = true;
      if (place === undefined) await this.#monitor.execute("device_add", diskOptions(device, where));
      else await this.#fill(place, imageName(device.id));
    } catch (cause) {
      if (hasImage) await this.#closeImage(device.id).catch(() => {});
      this.#forgetDisk(device.id);
      throw new Fault(`plug in disk ${device.id}`, { component: "qemu", cause });
    }
    return { driver: "blk", source: place === undefined ? pathInPort(where) : placeSlot(where) };
  }

  async removeDisk(id: string): Promise<void> {
    const place = this.#places.get(id);
    try {
      if (place === undefined) await this.#unplug(id);
      else await this.#fill(place, emptyPlace(place));
      await this.#closeImage(id);
      this.#forgetDisk(id);
    } catch (cause) {
      throw new Fault(`unplug disk ${id}`, { component: "qemu", cause });
    }
  }

  async resizeDisk(id: string, bytes: number): Promise<void> {
    try {
      await this.#monitor.execute("block_resize", { "node-name": imageName(id), size: bytes });
    } catch (cause) {
      throw new Fault(`resize disk ${id} to ${bytes} bytes`, { component: "qemu", cause });
    }
  }

  onDeviceDeleted({ device }: JsonObject): void {
    if (typeof device === "string") this.#leaving.get(device)?.resolve();
  }

  /** The node keeps a descriptor of its own: the set is only the way there. */
  async #openImage(device: DiskDevice): Promise<void> {
    const set = ++this.#lastSet;
    await this.#monitor.addToSet(set, device.image);
    try {
      await this.#monitor.execute("blockdev-add", imageNode(device, set));
    } finally {
      await this.#monitor.execute("remove-fd", { "fdset-id": set });
    }
  }

  async #closeImage(id: string): Promise<void> {
    await this.#monitor.execute("blockdev-del", { "node-name": imageName(id) });
  }

  /** Its backend is another node from now on; the guest notices nothing. */
  async #fill(place: string, node: string): Promise<void> {
    await this.#monitor.execute("qom-set", { path: `/machine/peripheral/${place}/virtio-backend`, property: "drive", value: node });
  }

  #forgetDisk(id: string): void {
    const place = this.#places.get(id);
    if (place !== undefined) this.#freePlaces.push(place);
    this.#places.delete(id);
    this.#ports.delete(id);
  }

  /** Resolves when the guest has let go of the device. */
  async #unplug(id: string): Promise<void> {
    const left = deferred();
    left.promise.catch(() => {}); // it may fail before anybody waits for it
    this.#leaving.set(id, left);
    const cancel = this.#timers.after(removalMs, () =>
      left.reject(new Fault(`not let go within ${removalMs / 1000} s`, { component: "guest", code: "deadline-exceeded" })),
    );
    try {
      await this.#monitor.execute("device_del", { id });
      await left.promise;
    } finally {
      cancel();
      this.#leaving.delete(id);
    }
  }

  #takePort(what: string, id: string): string {
    const used = new Set(this.#ports.values());
    const port = Array.from({ length: this.#count }, (_, i) => portName(i)).find((name) => !used.has(name));
    if (port === undefined)
      throw new Fault(`plug in ${what}: all ${this.#count} ports of the machine are taken`, { component: "qemu", code: "exhausted" });
    this.#ports.set(id, port);
    return port;
  }
}
