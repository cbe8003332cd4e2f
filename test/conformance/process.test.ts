/** The process that the pid file names, as engines use it: adopted, waited for, signalled, looked up in /proc. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestSpec } from "../support/bundle.ts";
import { HostHelper } from "../support/host-helper.ts";
import { until } from "../support/world.ts";
import { type ConformingRuntime, eachRuntime } from "./runtimes.ts";

/** Runs one command of the runtime as its subreaper, with /dev/null as input and files as output, as shims do. */
function adopt(rt: ConformingRuntime, ...args: string[]): HostHelper {
  const log = openSync(join(rt.world.directory, "adopted.log"), "a");
  try {
    return new HostHelper(["reap", rt.world.program, "--root", rt.world.root, ...args], {
      stdio: ["ignore", log, log],
      cwd: rt.world.directory,
    });
  } finally {
    closeSync(log);
  }
}

/** The command's own end, which must be good. */
async function commandDone(helper: HostHelper): Promise<void> {
  const [, command = ""] = await helper.reported(/^(\d+) started/);
  const [, how] = await helper.reported(new RegExp(`^${command} (.*[0-9])$`));
  assert.equal(how, "exit 0");
}

/** How the adopted process ended. */
const endOf = async (helper: HostHelper, pid: number): Promise<string> =>
  (await helper.reported(new RegExp(`^${pid} ((exit|signal) \\d+)`)))[1] ?? "";

/** Fields of /proc/PID/stat after the command's name. */
function stat(pid: number): { parent: number; group: number; session: number } {
  const [, parent, group, session] = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ")
    .map(Number);
  return { parent: parent ?? 0, group: group ?? 0, session: session ?? 0 };
}

const networkOf = (pid: number): string => readlinkSync(`/proc/${pid}/ns/net`);

const readPid = (path: string): number => Number(readFileSync(path, "utf8"));

