/** Terminals: by console socket when detached, the caller's own in the foreground. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestSpec } from "../support/bundle.ts";
import { HostHelper } from "../support/host-helper.ts";
import { until } from "../support/world.ts";
import { eachRuntime } from "./runtimes.ts";

const withTerminal =
  (...args: string[]) =>
  (spec: TestSpec): void => {
    spec.process.terminal = true;
    spec.process.args = args;
  };

eachRuntime((rt) => {
  const { world } = rt;
  const onTerminal = (...args: string[]): HostHelper =>
    new HostHelper(["terminal", "43", "132", world.program, "--root", world.root, ...args], { cwd: world.directory });
  const modes = (helper: HostHelper): string[] => helper.reports.filter((line) => line.startsWith("modes"));
  const stopped = (id: string): Promise<void> => until(`the end of ${id}`, async () => (await rt.status(id)) === "stopped");

  test("create sends the master with one message to the socket, which may be relative to the bundle", async () => {
    const script = `trap 'echo winch $(stty size)' WINCH; trap 'echo int' INT; trap 'echo hup >/tmp/hup; exit 6' HUP
      tty; echo size $(stty size); stat -c 'owner %u %g' $(tty); [ -e /dev/console ] && echo console; echo ready
      while :; do sleep 0.1; done`;
    const bundle = world.bundle([], (spec) => {
      withTerminal("sh", "-c", script)(spec);
      spec.process.user = { uid: 1000, gid: 1000 };
      spec.process.consoleSize = { height: 31, width: 77 };
    });
    const helper = new HostHelper(["console", join(bundle, "console.sock")]);
    await helper.reported(/^listening/);
    await rt.succeeds("create", "--console-socket", "console.sock", "-b", bundle, "console");
    const [, length, name = ""] = await helper.reported(/^message (\d+) descriptors 1 size 31 77 name (\/dev\/.*)$/);
    assert.equal(Number(length), name.length);
    await helper.reported(/^then 0$/);
    assert.equal(helper.output, "");
    await rt.succeeds("start", "console");
    await helper.shows(/ready\r\n/);
    assert.equal(helper.output, "/dev/pts/0\r\nsize 31 77\r\nowner 1000 5\r\nconsole\r\nready\r\n");
    helper.order("size 50 120");
    await helper.shows(/winch 50 120\r\n/);
    helper.type("\u0003");
    await helper.shows(/\^Cint\r\n/);
    assert.equal(await rt.status("console"), "running");
    helper.order("hangup");
    await stopped("console");
    assert.equal(readFileSync(join(bundle, "rootfs/tmp/hup"), "utf8"), "hup\n");
    await rt.succeeds("delete", "console");
    await helper.ended;
  });

  test("a terminal that is detached needs a socket, and a socket a terminal", async () => {
    const attempt = (terminal: boolean, ...args: string[]): Promise<string> =>
      rt.fails(
        1,
        ...args,
        "-b",
        world.bundle(["true"], (spec) => Object.assign(spec.process, { terminal })),
        "never",
      );
    assert.match(await attempt(true, "create"), /cannot allocate tty if RUNTIME will detach without setting console socket/);
    assert.match(await attempt(true, "run", "-d"), /cannot allocate tty if RUNTIME will detach without setting console socket/);
    assert.match(
      await attempt(false, "create", "--console-socket", "x"),
      /cannot use console socket if RUNTIME will not detach or allocate tty/,
    );
    assert.match(
      await attempt(true, "run", "--console-socket", "x"),
      /cannot use console socket if RUNTIME will not detach or allocate tty/,
    );
    assert.match(await attempt(true, "create", "--console-socket", "/no/such.sock"), /no such file or directory/);
  });

  test("run with the caller's terminal: size, resize, signals by key, status, and the terminal as it was", async (t) => {
    const script = `trap 'echo winch $(stty size)' WINCH; stty size; echo ready; read -r line; echo got $line
      while :; do read -r line; [ "$line" = quit ] && exit 5; done`;
    const helper = onTerminal("run", "-b", world.bundle([], withTerminal("sh", "-c", script)), "front");
    await helper.shows(/ready\r\n/);
    assert.match(helper.output, rt.expected(t, "sizeAtOnce"));
    helper.order("modes");
    await until("raw modes", () => modes(helper).length === 2);
    assert.notEqual(modes(helper)[1], modes(helper)[0]);
    helper.type("hello\r");
    await helper.shows(/hello\r\ngot hello\r\n/);
    helper.order("size 20 60");
    await helper.shows(/winch 20 60\r\n/);
    helper.type("quit\r");
    assert.match((await helper.reported(/^\d+ (exit|signal) .*/))[0], /exit 5$/);
    assert.equal(modes(helper).at(-1), modes(helper)[0]);
    await helper.ended;
  });

  test("run with the caller's terminal: a size that changes while the container is made is its size", async () => {
    const helper = onTerminal("run", "-b", world.bundle([], withTerminal("sh", "-c", "read -r line; stty size")), "resized");
    await helper.reported(/started/);
    helper.order("size 21 61");
    await until("raw modes", () => {
      helper.order("modes");
      return modes(helper).at(-1) !== modes(helper)[0];
    });
    helper.type("go\r");
    await helper.shows(/\n21 61\r\n/);
    await helper.ended;
  });

  test("run with the caller's terminal: a signal to the command goes to the process, and the terminal is as it was", async () => {
    const script = "trap 'echo term; exit 9' TERM; echo ready; while :; do sleep 0.1; done";
    const helper = onTerminal("run", "-b", world.bundle([], withTerminal("sh", "-c", script)), "signalled");
    await helper.shows(/ready\r\n/);
    helper.order("signal 15");
    assert.match((await helper.reported(/^\d+ (exit|signal) .*/))[0], /exit 9$/);
    await helper.shows(/term\r\n$/); // the end is told on another way than the output
    assert.equal(modes(helper).at(-1), modes(helper)[0]);
    await helper.ended;
  });

  test("a terminal is asked for and there is none", async () => {
    const { code, stderr } = await rt.run(["run", "-b", world.bundle([], withTerminal("true")), "none"]);
    assert.equal(code, 1);
    assert.match(stderr, /console|no such device|inappropriate/);
  });

  test("exec -t has the terminal's size from its first instruction, and nothing else is printed", async (t) => {
    await rt.started("execs");
    for (let i = 0; i < 8; i++) {
      const helper = onTerminal("exec", "-t", "execs", "sh", "-c", "stty size; echo ready; exit 3");
      assert.match((await helper.reported(/^\d+ (exit|signal) .*/))[0], /exit 3$/);
      await helper.ended;
      assert.match(helper.output, rt.expected(t, "sizeAtOnce"));
      assert.equal(modes(helper).at(-1), modes(helper)[0]);
    }
  });

  test("exec -t finds the controlling terminal when no stream is one", async () => {
    const line = `"$0" --root "$1" exec -t execs sh -c 'sleep 0.2; stty size' </dev/null 2>/dev/null | cat`;
    const helper = new HostHelper(["terminal", "43", "132", "sh", "-c", line, world.program, world.root]);
    await helper.shows(/43 132\r?\n/);
    await helper.ended;
    assert.equal(modes(helper).at(-1), modes(helper)[0]);
  });

  test("exec -t of what is not there leaves the terminal as it was", async () => {
    const helper = onTerminal("exec", "-t", "execs", "no-such-thing");
    assert.match((await helper.reported(/^\d+ (exit|signal) .*/))[0], /exit 255$/);
    await helper.ended;
    assert.match(helper.output, /executable file not found/);
    assert.equal(modes(helper).at(-1), modes(helper)[0]);
  });

  test("exec -t: ^C is the process's, ^D its end of input", async () => {
    const helper = onTerminal("exec", "-t", "execs", "sh", "-c", "trap 'echo int' INT; echo ready; cat; cat; echo over");
    await helper.shows(/ready\r\n/);
    helper.type("line\r");
    await helper.shows(/line\r\nline\r\n/);
    helper.type("\u0004");
    await new Promise((resume) => setTimeout(resume, 300));
    helper.type("\u0003");
    await helper.shows(/int\r\n/);
    await helper.shows(/over/);
    await helper.ended;
  });

  test("exec -t ends when the caller's terminal hangs up", async () => {
    const helper = onTerminal("exec", "-t", "execs", "sh", "-c", "echo ready; sleep 1000");
    await helper.shows(/ready\r\n/);
    helper.order("hangup");
    await helper.ended;
    await until("the end of the process", async () => !(await rt.run(["exec", "execs", "ps"])).stdout.includes("echo ready"));
  });

  test("exec -d with a console socket", async () => {
    const socket = join(world.directory, "exec.sock");
    const helper = new HostHelper(["console", socket]);
    await helper.reported(/^listening/);
    const file = join(world.directory, "process.json");
    const pidFile = join(world.directory, "exec.pid");
    const script = "tty; stty size; read -r line; echo got $line";
    const size = { height: 22, width: 66 };
    writeFileSync(
      file,
      JSON.stringify({
        terminal: true,
        consoleSize: size,
        args: ["/bin/sh", "-c", script],
        cwd: "/",
        user: { uid: 0, gid: 0 },
        env: ["PATH=/bin"],
      }),
    );
    await rt.succeeds("exec", "--process", file, "--console-socket", socket, "--detach", "--pid-file", pidFile, "execs");
    await helper.reported(/^message \d+ descriptors 1 size 22 66 name /);
    await helper.shows(/\/dev\/pts\/\d+\r\n22 66\r\n/);
    assert.ok(existsSync(`/proc/${readFileSync(pidFile, "utf8")}`));
    helper.type("text\r");
    await helper.shows(/got text\r\n/);
    await helper.ended;
  });

  test("nothing is left behind", async () => {
    await rt.succeeds("delete", "-f", "execs");
    rt.leftNothing();
  });
});
