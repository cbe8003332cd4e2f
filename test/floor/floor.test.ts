/** The programs of test/floor/programs on the real engine: as they are shipped, and under ASan and UBSan. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const programs = readdirSync(join(root, "test/floor/programs")).map((file) => basename(file, ".ts"));
const hangs = 60_000;

/** What a run says and how it ends. A leak is an error of the floor: the program frees its engine before it ends. */
function run(binary: string): { status: number | null; output: string; errors: string } {
  const env = { PATH: "/usr/bin:/bin", UBSAN_OPTIONS: "print_stacktrace=1", ASAN_OPTIONS: "quarantine_size_mb=1" };
  const { status, stdout, stderr } = spawnSync(binary, [], { encoding: "utf8", timeout: hangs, env, stdio: ["ignore", "pipe", "pipe"] });
  return { status, output: stdout.trim(), errors: stderr.trim() };
}

for (const variant of ["plain", "sanitized"]) {
  describe(`the ${variant} floor`, () => {
    const out = `build/floor/${variant}`;
    before(() => {
      const options = ["--floor", "--out", out, ...(variant === "sanitized" ? ["--sanitize"] : [])];
      execFileSync(process.execPath, ["--import", "tsx", "tools/build.ts", ...options], {
        cwd: root,
        stdio: ["ignore", "ignore", "inherit"],
      });
    });
    for (const program of programs) {
      test(`keeps its promises about ${program}`, () => {
        const { status, output, errors } = run(join(root, out, program));
        assert.equal(errors, "");
        assert.match(output, /(?:^|\n)[1-9]\d* checks held$/);
        assert.equal(status, 0);
      });
    }
  });
}
