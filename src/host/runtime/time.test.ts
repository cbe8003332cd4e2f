import assert from "node:assert/strict";
import { test } from "node:test";
import { rfc3339 } from "./time.ts";

for (const [ns, text] of [
  [0n, "1970-01-01T00:00:00Z"],
  [1_700_000_000_123_456_789n, "2023-11-14T22:13:20.123456789Z"],
  [1_700_000_000_120_000_000n, "2023-11-14T22:13:20.12Z"],
  [1_700_000_000_000_000_001n, "2023-11-14T22:13:20.000000001Z"],
] as const) {
  test(`rfc3339(${ns}) is ${text}`, () => {
    assert.equal(rfc3339(ns), text);
  });
}
