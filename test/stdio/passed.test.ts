/** Descriptors beyond the standard streams: bytes, ends and the order of both are as they would be without a machine between. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { eachRuntime } from "../conformance/runtimes.ts";
import { hostHelper } from "../support/host-helper.ts";
import { finish, type Result, until } from "../support/world.ts";

const megabyte = 1 << 20;

eachRuntime((rt) => {
  const { world } = rt;
  /** A line of bash in which `rt N CMD...` is an exec in the container that passes N descriptors. */
  const bash = (line: string): Promise<Result> => {
    const script = `rt() { local n=$1; shift; ${world.program} --root ${world.root} exec --preserve-fds $n io "$@"; }; ${line}`;
    return finish(spawn("bash", ["-c", script], { cwd: world.directory }), 60_000);
  };
  const read = (name: string): string => readFileSync(join(world.directory, name), "latin1");
  /** An exec whose descriptor 3 is a socket; this is the other end. */
  const onSocket = (script: string): { socket: Socket; ended: Promise<Result> } => {
    const child = world.start(["exec", "--preserve-fds", "1", "io", "sh", "-c", script], { stdio: ["ignore", "pipe", "pipe", "pipe"] });
    return { socket: child.stdio[3] as Socket, ended: finish(child, 60_000) };
  };

  test("a file is read from where it stands, and written where it stands or at its end", async () => {
    await rt.started("io");
    writeFileSync(join(world.directory, "input"), "one\ntwo\nthree\n");
    await bash("{ read first <&5; rt 2 sh -c 'cat <&3 >&4; echo end >&4' 3<&5 4>>output </dev/null; } 5<input; echo after >>output");
    assert.equal(read("output"), "two\nthree\nend\nafter\n");
    await bash("{ echo before >&5; rt 1 sh -c 'echo inside >&3' 3>&5; echo after >&5; } 5>shared");
    assert.equal(read("shared"), "before\ninside\nafter\n");
  });

  test("everything is there when the command has ended, and nothing is lost or changed", async () => {
    writeFileSync(join(world.directory, "large"), Buffer.alloc(megabyte, "0123456789abcdef"));
    assert.equal((await bash("rt 2 sh -c 'cat <&3 >&4' 3<large 4>copy")).code, 0);
    assert.ok(read("copy") === read("large"), "the copy differs");
    assert.equal((await bash("rt 2 sh -c 'cat <&3 >&4' 3< <(cat large) 4> >(sleep 0.5; cat >late; echo >late.end)")).code, 0);
    await until("the end of a slow reader", () => existsSync(join(world.directory, "late.end")));
    assert.ok(read("late") === read("large"), "what a slow reader got differs");
  });

  test("a pipe ends for the reader when the last writer has gone, on either side", async () => {
    assert.equal((await bash("rt 1 sh -c 'cat <&3; echo over' 3< <(echo a)")).stdout, "a\nover\n");
    assert.equal((await bash("rt 1 sh -c 'echo b >&3' 3> >(cat; echo over >&2) | cat")).stderr, "over\n");
  });

  test("a writer whose reader has gone gets SIGPIPE", async () => {
    const { code } = await bash("mkfifo gone; exec 3<>gone 4>gone 3>&-; rt 1 sh -c 'while :; do echo x; done >&3' 3>&4 4>&-");
    assert.equal(code, 141);
  });

  test("a socket carries both directions, and the end of each alone", async () => {
    const answer = onSocket("cat <&3; echo answer >&3; exec 3>&-; echo done");
    answer.socket.end("question\n");
    let received = "";
    answer.socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
    assert.deepEqual(await answer.ended, { code: 0, stdout: "question\ndone\n", stderr: "" });
    assert.equal(received, "answer\n");
  });

  test("a socket that the process closes is closed, though the process goes on", async () => {
    const args = ["exec", "-d", "--preserve-fds", "1", "io", "sh", "-c", "echo hello >&3; exec 3>&-; exec sleep 1000"];
    const child = world.start(args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    const socket = child.stdio[3] as Socket;
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
    await once(socket, "end");
    assert.equal(received, "hello\n");
    assert.equal((await finish(child, 60_000)).code, 0);
  });

  test("the first process has them too, whatever else is opened on its way", async () => {
    const script = "for fd in 3 4 5 6 7 8; do read line <&$fd; printf '%s ' $line; done; exec 3<&-; cat <&9; echo end >&10";
    const descriptors = "3< <(echo 3) 4< <(echo 4) 5< <(echo 5) 6< <(echo 6) 7< <(echo 7) 8< <(echo 8) 9< <(echo 9)";
    for (const [id, hooks] of Object.entries({ plain: {}, hooked: { startContainer: [{ path: "/bin/true" }] } })) {
      const bundle = world.bundle(["sh", "-c", script], (spec) => Object.assign(spec, { hooks }));
      const line = `${world.program} --root ${world.root} run --preserve-fds 8 -b ${bundle} ${id} ${descriptors} 10>${id}.end`;
      assert.deepEqual(await bash(line), { code: 0, stdout: "3 4 5 6 7 8 9\n", stderr: "" }, id);
      assert.equal(read(`${id}.end`), "end\n");
    }
  });

  test("a terminal is written to and read from", async () => {
    const child = world.script(
      `${world.program} --root ${world.root} exec --preserve-fds 1 io sh -c 'echo ask >&3; head -n 1 <&3' 3<>/dev/tty`,
    );
    const ended = finish(child, 60_000);
    child.stdout?.once("data", () => child.stdin?.write("typed\n"));
    assert.match((await ended).stdout, /^ask\r\ntyped\r\n/);
  });

  if (rt.isKata) {
    test("what is no stream of bytes is refused by its number and kind", async () => {
      const refused = async (line: string, message: RegExp): Promise<void> => {
        const { code, stderr } = await bash(line);
        assert.deepEqual({ line, code }, { line, code: 255 });
        assert.match(stderr, message);
      };
      await refused("rt 2 true 3</dev/null 4</tmp", /descriptor 4 \(\/tmp\) is a directory, which cannot be passed .*; mount it instead/);
      await refused("rt 1 true 3<>input", /descriptor 3 \(.*\/input\) is a file that is open for reading and writing/);
      await refused("mkfifo both; rt 1 true 3<>both", /descriptor 3 \(.*\/both\) is a pipe that is open for reading and writing/);
      await refused("rt 1 true 3</dev/zero", /descriptor 3 \(\/dev\/zero\) is a device/);
      await refused("rt 2 true 3</dev/null 4>&-", /unable to stat preserved-fd 4/);
      await refused("rt 49 true", /--preserve-fds is 49, LISTEN_FDS is 0: at most 48/);
    });

    test("so are sockets that are more than one stream, and what only this kernel knows", async () => {
      for (const [kind, words] of [
        ["listening", /descriptor 3 \(socket:\[\d+\]\) is a listening socket/],
        ["datagram", /descriptor 3 \(socket:\[\d+\]\) is a socket that carries messages/],
        ["epoll", /descriptor 3 \(anon_inode:\[eventpoll\]\) is an object of this kernel alone/],
      ] as const) {
        const { code, stderr } = await bash(
          `${hostHelper()} holding ${kind} ${world.program} --root ${world.root} exec --preserve-fds 1 io true`,
        );
        assert.equal(code, 255);
        assert.match(stderr, words);
      }
    });
  }

  test("nothing is left behind", async () => {
    await rt.succeeds("delete", "-f", "io");
    rt.leftNothing();
  });
});
