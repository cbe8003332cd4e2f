/** ps, events, update, pause, resume and the options of exec that need a container which runs: one for all of them. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Sandbox } from "../../src/protocol/gen/sandbox.ts";
import { connectTtrpc } from "../../src/protocol/ttrpc-client.ts";
import { nodeStream } from "../agent/node-stream.ts";
import { nodeTimers } from "../agent/vm.ts";
import { HostHelper } from "../support/host-helper.ts";
import { finish, type Result, until, World } from "../support/world.ts";

let world: World;
let earlier: Set<string>;

/** The guest's view of its own cgroup can be written to, so that there are groups below it. */
before(async () => {
  world = new World();
  earlier = world.snapshot();
  const bundle = world.bundle(["sh", "-c", "sleep 3001 & exec sleep 3002"], (spec) => {
    spec.linux.resources = { ...spec.linux.resources, memory: { limit: 96 << 20 }, cpu: { quota: 50_000, period: 100_000, shares: 512 } };
    for (const mount of spec.mounts) if (mount.type === "cgroup") mount.options = ["nosuid", "noexec", "nodev"];
  });
  await world.detached("c1", bundle);
});
after(() => world.dispose());

/** What runc's callers look at: exit code, standard output, and the message of the log record. */
async function outcome(...args: string[]): Promise<[number, string, string]> {
  const { code, stdout, stderr } = await world.kata(args);
  return [code, stdout, /msg="?(.*?)"? command=/.exec(stderr)?.[1] ?? stderr];
}

async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await world.kata(args);
  assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
  return stdout;
}

const inGuest = (...args: string[]): Promise<string> => output("exec", "c1", ...args);
const knob = async (name: string): Promise<string> => (await inGuest("cat", `/sys/fs/cgroup/${name}`)).trim();

test("ps shows the processes in the guest as ps -ef does", async () => {
  await until("both processes, each with its program", async () =>
    /(?<!exec) sleep 3002\n.*\d sleep 3001\n$/.test(await output("ps", "c1")),
  );
  const [header, ...rows] = (await output("ps", "c1")).trimEnd().split("\n");
  assert.equal(header, "UID          PID    PPID  C STIME TTY          TIME CMD");
  assert.equal(rows.length, 2);
  assert.match(rows[0] ?? "", /^root +\d+ +1 +\d+ \d\d:\d\d \? +\d\d:\d\d:\d\d sleep 3002$/);
  assert.match(await output("ps", "c1", "aux"), /^USER +PID %CPU.*\nroot .*sleep 3002\n/);
  const pids = (await output("ps", "c1", "-o", "pid=")).trim().split(/\s+/);
  assert.deepEqual((await output("ps", "c1", "-o", "ppid=")).trim().split(/\s+/), ["1", pids[0]]);
});

test("ps as JSON has the stand-ins on the host, of execs too", async () => {
  const { pid } = await world.state("c1");
  assert.deepEqual(JSON.parse(await output("ps", "--format", "json", "c1")), [pid]);
  const pidFile = join(world.directory, "exec.pid");
  await output("exec", "-d", "--pid-file", pidFile, "c1", "sleep", "3003");
  const pids = JSON.parse(await output("ps", "-f", "json", "c1")) as number[];
  assert.deepEqual(pids.length, 2);
  process.kill(pids[1] as number, "SIGKILL");
  await until("the exec's end", async () => (await output("ps", "-f", "json", "c1")) === `[${pid}]\n`);
});

test("ps refuses a format and options that it does not have", async () => {
  assert.deepEqual(await outcome("ps", "-f", "xml", "c1"), [1, "", "invalid format option"]);
  assert.match((await outcome("ps", "c1", "-Z"))[2], /^ps: option -Z: is not supported/);
});

interface Stats {
  readonly type: string;
  readonly id: string;
  readonly data: {
    readonly cpu: { readonly usage: { readonly total: number } };
    readonly memory: { readonly usage: { readonly limit: number; readonly usage: number }; readonly raw: Readonly<Record<string, number>> };
    readonly pids: { readonly current: number };
    readonly network_interfaces: readonly { readonly Name: string }[];
  };
}

test("metrics has what each process of the sandbox takes, and the guest's own figures", async () => {
  const text = await output("metrics", "c1");
  for (const name of [
    "kata_shim_fds",
    "kata_hypervisor_threads",
    'kata_hypervisor_proc_status{item="vmrss"}',
    'kata_virtiofsd_proc_stat{item="utime"}',
    'kata_guest_meminfo{item="memtotal"}',
    "kata_agent_total_rss",
  ])
    assert.ok(new RegExp(`^${name.replace(/[{}]/g, "\\$&")} \\d+$`, "m").test(text), `${name} in\n${text}`);
  assert.deepEqual(await outcome("metrics", "nobody"), [1, "", "sandbox nobody: does not exist"]);
});

