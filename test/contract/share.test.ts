/** The share with virtiofsd and a guest of QEMU. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { buildContractProgram, buildGuest, tellTests } from "./engine-program.ts";

const directory = mkdtempSync(join(tmpdir(), "contract-"));
after(() => rmSync(directory, { recursive: true }));

const { kernel, initrd } = buildGuest();
tellTests(await buildContractProgram("share"), [kernel, initrd, directory], 300_000);
