import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commands } from "../src/host/cli/commands.ts";
import { monitorOptions } from "../src/host/cli/monitor-line.ts";
import { manualPage, monitorPage } from "./man.ts";

describe("manualPage()", () => {
  const page = manualPage();
  it("has a section for each command", () => {
    for (const name of Object.keys(commands)) assert.ok(page.includes(`\n.SS \\fB${name}\\fR`), name);
  });
  it("names the other names of a command", () => {
    assert.match(page, /\n\.SS \\fBenv\\fR[\s\S]{0,200}Also called kata\\-env\.\n/);
  });
  it("escapes what roff would take for its own", () => {
    const text = page.split("\n").filter((line) => !line.startsWith("."));
    assert.deepEqual(
      text.filter((line) => /(^|[^\\])-/.test(line) || line.startsWith("'")),
      [],
    );
  });
});

describe("monitorPage()", () => {
  it("has every option with its default", () => {
    const page = monitorPage();
    for (const { name } of monitorOptions()) assert.ok(page.includes(`\\fB\\-\\-${name.replaceAll("-", "\\-")}\\fR`), name);
    assert.match(page, /Default: 127\.0\.0\.1:8090\./);
  });
});
