/** What exec makes of its options, of a process file, and of the container's own process. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eachRuntime } from "./runtimes.ts";

eachRuntime((rt) => {
  const { world } = rt;
  /** Standard output of an exec that must succeed and say nothing else. */
  const exec = (...args: string[]): Promise<string> => rt.succeeds("exec", ...args);
  let files = 0;
  const processFile = (process: object): string => {
    const path = join(world.directory, `process-${files++}.json`);
    writeFileSync(path, JSON.stringify(process));
    return path;
  };
  const base = { cwd: "/", user: { uid: 0, gid: 0 }, env: ["PATH=/bin"] };

  test("the exit code is the process's, 128 + N for signal N", async () => {
    await rt.started("execs", (spec) => {
      spec.process.user = { uid: 264, gid: 51020, additionalGids: [266], umask: 0o27 };
      spec.process.env.push("OWN=own", "TWICE=first", "TWICE=last");
      spec.process.cwd = "/tmp";
      spec.process.rlimits = [{ type: "RLIMIT_CORE", soft: 5120, hard: 10240 }]; // runc 1.1.5 raises NOFILE in exec
    });
    for (const [script, code] of [
      ["exit 0", 0],
      ["exit 7", 7],
      ["exit 255", 255],
      ["kill -9 $$", 137],
      ["kill $$", 143],
    ] as const)
      assert.equal((await rt.run(["exec", "execs", "sh", "-c", script])).code, code, script);
  });

  test("user, groups, umask, directory, environment and limits are the container's", async (t) => {
    assert.equal(await exec("execs", "id"), "uid=264 gid=51020 groups=266\n");
    assert.equal(await exec("execs", "pwd"), "/tmp\n");
    assert.equal(await exec("execs", "sh", "-c", "echo $OWN $TWICE"), "own last\n");
    assert.equal(await exec("execs", "sh", "-c", "ulimit -c; ulimit -Hc"), "10\n20\n");
    assert.equal(await exec("execs", "sh", "-c", "umask"), rt.expected(t, "umaskOfExec"));
    assert.equal(await exec("execs", "hostname"), "guest\n");
    assert.match(await exec("execs", "ps"), /1 264 +.*sleep 1000/);
  });

  test("options change them", async () => {
    assert.equal(await exec("--user", "1000", "execs", "id", "-u"), "1000\n");
    assert.equal(await exec("-u", "1000:1001", "execs", "sh", "-c", "id -u; id -g"), "1000\n1001\n");
    assert.equal(await exec("--user", "0:0", "-g", "7", "-g", "8", "execs", "sh", "-c", "id -G").then(sorted), sorted("0 266 7 8\n"));
    assert.equal(await exec("--cwd", "/etc", "execs", "pwd"), "/etc\n");
    assert.equal(await exec("-e", "A=b c", "-e", "OWN=new", "execs", "sh", "-c", 'echo "$A|$OWN"'), "b c|new\n");
    assert.equal(await exec("-e", "A=one\ntwo", "execs", "sh", "-c", 'echo "$A"'), "one\ntwo\n");
    assert.equal(await exec("--no-new-privs", "execs", "grep", "NoNewPrivs", "/proc/self/status"), "NoNewPrivs:\t1\n");
    assert.match(
      await exec("-u", "0:0", "--cap", "CAP_SYS_ADMIN", "execs", "grep", "CapEff", "/proc/self/status"),
      /CapEff:\t000000002020/,
    );
  });

  test("options end at the container's id", async () => {
    assert.equal(await exec("execs", "echo", "-t", "--user", "x"), "-t --user x\n");
    assert.equal(await exec("--", "execs", "echo", "a"), "a\n");
    assert.match(await rt.fails(255, "exec", "execs", "--", "echo"), /exec: "--": executable file not found in \$PATH/);
  });

  test("HOME is the user's of the container's passwd, the caller's environment stays outside", async () => {
    const home = async (...args: string[]): Promise<string> => {
      const { stdout } = await rt.run(["exec", ...args, "execs", "sh", "-c", "echo $HOME $OUTSIDE"], {
        env: { OUTSIDE: "leak", HOME: "/leak" },
      });
      return stdout.trim();
    };
    assert.equal(await home("-u", "0"), "/root");
    assert.equal(await home("-u", "1000"), "/srv");
    assert.equal(await home("-u", "4242"), "/");
    assert.equal(await home("-u", "1000", "-e", "HOME=/given"), "/given");
    assert.equal(await home("-u", "1000", "-e", "HOME="), "/srv");
  });

  test("what cannot be executed is exit code 255 and one error in words that engines know", async () => {
    assert.match(await rt.fails(255, "exec", "execs", "no-such"), /^exec failed: .*exec: "no-such": executable file not found in \$PATH/);
    assert.match(await rt.fails(255, "exec", "execs", "/no/such"), /exec: "\/no\/such": (stat \/no\/such: )?no such file or directory/);
    assert.match(await rt.fails(255, "exec", "execs", "/etc"), /exec: "\/etc": (is a directory|permission denied)/);
    assert.match(await rt.fails(255, "exec", "execs", "/etc/passwd"), /exec: "\/etc\/passwd": permission denied/);
    assert.match(
      await rt.fails(255, "exec", "--cwd", "/no/dir", "execs", "true"),
      /chdir to cwd \("\/no\/dir"\).*no such file or directory/,
    );
    assert.notEqual((await rt.run(["exec", "execs"])).code, 0);
    assert.notEqual((await rt.run(["exec", "--user", "root", "execs", "true"])).code, 0);
  });

  test("an error of exec is one JSON record, with nothing beside it", async () => {
    const { code, stdout, stderr } = await rt.run(["--log", "exec.log", "--log-format", "json", "exec", "execs", "no-such"]);
    const records = readFileSync(join(world.directory, "exec.log"), "utf8").trimEnd().split("\n");
    const errors = records.map((line) => JSON.parse(line) as { level: string; msg: string }).filter(({ level }) => level === "error");
    assert.equal(errors.length, 1);
    assert.deepEqual({ code, stdout }, { code: 255, stdout: "" });
    assert.equal(stderr, `${errors[0]?.msg}\n`);
  });

  test("a process file is the whole process", async () => {
    const run = (process: object, ...args: string[]): Promise<string> =>
      exec("--process", processFile({ ...base, ...process }), ...args, "execs");
    assert.equal(
      await run({ args: ["sh", "-c", "id -u; pwd; echo $A $OWN"], user: { uid: 5, gid: 6 }, cwd: "/etc", env: ["PATH=/bin", "A=b"] }),
      "5\n/etc\nb\n",
    );
    assert.equal(await run({ args: ["sh", "-c", "id -u; pwd"] }, "--user", "77", "--cwd", "/tmp"), "0\n/\n");
    assert.equal(await run({ args: ["sh", "-c", "ulimit -c"], rlimits: [{ type: "RLIMIT_CORE", soft: 1024, hard: 2048 }] }), "2\n");
  });

  test("a process file that is wrong is refused", async () => {
    const bad = (path: string): Promise<string> => rt.fails(255, "exec", "--process", path, "execs");
    assert.match(await bad("/no/such/file"), /no such file or directory/);
    const text = join(world.directory, "nonsense.json");
    writeFileSync(text, "{nonsense");
    assert.match(await bad(text), /invalid|JSON/);
    assert.match(await bad(processFile({ ...base, args: [] })), /args (must|cannot|can not) (not )?be empty/);
  });

  test("capabilities, when a process file names none, are the container's", async () => {
    const own = await exec("-u", "0:0", "execs", "grep", "Cap", "/proc/self/status");
    const file = processFile({ ...base, args: ["grep", "Cap", "/proc/self/status"] });
    assert.equal(await exec("-p", file, "execs"), own);
  });

  test("relative paths are relative to the caller's directory", async () => {
    writeFileSync(join(world.directory, "relative.json"), JSON.stringify({ ...base, args: ["echo", "relative"] }));
    assert.equal(await exec("--process", "relative.json", "--pid-file", "relative.pid", "execs"), "relative\n");
    assert.match(readFileSync(join(world.directory, "relative.pid"), "utf8"), /^\d+$/);
  });

  test("input through a pipe arrives, and so does its end", async () => {
    assert.deepEqual(await rt.run(["exec", "execs", "cat"], { input: "hi\n" }), { code: 0, stdout: "hi\n", stderr: "" });
  });

  test("nothing is left behind", async () => {
    await rt.succeeds("delete", "-f", "execs");
    rt.leftNothing();
  });
});

const sorted = (ids: string): string =>
  ids
    .trim()
    .split(" ")
    .map(Number)
    .sort((a, b) => a - b)
    .join(" ");
