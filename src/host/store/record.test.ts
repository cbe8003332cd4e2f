import assert from "node:assert/strict";
import { test } from "node:test";
import { type ContainerRecord, currentStatus, parseContainerRecord, parseSandboxRecord } from "./record.ts";

const record: ContainerRecord = {
  version: 1,
  id: "c1",
  sandboxId: "c1",
  status: "running",
  process: { pid: 7, startTime: 9 },
  bundle: "/b",
  rootfs: "/b/rootfs",
  created: "2026-01-01T00:00:00Z",
  cgroups: ["/sys/fs/cgroup/c1"],
};

test("currentStatus() believes the record while its process lives", () => {
  assert.equal(
    currentStatus(record, () => true),
    "running",
  );
});

test("currentStatus() is stopped once the process has ended, whatever the record says", () => {
  for (const status of ["creating", "created", "running", "paused"] as const) {
    assert.equal(
      currentStatus({ ...record, status }, () => false),
      "stopped",
    );
  }
});

test("parseContainerRecord() reads back what was written", () => {
  assert.deepEqual(parseContainerRecord(JSON.stringify(record), "state.json"), record);
});

for (const [what, text] of [
  ["no JSON", "{"],
  ["an array", "[]"],
  ["another version", JSON.stringify({ ...record, version: 2 })],
  ["a status that there is not", JSON.stringify({ ...record, status: "dozing" })],
  ["a process without start time", JSON.stringify({ ...record, process: { pid: 7 } })],
  ["id mappings without sizes", JSON.stringify({ ...record, idMappings: { uids: [{ containerID: 0, hostID: 0 }], gids: [] } })],
  ["cgroups that are no paths", JSON.stringify({ ...record, cgroups: [1] })],
] as const) {
  test(`parseContainerRecord() refuses ${what} and names the file`, () => {
    assert.throws(() => parseContainerRecord(text, "/run/x/state.json"), /read \/run\/x\/state\.json: not/);
  });
}

test("parseSandboxRecord() refuses helpers that are no processes", () => {
  const sandbox = { version: 1, id: "c1", process: { pid: 7, startTime: 9 }, helpers: [{ pid: 8, startTime: 1, role: "vmm" }] };
  assert.deepEqual(parseSandboxRecord(JSON.stringify(sandbox), "f"), sandbox);
  assert.throws(() => parseSandboxRecord(JSON.stringify({ ...sandbox, helpers: [8] }), "f"), /not a record/);
});
