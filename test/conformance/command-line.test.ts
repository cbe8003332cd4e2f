/** Flags, arguments, help, logs and exit codes, as far as no container is needed. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeDirectory } from "../support/world.ts";
import { eachRuntime } from "./runtimes.ts";

eachRuntime((rt) => {
  const { world } = rt;

  test("--version prints lines that engines look for", async (t) => {
    assert.match(await rt.succeeds("--version"), rt.expected(t, "version"));
    assert.equal(await rt.succeeds("-v"), await rt.succeeds("-version"));
  });

  test("without a command, and for help, the commands are listed", async () => {
    const shown = await rt.succeeds();
    assert.match(shown, /create/);
    for (const args of [["help"], ["h"], ["--help"], ["-h"]]) assert.equal(await rt.succeeds(...args), shown);
    assert.match(await rt.succeeds("help", "create"), /--pid-file/);
    assert.match(await rt.succeeds("exec", "--help"), /--process/);
  });

  test("an unknown command has exit code 3", async () => {
    const { code, stderr } = await rt.run(["foo"]);
    assert.equal(code, 3);
    assert.match(stderr, /No help topic for 'foo'/);
  });

  test("`version` is a command", async (t) => {
    assert.equal((await rt.run(["version"])).code, rt.expected(t, "versionCommand"));
  });

  for (const command of ["create", "run", "start", "state", "delete"]) {
    test(`${command} wants exactly one argument`, async () => {
      for (const operands of [[], ["a", "b"]]) {
        const { code, stdout, stderr } = await rt.run([command, ...operands]);
        assert.equal(code, 1);
        assert.match(stdout, /^Incorrect Usage\.\n\n/);
        assert.match(rt.messageOf(stderr), new RegExp(`"${command}" requires exactly 1 argument\\(s\\)$`));
      }
    });
  }

  test("exec wants at least one argument, kill one or two, list and spec none", async () => {
    assert.match(await rt.fails(1, "exec"), /"exec" requires a minimum of 1 argument\(s\)$/);
    assert.match(await rt.fails(1, "kill"), /"kill" requires a minimum of 1 argument\(s\)$/);
    assert.match(await rt.fails(1, "kill", "a", "TERM", "x"), /"kill" requires a maximum of 2 argument\(s\)$/);
    assert.match(await rt.fails(1, "list", "a"), /"list" requires exactly 0 argument\(s\)$/);
    assert.match(await rt.fails(1, "spec", "a"), /"spec" requires exactly 0 argument\(s\)$/);
  });

  test("a flag that is not there, or lacks its value, is an error with help", async () => {
    const bogus = await rt.run(["create", "--bogus", "x"]);
    assert.equal(bogus.code, 1);
    assert.match(bogus.stdout, /^Incorrect Usage: flag provided but not defined: -bogus\n/);
    assert.equal(rt.messageOf(bogus.stderr), "flag provided but not defined: -bogus");
    assert.match(await rt.fails(1, "create", "--bundle"), /flag needs an argument: -bundle/);
    assert.match(await rt.fails(1, "run", "-dt", "x"), /flag provided but not defined: -dt/);
    assert.equal((await rt.run(["--bogus", "list"])).code, 1);
  });

  test("flags have one dash or two, values follow or come after =, and may stand behind arguments", async () => {
    for (const args of [
      ["state", "-help"],
      ["list", "--format=json"],
      ["list", "-format", "json"],
      ["list", "-f=json"],
      ["list", "--quiet=false", "-f", "json"],
    ]) {
      makeDirectory(world.root);
      assert.equal((await rt.run(args)).code, 0, args.join(" "));
    }
    assert.match(await rt.fails(1, "kill", "nobody", "-a"), /container does not exist/);
    assert.match(await rt.fails(1, "list", "--quiet=perhaps"), /invalid boolean value "perhaps" for/);
  });

  test("ids are letters, digits and _ + . -", async () => {
    for (const command of ["start", "state", "kill", "delete"]) {
      for (const id of ["a/b", "..", ".", "a b", "a:b"])
        assert.match(await rt.fails(1, command, id), /invalid id|invalid container ID|container does not exist/);
    }
  });

  test("what is said about a container that is not there is what engines look for", async () => {
    for (const command of ["start", "state", "kill", "delete"]) {
      const { code, stderr } = await rt.run([command, "nobody"]);
      assert.equal(code, 1);
      assert.match(stderr, /container does not exist/);
    }
    const exec = await rt.run(["exec", "nobody", "true"]);
    assert.notEqual(exec.code, 0);
    assert.match(exec.stderr, /container does not exist/);
    assert.equal(await rt.succeeds("delete", "--force", "nobody"), "");
  });

  test("list of nothing", async (t) => {
    makeDirectory(world.root);
    assert.match(await rt.succeeds("list"), /^ID +PID +STATUS +BUNDLE +CREATED +OWNER\n$/);
    assert.equal(await rt.succeeds("list", "-f", "json"), "null\n");
    assert.equal(await rt.succeeds("list", "-q"), "");
    assert.match(await rt.fails(1, "list", "-f", "yaml"), /invalid format option/);
    const elsewhere = ["--root", join(world.directory, "not-there"), "list"];
    assert.equal((await rt.run(elsewhere)).code, rt.expected(t, "missingRoot"));
  });

  test("--root must not be /, and may be relative", async (t) => {
    assert.match((await rt.run(["--root", "/", "list"])).stderr, rt.expected(t, "rootSlash"));
    makeDirectory(join(world.directory, "relative"));
    assert.equal(await rt.succeeds("--root", "relative", "list", "-q"), "");
  });

  test("an error is one record in --log and its bare text on standard error", async () => {
    const log = join(world.directory, "error.log");
    const { code, stdout, stderr } = await rt.run(["--log", log, "--log-format", "json", "state", "nobody"]);
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    assert.equal(stderr, "container does not exist\n");
    const lines = readFileSync(log, "utf8").trimEnd().split("\n");
    assert.equal(lines.length, 1);
    const record = JSON.parse(lines[0] ?? "") as Record<string, string>;
    assert.equal(record["level"], "error");
    assert.equal(record["msg"], "container does not exist");
    assert.match(record["time"] ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/);
    assert.deepEqual(Object.keys(record), Object.keys(record).sort());
    assert.equal(statSync(log).mode & 0o777, 0o644);
  });

  test("--log appends, is relative to the caller's directory, and stays empty when nothing is wrong", async () => {
    writeFileSync(join(world.directory, "appended.log"), "before\n");
    await rt.run(["--log", "appended.log", "state", "nobody"]);
    assert.match(
      readFileSync(join(world.directory, "appended.log"), "utf8"),
      /^before\ntime="[^"]+" level=error msg="container does not exist"/,
    );
    await rt.succeeds("--log", "empty.log", "--log-format", "json", "delete", "-f", "nobody");
    assert.equal(readFileSync(join(world.directory, "empty.log"), "utf8"), "");
  });

  test("a log that cannot be opened, or a format that is not known, is an error", async () => {
    assert.equal((await rt.run(["--log", "/no/such/directory/log", "list"])).code, 1);
    assert.match((await rt.run(["--log-format", "xml", "list"])).stderr, /log-format/);
    assert.equal((await rt.run(["--log-format", "xml", "list"])).code, 1);
  });

  test("spec writes a bundle's config.json once", async () => {
    const bundle = makeDirectory(join(world.directory, "spec"));
    assert.equal(await rt.succeeds("spec", "--bundle", bundle), "");
    const text = readFileSync(join(bundle, "config.json"), "utf8");
    const spec = JSON.parse(text) as { hostname: string; process: { args: string[]; terminal: boolean }; linux: { namespaces: object[] } };
    assert.deepEqual([spec.process.args, spec.process.terminal], [["sh"], true]);
    assert.ok(!text.endsWith("\n"));
    assert.match(text, /^\{\n\t"ociVersion"/);
    assert.match(await rt.fails(1, "spec", "-b", bundle), /^File config\.json exists\. Remove it first$/);
    const rootless = makeDirectory(join(world.directory, "rootless"));
    await rt.succeeds("spec", "--rootless", "-b", rootless);
    assert.match(readFileSync(join(rootless, "config.json"), "utf8"), /"uidMappings"/);
  });

  test("create without config.json, or in a bundle that is not there, leaves nothing", async () => {
    const bundle = makeDirectory(join(world.directory, "no-config"));
    assert.match(await rt.fails(1, "create", "-b", bundle, "none"), /JSON specification file config\.json not found/);
    assert.match(await rt.fails(1, "create", "-b", "/no/such/bundle", "none"), /no such file or directory/);
    assert.equal(existsSync(join(world.root, "none")), false);
  });

  test("nothing is left behind", () => rt.leftNothing());
});
