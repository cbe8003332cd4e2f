/** Plugging processors and memory into a running QEMU. What is there is asked of QEMU each time, never remembered. */
import { Fault } from "../../../base/fault.ts";
import type { VmSize } from "../vm.ts";
import type { Qmp } from "./qmp.ts";
import { isObject, type Json, type JsonObject, objectOr, textOr } from "./qmp-message.ts";

type Monitor = Pick<Qmp, "execute">;

interface CpuPlace {
  readonly taken: boolean;
  readonly type: string;
  /** Where it sits, in the machine's own words: passed back as it came. */
  readonly place: JsonObject;
}

/** Makes the machine at least as large as `wanted` and returns what it has then. `slots` is how many pieces of memory it takes. */
export async function growQemu(monitor: Monitor, wanted: VmSize, slots: number): Promise<VmSize> {
  // the guest needs memory to describe memory, and processors take it longest
  await plugMemory(monitor, wanted.memoryMib, slots);
  await plugCpus(monitor, wanted.cpus);
  const [memoryMib, cpus] = await Promise.all([memoryOf(monitor), cpusOf(monitor)]);
  return { cpus: cpus.filter(({ taken }) => taken).length, memoryMib };
}

async function plugMemory(monitor: Monitor, wantedMib: number, slots: number): Promise<void> {
  const missingMib = wantedMib - (await memoryOf(monitor));
  if (missingMib <= 0) return;
  const id = await freeSlot(monitor, missingMib, slots);
  const backend = `${id}-backend`;
  let made = false;
  try {
    // shared: the daemons of vhost-user devices map it, as they do the memory that the machine was born with
    await monitor.execute("object-add", { "qom-type": "memory-backend-memfd", id: backend, size: missingMib * 2 ** 20, share: true });
    made = true;
    await monitor.execute("device_add", { driver: "pc-dimm", id, memdev: backend });
  } catch (cause) {
    if (made) await monitor.execute("object-del", { id: backend }).catch(() => {});
    throw new Fault(`plug in ${missingMib} MiB of memory`, { component: "qemu", cause });
  }
}

async function freeSlot(monitor: Monitor, missingMib: number, slots: number): Promise<string> {
  const taken = new Set(listOf(await monitor.execute("query-memory-devices")).map((each) => objectOr(each["data"])["id"]));
  const id = Array.from({ length: slots }, (_, i) => `memory${i}`).find((name) => !taken.has(name));
  if (id === undefined)
    throw new Fault(`plug in ${missingMib} MiB of memory: all ${slots} slots are taken (memory_slots)`, {
      component: "qemu",
      code: "full",
    });
  return id;
}

async function plugCpus(monitor: Monitor, wanted: number): Promise<void> {
  const all = await cpusOf(monitor);
  const free = all.filter(({ taken }) => !taken);
  let count = all.length - free.length;
  if (wanted > all.length)
    throw new Fault(`plug in vCPUs: ${wanted} are wanted, the machine has room for ${all.length}`, { component: "qemu", code: "full" });
  while (count < wanted) {
    const next = free.pop(); // QEMU lists them from the last to the first
    if (!next) return;
    try {
      await monitor.execute("device_add", { driver: next.type, id: `cpu${count}`, ...next.place });
    } catch (cause) {
      throw new Fault(`plug in vCPU ${count}`, { component: "qemu", cause });
    }
    count++;
  }
}

async function memoryOf(monitor: Monitor): Promise<number> {
  const summary = objectOr(await monitor.execute("query-memory-size-summary"));
  const bytes = [summary["base-memory"], summary["plugged-memory"] ?? 0];
  const total = bytes.reduce<number>((sum, each) => sum + (typeof each === "number" ? each : Number.NaN), 0);
  if (Number.isNaN(total)) throw new Fault(`size of memory: ${JSON.stringify(summary)} is not what QEMU says it is`, { component: "qemu" });
  return Math.floor(total / 2 ** 20);
}

async function cpusOf(monitor: Monitor): Promise<CpuPlace[]> {
  return listOf(await monitor.execute("query-hotpluggable-cpus")).map((each) => ({
    taken: each["qom-path"] !== undefined,
    type: textOr(each["type"], ""),
    place: objectOr(each["props"]),
  }));
}

const listOf = (value: Json): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
