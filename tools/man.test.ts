import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { commands } from "../src/host/cli/commands.ts";
import { bashCompletion, manualPage } from "./man.ts";

describe("manualPage()", () => {
  const page = manualPage();
  it("has a section for each command", () => {
    for (const name of Object.keys(commands)) assert.ok(page.includes(`\n.SS \\fB${name}\\fR`), name);
  });
  it("escapes what roff would take for its own", () => {
    const text = page.split("\n").filter((line) => !line.startsWith("."));
    assert.deepEqual(
      text.filter((line) => /(^|[^\\])-/.test(line) || line.startsWith("'")),
      [],
    );
  });
});

describe("bashCompletion()", () => {
  const complete = (...words: string[]): string[] => {
    const script = `${bashCompletion()}\nCOMP_WORDS=(kata-runtime ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _kata_runtime; echo "\${COMPREPLY[@]}"`;
    return execFileSync("bash", ["-c", script], { encoding: "utf8", cwd: "/" }).trim().split(" ");
  };
  it("completes commands, and options of the command that is there", () => {
    assert.deepEqual(complete("cre"), ["create"]);
    assert.deepEqual(complete("--debug", "delete", "--f"), ["--force"]);
    assert.ok(complete("--").includes("--root"));
  });
});
