/**
 * Builds the product: TypeScript -> esbuild chunks -> engine bytecode -> one static ELF for the host, one for the guest.
 *
 *   node --import tsx tools/build.ts [--out DIR] [--coverage] [--sanitize]
 *
 * Each step is skipped when the hash of its inputs is the one of last time. --coverage counts lines in both programs,
 * --sanitize links the floor with ASan and UBSan (dynamic, for the floor's own tests).
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";

const root = resolve(dirname(new URL(import.meta.url).pathname), "..");
const native = join(root, "native");
const { values: options } = parseArgs({
  options: {
    out: { type: "string", default: "build" },
    coverage: { type: "boolean", default: false },
    sanitize: { type: "boolean", default: false },
  },
});
const out = resolve(root, options.out);
const warnings = ["-Wall", "-Wextra", "-Wshadow", "-Werror"];
const sanitizers = options.sanitize
  ? ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-fno-omit-frame-pointer", "-DFLOOR_LEAK_CHECK", "-g"]
  : [];
const engineFiles = ["quickjs.c", "dtoa.c", "libregexp.c", "libunicode.c", "cutils.c"];

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

function hash(...parts: (string | Uint8Array)[]): string {
  const h = createHash("sha256");
  for (const part of parts) h.update(part).update("\0");
  return h.digest("hex").slice(0, 16);
}

function cacheDirectory(): string {
  return process.env["KATA_BUILD_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "kata-build");
}

interface Engine {
  readonly include: string;
  readonly library: string;
  readonly compiler: string;
}

/** The engine as a static library and the bytecode compiler, kept outside the tree by the hash of their inputs. */
function buildEngine(): Engine {
  const source = run("tools/fetch-engine.sh", []).trim();
  const compile = readFileSync(join(native, "compile.c"));
  const gcc = run("gcc", ["--version"]).split("\n")[0] ?? "";
  const flags = ["-O2", "-fwrapv", "-fno-math-errno", "-D_GNU_SOURCE", ...(options.sanitize ? ["-g", "-fsanitize=address"] : [])];
  const key = hash(source, compile, gcc, flags.join(" "));
  const directory = join(cacheDirectory(), `engine-${key}`);
  const engine = { include: source, library: join(directory, "libengine.a"), compiler: join(directory, "compile") };
  if (existsSync(directory)) return engine;
  const version = readFileSync(join(source, "VERSION"), "utf8").trim();
  const work = `${directory}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  const objects = engineFiles.map((file) => {
    const object = join(work, file.replace(/\.c$/, ".o"));
    run("gcc", [...flags, "-w", `-DCONFIG_VERSION="${version}"`, "-c", join(source, file), "-o", object]);
    return object;
  });
  run("ar", ["rcs", join(work, "libengine.a"), ...objects]);
  run("gcc", [
    ...flags,
    ...warnings,
    "-isystem",
    source,
    join(native, "compile.c"),
    join(work, "libengine.a"),
    "-lm",
    "-o",
    join(work, "compile"),
  ]);
  try {
    renameSync(work, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error; // another build was faster
    rmSync(work, { recursive: true });
  }
  return engine;
}

function versionDefines(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  let commit = "unknown";
  try {
    commit = execFileSync("git", ["-c", `safe.directory=${root}`, "rev-parse", "HEAD"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    // a source tarball has no history
  }
  return { KATA_VERSION: JSON.stringify(version), KATA_COMMIT: JSON.stringify(commit) };
}

interface Program {
  readonly name: string;
  readonly entry: string;
  readonly binary: string;
}

/** TypeScript to chunks: the entry and what it imports at once in main.js, each dynamic import in a chunk of its own. */
async function bundle(program: Program, directory: string): Promise<string[]> {
  const plugins = options.coverage ? [(await import("./instrument-plugin.ts")).instrumentPlugin(root)] : [];
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
    plugins,
    logLevel: "warning",
  });
  writeFileSync(join(directory, "meta.json"), JSON.stringify(result.metafile));
  return Object.keys(result.metafile.outputs)
    .filter((file) => file.endsWith(".js"))
    .map((file) => join(root, file));
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
  writeFileSync(
    assembly,
    `.section .rodata\n${data.join("\n")}\n.section .data.rel.ro,"aw"\n.balign 8\n.globl chunks\nchunks:\n${rows.join("\n")}\n.quad 0, 0, 0\n.section .note.GNU-stack,"",@progbits\n`,
  );
  return assembly;
}

function link(program: Program, assembly: string, engine: Engine): void {
  const sources = ["main.c", "floor.c", "spawn.c", "standin.c"].map((file) => join(native, file));
  const shape = options.sanitize ? sanitizers : ["-static", "-s", "-Wl,--gc-sections", "-ffunction-sections"];
  mkdirSync(dirname(program.binary), { recursive: true });
  const partial = `${program.binary}.new`;
  run("gcc", [
    "-std=gnu17",
    "-O2",
    "-D_GNU_SOURCE",
    ...warnings,
    ...shape,
    "-isystem",
    engine.include,
    ...sources,
    assembly,
    engine.library,
    "-lm",
    "-o",
    partial,
  ]);
  renameSync(partial, program.binary);
}

async function buildProgram(program: Program, engine: Engine): Promise<void> {
  const directory = join(out, "js", program.name);
  const chunks = await bundle(program, directory);
  const inputs = [...chunks, ...readdirSync(native).map((file) => join(native, file))].filter((file) => /\.(js|c|h)$/.test(file));
  const key = hash(
    engine.library,
    options.sanitize ? "sanitize" : "plain",
    ...inputs.flatMap((file) => [basename(file), readFileSync(file)]),
  );
  const stamp = join(out, "js", `${program.name}.stamp`);
  if (existsSync(program.binary) && existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  link(program, embed(chunks, engine, directory), engine);
  writeFileSync(stamp, key);
  process.stderr.write(`built ${program.binary}\n`);
}

const programs: readonly Program[] = [
  { name: "host", entry: "src/host/main.ts", binary: join(out, "bin/kata-runtime") },
  { name: "guest", entry: "src/guest/main.ts", binary: join(out, "guest/kata-agent") },
];

const engine = buildEngine();
for (const program of programs) if (existsSync(join(root, program.entry))) await buildProgram(program, engine);
const shim = join(out, "bin/containerd-shim-kata-v2");
if (!existsSync(shim)) symlinkSync("kata-runtime", shim);
