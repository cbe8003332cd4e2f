import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../../../base/fault.ts";
import { growQemu } from "./growth.ts";
import type { Json, JsonObject } from "./qmp-message.ts";

const mib = 2 ** 20;

/** A machine of 1 vCPU and 2048 MiB with room for `most` vCPUs, which does what it is told; `refuse` is a driver it does not add. */
function machine({ most = 4, dimms = [] as number[], refuse = "" } = {}) {
  let cpus = 1;
  const backends = new Map<string, number>();
  const plugged = dimms.map((size, i) => ({ id: `memory${i}`, size }));
  const said: string[] = [];
  const answers: Record<string, (given: JsonObject) => Json> = {
    "query-memory-size-summary": () => ({
      "base-memory": 2048 * mib,
      "plugged-memory": plugged.reduce((sum, { size }) => sum + size * mib, 0),
    }),
    "query-memory-devices": () => plugged.map((data) => ({ type: "dimm", data })),
    "query-hotpluggable-cpus": () =>
      Array.from({ length: most }, (_, i) => most - 1 - i).map((core) => ({
        type: "max-x86_64-cpu",
        props: { "core-id": core },
        ...(core < cpus && { "qom-path": "/machine" }),
      })),
    "object-add": ({ id, size }) => {
      backends.set(String(id), Number(size) / mib);
      return {};
    },
    "object-del": ({ id }) => {
      backends.delete(String(id));
      return {};
    },
    device_add: ({ driver, id, memdev }) => {
      if (driver === refuse) throw new Fault("refused");
      if (driver === "pc-dimm") plugged.push({ id: String(id), size: backends.get(String(memdev)) ?? 0 });
      else cpus++;
      return {};
    },
  };
  const execute = async (command: string, given: JsonObject = {}): Promise<Json> => {
    if (!command.startsWith("query")) said.push(`${command} ${JSON.stringify(given)}`);
    return answers[command]?.(given) ?? {};
  };
  return { execute, said, backends };
}

test("memory is one DIMM over a shared backend, vCPUs come in QEMU's own places, the lowest first", async () => {
  const qemu = machine();
  assert.deepEqual(await growQemu(qemu, { cpus: 3, memoryMib: 3072 }, 10), { cpus: 3, memoryMib: 3072 });
  assert.deepEqual(qemu.said, [
    'object-add {"qom-type":"memory-backend-memfd","id":"memory0-backend","size":1073741824,"share":true}',
    'device_add {"driver":"pc-dimm","id":"memory0","memdev":"memory0-backend"}',
    'device_add {"driver":"max-x86_64-cpu","id":"cpu1","core-id":1}',
    'device_add {"driver":"max-x86_64-cpu","id":"cpu2","core-id":2}',
  ]);
});

test("what is there already is not added again, and nothing is taken away", async () => {
  const qemu = machine({ dimms: [1024] });
  assert.deepEqual(await growQemu(qemu, { cpus: 1, memoryMib: 2176 }, 10), { cpus: 1, memoryMib: 3072 });
  assert.deepEqual(qemu.said, []);
  assert.deepEqual(await growQemu(qemu, { cpus: 1, memoryMib: 3200 }, 10), { cpus: 1, memoryMib: 3200 });
  assert.match(qemu.said[1] ?? "", /"id":"memory1"/);
});

test("a DIMM that is refused leaves no backend", async () => {
  const qemu = machine({ refuse: "pc-dimm" });
  await assert.rejects(growQemu(qemu, { cpus: 1, memoryMib: 2176 }, 10), /plug in 128 MiB of memory/);
  assert.equal(qemu.backends.size, 0);
});

test("no slot or no place left: the text says how many there are, and nothing is tried", async () => {
  const full = machine({ dimms: [128, 128] });
  await assert.rejects(
    growQemu(full, { cpus: 1, memoryMib: 4096 }, 2),
    /plug in 1792 MiB of memory: all 2 slots are taken \(memory_slots\)/,
  );
  const small = machine({ most: 2 });
  await assert.rejects(growQemu(small, { cpus: 3, memoryMib: 2048 }, 2), /plug in vCPUs: 3 are wanted, the machine has room for 2/);
  assert.deepEqual([...full.said, ...small.said], []);
});
