/** Containers that tell a service manager that they are ready (NOTIFY_SOCKET), on the real program and on runc. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { eachRuntime } from "../conformance/runtimes.ts";
import { until } from "../support/world.ts";

eachRuntime((rt) => {
  const { world } = rt;
  const program = join(world.directory, "notify");
  const socket = join(world.directory, "manager");
  let heard = "";
  let manager: ReturnType<typeof spawn> | undefined;

  before(async () => {
    chmodSync(world.directory, 0o755);
    execFileSync("gcc", ["-static", "-O1", "-o", program, fileURLToPath(new URL("notify.c", import.meta.url))]);
    manager = spawn(program, ["listen", socket], { stdio: ["ignore", "pipe", "inherit"] });
    manager.stdout?.on("data", (chunk: Buffer) => (heard += chunk.toString()));
    await until("the manager", () => existsSync(socket));
  });
  after(() => manager?.kill("SIGKILL"));

  function notifying(script: string): string {
    const bundle = world.bundle(["sh", "-c", script], (spec) => {
      spec.process.user = { uid: 1000, gid: 1000 };
    });
    copyFileSync(program, join(bundle, "rootfs/bin/notify"));
    return bundle;
  }

  test("start returns when the program is ready, and the manager hears which process it is", async () => {
    const go = join(world.directory, "go");
    const bundle = notifying(
      'notify send "$NOTIFY_SOCKET" STATUS=loading; while [ ! -e /run/go/go ]; do sleep 0.1; done; notify send "$NOTIFY_SOCKET" "READY=1"; sleep 1000',
    );
    const config = JSON.parse(readFileSync(join(bundle, "config.json"), "utf8")) as { mounts: object[] };
    config.mounts.push({ destination: "/run/go", type: "bind", source: world.directory, options: ["bind", "ro"] });
    writeFileSync(join(bundle, "config.json"), JSON.stringify(config));
    const env = { NOTIFY_SOCKET: socket };
    assert.equal((await rt.run(["create", "-b", bundle, "notifies"], { env })).code, 0);
    const starting = rt.run(["start", "notifies"], { env, timeoutMs: 30_000 });
    await until("running", async () => (await rt.status("notifies")) === "running");
    assert.equal(heard, "");
    writeFileSync(go, "");
    assert.equal((await starting).code, 0);
    // Debian's runc 1.1.5 has no barrier yet
    await until("the word", () => heard.includes("READY=1") && (!rt.isKata || heard.includes("[BARRIER=1]")));
    const { pid } = await world.state("notifies");
    assert.ok(heard.includes("READY=1") && heard.includes(`MAINPID=${pid}`), heard);
    await rt.succeeds("delete", "-f", "notifies");
  });

  test("start returns when the program ends without a word", async () => {
    const env = { NOTIFY_SOCKET: socket };
    heard = "";
    assert.equal((await rt.run(["create", "-b", notifying("exit 3"), "silent"], { env })).code, 0);
    assert.equal((await rt.run(["start", "silent"], { env })).code, 0);
    assert.ok(!heard.includes("READY=1"), heard);
    await until("the end", async () => (await rt.status("silent")) === "stopped");
    await rt.succeeds("delete", "silent");
  });

  test("nothing is left behind", () => rt.leftNothing());
});
