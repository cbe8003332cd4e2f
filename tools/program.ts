/** One program: TypeScript -> esbuild chunks -> engine bytecode -> one ELF. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as esbuild from "esbuild";
import { type Engine, hash, native, root, run, warnings } from "./engine.ts";

export interface Program {
  readonly name: string;
  /** Relative to the repository. */
  readonly entry: string;
  readonly binary: string;
  /** Where chunks, source maps and bytecode are kept, per program in NAME/. */
  readonly work: string;
  /** Where a run leaves its counters of lines; absent: no lines are counted. */
  readonly counters?: string;
  /** With libseccomp. */
  readonly seccomp: boolean;
  /** With the functions of Math that need more than arithmetic. */
  readonly math: boolean;
  /** Linked dynamically with ASan and UBSan; the engine must be built likewise. */
  readonly sanitize: boolean;
}

function versionDefines(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  let commit = "unknown";
  try {
    const git = ["-c", `safe.directory=${root}`, "rev-parse", "HEAD"];
    commit = execFileSync("git", git, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    // a source tarball has no history
  }
  return { KATA_VERSION: JSON.stringify(version), KATA_COMMIT: JSON.stringify(commit) };
}

/** The entry and what it imports at once in main.js, each dynamic import in a chunk of its own. */
async function bundle(program: Program, directory: string): Promise<string[]> {
  const counting = program.counters === undefined ? undefined : await import("./instrument-plugin.ts");
  rmSync(directory, { recursive: true, force: true });
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { main: program.entry },
    outdir: directory,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2023",
    sourcemap: "external",
    metafile: true,
    legalComments: "none",
    chunkNames: "[name]-[hash]",
    define: versionDefines(),
    plugins: counting === undefined ? [] : [counting.instrumentPlugin(root, program.counters ?? "")],
    logLevel: "warning",
  });
  writeFileSync(join(directory, "meta.json"), JSON.stringify(result.metafile));
  const chunks = Object.keys(result.metafile.outputs)
    .filter((file) => file.endsWith(".js"))
    .map((file) => join(root, file));
  if (!program.math) for (const chunk of chunks) assertNoAbsentMath(readFileSync(chunk, "utf8"));
  return chunks;
}

/** Throws when the program uses a function that only traps in it, see native/no-math.c. */
function assertNoAbsentMath(program: string): void {
  const absent = [...readFileSync(join(native, "no-math.c"), "utf8").matchAll(/ABSENT2?\(([a-z0-9]+)\)/g)].map(([, name]) => name);
  const used = absent.find((name) => new RegExp(`\\bMath\\.${name}\\b`).test(program));
  if (used !== undefined) throw new Error(`Math.${used}: not in this program (native/no-math.c)`);
}

/** The chunks' bytecode as one object: a table of name, start and end that main.c looks names up in. */
function embed(chunks: readonly string[], engine: Engine, directory: string): string {
  const rows: string[] = [];
  const data: string[] = [];
  chunks.forEach((chunk, i) => {
    const bytecode = chunk.replace(/\.js$/, ".bc");
    run(engine.compiler, [chunk, bytecode]);
    data.push(`.balign 16\nstart${i}: .incbin "${bytecode}"\nend${i}:\nname${i}: .asciz "${basename(chunk)}"`);
    rows.push(`.quad name${i}, start${i}, end${i}`);
  });
  const assembly = join(directory, "chunks.S");
  const table = `.section .data.rel.ro,"aw"\n.balign 8\n.globl chunks\nchunks:\n${rows.join("\n")}\n.quad 0, 0, 0`;
  writeFileSync(assembly, `.section .rodata\n${data.join("\n")}\n${table}\n.section .note.GNU-stack,"",@progbits\n`);
  return assembly;
}

function compilerFlags(program: Program): string[] {
  const shape = program.sanitize
    ? ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-fno-omit-frame-pointer", "-DFLOOR_LEAK_CHECK", "-g"]
    : ["-static", "-s", "-Wl,--gc-sections", "-ffunction-sections"];
  const counting = program.counters === undefined ? [] : ["-DFLOOR_COVERAGE"];
  const seccomp = program.seccomp ? ["-DFLOOR_SECCOMP"] : [];
  return ["-std=gnu17", "-O2", "-D_GNU_SOURCE", ...warnings, ...shape, ...counting, ...seccomp];
}

function link(program: Program, assembly: string, engine: Engine): void {
  const [seccompFiles, seccompLibraries] = program.seccomp ? [["seccomp.c"], ["-lseccomp"]] : [[], []];
  const sources = ["main.c", "floor.c", "spawn.c", "launch.c", "standin.c", ...(program.math ? [] : ["no-math.c"]), ...seccompFiles].map(
    (file) => join(native, file),
  );
  mkdirSync(dirname(program.binary), { recursive: true });
  const partial = `${program.binary}.new`;
  const inputs = ["-isystem", engine.include, ...sources, assembly, engine.library, ...seccompLibraries, "-lm"];
  run("gcc", [...compilerFlags(program), ...inputs, "-o", partial]);
  renameSync(partial, program.binary);
}

/** Bundles always (a tenth of a second); compiles and links when that or the floor has changed. */
export async function buildProgram(program: Program, engine: Engine): Promise<void> {
  const directory = join(program.work, program.name);
  const chunks = await bundle(program, directory);
  const inputs = [...chunks, ...readdirSync(native).map((file) => join(native, file))].filter((file) => /\.(js|c|h)$/.test(file));
  const contents = inputs.flatMap((file) => [basename(file), readFileSync(file)]);
  const key = hash(engine.library, compilerFlags(program).join(" "), ...contents);
  const stamp = join(program.work, `${program.name}.stamp`);
  if (existsSync(program.binary) && existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  link(program, embed(chunks, engine, directory), engine);
  writeFileSync(stamp, key);
  process.stderr.write(`built ${program.binary}\n`);
}
