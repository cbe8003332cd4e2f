import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseAccelerator, type ProbeMemory, type ProbeResult, rememberedProbe } from "./accelerator.ts";

const works: ProbeResult = { works: true, reason: "a guest ran" };
const hangs: ProbeResult = { works: false, reason: "/dev/kvm: a guest did not end within 2 s" };
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

/** A probe that counts how often it ran. */
function counted(result: ProbeResult): { run: () => Promise<ProbeResult>; times: number } {
  const counter = {
    times: 0,
    run: async () => {
      counter.times++;
      return result;
    },
  };
  return counter;
}

test("chooseAccelerator() asks nobody when tcg is configured", async () => {
  const probe = counted(works);
  assert.equal((await chooseAccelerator("tcg", probe.run)).accelerator, "tcg");
  assert.equal(probe.times, 0);
});

test("chooseAccelerator() takes kvm where it works and says why it does not", async () => {
  assert.deepEqual(await chooseAccelerator("auto", counted(works).run), { accelerator: "kvm", reason: works.reason });
  assert.deepEqual(await chooseAccelerator("auto", counted(hangs).run), { accelerator: "tcg", reason: hangs.reason });
});

test("chooseAccelerator() refuses a demanded kvm that does not work, with the reason", async () => {
  await assert.rejects(chooseAccelerator("kvm", counted(hangs).run), /use kvm: .*did not end within 2 s; "auto"/);
});

test("rememberedProbe() runs once for a boot and a VMM", async () => {
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
