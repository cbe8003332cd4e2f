/** `run` of a container in a virtual machine of its own: output, input, exit status, terminal. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { release } from "node:os";
import { after, before, test } from "node:test";
import { finish, kataRuntime, World } from "../support/world.ts";

let world: World;
let earlier: Set<string>;

before(() => {
  world = new World();
  earlier = world.snapshot();
});
after(() => world.dispose());

test("run prints what the container prints, from a kernel of its own", async () => {
  const { code, stdout, stderr } = await world.kata([
    "run",
    "-b",
    world.bundle(["sh", "-c", "uname -r; hostname; id -u; echo oops >&2"]),
    "print",
  ]);
  const [kernel, hostname, uid] = stdout.split("\n");
  assert.deepEqual({ code, hostname, uid, stderr }, { code: 0, hostname: "guest", uid: "0", stderr: "oops\n" });
  assert.notEqual(kernel, release());
});

for (const [status, script] of [
  [0, "exit 0"],
  [7, "exit 7"],
  [127, "no-such-command"],
  [137, "kill -9 $$"],
  [143, "kill -15 $$"],
] as const) {
  test(`run exits with ${status} after sh -c '${script}'`, async () => {
    // the first process of a pid namespace ignores signals without handlers, so a child runs the script
    const inner = script.startsWith("kill") ? `sh -c '${script}'; exit $?` : script;
    const { code } = await world.kata(["run", "-b", world.bundle(["sh", "-c", inner]), `status-${status}`]);
    assert.equal(code, status);
  });
}

test("run hands its standard input on, to its end", async () => {
  const { code, stdout } = await world.kata(["run", "-b", world.bundle(["cat"]), "stdin"], { input: "one\ntwo\n" });
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "one\ntwo\n" });
});

test("run loses nothing of 300000 lines", async () => {
  const { code, stdout } = await world.kata(["run", "-b", world.bundle(["seq", "1", "300000"]), "lines"]);
  const expected = execFileSync("seq", ["1", "300000"], { maxBuffer: 1 << 24 });
  assert.equal(code, 0);
  assert.equal(createHash("sha256").update(stdout).digest("hex"), createHash("sha256").update(expected).digest("hex"));
});

test("run gives the process the caller's terminal and its size", async () => {
  const bundle = world.bundle(["sh", "-c", "tty; stty size; read -r line; echo got $line"], (spec) => {
    spec.process.terminal = true;
  });
  const command = `stty rows 43 cols 132; ${kataRuntime} --root ${world.root} run -b ${bundle} tty; echo "status $?"`;
  const child = world.script(command);
  child.stdin?.write("hello\n");
  const { stdout } = await finish(child, 120_000);
  assert.match(stdout, /\/dev\/pts\/0\r\n43 132\r\n/);
  assert.match(stdout, /got hello\r\n/);
  assert.match(stdout, /status 0/);
});

test("run leaves nothing behind", () => {
  assert.deepEqual(world.changes(earlier), []);
});
