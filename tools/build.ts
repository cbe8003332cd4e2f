/**
 * Builds the programs: one static ELF for the host, one for the guest. What has not changed is not built again.
 *
 *   node --import tsx tools/build.ts [--out DIR] [--coverage] [--floor] [--sanitize]
 *
 * --coverage counts lines in both programs, --floor builds the programs of test/floor instead, --sanitize links with
 * ASan and UBSan.
 */
import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildEngine, root } from "./engine.ts";
import { buildProgram, type Program } from "./program.ts";

const { values: options } = parseArgs({
  options: {
    out: { type: "string", default: "build" },
    coverage: { type: "boolean", default: false },
    floor: { type: "boolean", default: false },
    sanitize: { type: "boolean", default: false },
  },
});
const out = resolve(root, options.out);
const common = {
  work: join(out, "js"),
  sanitize: options.sanitize,
  ...(options.coverage && { counters: join(root, "build/coverage/counters") }),
};

function product(): Program[] {
  return [
    { ...common, name: "host", entry: "src/host/main.ts", seccomp: true, math: true, binary: join(out, "bin/kata-runtime") },
    { ...common, name: "guest", entry: "src/guest/main.ts", seccomp: false, math: false, binary: join(out, "guest/kata-agent") },
  ];
}

function floorPrograms(): Program[] {
  const files = readdirSync(join(root, "test/floor/programs")).filter((file) => file.endsWith(".ts"));
  return files.map((file) => {
    const name = basename(file, ".ts");
    return { ...common, name, entry: `test/floor/programs/${file}`, seccomp: true, math: true, binary: join(out, name) };
  });
}

const engine = buildEngine(options.sanitize);
for (const program of options.floor ? floorPrograms() : product()) {
  if (existsSync(join(root, program.entry))) await buildProgram(program, engine);
}
for (const name of ["containerd-shim-kata-v2", "kata-monitor"]) {
  const link = join(out, "bin", name);
  if (options.floor || existsSync(link)) continue;
  mkdirSync(join(out, "bin"), { recursive: true });
  symlinkSync("kata-runtime", link);
}
