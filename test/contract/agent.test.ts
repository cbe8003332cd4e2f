/** Machine, share and agent together, on our engine. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { buildContractProgram, buildGuest, product, scratchDirectory, tellTests } from "./engine-program.ts";

const directory = scratchDirectory();

for (const path of Object.values(product)) assert.ok(existsSync(path), `${path} is missing: run make`);
const { kernel, initrd } = buildGuest();
tellTests(await buildContractProgram("agent"), [kernel, initrd, directory, product.kernel, product.initrd], 300_000);
