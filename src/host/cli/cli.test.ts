import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Fault } from "../../base/fault.ts";
import { type CommandName, commands } from "./commands.ts";
import { commandFailure } from "./failure.ts";
import { parseDuration } from "./flags.ts";
import { helpText } from "./help.ts";
import type { CommandLine, Invocation } from "./invocation.ts";
import { type Caller, parseCommandLine } from "./parse.ts";

const root: Caller = {
  environment: (name) => (name === "XDG_RUNTIME_DIR" ? "/run/user/7" : undefined),
  effectiveUid: () => 0,
  currentDirectory: () => "/work dir",
};
const user: Caller = { ...root, effectiveUid: () => 1000 };

function line(...args: string[]): CommandLine {
  return parseCommandLine(["rt", ...args], root);
}

function parsed(...args: string[]): Invocation {
  return line(...args).invocation;
}

function misuse(args: readonly string[], message: string, exitCode = 1): Invocation {
  const invocation = parsed(...args);
  assert.equal(invocation.command, "misuse", args.join(" "));
  assert.ok(invocation.command === "misuse");
  assert.equal(invocation.message, message);
  assert.equal(invocation.exitCode, exitCode);
  return invocation;
}

describe("parseCommandLine()", () => {
  it("reads what containerd's shim sends", () => {
    const { globals, invocation } = line(
      ..."--root /run/containerd/runc/k8s.io --log /b/log.json --log-format json --systemd-cgroup create --bundle /b --pid-file /b/init.pid c1".split(
        " ",
      ),
    );
    assert.deepEqual(globals, {
      debug: false,
      systemdCgroup: true,
      log: "/b/log.json",
      logFormat: "json",
      root: "/run/containerd/runc/k8s.io",
      rootless: "auto",
      config: undefined,
    });
    assert.ok(invocation.command === "create");
    assert.equal(invocation.options.bundle, "/b");
    assert.equal(invocation.options.pidFile, "/b/init.pid");
    assert.equal(invocation.options.noPivot, false);
    assert.equal(invocation.options.preserveFds, 0);
    assert.deepEqual(invocation.operands, ["c1"]);
  });

  it("takes one dash and two alike, values attached and apart", () => {
    const run = parsed("run", "-no-subreaper", "--bundle=/x", "-d=false", "-pid-file", "p", "c1");
    assert.ok(run.command === "run");
    assert.deepEqual([run.options.noSubreaper, run.options.bundle, run.options.detach, run.options.pidFile], [true, "/x", false, "p"]);
    const update = parsed("update", "--resources=-", "c1");
    assert.ok(update.command === "update");
    assert.equal(update.options.resources, "-");
  });

  it("takes known options behind operands, and unknown ones there as operands", () => {
    const kill = parsed("kill", "c1", "-a", "9");
    assert.ok(kill.command === "kill");
    assert.equal(kill.options.all, true);
    assert.deepEqual(kill.operands, ["c1", "9"]);
    const negative = parsed("kill", "c1", "-9");
    assert.ok(negative.command === "kill");
    assert.deepEqual(negative.operands, ["c1", "-9"]);
    misuse(["state", "c1", "--bogus"], 'rt: "state" requires exactly 1 argument(s)');
  });

  it("leaves everything behind exec's container to the command", () => {
    const exec = parsed("exec", "-e", "A=1", "-env=B=2", "c1", "sh", "-c", "x", "-d", "--", "--help");
    assert.ok(exec.command === "exec");
    assert.deepEqual(exec.options.env, ["A=1", "B=2"]);
    assert.deepEqual(exec.operands, ["c1", "sh", "-c", "x", "-d", "--", "--help"]);
    assert.equal(exec.options.detach, false);
    const dashes = parsed("exec", "--", "c1", "cmd");
    assert.ok(dashes.command === "exec");
    assert.deepEqual(dashes.operands, ["c1", "cmd"]);
    const ps = parsed("ps", "--format", "json", "c1", "-ef");
    assert.ok(ps.command === "ps");
    assert.deepEqual([ps.options.format, ...ps.operands], ["json", "c1", "-ef"]);
  });

  it("refuses in Go's words", () => {
    misuse(["exec", "-dt", "c1", "x"], "flag provided but not defined: -dt");
    misuse(["state", "--bogus", "c1"], "flag provided but not defined: -bogus");
    misuse(["--root"], "flag needs an argument: -root");
    misuse(["list", "-q=zz"], 'invalid boolean value "zz" for -q: parse error');
    misuse(["create", "--preserve-fds", "x", "c"], 'invalid value "x" for flag -preserve-fds: parse error');
    misuse(["events", "--interval", "5", "c"], 'invalid value "5" for flag -interval: parse error');
    misuse(["list", "---x"], "bad flag syntax: ---x");
    misuse(["list", "--=x"], "bad flag syntax: --=x");
    misuse(["--log-format", "x", "list"], "invalid log-format: x");
    misuse(["--root", "/", "list"], "Option --root argument should not be set to /");
    misuse(["--rootless", "maybe", "list"], 'invalid value "maybe" for flag -rootless: must be true, false or auto');
  });

  it("counts arguments as runc does", () => {
    misuse(["state"], 'rt: "state" requires exactly 1 argument(s)');
    misuse(["kill"], 'rt: "kill" requires a minimum of 1 argument(s)');
    misuse(["kill", "a", "b", "c"], 'rt: "kill" requires a maximum of 2 argument(s)');
    misuse(["list", "x"], 'rt: "list" requires exactly 0 argument(s)');
    misuse(["exec"], 'rt: "exec" requires a minimum of 1 argument(s)');
  });

  it("says what a misuse was about, and what to print before the help", () => {
    const bad = parsed("state", "--bogus");
    assert.ok(bad.command === "misuse");
    assert.deepEqual([bad.topic, bad.banner], ["state", "Incorrect Usage: flag provided but not defined: -bogus"]);
    const count = parsed("state");
    assert.ok(count.command === "misuse");
    assert.equal(count.banner, "Incorrect Usage.");
  });

  it("answers unknown commands with exit code 3 and no help", () => {
    const unknown = misuse(["foo"], "No help topic for 'foo'", 3);
    assert.ok(unknown.command === "misuse" && unknown.banner === undefined);
    misuse(["help", "foo"], "No help topic for 'foo'", 3);
    misuse(["toString"], "No help topic for 'toString'", 3);
  });

  it("shows help for nothing, help, -h and --help", () => {
    for (const args of [[], ["help"], ["h"], ["-h"], ["--help"], ["--debug"]])
      assert.deepEqual(parsed(...args), { command: "help", topic: undefined });
    for (const args of [
      ["help", "run"],
      ["run", "-h"],
      ["run", "c1", "--help"],
      ["exec", "--help"],
    ]) {
      assert.equal(parsed(...args).command, "help");
    }
  });

  it("does not let help about checkpoints pass for their support", () => {
    for (const args of [
      ["checkpoint", "--help"],
      ["checkpoint", "--image-path", "x", "c"],
      ["help", "checkpoint"],
    ]) {
      misuse(args, "checkpoint: checkpoints of containers in virtual machines are not supported");
    }
    misuse(["restore", "c"], "restore: checkpoints of containers in virtual machines are not supported");
  });

  it("makes the root absolute, and ignores XDG_RUNTIME_DIR for the real root alone", () => {
    assert.equal(line("--root", "a/../b", "list").globals.root, "/work dir/b");
    assert.equal(line("list").globals.root, "/run/kata-containers");
    assert.equal(parseCommandLine(["rt", "list"], user).globals.root, "/run/user/7/kata-containers");
  });

  it("knows Kata's global options and questions", () => {
    assert.equal(line("--kata-config", "/c.toml", "list").globals.config, "/c.toml");
    assert.equal(line("--config=c.toml", "list").globals.config, "/work dir/c.toml");
    assert.deepEqual(parsed("--kata-show-default-config-paths"), { command: "--show-default-config-paths" });
    assert.deepEqual(parsed("--systemd-cgroup", "-v"), { command: "--version" });
    assert.equal(parsed("version").command, "version");
    assert.equal(parsed("--criu", "/x", "list").command, "list");
    assert.equal(line("--log", "/dev/stderr", "list").globals.log, undefined);
  });

  it("never throws", () => {
    const word = fc.oneof(
      fc.constantFrom("create", "exec", "--", "-", "--root", "-b", "--bundle=x", "--log-format=json", "c1", "-h", ""),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word), (args) => {
        parseCommandLine(["rt", ...args], user);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("the table of commands", () => {
  const names = Object.keys(commands) as CommandName[];
  it("has runc's commands and Kata's own", () => {
    assert.deepEqual(
      names.join(" "),
      "check checkpoint create delete direct-volume env events exec factory features kata-network kill list metrics pause ps restore resume run spec start state update version",
    );
  });
  it("knows Kata 1.x's names of Kata's commands", () => {
    assert.equal(parsed("kata-check", "-n").command, "check");
    assert.equal(parsed("kata-env", "--json").command, "env");
    assert.deepEqual(parsed("help", "kata-env"), { command: "help", topic: "env" });
  });
  it("names no option twice in a command", () => {
    for (const name of names) {
      const flags = commands[name]().options.flatMap((option) => ("alias" in option ? [option.name, option.alias] : [option.name]));
      assert.equal(new Set(flags).size, flags.length, name);
    }
  });
  it("is shown in full by help, but for what is hidden", () => {
    assert.match(helpText(), /^NAME:\n {3}kata-runtime - /);
    for (const name of names) assert.match(helpText(), new RegExp(`^ {3}${name}(, kata-\\S+)? +\\S`, "m"));
    assert.match(helpText("exec"), /^ {3}--env value, -e value {2,}\S/m);
    assert.match(helpText("state"), /^ {3}kata-runtime state <container-id>$/m);
    assert.match(helpText("events"), /\(default: "5s"\)$/m);
    assert.doesNotMatch(helpText("kill"), /--all/);
  });
});

describe("parseDuration()", () => {
  it("reads Go's notation", () => {
    const cases: readonly (readonly [string, number | undefined])[] = [
      ["5s", 5000],
      ["1m30s", 90_000],
      ["1.5h", 5_400_000],
      ["100ms", 100],
      ["-1s", -1000],
      ["0", 0],
      ["5", undefined],
      ["", undefined],
      ["s", undefined],
      ["1.2.3s", undefined],
    ];
    for (const [text, ms] of cases) assert.equal(parseDuration(text), ms, text);
  });
});

describe("commandFailure()", () => {
  it("has runc's prefixes and exit codes", () => {
    const error = new Fault("start container", { cause: new Fault("no such file or directory") });
    assert.deepEqual(commandFailure("create", error), {
      message: "kata-runtime create failed: start container: no such file or directory",
      exitCode: 1,
    });
    assert.deepEqual(commandFailure("exec", new Fault("x")), { message: "exec failed: x", exitCode: 255 });
    assert.deepEqual(commandFailure("state", new Fault("container does not exist")), { message: "container does not exist", exitCode: 1 });
  });
});
