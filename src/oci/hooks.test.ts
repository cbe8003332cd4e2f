import assert from "node:assert/strict";
import { test } from "node:test";
import { hookFault, hookStateJson } from "./hooks.ts";

test("hookStateJson() leaves out what there is not", () => {
  const stopped = { id: "a", status: "stopped", bundle: "/b", annotations: {} } as const;
  assert.equal(hookStateJson(stopped), '{"ociVersion":"1.3.0","id":"a","status":"stopped","bundle":"/b"}');
  const creating = { ...stopped, status: "creating", pid: 7, annotations: { k: "v" } } as const;
  assert.equal(
    hookStateJson(creating),
    '{"ociVersion":"1.3.0","id":"a","status":"creating","pid":7,"bundle":"/b","annotations":{"k":"v"}}',
  );
});

test("hookFault() tells how a hook failed in the words of runc", () => {
  const text = (...[end]: [Parameters<typeof hookFault>[2]]): string | undefined => hookFault("createRuntime", 1, end)?.message;
  const exit = (code: number) => ({ kind: "exit", code, stdout: "out", stderr: "err\n" }) as const;
  assert.equal(text(exit(0)), undefined);
  assert.equal(text(exit(5)), "error running createRuntime hook #1: exit status 5, stdout: out, stderr: err\n");
  assert.equal(text(exit(137)), "error running createRuntime hook #1: signal: killed, stdout: out, stderr: err\n");
  assert.equal(text(exit(255)), "error running createRuntime hook #1: exit status 255, stdout: out, stderr: err\n");
  assert.equal(text({ kind: "timeout", seconds: 1 }), "error running createRuntime hook #1: hook ran past specified timeout of 1.0s");
  assert.equal(
    text({ kind: "not-started", path: "/x", reason: "no such file or directory" }),
    "error running createRuntime hook #1: fork/exec /x: no such file or directory",
  );
});
