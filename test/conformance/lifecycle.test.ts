/** States, what each command says in each of them, records and files. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../support/world.ts";
import { eachRuntime } from "./runtimes.ts";

eachRuntime((rt) => {
  const { world } = rt;
  const stopped = (id: string): Promise<void> => until(`the end of ${id}`, async () => (await rt.status(id)) === "stopped");

  test("created: its state, and what start, exec, delete and a second create make of it", async () => {
    const { bundle, output } = await rt.created("walk", (spec) => {
      spec.process.args = ["sh", "-c", "echo started; exec sleep 1000"];
      spec.annotations = { "org.example.b": "2", "org.example.a": "1" };
    });
    const text = await rt.succeeds("state", "walk");
    assert.ok(text.startsWith('{\n  "ociVersion": "'));
    assert.ok(text.endsWith("}"));
    const state = JSON.parse(text) as Record<string, unknown>;
    const keys = ["ociVersion", "id", "pid", "status", "bundle", "rootfs", "created", "annotations", "owner"];
    assert.deepEqual(Object.keys(state), keys);
    const { id, status, rootfs, annotations, owner } = state;
    assert.deepEqual(
      { id, status, bundle: state["bundle"], rootfs, annotations, owner },
      {
        id: "walk",
        status: "created",
        bundle,
        rootfs: join(bundle, "rootfs"),
        annotations: { "org.example.a": "1", "org.example.b": "2" },
        owner: "",
      },
    );
    assert.match(String(state["created"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);
    assert.ok(existsSync(`/proc/${state["pid"]}`));
    assert.equal(readFileSync(output, "utf8"), "");
    assert.match(await rt.fails(1, "create", "-b", bundle, "walk"), /container with (given )?(ID|id).*(already )?exists/i);
    assert.match(await rt.fails(1, "run", "-b", bundle, "walk"), /container with (given )?(ID|id).*(already )?exists/i);
    assert.equal((await rt.run(["exec", "walk", "echo", "in created"])).stdout, "in created\n");
    assert.equal(readFileSync(output, "utf8"), "");
    await rt.succeeds("start", "walk");
    await until("the output", () => readFileSync(output, "utf8") === "started\n");
    assert.match(await rt.fails(1, "start", "walk"), /cannot start an already running container/);
  });

  test("running: list shows it as table, JSON and id", async () => {
    const { pid, bundle, created } = await world.state("walk");
    const rows = (await rt.succeeds("list")).trimEnd().split("\n");
    assert.equal(rows[1]?.replace(/ +/g, " "), `walk ${pid} running ${String(bundle)} ${String(created)} root`);
    const columns = [...(rows[0] ?? "").matchAll(/\S+\s*/g)].map(({ index }) => index);
    for (const column of columns) assert.match(rows[1]?.slice(Math.max(column - 1, 0), column + 1) ?? "", column === 0 ? /\S/ : / \S/);
    const listed = JSON.parse(await rt.succeeds("list", "-f", "json")) as Record<string, unknown>[];
    assert.deepEqual(
      listed.map(({ id, pid: shown, status, owner }) => ({ id, pid: shown, status, owner })),
      [{ id: "walk", pid, status: "running", owner: "root" }],
    );
    assert.equal(await rt.succeeds("list", "-q"), "walk\n");
  });

  test("running: an entry of the state directory that is damaged is told of and passed over", async () => {
    const broken = join(world.root, "broken");
    assert.equal(statSync(join(world.root, "walk")).mode & 0o777, 0o711);
    writeFileSync(join(world.root, "a-file"), "");
    mkdirSync(broken);
    writeFileSync(join(broken, "state.json"), "{nonsense");
    const { code, stdout, stderr } = await rt.run(["list", "-q"]);
    assert.deepEqual({ code, stdout }, { code: 0, stdout: "walk\n" });
    assert.match(stderr, /broken|state\.json|invalid/);
    for (const path of [broken, join(world.root, "a-file")]) rmSync(path, { recursive: true });
  });

  test("running: kill knows numbers, names in any case, and refuses what is no signal", async () => {
    for (const signal of ["0", "CONT", "SIGCONT", "sigcont", "18", ""]) await rt.succeeds("kill", "walk", signal);
    for (const signal of ["FOO", "SIGRTMIN+1", "1x"])
      assert.ok((await rt.fails(1, "kill", "walk", signal)).includes(`unknown signal "${signal}"`));
    assert.match(await rt.fails(1, "kill", "walk", "99"), /invalid argument/);
    assert.equal(await rt.status("walk"), "running");
  });

  test("the words and exit codes around the end of a container", async () => {
    assert.equal(await rt.fails(1, "delete", "walk"), "cannot delete container walk that is not stopped: running");
    await rt.succeeds("kill", "walk", "KILL");
    await stopped("walk");
    const state = JSON.parse(await rt.succeeds("state", "walk")) as Record<string, unknown>;
    assert.deepEqual([state["pid"], state["status"]], [0, "stopped"]);
    assert.match(await rt.succeeds("list"), /^walk +0 +stopped /m);
    assert.match(await rt.fails(1, "kill", "walk", "KILL"), /container not running/);
    await rt.succeeds("kill", "--all", "walk", "KILL");
    assert.match(await rt.fails(255, "exec", "walk", "true"), /cannot exec in a stopped container/);
    assert.match(await rt.fails(1, "start", "walk"), /cannot start a container that has stopped/);
    await rt.succeeds("delete", "walk");
    assert.match(await rt.fails(1, "delete", "walk"), /container does not exist/);
    await rt.succeeds("delete", "-f", "walk");
    rt.leftNothing();
  });

  test("created: kill ends it, and delete alone removes it", async () => {
    await rt.created("early");
    await rt.succeeds("kill", "early", "KILL");
    await stopped("early");
    await rt.succeeds("delete", "early");
    await rt.created("early");
    await rt.succeeds("kill", "early", "WINCH");
    await rt.succeeds("kill", "early", "TERM"); // it has no handler yet, and yet it ends
    await stopped("early");
    await rt.succeeds("delete", "early");
    await rt.created("early");
    await rt.succeeds("delete", "early");
    rt.leftNothing();
  });

  test("an id can be used again right after delete --force of a container that runs", async () => {
    for (let i = 0; i < 2; i++) {
      await rt.started("again");
      await rt.succeeds("delete", "--force", "again");
      rt.leftNothing();
    }
  });

  test("run --keep leaves the stopped container", async () => {
    const bundle = world.bundle(["sh", "-c", "exit 3"]);
    assert.equal((await rt.run(["run", "--keep", "-b", bundle, "kept"])).code, 3);
    assert.equal(await rt.status("kept"), "stopped");
    assert.match(await rt.fails(1, "run", "-b", bundle, "kept"), /exists/);
    await rt.succeeds("delete", "kept");
    assert.equal((await rt.run(["run", "-b", bundle, "kept"])).code, 3);
    rt.leftNothing();
  });

  test("run -d returns while the container runs; SIGTERM by name ends one that heeds it", async () => {
    const pidFile = join(world.directory, "detached.pid");
    const heeding = (spec: { process: { args: string[] } }): void => {
      spec.process.args = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"];
    };
    const { code } = await rt.run(["run", "-d", "--pid-file", pidFile, "-b", world.bundle([], heeding), "detached"]);
    assert.equal(code, 0);
    const text = readFileSync(pidFile, "utf8");
    assert.match(text, /^\d+$/);
    assert.equal((await world.state("detached")).pid, Number(text));
    await new Promise((resume) => setTimeout(resume, 500));
    await rt.succeeds("kill", "detached");
    await stopped("detached");
    await rt.succeeds("delete", "detached");
  });

  test("a program that is missing fails create, in words that engines look for, and leaves nothing", async () => {
    const pidFile = join(world.directory, "never.pid");
    const attempt = (...args: string[]): Promise<string> =>
      rt.fails(1, "create", "--pid-file", pidFile, "-b", world.bundle(args), "missing");
    assert.match(await attempt("no-such"), /^RUNTIME create failed: .*exec: "no-such": executable file not found in \$PATH/);
    assert.match(await attempt("/no/such"), /exec: "\/no\/such": (stat \/no\/such: )?no such file or directory/);
    assert.match(await attempt("/etc"), /exec: "\/etc": (is a directory|permission denied)/);
    assert.match(await attempt("/etc/passwd"), /exec: "\/etc\/passwd": permission denied/);
    assert.equal(existsSync(pidFile), false);
    assert.deepEqual(
      readdirSync(world.root).filter((name) => !name.startsWith("@")),
      [],
    );
    rt.leftNothing();
  });

  test("a pid file that cannot be written fails create and leaves nothing", async () => {
    const { code } = await rt.run(["create", "--pid-file", "/no/such/directory/pid", "-b", world.bundle(["sleep", "100"]), "nopid"]);
    assert.equal(code, 1);
    rt.leftNothing();
  });

  test("what is in config.json counts at create", async () => {
    const { bundle, output } = await rt.created("edited", (spec) => {
      spec.process.args = ["sh", "-c", "echo as created; exec sleep 1000"];
    });
    const config = join(bundle, "config.json");
    const spec = JSON.parse(readFileSync(config, "utf8")) as { process: { args: string[]; env: string[] } };
    spec.process.args = ["echo", "as edited"];
    spec.process.env.push("EDITED=yes");
    writeFileSync(config, JSON.stringify(spec));
    await rt.succeeds("start", "edited");
    await until("the output", () => readFileSync(output, "utf8") !== "");
    assert.equal(readFileSync(output, "utf8"), "as created\n");
    assert.equal((await rt.run(["exec", "edited", "sh", "-c", "echo $EDITED"])).stdout, "yes\n");
    await rt.succeeds("delete", "-f", "edited");
  });

  test("nothing is left behind", () => rt.leftNothing());
});
