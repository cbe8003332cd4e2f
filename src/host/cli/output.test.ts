import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { State } from "../../oci/state.ts";
import { listText, stateText, versionCommandText, versionText } from "./output.ts";

const state: State = {
  ociVersion: "1.3.0",
  id: "c1",
  pid: 42,
  status: "running",
  bundle: "/b",
  rootfs: "/b/rootfs",
  created: "2026-08-02T10:00:00.123456789Z",
  owner: "",
};

describe("stateText()", () => {
  it("is runc's JSON, two spaces and no newline at the end", () => {
    assert.equal(
      stateText({ ...state, annotations: { z: "<&>", a: "1", bundle: "/x" } }),
      `{
  "ociVersion": "1.3.0",
  "id": "c1",
  "pid": 42,
  "status": "running",
  "bundle": "/b",
  "rootfs": "/b/rootfs",
  "created": "2026-08-02T10:00:00.123456789Z",
  "annotations": {
    "a": "1",
    "z": "\\u003c\\u0026\\u003e"
  },
  "owner": ""
}`,
    );
  });
  it("leaves empty annotations out, and shows pid 0 once stopped", () => {
    const text = stateText({ ...state, status: "stopped", annotations: {} });
    assert.doesNotMatch(text, /annotations/);
    assert.match(text, /"pid": 0,/);
  });
});

describe("listText()", () => {
  const long = { ...state, id: "a-container-name", owner: "root" };
  it("pads cells to the longest and three, at least twelve, but not the last", () => {
    assert.equal(
      listText([long, { ...state, owner: "#7" }], { format: "table", quiet: false }),
      [
        "ID                 PID         STATUS      BUNDLE      CREATED                          OWNER",
        "a-container-name   42          running     /b          2026-08-02T10:00:00.123456789Z   root",
        "c1                 42          running     /b          2026-08-02T10:00:00.123456789Z   #7",
        "",
      ].join("\n"),
    );
    assert.equal(listText([], { format: "table", quiet: false }), "ID          PID         STATUS      BUNDLE      CREATED     OWNER\n");
  });
  it("is one array and a newline as JSON, null for none", () => {
    assert.equal(listText([], { format: "json", quiet: false }), "null\n");
    assert.match(listText([state], { format: "json", quiet: false }), /^\[\{"ociVersion":"1\.3\.0","id":"c1",.*"owner":""\}\]\n$/);
  });
  it("shows ids alone when quiet", () => {
    assert.equal(listText([long, state], { format: "json", quiet: true }), "a-container-name\nc1\n");
  });
  it("refuses other formats in runc's words", () => {
    assert.throws(() => listText([], { format: "xml", quiet: false }), { message: "invalid format option" });
  });
});

describe("version texts", () => {
  it("have the words that engines look for", () => {
    assert.match(versionText(), /^kata-runtime version \S+\ncommit: \S+\nspec: 1\.3\.0\n$/);
    assert.match(versionCommandText(), /^kata-runtime {2}: \S+\n {3}commit {3}: \S+\n {3}OCI specs: 1\.3\.0\n$/);
  });
});
