import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, hangs, works } from "../../base/testing/counted-probe.ts";
import { chooseAccelerator } from "./accelerator.ts";

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
