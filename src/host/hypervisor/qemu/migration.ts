/** Saving a template and going on from one: QEMU's migration, with the memory left where it is. */
import { deferred } from "../../../base/deferred.ts";
import { Fault } from "../../../base/fault.ts";
import type { Timers } from "../../../base/timers.ts";
import type { Fd } from "../../../sys/syscall.ts";
import type { Device } from "../vm.ts";
import { plugs } from "./devices.ts";
import type { Qmp } from "./qmp.ts";
import type { JsonObject } from "./qmp-message.ts";

/** Saving takes 10 ms and loading 2-4; a busy host takes longer. */
const migrationMs = 20_000;

/** Hears of a migration's end by QEMU's events. */
export class MigrationWatch {
  readonly #end = deferred();

  constructor() {
    this.#end.promise.catch(() => {}); // those who wait hear of it
  }

  onEvent({ status }: JsonObject): void {
    if (status === "completed") this.#end.resolve();
    else if (status === "failed" || status === "cancelled") {
      this.#end.reject(new Fault(`migration ${status}`, { component: "qemu", code: "migration-failed" }));
    }
  }

  async completed(timers: Timers): Promise<void> {
    const cancel = timers.after(migrationMs, () =>
      this.#end.reject(
        new Fault(`migration not complete within ${migrationMs / 1000} s`, { component: "qemu", code: "deadline-exceeded" }),
      ),
    );
    await this.#end.promise.finally(cancel);
  }
}

/** Memory that is a shared file stays as it is: only devices and CPUs are written or read. */
const capabilities: JsonObject = {
  capabilities: [
    { capability: "x-ignore-shared", state: true },
    { capability: "events", state: true },
  ],
};

/** `state` is open for writing in this process. */
export async function saveTemplate(monitor: Qmp, watch: MigrationWatch, state: Fd, timers: Timers): Promise<void> {
  await monitor.execute("stop");
  await monitor.execute("migrate-set-capabilities", capabilities);
  await monitor.execute("migrate-set-parameters", { "max-bandwidth": 2 ** 40 });
  await monitor.passDescriptor("state", state);
  await monitor.execute("migrate", { uri: "fd:state" });
  await watch.completed(timers);
}

export interface Loading {
  /** The number of the state's descriptor in QEMU. */
  readonly state: number;
  readonly devices: readonly Device[];
}

/** A card's tap may have joined a network by then, under another hardware address than the one it was saved with. */
const silent: JsonObject = { "announce-rounds": 0 };

/** Afterwards the virtual CPUs run. */
export async function loadTemplate(monitor: Qmp, watch: MigrationWatch, { state, devices }: Loading, timers: Timers): Promise<void> {
  await Promise.all([
    monitor.execute("migrate-set-capabilities", capabilities),
    monitor.execute("migrate-set-parameters", silent),
    monitor.execute("migrate-incoming", { uri: `fd:${state}` }),
  ]);
  await watch.completed(timers);
  await Promise.all([...plugs(devices).map((device) => monitor.execute("device_add", device)), monitor.execute("cont")]);
}
