/** The QEMU driver keeps the hypervisor's contract: on our engine, with real machines. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { debugExitPort, probeExitCode, probeGuestImage } from "../../src/host/hypervisor/qemu/probe-guest.ts";
import { buildContractProgram, buildGuest, scratchDirectory, tellTests } from "./engine-program.ts";

const qemu = "/usr/bin/qemu-system-x86_64";
const directory = scratchDirectory();

test("the guest that probes KVM runs to its end where guests run", () => {
  const image = join(directory, "probe.elf");
  writeFileSync(image, probeGuestImage());
  const machine = ["-M", "q35,accel=tcg", "-cpu", "max", "-m", "64", "-nodefaults", "-display", "none", "-no-reboot"];
  const exit = ["-device", `isa-debug-exit,iobase=${debugExitPort},iosize=1`];
  const { status, stderr } = spawnSync(qemu, [...machine, ...exit, "-kernel", image], { encoding: "utf8", timeout: 60_000 });
  assert.equal(status, probeExitCode, stderr);
});

const { kernel, initrd } = buildGuest();
tellTests(await buildContractProgram("qemu"), [kernel, initrd, join(directory, "qemu")], 600_000);
