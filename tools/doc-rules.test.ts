import assert from "node:assert/strict";
import { test } from "node:test";
import { anchorsOf, pageFaults, quotedTests, type Repository } from "./doc-rules.ts";

const files = ["README.md", "docs/a.md", "docs", "src/sys", "src/sys/file.ts", "test/fault"];
const repository: Repository = {
  exists: (path) => files.includes(path),
  anchors: (path) => (path === "docs/a.md" ? anchorsOf("# A page\n## What, and why\n") : undefined),
};

const faults = (text: string, path = "docs/b.md"): string[] => pageFaults(path, text, repository);

test("links lead to files, directories and headings", () => {
  assert.deepEqual(faults("[a](a.md) [b](../README.md) [c](../docs) [d](https://example.org/x) [e](a.md#what-and-why)\n"), []);
  assert.deepEqual(faults("\n[a](c.md)\n"), ["docs/b.md:2: link to c.md: there is no docs/c.md"]);
  assert.deepEqual(faults("[a](a.md#what)"), ["docs/b.md:1: link to a.md#what: no such heading"]);
  assert.deepEqual(faults("[a](../../x.md)"), ["docs/b.md:1: link to ../../x.md: there is no ../x.md"]);
});

test("what looks like a link in code is none", () => {
  assert.deepEqual(faults("`a[0](x.md)`\n```\n[a](x.md)\n```\n"), []);
});

test("files that are named in code are there", () => {
  assert.deepEqual(faults("`src/sys/*.test.ts` `src/sys/{file.ts}` `src/sys` `test/fault`"), []);
  assert.deepEqual(faults("`src/{sys,gone}`"), ["docs/b.md:1: src/gone: there is no src/gone"]);
});

test("a path of one machine is a fault, one of every machine is not", () => {
  assert.deepEqual(faults("/usr/local/bin /run/x `~/.cache/kata-build` a/tmp/b"), []);
  assert.deepEqual(faults("see /home/me/notes"), ["docs/b.md:1: /home/me: a path of one machine"]);
});

test("the readme is short and code blocks end", () => {
  assert.deepEqual(faults("line\n".repeat(100), "README.md"), []);
  assert.deepEqual(faults("line\n".repeat(101), "README.md"), ["README.md: 101 lines, must be at most 100"]);
  assert.deepEqual(faults("```\nopen\n"), ["docs/b.md: a code block is not closed"]);
});

test("tests are named after their file, in quotes", () => {
  assert.deepEqual(quotedTests('`test/a/b.test.ts` "one thing", `src/c.test.ts` "two"'), [
    { file: "test/a/b.test.ts", name: "one thing" },
    { file: "src/c.test.ts", name: "two" },
  ]);
});
