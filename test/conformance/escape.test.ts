/** Ids and paths that lead out of where they belong: none is followed. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eachRuntime } from "./runtimes.ts";

eachRuntime((rt) => {
  const { world } = rt;

  test("an id that leads out of the state directory is refused by every command, and nothing is removed", async () => {
    const keep = join(world.directory, "keep");
    writeFileSync(keep, "");
    mkdirSync(world.root, { recursive: true });
    const bundle = world.bundle(["true"]);
    const commands = [
      ["delete", "-f"],
      ["delete"],
      ["state"],
      ["kill"],
      ["start"],
      ["pause"],
      ["resume"],
      ["events", "--stats"],
      ["ps"],
      ["update", "--pids-limit", "5"],
      ["run", "-b", bundle],
      ["create", "-b", bundle],
    ];
    for (const id of ["..", ".", "../x", "a/b", "../state", ""]) {
      for (const command of commands) {
        const { code, stderr } = await rt.run([...command, id]);
        assert.deepEqual([...command, id, code], [...command, id, 1]);
        assert.match(
          stderr,
          /invalid (?:id|container ID)|container id cannot be empty|container ID cannot be empty|container does not exist/i,
        );
      }
      assert.notEqual((await rt.run(["exec", id, "true"])).code, 0);
      assert.ok(existsSync(keep) && existsSync(world.root), `after id ${JSON.stringify(id)}`);
    }
  });

  test("a working directory that is a descriptor of the runtime is refused", async () => {
    for (const fd of [3, 5, 7, 9]) {
      const bundle = world.bundle(["ls", "../../.."], (spec) => {
        spec.process.cwd = `/proc/self/fd/${fd}`;
      });
      const { code, stdout } = await rt.run(["run", "-b", bundle, `fd-${fd}`]);
      assert.deepEqual({ fd, code, stdout }, { fd, code: 1, stdout: "" });
    }
  });

  test("so it is for an additional process", async () => {
    await rt.started("execs");
    for (const fd of [3, 4, 5, 6, 7, 8, 9, 10]) {
      const { code, stdout } = await rt.run(["exec", "--cwd", `/proc/self/fd/${fd}`, "execs", "ls", "../../.."]);
      assert.deepEqual({ fd, code, stdout }, { fd, code: 255, stdout: "" });
    }
    await rt.succeeds("delete", "-f", "execs");
  });

  test("proc is not mounted through a symbolic link of the root file system", async () => {
    const bundle = world.bundle(["ls", "/proc"]);
    rmdirSync(join(bundle, "rootfs/proc"));
    mkdirSync(join(bundle, "rootfs/evil"));
    symlinkSync("/evil", join(bundle, "rootfs/proc"));
    const { code, stdout, stderr } = await rt.run(["run", "-b", bundle, "linked"]);
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    assert.match(stderr, /proc/);
  });

  test("nothing is left behind", () => rt.leftNothing());
});
