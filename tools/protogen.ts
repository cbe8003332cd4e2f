/**
 * Generates src/protocol/gen from proto/: per message an interface and plain functions over src/protocol/wire.ts, per
 * service a method table. `--check` writes nothing and fails when a file is stale.
 *
 *   node --import tsx tools/protogen.ts [--check]
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "./protogen-compile.ts";
import { generate } from "./protogen-emit.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const check = process.argv.includes("--check");
const stale: string[] = [];

for (const [name, text] of generate(compile(root))) {
  const path = join(root, "src/protocol/gen", name);
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  stale.push(path);
  if (check) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

for (const path of stale) console.log(check ? `stale: ${path}` : `wrote ${path}`);
if (check && stale.length > 0) {
  console.error("protogen: run `node --import tsx tools/protogen.ts` and commit the result");
  process.exitCode = 1;
}
