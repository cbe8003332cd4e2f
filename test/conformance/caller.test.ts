/** Callers as they come: without environment, in a mount namespace of their own, sending signals, with descriptors to spare. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { finish, makeDirectory, type Result, until } from "../support/world.ts";
import { eachRuntime } from "./runtimes.ts";

eachRuntime((rt) => {
  const { world } = rt;
  /** A line of bash in which `rt` is the runtime. */
  const bash = (line: string): Promise<Result> =>
    finish(spawn("bash", ["-c", `rt() { "${world.program}" --root ${world.root} "$@"; }; ${line}`], { cwd: world.directory }), 60_000);

  test("without PATH and HOME every command works", async () => {
    const bundle = world.bundle(["sleep", "1000"]);
    const empty = `env -i ${world.program} --root ${world.root}`;
    const lines = [
      `${empty} create -b ${bundle} bare </dev/null >/dev/null 2>&1`,
      `${empty} start bare`,
      `${empty} exec bare echo inside`,
      `${empty} kill bare KILL`,
      `while ${empty} state bare | grep -q running; do :; done`,
      `${empty} delete bare`,
      "echo over",
    ];
    assert.deepEqual(await bash(lines.join(" && ")), { code: 0, stdout: "inside\nover\n", stderr: "" });
  });

  test("a root file system that is mounted in the caller's mount namespace only is the container's", async () => {
    const bundle = world.bundle(["cat", "/only/here"]);
    makeDirectory(join(bundle, "rootfs/only"));
    const private_ = `mount -t tmpfs tmpfs ${bundle}/rootfs/only && echo seen >${bundle}/rootfs/only/here && ${world.program} --root ${world.root} run -b ${bundle} private`;
    assert.deepEqual(await bash(`unshare -m sh -c '${private_}'`), { code: 0, stdout: "seen\n", stderr: "" });
    rt.leftNothing();
  });

  test("run in the foreground hands signals on, and ends with the process", async () => {
    const script = "trap 'echo usr1' USR1; trap 'echo hup' HUP; trap 'echo int; exit 4' INT; echo ready; while :; do sleep 0.05; done";
    const child = world.start(["run", "-b", world.bundle(["sh", "-c", script]), "signals"]);
    const ended = finish(child, 60_000);
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    for (const [signal, word] of [
      [undefined, "ready"],
      ["SIGUSR1", "usr1"],
      ["SIGHUP", "hup"],
      ["SIGINT", "int"],
    ] as const) {
      if (signal !== undefined) child.kill(signal);
      await until(word, () => output.endsWith(`${word}\n`));
    }
    assert.equal((await ended).code, 4);
    rt.leftNothing();
  });

  test("exec in the foreground hands signals on", async () => {
    await rt.started("execs");
    const script = "trap 'echo term; exit 6' TERM; echo ready; while :; do sleep 0.05; done";
    const child = world.start(["exec", "execs", "sh", "-c", script]);
    const ended = finish(child, 60_000);
    await new Promise((ready) => child.stdout?.once("data", ready));
    child.kill("SIGTERM");
    assert.deepEqual(await ended, { code: 6, stdout: "ready\nterm\n", stderr: "" });
  });

  test("descriptors that a caller leaves open are not held by anything that stays", async () => {
    const held = "exec 9> >(cat >/dev/null; echo closed)";
    const { stdout } = await bash(`${held}; rt exec -d execs sleep 1000 </dev/null >/dev/null 2>&1; exec 9>&-; wait $!`);
    assert.equal(stdout, "closed\n");
    const create = `rt create -b ${world.bundle(["sleep", "1000"])} holds </dev/null >/dev/null 2>&1`;
    assert.equal((await bash(`${held}; ${create}; rt start holds; exec 9>&-; wait $!`)).stdout, "closed\n");
    await rt.succeeds("delete", "-f", "holds");
  });

  test("--preserve-fds: a process reads and writes descriptors of the caller's, from 3 on", async () => {
    const carried = await bash("rt exec --preserve-fds 2 execs sh -c 'cat <&3 >&4; echo more >&4' 3< <(echo in) 4>passed; cat passed");
    assert.deepEqual(carried, { code: 0, stdout: "in\nmore\n", stderr: "" });
    const bundle = world.bundle(["sh", "-c", "cat <&3"]);
    const ran = await bash(`rt run --preserve-fds 1 -b ${bundle} passed 3< <(echo first)`);
    assert.deepEqual(ran, { code: 0, stdout: "first\n", stderr: "" });
  });

  test("LISTEN_FDS that are this command's are the first of them, and the program is told", async () => {
    const script = 'echo "$LISTEN_FDS|$LISTEN_PID"; [ -e /proc/self/fd/3 ] && cat <&3 <&4';
    const run = (bundle: string, pid: string, id: string): string =>
      `bash -c 'LISTEN_FDS=1 LISTEN_PID=${pid} exec ${world.program} --root ${world.root} run --preserve-fds 1 -b ${bundle} ${id}'`;
    const bundle = world.bundle(["sh", "-c", script]);
    const activated = await bash(`${run(bundle, "$$", "own")} 3< <(echo a) 4< <(echo b)`);
    assert.deepEqual(activated, { code: 0, stdout: "1|1\nb\n", stderr: "" });
    const foreign = await bash(`${run(bundle, "1", "foreign")} 3< <(echo a) 4>&-`);
    assert.match(foreign.stdout, /^\|\n/);
  });

  test("nothing is left behind", async () => {
    await rt.succeeds("delete", "-f", "execs");
    rt.leftNothing();
  });
});