eachRuntime((rt) => {
  const { world } = rt;
  const cgroup = `/kata-conformance-${rt.name}`;
  const create = async (id: string, edit: (spec: TestSpec) => void): Promise<{ helper: HostHelper; pid: number }> => {
    const pidFile = join(world.directory, `${id}.pid`);
    const helper = adopt(rt, "create", "--pid-file", pidFile, "-b", world.bundle(["sleep", "1000"], edit), id);
    await commandDone(helper);
    return { helper, pid: readPid(pidFile) };
  };

  test("it is a child of the subreaper, leads its session, is in the cgroup and network namespace when create returns", async () => {
    const holder = spawn("unshare", ["--net", "sleep", "1000"], { stdio: "ignore" });
    try {
      await until("its network namespace", () => networkOf(holder.pid ?? 0) !== networkOf(process.pid));
      const { helper, pid } = await create("place", (spec) => {
        spec.linux.cgroupsPath = cgroup;
        spec.linux.namespaces = spec.linux.namespaces.map((each) =>
          each.type === "network" ? { type: "network", path: `/proc/${holder.pid}/ns/net` } : each,
        );
        spec.process.args = ["sh", "-c", "exit 42"];
      });
      assert.deepEqual(stat(pid), { parent: helper.child.pid, group: pid, session: pid });
      const joined = readFileSync(`/proc/${pid}/cgroup`, "utf8").trim().split("\n");
      assert.ok(
        joined.some((line) => line.endsWith(`:${cgroup}`)),
        joined.join(),
      );
      assert.equal(networkOf(pid), networkOf(holder.pid ?? 0));
      assert.equal((await world.state("place")).pid, pid);
      await rt.succeeds("start", "place");
      assert.equal(await endOf(helper, pid), "exit 42");
      await rt.succeeds("delete", "place"); // right after the reap: never "running"
      assert.equal(await helper.ended, 0);
    } finally {
      holder.kill("SIGKILL");
    }
    rt.leftNothing();
  });

  test("kill(2) on it reaches the process in the container", async () => {
    const { helper, pid } = await create("signals", (spec) => {
      spec.process.args = ["sh", "-c", "trap 'exit 5' USR1; echo ready >/ready; while :; do sleep 0.05; done"];
    });
    await rt.succeeds("start", "signals");
    await until("its handler", () => existsSync(join(rt.world.directory, `bundle-1/rootfs/ready`)));
    process.kill(pid, "SIGUSR1");
    assert.equal(await endOf(helper, pid), "exit 5");
    await rt.succeeds("delete", "signals");
    await helper.ended;
  });

  test("SIGKILL of it ends the container, and delete succeeds at once", async () => {
    const { helper, pid } = await create("nine", () => {});
    await rt.succeeds("start", "nine");
    process.kill(pid, "SIGKILL");
    assert.equal(await endOf(helper, pid), "signal 9");
    await rt.succeeds("delete", "nine");
    await helper.ended;
    rt.leftNothing();
  });

  test("kill KILL gives the status that engines show as 137", async () => {
    const { helper, pid } = await create("kill", () => {});
    await rt.succeeds("start", "kill");
    await rt.succeeds("kill", "kill", "KILL");
    assert.match(await endOf(helper, pid), /^(exit 137|signal 9)$/);
    await rt.succeeds("delete", "kill");
    await helper.ended;
  });

  test("exec -d: its pid file names an adopted process of the container's network namespace, with the exec's status", async () => {
    await rt.started("execs");
    const first = (await world.state("execs")).pid;
    const pidFile = join(world.directory, "exec.pid");
    const exec = async (...args: string[]): Promise<{ helper: HostHelper; pid: number }> => {
      const helper = adopt(rt, "exec", "-d", "--pid-file", pidFile, "execs", ...args);
      await commandDone(helper);
      return { helper, pid: readPid(pidFile) };
    };
    const short = await exec("sh", "-c", "sleep 0.3; exit 7");
    assert.equal(await endOf(short.helper, short.pid), "exit 7");
    const long = await exec("sleep", "1000");
    assert.equal(stat(long.pid).parent, long.helper.child.pid);
    assert.equal(networkOf(long.pid), networkOf(first));
    process.kill(long.pid, "SIGTERM");
    assert.match(await endOf(long.helper, long.pid), /^(exit 143|signal 15)$/);
    const ninth = await exec("sleep", "1000");
    process.kill(ninth.pid, "SIGKILL");
    assert.equal(await endOf(ninth.helper, ninth.pid), "signal 9");
    await until("no other process", async () => !(await rt.run(["exec", "execs", "ps"])).stdout.includes("sleep 1000\n".repeat(2)));
  });

  test("exec -d: a background child that holds the output does not keep the exec's end back", async () => {
    const pidFile = join(world.directory, "background.pid");
    const helper = adopt(rt, "exec", "-d", "--pid-file", pidFile, "execs", "sh", "-c", "sleep 20 & exit 3");
    await commandDone(helper);
    const before = Date.now();
    assert.equal(await endOf(helper, readPid(pidFile)), "exit 3");
    assert.ok(Date.now() - before < 15_000, "the exec's end waited for its child");
  });

  test("exec -d: what cannot be run is exit code 255 and no pid file", async () => {
    const pidFile = join(world.directory, "none.pid");
    const { code, stderr } = await rt.run(["exec", "-d", "--pid-file", pidFile, "execs", "no-such-thing"]);
    assert.equal(code, 255);
    assert.match(stderr, /exec: \\?"no-such-thing\\?": executable file not found in \$PATH/);
    assert.equal(existsSync(pidFile), false);
  });

  test("execs end when the container does", async () => {
    const pidFile = join(world.directory, "last.pid");
    const helper = adopt(rt, "exec", "-d", "--pid-file", pidFile, "execs", "sleep", "1000");
    await commandDone(helper);
    const pid = readPid(pidFile);
    await rt.succeeds("kill", "execs", "KILL");
    assert.match(await endOf(helper, pid), /^(exit 137|signal 9)$/);
    await until("the end", async () => (await rt.status("execs")) === "stopped");
    await rt.succeeds("delete", "execs");
    rt.leftNothing();
  });

  test("callers read the pipes of create and exec -d to their end when the container has /dev/null", async () => {
    // the shim's way for a terminal, and for other commands: one pipe that is read to its end
    const bundle = world.bundle(["sleep", "1000"]);
    const shell = `"$0" --root "$1" create -b "$2" piped </dev/null >/dev/null 2>&1 5>&1; "$0" --root "$1" start piped; "$0" --root "$1" exec -d piped sleep 1000 </dev/null >/dev/null 2>/dev/null`;
    const output = execFileSync("sh", ["-c", `{ ${shell}; } 7>&1 | cat; echo over`, world.program, world.root, bundle], {
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.equal(output, "over\n");
    assert.equal(await rt.status("piped"), "running");
    await rt.succeeds("delete", "-f", "piped");
  });

  test("nothing is left behind", () => rt.leftNothing());
});
