/** esbuild plugin: counts lines of src/ in a program, and makes the program leave its counters when it ends. */
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { instrument, isCounted } from "./instrument.ts";

const namespace = "counted";

/** @param counters the directory on the host for the counters of runs */
export function instrumentPlugin(root: string, counters: string): Plugin {
  return {
    name: "instrument",
    setup(build) {
      build.onResolve({ filter: /\.ts$/ }, ({ path, kind }) =>
        kind === "entry-point" ? { path: join(root, path), namespace } : undefined,
      );
      // the recorder first, so that it wraps the floor before anything of the program runs
      build.onLoad({ filter: /\.ts$/, namespace }, ({ path }) => {
        const side = path.startsWith(join(root, "src/guest/")) ? "guest" : "host";
        const contents = [
          `import { record } from ${JSON.stringify(join(root, "tools/coverage-recorder.ts"))};`,
          `record(${JSON.stringify(side)}, ${JSON.stringify(counters)});`,
          `await import(${JSON.stringify(path)});`,
        ];
        return { contents: contents.join("\n"), loader: "ts", resolveDir: root };
      });
      build.onLoad({ filter: /\.ts$/ }, ({ path }) =>
        isCounted(root, path) ? { contents: instrument(root, path).code, loader: "ts" } : undefined,
      );
    },
  };
}
