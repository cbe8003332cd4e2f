/** versions-used.ts KERNEL_DIRECTORY: prints as JSON which versions of everything from outside this build has used. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Versions {
  readonly engine: { readonly name: string; readonly version: string; readonly sha256: string };
  readonly setup: Readonly<Record<string, string | readonly string[]>>;
}

/** Installed versions by package; a package that is not installed is left out. */
function debianPackages(names: readonly string[]): Record<string, string> {
  const installed: Record<string, string> = {};
  const lines = execFileSync("dpkg-query", ["-W", "-f", "${db:Status-Abbrev}\t${Package}\t${Version}\n"], { encoding: "utf8" }).split("\n");
  for (const line of lines) {
    const [status, name, version] = line.split("\t");
    if (status?.startsWith("ii") && name !== undefined && version !== undefined && names.includes(name)) installed[name] = version;
  }
  return installed;
}

const [, , kernel] = process.argv;
if (kernel === undefined) throw new Error("usage: versions-used.ts KERNEL_DIRECTORY");
const versions = JSON.parse(readFileSync("versions.json", "utf8")) as Versions;
const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as { devDependencies: Record<string, string> };
const report = {
  engine: versions.engine,
  kernel: readFileSync(join(kernel, "version"), "utf8").trim(),
  debian: debianPackages(Object.values(versions.setup).flat()),
  node: process.version,
  npm: devDependencies,
};
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
