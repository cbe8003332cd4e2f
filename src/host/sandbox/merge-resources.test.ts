import assert from "node:assert/strict";
import { test } from "node:test";
import type { Resources } from "../../oci/spec-linux.ts";
import { mergeResources } from "./merge-resources.ts";

const current: Resources = {
  cpu: { shares: 512, quota: 50_000, period: 100_000, cpus: "0" },
  memory: { limit: 64 << 20, swap: 96 << 20, checkBeforeUpdate: true },
  pids: { limit: 20 },
  unified: { "memory.high": "1" },
};

test("mergeResources() keeps what the change leaves out or has as 0", () => {
  assert.deepEqual(mergeResources(current, {}), current);
  const zeros: Resources = { cpu: { shares: 0, quota: 0, period: 0, cpus: "" }, memory: { limit: 0, swap: 0, checkBeforeUpdate: true } };
  assert.deepEqual(mergeResources(current, zeros), current);
});

test("mergeResources() changes a period without its quota, and a quota without its period", () => {
  assert.deepEqual(mergeResources(current, { cpu: { period: 20_000 } }).cpu, { ...current.cpu, period: 20_000 });
  assert.deepEqual(mergeResources(current, { cpu: { quota: -1 } }).cpu, { ...current.cpu, quota: -1 });
});

test("mergeResources() takes 0 for idle and for the number of processes", () => {
  const merged = mergeResources({ ...current, cpu: { idle: 1 } }, { cpu: { idle: 0 }, pids: { limit: 0 } });
  assert.deepEqual({ cpu: merged.cpu, pids: merged.pids }, { cpu: { idle: 0 }, pids: { limit: 0 } });
});

test("mergeResources() frees swap together with memory", () => {
  assert.deepEqual(mergeResources(current, { memory: { limit: -1 } }).memory, { limit: -1, swap: -1 });
  assert.deepEqual(mergeResources(current, { memory: { limit: -1, swap: 7 } }).memory, { limit: -1, swap: 7 });
});

test("mergeResources() asks for the check of the usage only when the change does", () => {
  assert.deepEqual(mergeResources(current, { memory: { limit: 32 << 20 } }).memory, { limit: 32 << 20, swap: 96 << 20 });
});

test("mergeResources() replaces huge page limits by their size and unified values by their file", () => {
  const merged = mergeResources(
    { hugepageLimits: [{ pageSize: "2MB", limit: 1 }], unified: { a: "1", b: "2" } },
    { hugepageLimits: [{ pageSize: "2MB", limit: 5 }], unified: { b: "3" } },
  );
  assert.deepEqual(merged, { hugepageLimits: [{ pageSize: "2MB", limit: 5 }], unified: { a: "1", b: "3" } });
});
