import assert from "node:assert/strict";
import { test } from "node:test";
import { type ProbeMemory, rememberedProbe } from "./remembered.ts";
import { counted, hangs, works } from "./testing/counted-probe.ts";

const key = { bootId: "b1", program: "/usr/bin/qemu" };

function memory(text?: string): ProbeMemory & { text: string | undefined } {
  return {
    text,
    read() {
      return this.text;
    },
    write(next) {
      this.text = next;
    },
  };
}

test("rememberedProbe() runs once for a boot and a program", async () => {
  const kept = memory();
  const probe = counted(hangs);
  assert.deepEqual(await rememberedProbe(kept, key, probe.run), hangs);
  assert.deepEqual(await rememberedProbe(kept, key, probe.run), hangs);
  assert.equal(probe.times, 1);
  await rememberedProbe(kept, { ...key, bootId: "b2" }, probe.run);
  await rememberedProbe(kept, { bootId: "b2", program: "/opt/qemu" }, probe.run);
  assert.equal(probe.times, 3);
});

for (const text of ["", "null", "[]", "{", '{"bootId":"b1","program":"/usr/bin/qemu","works":"yes","reason":""}']) {
  test(`rememberedProbe() runs again when what was kept is ${JSON.stringify(text)}`, async () => {
    const probe = counted(works);
    assert.deepEqual(await rememberedProbe(memory(text), key, probe.run), works);
    assert.equal(probe.times, 1);
  });
}

test("rememberedProbe() answers even when nothing can be kept", async () => {
  const full: ProbeMemory = {
    read: () => undefined,
    write: () => {
      throw new Error("no space left on device");
    },
  };
  assert.deepEqual(await rememberedProbe(full, key, counted(works).run), works);
});
