/** Standard streams of every kind, to the last byte and to the end of each direction. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { eachRuntime } from "../conformance/runtimes.ts";
import { HostHelper } from "../support/host-helper.ts";
import { finish, type Result, until } from "../support/world.ts";

const nonBlocking = 0o4000;

eachRuntime((rt) => {
  const { world } = rt;
  /** A line of bash in which `rt CMD...` is an exec in the container. */
  const bash = (line: string): Promise<Result> => {
    const script = `rt() { ${world.program} --root ${world.root} exec io "$@"; }; ${line}`;
    return finish(spawn("bash", ["-c", script], { cwd: world.directory }), 60_000);
  };
  const read = (name: string): string => readFileSync(join(world.directory, name), "utf8");

  test("input comes from a pipe, a file, a here document, /dev/null and nowhere", async () => {
    await rt.started("io");
    writeFileSync(join(world.directory, "input"), "from a file\n");
    assert.equal((await bash("echo piped | rt cat")).stdout, "piped\n");
    assert.equal((await bash("rt cat <input")).stdout, "from a file\n");
    assert.equal((await bash("rt cat <<<here")).stdout, "here\n");
    assert.deepEqual(await bash("rt cat </dev/null"), { code: 0, stdout: "", stderr: "" });
    assert.deepEqual(await bash("rt cat <&-"), { code: 0, stdout: "", stderr: "" });
  });

  test("a closed descriptor is /dev/null, and none of the command's own takes its place", async (t) => {
    const lines = [
      "rt sh -c 'echo out; echo err >&2' >&-",
      "rt sh -c 'echo out; echo err >&2' 2>&-",
      "rt sh -c 'cat; echo out' <&- 2>&-",
      "rt sh -c 'exit 4' <&- >&- 2>&-",
    ];
    const results: unknown[] = [];
    for (const line of lines) results.push(Object.values(await bash(line)));
    assert.deepEqual(results, rt.expected(t, "closedStreams"));
  });

  test("files are written as they were opened, at the offset they have", async () => {
    await bash("echo before >appended; rt echo one >>appended; rt echo two >>appended; echo after >>appended");
    assert.equal(read("appended"), "before\none\ntwo\nafter\n");
    await bash("{ echo first; rt echo second; echo third; rt sh -c 'echo fourth >&2'; } >shared 2>&1");
    assert.equal(read("shared"), "first\nsecond\nthird\nfourth\n");
    await bash("tail -n +2 <shared | rt cat >rest");
    assert.equal(read("rest"), "second\nthird\nfourth\n");
    assert.equal((await bash("rt echo lost >/dev/null; rt echo kept")).stdout, "kept\n");
  });

  test("/dev/tty is the caller's terminal", async () => {
    const exec = `${world.program} --root ${world.root} exec io`;
    const child = world.script(`${exec} sh -c 'echo ask; head -n 1' </dev/tty >/dev/tty`);
    const ended = finish(child, 60_000);
    child.stdout?.once("data", () => child.stdin?.write("typed\n"));
    assert.match((await ended).stdout, /^ask\r\n(?:typed\r\n){1,2}$/);
  });

  test("a unix socket is input and output", async () => {
    const path = join(world.directory, "socket");
    let peer: Socket | undefined;
    let received = "";
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      peer = socket;
      socket.on("data", (chunk) => (received += chunk.toString()));
    }).listen(path);
    await new Promise((listening) => server.once("listening", listening));
    try {
      const argv = [world.program, "--root", world.root, "exec", "io", "sh", "-c", "cat; echo end"];
      const client = new HostHelper(["socket", path, ...argv], { stdio: ["ignore", "ignore", "pipe"] });
      await until("a connection", () => peer !== undefined);
      peer?.write("over a socket\n");
      await until("the echo", () => received === "over a socket\n");
      peer?.end();
      assert.equal(await client.ended, 0);
      await until("the rest", () => received === "over a socket\nend\n");
    } finally {
      peer?.destroy();
      server.close();
    }
  });

  test("a reader that goes away is SIGPIPE for the writer", async () => {
    const lines = await bash("rt sh -c 'while echo line; do :; done; exit 9' 2>/dev/null | head -n 1; echo ${PIPESTATUS[0]}");
    assert.equal(lines.stdout, "line\n141\n");
    const counted = await bash("rt yes | head -c 1000000 | wc -c; echo ${PIPESTATUS[0]}");
    assert.equal(counted.stdout, "1000000\n141\n");
  });

  test("a device that takes nothing is an error for the writer", async () => {
    assert.notEqual((await bash("rt sh -c 'while echo line; do :; done; exit 0' >/dev/full 2>/dev/null")).code, 0);
  });

  test("a writer that lost the reader of its output keeps its standard error", async () => {
    const script = 'trap "" PIPE; echo a; sleep 1; echo b; sleep 1; echo c 2>/dev/null || echo no reader >&2';
    const { stdout, stderr } = await bash(`rt sh -c '${script}' | head -n 1`);
    assert.deepEqual({ stdout, stderr }, { stdout: "a\n", stderr: "no reader\n" });
  });

  test("300000 lines and 8 MB of bytes arrive as they were sent", async () => {
    const expected = digest(execFileSync("seq", ["1", "300000"], { maxBuffer: 1 << 24 }));
    for (let i = 0; i < 3; i++) assert.equal(digest(Buffer.from((await bash("rt seq 1 300000")).stdout)), expected);
    assert.equal((await bash("head -c 8000000 /dev/urandom >random; rt cat <random | cmp - random && echo same")).stdout, "same\n");
  });

  test("a slow reader gets everything before the exit status is told", async () => {
    const producer = "{ rt sh -c 'head -c 300000 /dev/zero; exit 6'; echo status $? >status; }";
    const { stdout } = await bash(`echo none >status; ${producer} | { sleep 1; cat status; wc -c; }; sleep 0.2; cat status`);
    assert.equal(stdout, "none\n300000\nstatus 6\n");
  });

  test("in the foreground the output of processes left behind is waited for", async () => {
    const { stdout } = await bash("rt sh -c '{ sleep 1; echo late; } & echo soon; exit 3'; echo $?");
    assert.equal(stdout, "soon\nlate\n3\n");
  });

  test("a writer whose reader in the container ends is told", async () => {
    const { stdout } = await bash("yes | rt true; echo ${PIPESTATUS[@]}");
    assert.match(stdout, /^(141|1) 0\n$/);
  });

  test("the flags of the caller's descriptors stay as they are", async () => {
    const flags = async (line: string): Promise<number[]> => {
      const { stdout } = await bash(line);
      return [...stdout.matchAll(/^flags:\s*([0-7]+)/gm)].map(([, octal = ""]) => Number.parseInt(octal, 8) & nonBlocking);
    };
    const probe = "rt sh -c 'cat; echo err >&2'; cat /proc/self/fdinfo/{0,1,2}";
    assert.deepEqual(await flags(`(echo; sleep 0.2) | { ${probe}; } 2>&1 | cat`), [0, 0, 0]);
    assert.deepEqual(await flags(`{ ${probe}; } </dev/null`), [0, 0, 0]);
    // while it runs
    const during = "(echo; sleep 1) | { rt cat & sleep 0.5; cat /proc/self/fdinfo/{0,1}; wait; } | cat";
    assert.deepEqual(await flags(during), [0, 0]);
  });

  test("nothing is left behind", async () => {
    await rt.succeeds("delete", "-f", "io");
    rt.leftNothing();
  });
});

const digest = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
