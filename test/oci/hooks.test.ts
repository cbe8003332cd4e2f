/** Hooks of all six kinds on the real program and, where it does not deviate from the specification, on runc. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eachRuntime } from "../conformance/runtimes.ts";
import type { TestSpec } from "../support/bundle.ts";
import { until } from "../support/world.ts";

type Kind = "prestart" | "createRuntime" | "createContainer" | "startContainer" | "poststart" | "poststop";

eachRuntime((rt) => {
  const { world } = rt;
  const log = join(world.directory, "log");
  mkdirSync(log);

  /** A script for hooks of the host. */
  function script(name: string, text: string): string {
    const path = join(world.directory, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** Writes what it is given, in the order in which hooks run. */
  const record = script("record", `n=$(ls ${log} | wc -l); { echo "$0 $*"; echo "$HOOK|$INHERITED"; cat; } >${log}/$n.$1`);
  const hook = (kind: Kind, more: object = {}): object => ({
    path: record,
    args: [record, kind],
    env: ["PATH=/usr/bin:/bin", `HOOK=${kind}`],
    ...more,
  });

  function recorded(): { kind: string; argv: string; env: string; state: Record<string, unknown> }[] {
    return readdirSync(log)
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
      .map((name) => {
        const [argv = "", env = "", state = ""] = readFileSync(join(log, name), "utf8").split("\n");
        return { kind: name.replace(/^\d+\./, ""), argv, env, state: JSON.parse(state) as Record<string, unknown> };
      });
  }

  test("hooks of the host run in their order, each with the state of its moment", async () => {
    const bundle = world.bundle(["sleep", "1000"], (spec) => {
      spec.annotations = { k: "v" };
      spec.hooks = {
        prestart: [hook("prestart"), hook("prestart")],
        createRuntime: [hook("createRuntime")],
        poststart: [hook("poststart")],
        poststop: [hook("poststop")],
      };
    });
    assert.equal((await rt.run(["create", "-b", bundle, "all"])).code, 0);
    const { pid } = await world.state("all");
    const created = recorded().slice(0, 3);
    assert.deepEqual(
      created.map(({ kind }) => kind),
      ["prestart", "prestart", "createRuntime"],
    );
    for (const { kind, argv, env, state } of created) {
      assert.equal(argv, `${record} ${kind}`);
      assert.equal(env, `${kind}|`);
      const { ociVersion, ...rest } = state;
      assert.match(String(ociVersion), /^1\./);
      assert.deepEqual(rest, { id: "all", status: "creating", pid, bundle, annotations: { k: "v" } });
    }
    await rt.succeeds("start", "all");
    await rt.succeeds("kill", "all", "KILL");
    await until("the end", async () => (await rt.status("all")) === "stopped");
    await rt.succeeds("delete", "all");
    const [poststart, poststop] = recorded().slice(3);
    assert.deepEqual([poststart?.kind, poststop?.kind], ["poststart", "poststop"]);
    if (rt.isKata) assert.deepEqual([poststart?.state["status"], poststart?.state["pid"]], ["running", pid]);
    assert.equal(poststop?.state["status"], "stopped");
    assert.equal("pid" in (poststop?.state ?? {}), false);
  });

  test("a hook without env has the runtime's own", async () => {
    for (const name of readdirSync(log)) assert.ok(name); // the log goes on
    const before = recorded().length;
    const bundle = world.bundle(["true"], (spec) => {
      spec.hooks = { createRuntime: [{ path: record, args: ["own-name", "createRuntime"] }] };
    });
    const { code } = await rt.run(["run", "-b", bundle, "inherits"], { env: { HOOK: "a", INHERITED: "b" } });
    assert.equal(code, 0);
    assert.equal(recorded()[before]?.env, "a|b");
  });

  test("a hook that fails, cannot be started or takes too long fails the creation, and nothing is left", async () => {
    const failing = script("failing", "echo out; echo err >&2; exit 5");
    const slow = script("slow", rt.isKata ? "sleep 100" : "exec sleep 100"); // runc waits for what the hook has started
    // Debian's runc 1.1.5 has no kind in its text, and says more
    const text = (kind: Kind, index: number, why: string): RegExp =>
      new RegExp(
        rt.isKata ? `error running ${kind} hook #${index}: ${why}` : `error running hook #${index}: (?:error running hook: )?${why}`,
      );
    const cases: readonly (readonly [kind: Kind, hooks: object[], failing: number, why: string])[] = [
      ["createRuntime", [{ path: failing }], 0, "exit status 5, stdout: out\n, stderr: err\n"],
      ["prestart", [{ path: "/bin/true" }, { path: failing }], 1, "exit status 5, "],
      ["createRuntime", [{ path: "/no/such" }], 0, "fork/exec /no/such: no such file or directory"],
      ["createRuntime", [{ path: slow, timeout: 1 }], 0, "hook ran past specified timeout of 1\\.0s"],
    ];
    for (const [kind, hooks, index, why] of cases) {
      const bundle = world.bundle(["true"], (spec) => {
        spec.hooks = { [kind]: hooks };
      });
      assert.match(await rt.fails(1, "create", "-b", bundle, "failing"), text(kind, index, why));
      assert.equal(existsSync(join(world.root, "failing")), false);
    }
  });

  if (rt.isKata) {
    const inside = (text: string, more: object = {}): object => ({ path: "/bin/sh", args: ["sh", "-c", text], ...more });

    test("hooks of the container run in it, before its program", async () => {
      const { code, stdout } = await rt.runs("inside", (spec: TestSpec) => {
        spec.annotations = { k: "v" };
        spec.process.env.push("OWN=1");
        spec.process.user = { uid: 1000, gid: 1000 };
        spec.mounts.push({ destination: "/log", type: "tmpfs", source: "tmpfs", options: ["mode=1777"] });
        spec.hooks = {
          createContainer: [inside('PATH=/bin; cat >/log/create; echo >>/log/create; echo "$OWN|$(hostname)|$(id -u)" >>/log/create')],
          startContainer: [inside('cat >/log/start; echo >>/log/start; echo "$OWN|$(hostname)|$(id -u)" >>/log/start')],
        };
        spec.process.args = ["cat", "/log/create", "/log/start"];
      });
      const state = (status: string): string =>
        `{"ociVersion":"1.3.0","id":"inside","status":"${status}","pid":1,"bundle":"BUNDLE","annotations":{"k":"v"}}\n`;
      const expected = `${state("creating")}|guest|0\n${state("created")}1|guest|1000\n`;
      assert.deepEqual([code, stdout.replaceAll(/"bundle":"[^"]*"/g, '"bundle":"BUNDLE"')], [0, expected]);
    });

    test("a hook of the container that fails fails the creation or the start", async () => {
      const create = world.bundle(["true"], (spec) => {
        spec.hooks = { createContainer: [inside("exit 3", { env: [] })] };
      });
      assert.match(
        await rt.fails(1, "create", "-b", create, "c1"),
        /error running createContainer hook #0: exit status 3, stdout: , stderr: /,
      );
      const start = world.bundle(["true"], (spec) => {
        spec.hooks = { startContainer: [inside("sleep 100", { timeout: 1 })] };
      });
      assert.equal((await rt.run(["create", "-b", start, "c2"])).code, 0);
      assert.match(await rt.fails(1, "start", "c2"), /error running startContainer hook #0: hook ran past specified timeout of 1\.0s/);
      await until("the end", async () => (await rt.status("c2")) === "stopped");
      await rt.succeeds("delete", "c2");
    });

    test("a failing poststart hook fails the start and ends the container, a failing poststop hook only warns", async () => {
      const bundle = world.bundle(["sleep", "1000"], (spec) => {
        const failing = { path: "/bin/sh", args: ["sh", "-c", "exit 7"] };
        spec.hooks = { poststart: [failing], poststop: [failing, hook("poststop")] };
      });
      assert.equal((await rt.run(["create", "-b", bundle, "post"])).code, 0);
      assert.match(await rt.fails(1, "start", "post"), /error running poststart hook #0: exit status 7, /);
      await until("the end", async () => (await rt.status("post")) === "stopped");
      const before = recorded().length;
      const warnings = join(world.directory, "warnings");
      await rt.succeeds("--debug", "--log", warnings, "delete", "post");
      assert.match(readFileSync(warnings, "utf8"), /level=warning.*error running poststop hook #0: exit status 7/);
      assert.equal(recorded().length, before + 1);
    });

    test("hooks that are wrong are named", async () => {
      for (const [wrong, named] of [
        [{ path: "relative" }, /hooks\.prestart\[0\]\.path is "relative", must be an absolute path/],
        [{ path: "/x", timeout: 0 }, /hooks\.prestart\[0\]\.timeout is 0, must be greater than 0/],
        [{}, /hooks\.prestart\[0\]\.path is missing/],
      ] as const) {
        const bundle = world.bundle(["true"], (spec) => {
          spec.hooks = { prestart: [wrong] };
        });
        assert.match(await rt.fails(1, "create", "-b", bundle, "wrong"), named);
      }
    });
  }

  test("nothing is left behind", () => rt.leftNothing());
});
