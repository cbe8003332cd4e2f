import assert from "node:assert/strict";
import { test } from "node:test";
import type { Process } from "../../oci/spec.ts";
import { type ExecOptions, execProcess } from "./exec-process.ts";

const own: Process = {
  user: { uid: 264, gid: 51020, additionalGids: [266] },
  args: ["sh"],
  cwd: "/srv",
  env: ["A=1"],
  capabilities: { bounding: ["CAP_KILL"] },
};
const plain: ExecOptions = { args: ["id"], env: [], tty: false, additionalGids: [], capabilities: [], noNewPrivileges: false };

test("execProcess() keeps user, extra groups, directory and environment of the container", () => {
  assert.deepEqual(execProcess(own, plain), { ...own, args: ["id"], terminal: false });
});

test("execProcess() puts the option's environment after the container's", () => {
  assert.deepEqual(execProcess(own, { ...plain, env: ["A=2", "B=3"] }).env, ["A=1", "A=2", "B=3"]);
});

test("execProcess() takes the gid only where one is given", () => {
  assert.deepEqual(execProcess(own, { ...plain, user: "7" }).user, { uid: 7, gid: 51020, additionalGids: [266] });
  assert.deepEqual(execProcess(own, { ...plain, user: "7:8", additionalGids: ["9"] }).user, { uid: 7, gid: 8, additionalGids: [266, 9] });
});

test("execProcess() adds ambient capabilities only where some are inheritable", () => {
  const caps = execProcess(own, { ...plain, capabilities: ["CAP_CHOWN"] }).capabilities;
  assert.deepEqual(caps, { bounding: ["CAP_KILL", "CAP_CHOWN"], effective: ["CAP_CHOWN"], permitted: ["CAP_CHOWN"] });
  const inheriting = { ...own, capabilities: { inheritable: [] } };
  assert.deepEqual(execProcess(inheriting, { ...plain, capabilities: ["CAP_CHOWN"] }).capabilities?.ambient, ["CAP_CHOWN"]);
});

for (const user of ["", "root", "1:", "-1", "4294967295", "1:x"]) {
  test(`execProcess() refuses user ${JSON.stringify(user)}`, () => {
    assert.throws(() => execProcess(own, { ...plain, user }), /option --user: ".*" is no id/);
  });
}
