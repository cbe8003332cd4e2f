import assert from "node:assert/strict";
import { test } from "node:test";
import { exitReason, type LastWords } from "./exit.ts";

const quiet: LastWords = { shutdown: undefined, panicked: false, stopped: false, console: "" };

for (const [words, reason] of [
  [{ shutdown: "guest-shutdown" }, "guest-shutdown"],
  [{ shutdown: "guest-shutdown", stopped: true }, "guest-shutdown"],
  [{ shutdown: "guest-reset" }, "guest-reset"],
  [{ shutdown: "guest-reset", console: "[ 0.1] Kernel panic - not syncing: No init" }, "guest-panic"],
  [{ shutdown: "guest-panic" }, "guest-panic"],
  [{ panicked: true }, "guest-panic"],
  [{ shutdown: "host-qmp-quit" }, "host"],
  [{ shutdown: "host-signal" }, "host"],
  [{ stopped: true }, "host"],
  [{}, "unknown"],
  [{ shutdown: "snapshot-load" }, "unknown"],
] as const) {
  test(`exitReason() of ${JSON.stringify(words)} is ${reason}`, () => {
    assert.equal(exitReason({ ...quiet, ...words }), reason);
  });
}
