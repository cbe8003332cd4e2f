/** check-docs.ts: fails when a page links to or names what is not there, or says what only one machine knows. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { anchorsOf, pageFaults, quotedTests, type Repository } from "./doc-rules.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const repository: Repository = {
  exists: (path) => existsSync(join(root, path)),
  anchors: (path) => (existsSync(join(root, path)) ? anchorsOf(read(path)) : undefined),
};
const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((path) => path !== "" && repository.exists(path));
const faults = pages.flatMap((path) => {
  const text = read(path);
  const untested = quotedTests(text).filter(({ file, name }) => !repository.exists(file) || !read(file).includes(name));
  return [
    ...pageFaults(path, text, repository),
    ...untested.map(({ file, name }) => `${path}: ${file} has no test ${JSON.stringify(name)}`),
  ];
});
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
