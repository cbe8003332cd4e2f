/** The protocols on the engine that ships. */
import { buildContractProgram, tellTests } from "./engine-program.ts";

tellTests(await buildContractProgram("protocol"), [], 120_000);
