/** Plugging network cards into the root ports of a running QEMU and out of them. */
import { type Deferred, deferred } from "../../../base/deferred.ts";
import { Fault } from "../../../base/fault.ts";
import type { Timers } from "../../../base/timers.ts";
import type { HotPlug, NetworkDevice } from "../vm.ts";
import { cardOptions, portName, tapId, tapOptions } from "./devices.ts";
import type { Qmp } from "./qmp.ts";
import type { JsonObject } from "./qmp-message.ts";

/** The guest lets go within 0.1 s, under TCG too; a busy host takes longer. */
const removalMs = 10_000;

/** What is needed of QEMU's monitor. */
type Monitor = Pick<Qmp, "execute" | "passDescriptor">;

export class QemuHotPlug implements HotPlug {
  readonly #monitor: Monitor;
  readonly #timers: Timers;
  readonly #count: number;
  /** Ports by the id of the device in them. */
  readonly #ports: Map<string, string>;
  readonly #leaving = new Map<string, Deferred<void>>();

  constructor(monitor: Monitor, timers: Timers, { count, occupied }: { count: number; occupied: ReadonlyMap<string, string> }) {
    this.#monitor = monitor;
    this.#timers = timers;
    this.#count = count;
    this.#ports = new Map(occupied);
  }

  async addNetwork(device: NetworkDevice): Promise<void> {
    const port = this.#takePort(device.id);
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
    const left = deferred();
    left.promise.catch(() => {}); // it may fail before anybody waits for it
    this.#leaving.set(id, left);
    const cancel = this.#timers.after(removalMs, () =>
      left.reject(new Fault(`not let go within ${removalMs / 1000} s`, { component: "guest", code: "deadline-exceeded" })),
    );
    try {
      await this.#monitor.execute("device_del", { id });
      await left.promise;
      await this.#monitor.execute("netdev_del", { id: tapId(id) });
      this.#ports.delete(id);
    } catch (cause) {
      throw new Fault(`unplug network card ${id}`, { component: "qemu", cause });
    } finally {
      cancel();
      this.#leaving.delete(id);
    }
  }

  onDeviceDeleted({ device }: JsonObject): void {
    if (typeof device === "string") this.#leaving.get(device)?.resolve();
  }

  #takePort(id: string): string {
    const used = new Set(this.#ports.values());
    const port = Array.from({ length: this.#count }, (_, i) => portName(i)).find((name) => !used.has(name));
    if (port === undefined)
      throw new Fault(`plug in network card ${id}: all ${this.#count} ports of the machine are taken`, { component: "qemu", code: "full" });
    this.#ports.set(id, port);
    return port;
  }
}
