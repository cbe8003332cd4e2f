import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

const once = fileURLToPath(new URL("once.sh", import.meta.url));
let directory = "";
let input = "";
let log = "";

beforeEach((t) => {
  directory = mkdtempSync(join(tmpdir(), "once-"));
  input = join(directory, "input");
  log = join(directory, "log");
  mkdirSync(input);
  writeFileSync(join(input, "a"), "first");
  if ("after" in t) t.after(() => rmSync(directory, { recursive: true }));
});

function build(...extra: readonly string[]): number {
  execFileSync(once, [join(directory, "stamp"), input, ...extra, "--", "sh", "-c", `echo built >>${log}`]);
  return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").length : 0;
}

test("once.sh runs its command again only when contents, names or words have changed", () => {
  assert.equal(build(), 1);
  assert.equal(build(), 1);
  utimesSync(join(input, "a"), new Date(), new Date());
  assert.equal(build(), 1, "a new time alone is no change");
  writeFileSync(join(input, "a"), "second");
  assert.equal(build(), 2);
  writeFileSync(join(input, "b"), "new");
  assert.equal(build(), 3);
  rmSync(join(input, "b"));
  assert.equal(build(), 4);
  assert.equal(build("text:commit"), 5);
  assert.equal(build("text:commit"), 5);
  assert.equal(build(join(directory, "later")), 6);
  writeFileSync(join(directory, "later"), "");
  assert.equal(build(join(directory, "later")), 7, "an input that was absent is there now");
});

test("once.sh runs a command that failed again, and passes its failure on", () => {
  const fail = [join(directory, "stamp"), input, "--", "sh", "-c", `echo built >>${log}; exit 3`];
  for (const runs of [1, 2]) {
    assert.equal(spawnSync(once, fail).status, 3);
    assert.equal(readFileSync(log, "utf8").trim().split("\n").length, runs);
  }
});
