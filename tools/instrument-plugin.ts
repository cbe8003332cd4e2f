/** esbuild plugin: counts lines of src/ in a program, and makes the program leave its counters when it ends. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { instrument, isCounted } from "./instrument.ts";

const namespace = "counted";

/** @param counters the directory on the host for the counters of runs */
export function instrumentPlugin(root: string, counters: string): Plugin {
  const entries = /^(?:\.\/)?src\/(host|guest)\/main\.ts$/;
  return {
    name: "instrument",
    setup(build) {
      build.onResolve({ filter: entries }, ({ path, kind }) => (kind === "entry-point" ? { path, namespace } : undefined));
      // the recorder first, so that it wraps the floor before anything of the program runs
      build.onLoad({ filter: entries, namespace }, ({ path }) => {
        const side = entries.exec(path)?.[1];
        const contents = [
          `import { record } from ${JSON.stringify(join(root, "tools/coverage-recorder.ts"))};`,
          `record(${JSON.stringify(side)}, ${JSON.stringify(counters)});`,
          `await import(${JSON.stringify(join(root, path))});`,
        ];
        return { contents: contents.join("\n"), loader: "ts", resolveDir: root };
      });
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!isCounted(root, path)) return undefined;
        return { contents: instrument(root, path, await readFile(path, "utf8")), loader: "ts" };
      });
    },
  };
}
