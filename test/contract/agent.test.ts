/** Machine, share and agent together, on our engine. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after } from "node:test";
import { buildContractProgram, buildGuest, tellTests } from "./engine-program.ts";

const directory = mkdtempSync(join(tmpdir(), "contract-"));
after(() => rmSync(directory, { recursive: true }));

const agentInitrd = resolve(process.env["KATA_TEST_SHARE"] ?? "build/share/kata-containers", "initrd");
assert.ok(existsSync(agentInitrd), `${agentInitrd} is missing: run make`);
const { kernel, initrd } = buildGuest();
tellTests(await buildContractProgram("agent"), [kernel, initrd, directory, agentInitrd], 300_000);
