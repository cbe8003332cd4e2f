import assert from "node:assert/strict";
import { test } from "node:test";
import { execCgroup } from "./exec-cgroup.ts";

test("execCgroup() takes one path below the container's cgroup", () => {
  assert.equal(execCgroup([]), undefined);
  assert.equal(execCgroup(["/"]), undefined);
  assert.equal(execCgroup(["/a/./b//c"]), "a/b/c");
  assert.equal(execCgroup(["a/../b"]), "b");
});

for (const [values, message] of [
  [["../x"], /^bad sub cgroup path: \.\.\/x$/],
  [["a/../../x"], /^bad sub cgroup path: /],
  [["a:b:c"], /^invalid --cgroup argument: a:b:c$/],
  [["a", "b"], /^invalid --cgroup argument: a \(missing <controller>: prefix\)$/],
  [[":a"], /^invalid --cgroup argument: :a \(empty <controller> prefix\)$/],
  [["cpu:a", "memory,cpu:b"], /controller cpu specified multiple times$/],
  [["cpu,memory:a"], /^unknown controller cpu in --cgroup: the guest has cgroup v2/],
] as const) {
  test(`execCgroup() refuses ${values.join(" ")}`, () => assert.throws(() => execCgroup(values), { message }));
}
