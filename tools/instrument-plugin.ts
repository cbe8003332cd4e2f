/** esbuild plugin: counts lines of src/ in a program. */
import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";
import { instrument, isCounted } from "./instrument.ts";

export function instrumentPlugin(root: string): Plugin {
  return {
    name: "instrument",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!isCounted(root, path)) return undefined;
        return { contents: instrument(root, path, await readFile(path, "utf8")), loader: "ts" };
      });
    },
  };
}
