/** The share with virtiofsd and a guest of QEMU. */
import { buildContractProgram, buildGuest, scratchDirectory, tellTests } from "./engine-program.ts";

const directory = scratchDirectory();

const { kernel, initrd } = buildGuest();
tellTests(await buildContractProgram("share"), [kernel, initrd, directory], 300_000);
