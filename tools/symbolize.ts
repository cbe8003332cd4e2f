/**
 * symbolize.ts [--program host|guest] [--out DIR]: reads a trace of one of our programs (a log, a console) on stdin and
 * prints it with every `CHUNK.js:LINE:COLUMN` as the place in TypeScript, by the source maps that the build has left.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { sourceMaps, symbolize } from "./source-places.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: { program: { type: "string", default: "host" }, out: { type: "string", default: "build" } },
});
const directory = join(resolve(root, options.out), "js", options.program);
process.stdout.write(symbolize(readFileSync(0, "utf8"), sourceMaps(directory, root)));
