/** Machine, share and agent together, on our engine. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { agentInitrd, buildContractProgram, buildGuest, tellTests } from "./engine-program.ts";

const directory = mkdtempSync(join(tmpdir(), "contract-"));
after(() => rmSync(directory, { recursive: true }));

assert.ok(existsSync(agentInitrd), `${agentInitrd} is missing: run make`);
const { kernel, initrd } = buildGuest();
tellTests(await buildContractProgram("agent"), [kernel, initrd, directory, agentInitrd], 300_000);
