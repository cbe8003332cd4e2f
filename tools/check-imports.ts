/** check-imports.ts: fails when a file of src/ imports against the direction of the parts, or uses what the engine lacks. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkSource } from "./import-rules.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => `src/${file}`)
  .toSorted();
const faults = files.flatMap((file) => checkSource(file, readFileSync(join(root, file), "utf8")));
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
