/** The JavaScript engine: a static library to link with, and the compiler from JavaScript to its bytecode. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
export const native = join(root, "native");
export const warnings: readonly string[] = ["-Wall", "-Wextra", "-Wshadow", "-Werror"];

const engineFiles = ["quickjs.c", "dtoa.c", "libregexp.c", "libunicode.c", "cutils.c"];

export interface Engine {
  /** Directory of its headers. */
  readonly include: string;
  readonly library: string;
  /** `compiler NAME.js OUT` writes bytecode. */
  readonly compiler: string;
}

/** Runs a command in the repository; its output. Its errors go where ours go. */
export function run(command: string, args: readonly string[]): string {
  // the bytecode compiler of a sanitized engine frees nothing before it ends
  const env = { ...process.env, ASAN_OPTIONS: "detect_leaks=0" };
  return execFileSync(command, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], env });
}

export function hash(...parts: readonly (string | Uint8Array)[]): string {
  const h = createHash("sha256");
  for (const part of parts) h.update(part).update("\0");
  return h.digest("hex").slice(0, 16);
}

function cacheDirectory(): string {
  return process.env["KATA_BUILD_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "kata-build");
}

/**
 * Builds the engine unless it is kept already, outside the tree by the hash of its inputs.
 * @param sanitize with AddressSanitizer, so that overruns of buffers inside the engine are seen too
 */
export function buildEngine(sanitize: boolean): Engine {
  const source = run("tools/fetch-engine.sh", []).trim();
  const compile = readFileSync(join(native, "compile.c"));
  const gcc = run("gcc", ["--version"]).split("\n")[0] ?? "";
  const sections = ["-ffunction-sections", "-fdata-sections"]; // the linker leaves out what nobody calls
  const flags = ["-O2", "-fwrapv", "-fno-math-errno", "-D_GNU_SOURCE", ...(sanitize ? ["-g", "-fsanitize=address"] : sections)];
  const directory = join(cacheDirectory(), `engine-${hash(source, compile, gcc, flags.join(" "))}`);
  const engine = { include: source, library: join(directory, "libengine.a"), compiler: join(directory, "compile") };
  if (!existsSync(directory)) compileEngine(source, flags, directory);
  return engine;
}

function compileEngine(source: string, flags: readonly string[], directory: string): void {
  const version = readFileSync(join(source, "VERSION"), "utf8").trim();
  const work = `${directory}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  process.stderr.write(`compiling the engine into ${directory}\n`);
  const objects = engineFiles.map((file) => {
    const object = join(work, file.replace(/\.c$/, ".o"));
    run("gcc", [...flags, "-w", `-DCONFIG_VERSION="${version}"`, "-c", join(source, file), "-o", object]);
    return object;
  });
  const library = join(work, "libengine.a");
  run("ar", ["rcs", library, ...objects]);
  run("gcc", [...flags, ...warnings, "-isystem", source, join(native, "compile.c"), library, "-lm", "-o", join(work, "compile")]);
  try {
    renameSync(work, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error; // another build was faster
    rmSync(work, { recursive: true });
  }
}
