/** Machine, share and agent together, on our engine. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { agentInitrd, buildContractProgram, buildGuest, scratchDirectory, tellTests } from "./engine-program.ts";

const directory = scratchDirectory();

assert.ok(existsSync(agentInitrd), `${agentInitrd} is missing: run make`);
const { kernel, initrd } = buildGuest();
tellTests(await buildContractProgram("agent"), [kernel, initrd, directory, agentInitrd], 300_000);
