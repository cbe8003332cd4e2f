import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse } from "smol-toml";
import { checkDocument } from "../src/host/config/check.ts";
import { configurationTemplate } from "./config-template.ts";

describe("configurationTemplate()", () => {
  const text = configurationTemplate();
  it("sets nothing by itself", () => {
    assert.deepEqual(checkDocument(parse(text), { file: "t", text }).hypervisor, {});
  });
  it("is valid with every key uncommented, apart from the empty names that stand for a search", () => {
    const uncommented = text.replace(/^#([a-z_0-9]+ = )/gm, "$1");
    const { hypervisor, agent, runtime, idle } = checkDocument(parse(uncommented), { file: "t", text: uncommented });
    assert.equal(hypervisor.memoryMib, 2048);
    assert.equal(agent.dialTimeoutSeconds, 45);
    assert.equal(runtime.internetworkingModel, "tcfilter");
    assert.deepEqual(idle, []);
  });
  it("keeps its lines short", () => {
    assert.deepEqual(
      text.split("\n").filter((line) => line.length > 120),
      [],
    );
  });
});
