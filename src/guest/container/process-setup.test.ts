import assert from "node:assert/strict";
import { test } from "node:test";
import type { Process } from "../../oci/spec.ts";
import type { Call } from "../../sys/launch.ts";
import { parseCapabilities } from "./capabilities.ts";
import { accessCalls, executeCalls, identityCalls, type ProcessPlan } from "./process-setup.ts";

const process: Process = { args: ["sh", "-c", ":"], cwd: "/work", user: { uid: 7, gid: 8 } };
const filter = { program: new Uint8Array(16), flags: 1 };

const plan = (more: Partial<ProcessPlan> = {}): ProcessPlan => ({
  process,
  sets: parseCapabilities(more.process?.capabilities ?? {}),
  env: ["A=1"],
  seccomp: undefined,
  linux: undefined,
  passed: 0,
  ...more,
});

const names = (calls: readonly Call[]): string[] => calls.map(({ name }) => name);
const at = (calls: readonly Call[], name: string): number => names(calls).indexOf(name);

test("a filter comes before the user without no_new_privs, and right before the program with it", () => {
  const before = identityCalls(plan({ seccomp: filter }));
  assert.ok(at(before, "seccomp") >= 0 && at(before, "seccomp") < at(before, "setresuid"));
  assert.deepEqual(before[at(before, "seccomp")]?.args, [1, 1, [2, filter.program]]);
  assert.equal(at(executeCalls(plan({ seccomp: filter }), ["/bin/sh"]), "seccomp"), -1);
  const late = plan({ seccomp: filter, process: { ...process, noNewPrivileges: true } });
  assert.equal(at(identityCalls(late), "seccomp"), -1);
  assert.deepEqual(names(executeCalls(late, ["/bin/sh"])).slice(-2), ["seccomp", "execve"]);
});

test("the working directory is entered again as the user only when root may not", () => {
  const calls = identityCalls(plan());
  const first = at(calls, "chdir");
  // done: over the mark; failed: the mark is made, and found later
  assert.deepEqual([calls[first]?.onDone, calls[first]?.onError, calls[first + 1]?.name], [1, 0, "dup3"]);
  const look = at(calls, "fcntl");
  assert.ok(look > at(calls, "setresuid"));
  assert.equal(calls[look]?.args[0], calls[first + 1]?.args[1]);
  assert.deepEqual([calls[look]?.onError, calls[look + 1]?.name, calls[look + 1]?.onError], [1, "chdir", undefined]);
  assert.match(calls[look + 1]?.operation ?? "", /^chdir to cwd \("\/work"\) set in config\.json failed$/);
});

test("of several files with the program's name any that the user may execute will do", () => {
  const calls = accessCalls("sh", ["/a/sh", "/b/sh", "/c/sh"]);
  assert.deepEqual(
    calls.map(({ onDone, onError, refusal }) => [onDone, onError, refusal]),
    [
      [2, 0, undefined],
      [1, 0, undefined],
      [0, undefined, 'exec: "sh": permission denied'],
    ],
  );
});

test("programs are tried in order, the last one's failure counts", () => {
  const calls = executeCalls(plan(), ["/a/sh", "/b/sh"]).filter(({ name }) => name === "execve");
  assert.deepEqual(
    calls.map(({ args, onError }) => [args, onError]),
    [
      [["/a/sh", ["sh", "-c", ":", 0], ["A=1", 0]], 0],
      [["/b/sh", ["sh", "-c", ":", 0], ["A=1", 0]], undefined],
    ],
  );
});

test("every capability outside of the bounding set is dropped, the ambient ones are raised last", () => {
  const sets = parseCapabilities({ bounding: ["CAP_KILL"], permitted: ["CAP_KILL"], inheritable: ["CAP_KILL"], ambient: ["CAP_KILL"] });
  const calls = identityCalls(plan({ sets }));
  const dropped = calls.filter(({ name, args }) => name === "prctl" && args[0] === 24).map(({ args }) => args[1]);
  assert.equal(dropped.length, 40);
  assert.ok(!dropped.includes(5));
  assert.deepEqual(
    calls.filter(({ name, args }) => name === "prctl" && args[0] === 47).map(({ args }) => [args[1], args[2]]),
    [
      [4, 0],
      [2, 5],
    ],
  );
});
