/** Every method that one process asks of another stands in a page, with the test that asks it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { quotedTests } from "./doc-rules.ts";
import { compile } from "./protogen-compile.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const files = compile(root);

/** Which page has the methods of a .proto file, and whether its tests call them by their names; else they are asked by a command. */
const pages = [
  { proto: "agent", page: "docs/methods.md", section: "The agent", byName: true },
  { proto: "sandbox", page: "docs/methods.md", section: "The sandbox process", byName: false },
  { proto: "task", page: "docs/shim.md", section: "Methods", byName: false },
  { proto: "runtime-sandbox", page: "docs/shim.md", section: "The sandbox API", byName: true },
] as const;

/** Rows of the section's table: the methods of the first cell, and the rest. A row that says "the same" has the tests of the one before. */
function rowsOf(page: string, section: string): Map<string, string> {
  const [, text = ""] = new RegExp(`^## ${section}\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, "m").exec(read(page)) ?? [];
  const rows = new Map<string, string>();
  let tests = "";
  for (const [, names = "", rest = ""] of text.matchAll(/^\| ([A-Z][^|]*) \|(.*)\|$/gm)) {
    tests = rest.trimEnd().endsWith("the same") ? tests : rest;
    for (const name of names.split(/, | of an? /)) rows.set(name, tests);
  }
  return rows;
}

for (const { proto, page, section, byName } of pages) {
  const methods = files.find(({ name }) => name === proto)?.services.flatMap((service) => service.methods.map(({ name }) => name)) ?? [];
  test(`${page} has a row with a test for each method of ${proto}.proto, and for no other`, () => {
    const rows = rowsOf(page, section);
    assert.ok(methods.length >= 9);
    assert.deepEqual(
      methods.filter((name) => !rows.has(name)),
      [],
      "without a row",
    );
    assert.deepEqual(
      [...rows.keys()].filter((name) => !methods.includes(name) && name !== "exec"),
      [],
      "no methods",
    );
    for (const name of methods) {
      const named = quotedTests(rows.get(name) ?? "");
      assert.notEqual(named.length, 0, `${name}: no test`);
      for (const each of named) assert.ok(read(each.file).includes(each.name), `${name}: ${each.file} has no test ${each.name}`);
      const call = new RegExp(`\\.${name.charAt(0).toLowerCase()}${name.slice(1)}\\(|"${name}"`);
      if (byName && name !== "WaitReady")
        assert.ok(
          named.some(({ file }) => call.test(read(file))),
          `${name}: is not asked in its test's file`,
        );
    }
  });
}