test("who connects to the sandbox process is told its version and a container's state, and can end an input", async () => {
  const reader = world.start(["run", "-b", world.bundle(["sh", "-c", "echo up; cat; echo over"]), "c3"]);
  const result = finish(reader, 60_000);
  let said = "";
  reader.stdout?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await until("the container's program", () => said === "up\n");
  const socket = connect(join(world.root, "@sandbox/c3/sandbox.sock"));
  await once(socket, "connect");
  const connection = connectTtrpc(nodeStream(socket), nodeTimers);
  const sandbox = connection.client(Sandbox);
  assert.match((await sandbox.ping({})).version, /^\d+\./);
  assert.equal((await sandbox.state({ id: "c3" })).oomKills, 0);
  await assert.rejects(sandbox.state({ id: "c4" }), /container does not exist/);
  await sandbox.closeStdin({ id: "c3" }); // our end of its pipe stays open
  assert.deepEqual([(await result).code, said], [0, "up\nover\n"]);
  connection.close();
});

test("events --stats prints one record of counters", async () => {
  const text = await output("events", "--stats", "c1");
  assert.match(text, /^\{"type":"stats","id":"c1","data":\{"cpu":.*\}\n$/);
  const { data } = JSON.parse(text) as Stats;
  assert.ok(data.cpu.usage.total > 0);
  assert.equal(data.memory.usage.limit, 96 << 20);
  assert.ok(data.memory.usage.usage > 0 && "inactive_file" in data.memory.raw);
  assert.equal(data.pids.current, 2);
  assert.ok(data.network_interfaces.some(({ Name }) => Name === "lo"));
});

test("events refuses an interval that is none", async () => {
  assert.deepEqual(await outcome("events", "--interval", "0s", "c1"), [1, "", "duration interval must be greater than 0"]);
});

test("update changes what it is told and leaves the rest", async () => {
  assert.deepEqual(await outcome("update", "--memory", "64m", "c1"), [0, "", ""]);
  assert.deepEqual([await knob("memory.max"), await knob("cpu.max")], [String(64 << 20), "50000 100000"]);
  await output("update", "--cpu-period", "20000", "c1");
  assert.equal(await knob("cpu.max"), "50000 20000");
  await output("update", "--cpu-quota", "-1", "--cpu-share", "1024", "--pids-limit", "40", "--memory-reservation", "16m", "c1");
  assert.equal(await knob("cpu.max"), "max 20000");
  assert.deepEqual([await knob("cpu.weight"), await knob("pids.max"), await knob("memory.low")], ["39", "40", String(16 << 20)]);
  await output("update", "--memory", "-1", "--pids-limit", "-1", "c1");
  assert.deepEqual([await knob("memory.max"), await knob("pids.max")], ["max", "max"]);
});

test("update reads a file or standard input, and then nothing else counts", async () => {
  const file = join(world.directory, "resources.json");
  writeFileSync(file, JSON.stringify({ pids: { limit: 33 }, unified: { "memory.high": String(80 << 20) } }));
  await output("update", "-r", file, "--pids-limit", "44", "c1");
  assert.deepEqual([await knob("pids.max"), await knob("memory.high")], ["33", String(80 << 20)]);
  const { code, stderr } = await world.kata(["update", "--resources=-", "c1"], { input: '{"pids":{"limit":34},"cpu":{}}' });
  assert.equal(code, 0, stderr);
  assert.equal(await knob("pids.max"), "34");
});

test("update refuses what cannot be, and changes nothing then", async () => {
  const refused = async (input: string): Promise<string> => {
    const { code, stderr } = await world.kata(["update", "-r", "-", "c1"], { input });
    assert.equal(code, 1, stderr);
    return stderr;
  };
  assert.match(await refused('{"pids":{"limit":"x"}}'), /parse standard input: pids\.limit is \\"x\\", must be a whole number/);
  assert.match(await refused("nonsense"), /standard input: not JSON/);
  assert.match(await refused('{"cpu":{"realtimeRuntime":1000}}'), /not supported: cpu\.realtimeRuntime/);
  assert.match(await refused('{"memory":{"limit":4096,"checkBeforeUpdate":true}}'), /rejecting memory limit 4096 <= usage \d+/);
  assert.match(await refused('{"memory":{"limit":67108864,"swap":1048576}}'), /memory\.swap: is 1048576, must be at least memory\.limit/);
  assert.match(
    await refused('{"cpu":{"shares":2048,"quota":7}}'),
    /limit the container by cpu\.max: write \\"7 20000\\".*invalid argument/,
  );
  assert.deepEqual([await knob("pids.max"), await knob("cpu.weight")], ["34", "39"]);
  assert.match((await outcome("update", "--memory", "x", "c1"))[2], /invalid value for memory: invalid size: 'x'/);
});

test("pause stops the processes until resume, and only once", async () => {
  assert.deepEqual(await outcome("pause", "c1"), [0, "", ""]);
  assert.equal((await world.state("c1")).status, "paused");
  assert.deepEqual(await outcome("pause", "c1"), [1, "", "container not running"]);
  assert.deepEqual(await outcome("exec", "c1", "true"), [
    255,
    "",
    "exec failed: cannot exec in a paused container (use --ignore-paused to override)",
  ]);
  assert.match(await output("ps", "c1"), /sleep 3002/);
  assert.deepEqual(await outcome("delete", "c1"), [1, "", "cannot delete container c1 that is not stopped: paused"]);
  assert.deepEqual(await outcome("resume", "c1"), [0, "", ""]);
  assert.equal((await world.state("c1")).status, "running");
  assert.deepEqual(await outcome("resume", "c1"), [1, "", "container not paused"]);
});

test("exec --ignore-paused waits for the resume", async () => {
  await output("pause", "c1");
  const child = world.start(["exec", "--ignore-paused", "c1", "echo", "awake"]);
  child.stdin?.end();
  let ended: Result | undefined;
  const end = finish(child, 60_000).then((result) => {
    ended = result;
  });
  await new Promise((resume) => setTimeout(resume, 700));
  assert.equal(ended, undefined);
  await output("resume", "c1");
  await end;
  assert.deepEqual(ended, { code: 0, stdout: "awake\n", stderr: "" });
});

test("exec --cgroup puts the process into a group below the container's", async () => {
  await inGuest("mkdir", "-p", "/sys/fs/cgroup/sub/deep");
  assert.equal(await output("exec", "--cgroup", "/sub/deep", "c1", "cat", "/proc/self/cgroup"), "0::/sub/deep\n");
  assert.equal(await output("exec", "--cgroup", "/", "c1", "cat", "/proc/self/cgroup"), "0::/\n");
  assert.deepEqual(await outcome("exec", "--cgroup", "nowhere", "c1", "true"), [255, "", "exec failed: bad sub cgroup path: nowhere"]);
  assert.deepEqual(await outcome("exec", "--cgroup", "../x", "c1", "true"), [255, "", "exec failed: bad sub cgroup path: ../x"]);
  await inGuest("rmdir", "/sys/fs/cgroup/sub/deep", "/sys/fs/cgroup/sub");
});

test("exec --pidfd-socket hands over a pidfd through which signals reach the guest", async () => {
  const socket = join(world.directory, "pidfd.sock");
  const receiver = new HostHelper(["pidfd", socket]);
  await receiver.reported(/^listening$/);
  const child = world.start([
    "exec",
    "--pidfd-socket",
    socket,
    "c1",
    "sh",
    "-c",
    "trap 'exit 9' USR1; echo ready; while :; do sleep 0.1; done",
  ]);
  const end = finish(child, 60_000);
  let ready = false;
  child.stdout?.on("data", () => {
    ready = true;
  });
  const [, pid] = await receiver.reported(/^word setns pid (\d+)$/);
  assert.ok((JSON.parse(await output("ps", "-f", "json", "c1")) as number[]).includes(Number(pid)));
  await until("the trap", () => ready);
  receiver.order("signal 10");
  assert.equal((await end).code, 9);
  receiver.child.kill();
  assert.match((await outcome("exec", "--pidfd-socket", "/nowhere.sock", "c1", "true"))[2], /^exec failed: pidfd socket \/nowhere\.sock: /);
});

test("events ends when nobody reads it any more", async () => {
  const child = world.start(["events", "--interval", "100ms", "c1"]);
  child.stdin?.end();
  await new Promise((record) => child.stdout?.once("data", record));
  child.stdout?.destroy();
  assert.equal((await finish(child, 60_000)).code, 0);
});

test("events prints records until the container has stopped, which SIGKILL ends though it is paused", async () => {
  const child = world.start(["events", "--interval", "200ms", "c1"]);
  child.stdin?.end();
  const end = finish(child, 60_000);
  let seen = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    seen += chunk.toString();
  });
  await until("two records", () => seen.split("\n").length > 2);
  await output("pause", "c1");
  await output("kill", "c1", "KILL");
  const { code, stdout, stderr } = await end;
  assert.deepEqual([code, stderr], [0, ""]);
  for (const line of stdout.trimEnd().split("\n")) assert.equal((JSON.parse(line) as Stats).type, "stats");
});

test("of a stopped container ps has nothing, and the rest are errors", async () => {
  await until("the end", async () => (await world.state("c1")).status === "stopped");
  assert.deepEqual(await outcome("ps", "c1"), [0, "UID          PID    PPID  C STIME TTY          TIME CMD\n", ""]);
  assert.deepEqual(await outcome("ps", "-f", "json", "c1"), [0, "null\n", ""]);
  assert.deepEqual(await outcome("events", "--stats", "c1"), [1, "", "container with id c1 is not running"]);
  assert.deepEqual(await outcome("update", "--memory", "1g", "c1"), [1, "", "container not running"]);
  assert.deepEqual(await outcome("pause", "c1"), [1, "", "container not running"]);
  assert.deepEqual(await outcome("resume", "c1"), [1, "", "container not paused"]);
  for (const command of ["ps", "events", "update", "pause", "resume"])
    assert.deepEqual(await outcome(command, "nobody"), [1, "", "container does not exist"]);
  await output("delete", "c1");
});

test("nothing is left behind", () => {
  assert.deepEqual(world.changes(earlier), []);
});
