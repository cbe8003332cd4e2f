import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCommandLine } from "./command-line.ts";
import { recordText } from "./console-log.ts";

test("options of the kernel's command line are read, others left alone", () => {
  assert.deepEqual(parseCommandLine("console=ttyS0 agent.log=debug agent.unified_cgroup_hierarchy=1 agent.devmode\n"), {
    logLevel: "debug",
  });
  assert.deepEqual(parseCommandLine("quiet agent.log=nonsense"), { logLevel: "info" });
});

test("a record is one line of bounded length", () => {
  assert.equal(
    recordText("info", "ready", { source: "agent", serial: "/dev/vport0p1", missing: undefined }),
    'info agent ready serial="/dev/vport0p1"',
  );
  assert.equal(recordText("error", "a\nb", {}), "error agent a\\nb");
  assert.ok(recordText("error", "x".repeat(10_000), {}).length <= 2000);
});
