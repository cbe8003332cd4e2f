import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { commands } from "../src/host/cli/commands.ts";
import { bashCompletion, fishCompletion, zshCompletion } from "./completion.ts";

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
  it("knows Kata 1.x's names", () => {
    assert.deepEqual(complete("kata-e"), ["kata-env"]);
    assert.deepEqual(complete("kata-env", "--j"), ["--json"]);
  });
});

describe("zshCompletion() and fishCompletion()", () => {
  it("have every command, every option that is shown, and none that is hidden", () => {
    for (const text of [zshCompletion(), fishCompletion()]) {
      for (const name of Object.keys(commands)) assert.match(text, new RegExp(`[ '(]${name}[ :)]`));
      assert.match(text, /preserve-fds/);
      assert.doesNotMatch(text, /kernel-memory/);
    }
  });
  it("quote what a shell would take for its own", () => {
    // the only quotes left are those around words, so their number is even on each line
    for (const line of [...zshCompletion().split("\n"), ...fishCompletion().split("\n")])
      assert.equal((line.replace(/'\\''|\\'/g, "").split("'").length - 1) % 2, 0, line);
  });
});
