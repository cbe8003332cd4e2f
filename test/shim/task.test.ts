/** One task through the shim, in containerd's words. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { decodeV1Metrics, decodeV2Metrics } from "../../src/protocol/gen/cgroups.ts";
import { encodeAny } from "../../src/protocol/gen/google/any.ts";
import { decodeRuntimeInfo, decodeRuntimeOptions, encodeRuntimeOptions } from "../../src/protocol/gen/shim.ts";
import { decodeDeleteResponse, Status, type TaskClient } from "../../src/protocol/gen/task.ts";
import type { Client } from "../../src/protocol/service.ts";
import { hostProcesses, until } from "../support/world.ts";
import { Containerd, FifoReader, type Fifos, namespace, writeFifo } from "./containerd.ts";

const containerd = new Containerd();
const id = "c1";
let bundle: string;
let address: string;
let shim: Client<typeof TaskClient>;
let fifos: Fifos;
let output: FifoReader;
let earlier: Set<string>;

const code = (wanted: number) => (error: { status?: unknown }) => error.status === wanted || assert.fail(String(error));
const json = (type: string, value: unknown) => ({
  typeUrl: `types.containerd.io/opencontainers/runtime-spec/1/${type}`,
  value: Buffer.from(JSON.stringify(value)),
});
const nothing = { stdin: "", stdout: "", stderr: "", terminal: false };

before(async () => {
  earlier = containerd.world.snapshot();
  await containerd.listen();
  bundle = containerd.bundle(
    id,
    ["sh", "-c", "echo started; while read line; do echo got $line; done; echo over; exec sleep 1000"],
    (spec) => {
      spec.linux.resources = { memory: { limit: 64 << 20 } };
    },
  );
  address = await containerd.startShim(id, bundle);
  shim = await containerd.connect(address);
  fifos = containerd.fifos();
  output = new FifoReader(fifos.stdout);
});
after(() => containerd.dispose());

async function exec(execId: string, args: string[], more: object = {}): Promise<{ status: number; text: string }> {
  const { stdin: _, ...names } = containerd.fifos();
  const reader = new FifoReader(names.stdout);
  const process = { args, cwd: "/", env: ["PATH=/bin"], user: { uid: 0, gid: 0 }, ...more };
  await shim.exec({ id, execId, ...names, stdin: "", spec: json("Process", process) });
  await shim.start({ id, execId });
  const { exitStatus } = await shim.wait({ id, execId });
  const text = reader.text();
  reader.close();
  await shim.delete({ id, execId });
  return { status: exitStatus, text };
}

test("start prints the address of one shim, also the second time, and writes it into the bundle", async () => {
  assert.match(address, /^unix:\/\/\/run\/containerd\/s\/kata-[0-9a-f]{48}$/);
  assert.equal(await containerd.startShim(id, bundle), address);
  assert.equal(readFileSync(join(bundle, "address"), "utf8"), address);
  const processes = hostProcesses().filter(({ command }) => command.startsWith("containerd-shim-kata-v2"));
  assert.deepEqual(
    processes.map(({ command }) => command.includes(`-namespace ${namespace} -id ${id} `)),
    [true],
  );
});

test("-info says what the shim is and does", async () => {
  const options = { typeUrl: "runtimeoptions.v1.Options", value: encodeRuntimeOptions({ configPath: "/etc/kata.toml" }) };
  const { code: status, stdout, stderr } = await containerd.command(id, bundle, ["-info"], encodeAny(options));
  assert.deepEqual([status, stderr], [0, ""]);
  const info = decodeRuntimeInfo(stdout);
  assert.equal(info.name, "io.containerd.kata.v2");
  assert.deepEqual(info.options && decodeRuntimeOptions(info.options.value).configPath, "/etc/kata.toml");
  const kata = await containerd.world.kata(["features"]);
  const features = JSON.parse(kata.stdout) as { linux: { namespaces: string[] } };
  features.linux.namespaces = features.linux.namespaces.filter((type) => type !== "user"); // no pod has one
  assert.deepEqual(JSON.parse(Buffer.from(info.features?.value ?? "").toString()), features);
  assert.deepEqual(info.annotations, { "containerd.io/runtime-allow-mounts": "erofs,ext4,format/*,mkdir/*" });
});

test("a task is created, started, and says what it is", async () => {
  await assert.rejects(shim.state({ id }), code(5));
  const { pid } = await shim.create({ id, bundle, ...fifos });
  await assert.rejects(shim.create({ id, bundle, ...fifos }), code(6));
  assert.equal((await shim.state({ id })).status, Status.created);
  assert.deepEqual(await shim.start({ id }), { pid });
  await assert.rejects(shim.start({ id }), code(9));
  const state = await shim.state({ id });
  assert.deepEqual([state.status, state.pid, state.bundle, state.stdout, state.exitStatus], [Status.running, pid, bundle, fifos.stdout, 0]);
  assert.deepEqual(
    (await shim.pids({ id })).processes.map((each) => each.pid),
    [pid],
  );
  const connected = await shim.connect({ id });
  assert.equal(connected.taskPid, pid);
  assert.ok(hostProcesses().some((each) => each.pid === connected.shimPid));
  await until("its first line", () => output.text() === "started\n");
});

test("input ends when it is closed by CloseIO, not when a writer goes", async () => {
  writeFifo(fifos.stdin, "one\n");
  await until("an answer", () => output.text().endsWith("got one\n"));
  writeFifo(fifos.stdin, "two\n");
  await until("another", () => output.text().endsWith("got two\n"));
  await shim.closeIO({ id, stdin: true });
  await until("the end of input", () => output.text().endsWith("over\n"));
});

test("execs have their output and status, their id can be used again, and failures leave nothing", async () => {
  assert.deepEqual(await exec("e1", ["sh", "-c", "echo $FOO; exit 7"], { env: ["PATH=/bin", "FOO=bar"] }), { status: 7, text: "bar\n" });
  assert.deepEqual(await exec("e1", ["echo", "again"]), { status: 0, text: "again\n" });
  await shim.exec({
    id,
    execId: "e2",
    ...nothing,
    spec: json("Process", { args: ["no-such-program"], cwd: "/", user: { uid: 0, gid: 0 } }),
  });
  await assert.rejects(shim.exec({ id, execId: "e2", ...nothing, spec: json("Process", {}) }), code(6));
  await assert.rejects(shim.start({ id, execId: "e2" }), /no-such-program/);
  await shim.delete({ id, execId: "e2" });
  await assert.rejects(shim.start({ id, execId: "e2" }), code(5));
});

test("thirty execs leave no descriptor and no process at the shim", async () => {
  const { shimPid } = await shim.connect({ id });
  const held = (): [number, string] => [
    readdirSync(`/proc/${shimPid}/fd`).length,
    readFileSync(`/proc/${shimPid}/task/${shimPid}/children`, "utf8").split(" ").filter(Boolean).sort().join(),
  ];
  await exec("e1", ["true"]);
  const before = held();
  for (let i = 0; i < 30; i++) assert.equal((await exec("e1", ["true"])).status, 0);
  await until("as before", () => held().join() === before.join());
});

test("a terminal has the size it is given", async () => {
  const { stdin: _, ...names } = containerd.fifos();
  const reader = new FifoReader(names.stdout);
  const script = "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.1; done";
  const spec = json("Process", { args: ["sh", "-c", script], cwd: "/", env: ["PATH=/bin"], user: { uid: 0, gid: 0 }, terminal: true });
  await shim.exec({ id, execId: "t", terminal: true, stdin: "", stdout: names.stdout, stderr: "", spec });
  await shim.start({ id, execId: "t" });
  await until("ready", () => reader.text() === "ready\r\n");
  await shim.resizePty({ id, execId: "t", width: 123, height: 45 });
  await shim.wait({ id, execId: "t" });
  assert.equal(reader.text(), "ready\r\n45 123\r\n");
  reader.close();
  await shim.delete({ id, execId: "t" });
});

test("pause and resume, update and statistics", async () => {
  await shim.pause({ id });
  assert.equal((await shim.state({ id })).status, Status.paused);
  await shim.resume({ id });
  assert.equal((await shim.state({ id })).status, Status.running);
  const grown = { memory: { limit: 2 ** 31 }, cpu: { quota: 150_000, period: 100_000 } };
  await shim.update({ id, resources: json("LinuxResources", grown) });
  assert.match((await exec("larger", ["sh", "-c", "nproc; cat /proc/meminfo"])).text, /^2\nMemTotal: +4\d{6} kB$/m);
  await shim.update({ id, resources: json("LinuxResources", { memory: { limit: 80 << 20 } }) });
  assert.equal((await exec("limit", ["cat", "/sys/fs/cgroup/memory.max"])).text, `${80 << 20}\n`);
  const { stats } = await shim.stats({ id });
  assert.match(stats?.typeUrl ?? "", /^io\.containerd\.cgroups\.v[12]\.Metrics$/);
  const v2 = stats?.typeUrl === "io.containerd.cgroups.v2.Metrics";
  const value = stats?.value ?? new Uint8Array();
  const { memory, cpu, pids } = v2 ? decodeV2Metrics(value) : decodeV1Metrics(value);
  const [limit, used] = memory && "usageLimit" in memory ? [memory.usageLimit, memory.usage] : [memory?.usage?.limit, memory?.usage?.usage];
  assert.equal(limit, BigInt(80 << 20));
  assert.ok(Number(used) > 0 && Number(used) < 80 << 20);
  assert.ok(cpu && ("usage" in cpu ? (cpu.usage?.total ?? 0) : cpu.usageUsec) > 0);
  assert.equal(pids?.current, 1);
});

test("the same is there as version 3, and what cannot be says so", async () => {
  const v3 = await containerd.connect(address, "v3");
  assert.equal((await v3.state({ id })).status, Status.running);
  await assert.rejects(v3.checkpoint({ id }), code(12));
  await assert.rejects(v3.delete({ id }), code(9));
  await assert.rejects(v3.kill({ id: "other", signal: 9 }), code(5));
});

test("a containerd that goes away and comes back has lost no output, no exit and no event", async () => {
  const { stdin: _, ...names } = containerd.fifos();
  const first = new FifoReader(names.stdout);
  const spec = json("Process", {
    args: ["sh", "-c", "echo a; sleep 1; echo b; exit 5"],
    cwd: "/",
    env: ["PATH=/bin"],
    user: { uid: 0, gid: 0 },
  });
  await shim.exec({ id, execId: "r", ...names, stdin: "", terminal: false, spec });
  await shim.start({ id, execId: "r" });
  await until("its first line", () => first.text() === "a\n");
  await containerd.vanish();
  const second = new FifoReader(names.stdout);
  first.close();
  await new Promise((done) => setTimeout(done, 1500));
  await containerd.listen();
  shim = await containerd.connect(address);
  assert.equal((await shim.wait({ id, execId: "r" })).exitStatus, 5);
  assert.equal(second.text(), "b\n");
  assert.equal((await containerd.seen("/tasks/exit", id, "r")).status, 5);
  second.close();
  await shim.delete({ id, execId: "r" });
});

test("a killed task is stopped, takes TERM and KILL without complaint, and is deleted", async () => {
  const waiting = shim.wait({ id });
  await shim.kill({ id, signal: 9, all: true });
  assert.equal((await waiting).exitStatus, 137);
  assert.equal((await shim.state({ id })).status, Status.stopped);
  for (const signal of [15, 9]) await shim.kill({ id, signal });
  assert.equal((await shim.delete({ id })).exitStatus, 137);
  await assert.rejects(shim.delete({ id }), code(5));
});

test("events came in their order", async () => {
  await containerd.seen("/tasks/delete", id);
  const mine = containerd.events
    .filter(({ process }) => ["", id, "e1"].includes(process))
    .map(({ topic, process }) => `${topic} ${process}`);
  const first = ["/tasks/create ", "/tasks/start ", "/tasks/exec-added e1", "/tasks/exec-started e1", "/tasks/exit e1"];
  assert.deepEqual(mine.slice(0, first.length), first);
  assert.deepEqual(mine.slice(-4), ["/tasks/paused ", "/tasks/resumed ", `/tasks/exit ${id}`, "/tasks/delete "]);
});

test("after Shutdown nothing is left, and delete has nothing to do", async () => {
  await shim.shutdown({ id });
  const socket = address.replace("unix://", "");
  await until(
    "the end of the shim",
    () => !existsSync(socket) && hostProcesses().every(({ command }) => !command.startsWith("containerd-shim")),
  );
  const { code: status, stdout, stderr } = await containerd.command(id, bundle, ["-bundle", bundle, "delete"]);
  assert.deepEqual([status, stderr, decodeDeleteResponse(stdout).exitStatus], [0, "", 137]);
  assert.ok(!existsSync(containerd.root), `${containerd.root}: the last container of the namespace has gone`);
  await until("nothing is left", () => containerd.world.changes(earlier).filter((each) => !each.includes("file")).length === 0);
});
