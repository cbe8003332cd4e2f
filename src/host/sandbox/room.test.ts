import assert from "node:assert/strict";
import { test } from "node:test";
import type { VmSize } from "../hypervisor/vm.ts";
import { Room, type RoomDependencies } from "./room.ts";

const mib = 2 ** 20;
const limits = (memoryMib: number, cpus = 0) => ({ memory: { limit: memoryMib * mib }, cpu: { quota: cpus * 100_000 } });

interface Setting {
  readonly growth?: object;
  readonly maxCpus?: number;
  readonly blockBytes?: number;
  /** What the VMM answers instead. */
  readonly resize?: ((size: VmSize) => Promise<VmSize>) | "none";
  /** What the guest answers. */
  readonly online?: () => Promise<unknown>;
}

/** Born with 1 vCPU and 2048 MiB on a host of 4 and 8192. */
function room({ growth = {}, maxCpus = 4, blockBytes = 128 * mib, resize, online = async () => ({}) }: Setting = {}) {
  const said: string[] = [];
  let has: VmSize = { cpus: 1, memoryMib: 2048 };
  const grow = async (size: VmSize): Promise<VmSize> => {
    said.push(`resize ${size.cpus} ${size.memoryMib}`);
    has = { cpus: Math.max(has.cpus, size.cpus), memoryMib: Math.max(has.memoryMib, size.memoryMib) };
    return has;
  };
  const vm = resize === "none" ? {} : { resize: resize ?? grow };
  const api = {
    getGuestDetails: async () => ({ memBlockSizeBytes: blockBytes }),
    onlineCPUMem: async ({ cpus, memoryBlocks }: { cpus: number; memoryBlocks: number }) => {
      said.push(`online ${cpus} ${memoryBlocks}`);
      return online();
    },
  };
  const parameters = {
    hypervisor: "qemu",
    vm: { cpus: 1, maxCpus, memoryMib: 2048, maxMemoryMib: 8192 },
    growth: { announced: { memoryBytes: 0, cpus: 0 }, most: { cpus: 0, memoryMib: 0 }, fixed: false, ...growth },
  };
  const sizes: VmSize[] = [];
  const deps = { machine: Promise.resolve({ vm, agent: { api } }), onSize: (size: VmSize) => sizes.push(size) };
  const made = new Room(parameters as unknown as ConstructorParameters<typeof Room>[0], deps as unknown as RoomDependencies);
  return { room: made, said, sizes };
}

test("limits that the machine holds as it was born ask nobody", async () => {
  const { room: r, said } = room();
  await r.hold("a", limits(512, 0.5));
  await r.hold("b", limits(1024, 0.5));
  assert.deepEqual(said, []);
});

test("the limits of all containers count together, the machine's own size beside them", async () => {
  const { room: r, said, sizes } = room();
  await r.hold("a", limits(1024, 0.5));
  await r.hold("b", limits(1024, 1));
  assert.deepEqual(said, ["resize 3 4096", "online 3 32"]);
  assert.deepEqual(sizes, [{ cpus: 3, memoryMib: 4096 }]);
});

test("a changed limit counts instead of the earlier one, a container that is gone no more, and the machine keeps what it has", async () => {
  const { room: r, said } = room();
  await r.hold("a", limits(2048));
  await r.hold("a", limits(128));
  await r.hold("a", limits(2048));
  r.release("a");
  await r.hold("b", limits(2000));
  assert.deepEqual(said, ["resize 1 4096", "online 1 32"]);
});

test("what the engine has summed up for the pod is there with its first container", async () => {
  const { room: r, said } = room({ growth: { announced: { memoryBytes: 3072 * mib, cpus: 2 } } });
  await r.hold("sandbox", {});
  await r.hold("a", limits(1024, 1));
  await r.hold("b", limits(2048, 1));
  assert.deepEqual(said, ["resize 3 5120", "online 3 40"]);
});

test("memory comes in the guest's blocks, and a size that no guest has is not believed", async () => {
  const { room: r, said } = room({ blockBytes: 2048 * mib });
  await r.hold("a", limits(2100));
  assert.deepEqual(said, ["resize 1 6144", "online 1 3"]);
  await assert.rejects(room({ blockBytes: 2 ** 50 }).room.hold("a", limits(2100)), /guest: blocks of \d+ bytes of memory/);
});

test("limits beyond the configured ceiling are refused by its name and count for nothing; beyond the host they are as good as none", async () => {
  const { room: r, said } = room({ growth: { most: { cpus: 2, memoryMib: 4096 } }, maxCpus: 2 });
  assert.throws(
    () => r.hold("a", limits(5000)),
    /memory limits of the sandbox add up to 5000 MiB, hypervisor\.qemu\.default_maxmemory allows 4096/,
  );
  assert.throws(
    () => r.hold("a", limits(0, 2.5)),
    /cpu limits of the sandbox add up to 2\.5 CPUs, hypervisor\.qemu\.default_maxvcpus allows 2/,
  );
  await r.hold("a", limits(1024, 1));
  assert.deepEqual(said, []);
  const free = room();
  await free.room.hold("a", limits(100_000, 64));
  assert.deepEqual(free.said, ["resize 4 8192", "online 4 64"]);
});

test("when the VMM or the guest fails the container counts as before, and the next one asks again", async () => {
  const { room: r } = room({ resize: () => Promise.reject(new Error("no slot")) });
  await r.hold("a", limits(1024));
  await assert.rejects(r.hold("a", limits(4096)), /no slot/);
  await r.hold("b", limits(512));
  let fails = true;
  const slow = room({ online: () => (fails ? Promise.reject(new Error("nothing came")) : Promise.resolve({})) });
  await assert.rejects(slow.room.hold("a", limits(2048)), /nothing came/);
  assert.deepEqual(slow.sizes, []);
  fails = false;
  await slow.room.hold("a", limits(2048));
  assert.deepEqual(slow.said, ["resize 1 4096", "online 1 32", "resize 1 4096", "online 1 32"]);
});

test("a machine that cannot grow refuses only what it does not hold, and says why", async () => {
  for (const [setting, why] of [
    [{ resize: "none" }, "qemu cannot add to a machine that runs"],
    [{ growth: { fixed: true } }, "static_sandbox_resource_mgmt is set"],
  ] as const) {
    const { room: r, said } = room(setting);
    await r.hold("a", limits(2048, 1));
    await assert.rejects(r.hold("a", limits(2049, 1)), new RegExp(`add up to 2049 MiB, its virtual machine has 2048 MiB: ${why}`));
    await assert.rejects(r.hold("a", limits(0, 1.5)), new RegExp(`add up to 1.5 CPUs, its virtual machine has 1: ${why}`));
    assert.deepEqual(said, []);
  }
});

test("two at a time grow one after the other", async () => {
  let running = 0;
  const { room: r } = room({
    resize: async (size) => {
      assert.equal(++running, 1);
      await new Promise((resume) => setImmediate(resume));
      running--;
      return size;
    },
  });
  await Promise.all([r.hold("a", limits(2048)), r.hold("b", limits(1024)), r.hold("c", limits(1024))]);
});
