/** Limits, their change while the container runs, and counters. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { busyboxSpec, create, finish, type SpecJson, shell } from "./containers.ts";
import { bootVm, type TestVm } from "./vm.ts";

let vm: TestVm;
before(async () => {
  vm = await bootVm();
});
after(() => vm.stop());

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const withResources = (resources: unknown) => (spec: SpecJson) => {
  spec.linux["resources"] = resources;
};
const show = (...files: string[]): string => `cd /sys/fs/cgroup; cat ${files.join(" ")}`;

test("limits of the specification are those of the container's cgroup", async () => {
  const files = ["memory.max", "memory.low", "cpu.weight", "cpu.max", "pids.max", "cpuset.cpus", "memory.swap.max"];
  const { stdout } = await shell(
    vm,
    show(...files),
    withResources({
      memory: { limit: 64 << 20, reservation: 32 << 20, swap: 96 << 20 },
      cpu: { shares: 512, quota: 50_000, period: 100_000, cpus: "0" },
      pids: { limit: 30 },
    }),
  );
  assert.deepEqual(stdout.trimEnd().split("\n").slice(0, 6), ["67108864", "33554432", "20", "50000 100000", "30", "0"]);
});

test("unified values are written as they are, wrong ones are an error that names the file", async () => {
  assert.equal((await shell(vm, show("memory.high"), withResources({ unified: { "memory.high": "41943040" } }))).stdout, "41943040\n");
  await assert.rejects(shell(vm, "true", withResources({ unified: { "memory.nonesuch": "1" } })), /memory\.nonesuch/);
  await assert.rejects(
    shell(vm, "true", withResources({ unified: { "../x": "1" } })),
    /linux\.resources\.unified.*must name a file of a cgroup/,
  );
  await assert.rejects(
    shell(vm, "true", withResources({ memory: { limit: 2000, swap: 1000 } })),
    /memory\.swap.*must be at least memory\.limit/,
  );
});

test("an update changes what it names and nothing else", async () => {
  const spec = busyboxSpec("cat", "/dev/stdin");
  spec.linux["resources"] = { memory: { limit: 64 << 20 }, pids: { limit: 30 } };
  spec.process.args = ["sh", "-c", `read x; ${show("memory.max", "pids.max", "cpu.max")}`];
  const attached = await create(vm, spec);
  await vm.agent.startContainer({ containerId: attached.id });
  await vm.agent.updateContainer({ containerId: attached.id, ociJson: encode({ memory: { limit: 128 << 20 }, cpu: { quota: 20_000 } }) });
  assert.equal((await finish(vm, attached, "go\n")).stdout, "134217728\n30\n20000 100000\n");
  await vm.agent.removeContainer({ containerId: attached.id });
});

test("a process killed for want of memory ends with 137 and is an event", async () => {
  const event = vm.agent.getOOMEvent({});
  const spec = busyboxSpec("tail", "/dev/zero");
  spec.linux["resources"] = { memory: { limit: 32 << 20, swap: 32 << 20 } };
  const attached = await create(vm, spec, "hungry");
  await vm.agent.startContainer({ containerId: "hungry" });
  assert.equal((await finish(vm, attached)).status, 137);
  assert.equal((await event).containerId, "hungry");
  await vm.agent.removeContainer({ containerId: "hungry" });
});

test("who learns of the end learns with it what memory had to do with it", async () => {
  for (const id of ["hungry-1", "hungry-2", "hungry-3"]) {
    const spec = busyboxSpec("tail", "/dev/zero");
    spec.linux["resources"] = { memory: { limit: 32 << 20, swap: 32 << 20 } };
    const attached = await create(vm, spec, id);
    await vm.agent.startContainer({ containerId: id });
    const end = await vm.agent.waitProcess({ containerId: id, execId: id });
    assert.deepEqual([end.status, end.oomEvents], [137, 1]);
    await finish(vm, attached);
    assert.equal((await vm.agent.getOOMEvent({})).containerId, id);
    await vm.agent.removeContainer({ containerId: id });
  }
});

test("counters count", async () => {
  const attached = await create(vm, busyboxSpec("sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo up; read x"));
  await vm.agent.startContainer({ containerId: attached.id });
  await attached.stdout.read();
  const { cgroupStats, networkStats } = await vm.agent.statsContainer({ containerId: attached.id });
  assert.ok((cgroupStats?.cpuStats?.cpuUsage?.totalUsage ?? 0n) > 0n);
  assert.ok((cgroupStats?.memoryStats?.usage?.usage ?? 0n) > 0n);
  assert.equal(cgroupStats?.pidsStats?.current, 1n);
  assert.ok("anon" in (cgroupStats?.memoryStats?.stats ?? {}));
  assert.deepEqual(
    networkStats.map(({ name }) => name).filter((name) => name === "lo"),
    ["lo"],
  );
  assert.equal((await finish(vm, attached, "end\n")).status, 0);
  await vm.agent.removeContainer({ containerId: attached.id });
});

test("without a cgroup namespace the container sees its own cgroup only", async () => {
  const { stdout, stderr } = await shell(vm, "cat /sys/fs/cgroup/cgroup.procs | head -n 1; ls -d /sys/fs/cgroup/containers", (spec) => {
    spec.linux.namespaces = spec.linux.namespaces.filter(({ type }) => type !== "cgroup");
  });
  assert.equal(stdout, "1\n");
  assert.match(stderr, /No such file/);
});

test("processes in groups that the container made are found, ended and removed with it", async () => {
  const spec = busyboxSpec(
    "sh",
    "-c",
    "mkdir /sys/fs/cgroup/sub && echo 0 >/sys/fs/cgroup/sub/cgroup.procs && echo +pids >/sys/fs/cgroup/cgroup.subtree_control; echo $?; exec sleep 100",
  );
  const cgroup = spec.mounts.at(-1);
  if (cgroup) cgroup.options = ["nosuid"];
  const attached = await create(vm, spec);
  await vm.agent.startContainer({ containerId: attached.id });
  assert.equal(Buffer.from((await attached.stdout.read()) ?? []).toString(), "0\n");
  const process = { ...busyboxSpec("cat", "/proc/self/cgroup").process };
  await vm.agent.execProcess({ containerId: attached.id, execId: "e", ociJson: encode(process) });
  const { data } = await vm.agent.readStdout({ containerId: attached.id, execId: "e", len: 100 });
  assert.match(Buffer.from(data).toString(), /\/sub\n$/);
  await vm.agent.signalProcess({ containerId: attached.id, signal: 9 });
  assert.equal((await finish(vm, attached)).status, 137);
  await vm.agent.removeContainer({ containerId: attached.id });
});

test("processes are listed, additional ones may be born in a group below", async () => {
  const spec = busyboxSpec("sh", "-c", "mkdir /sys/fs/cgroup/below; echo made; exec sleep 100");
  const cgroup = spec.mounts.at(-1);
  if (cgroup) cgroup.options = ["nosuid"];
  const attached = await create(vm, spec);
  const at = { containerId: attached.id };
  await vm.agent.startContainer(at);
  await attached.stdout.read();
  const process = encode({ ...busyboxSpec("sleep", "200").process });
  await vm.agent.execProcess({ ...at, execId: "below", ociJson: process, cgroup: "below" });
  const { processes } = await vm.agent.listProcesses(at);
  const commands = processes.map(({ cmdline }) => Buffer.from(cmdline).toString().replaceAll("\0", " ").trim());
  assert.deepEqual(commands.toSorted(), ["sleep 100", "sleep 200"]);
  await assert.rejects(vm.agent.execProcess({ ...at, execId: "x", ociJson: process, cgroup: "none" }), /bad sub cgroup path: none/);
  await assert.rejects(vm.agent.execProcess({ ...at, execId: "x", ociJson: process, cgroup: "../.." }), /bad sub cgroup path/);
  await vm.agent.removeContainer(at);
});

test("a process that may wait for a paused container is there after the resume", async () => {
  const attached = await create(vm, busyboxSpec("sleep", "100"));
  const at = { containerId: attached.id };
  await vm.agent.startContainer(at);
  await vm.agent.pauseContainer(at);
  const waiting = vm.agent.execProcess({ ...at, execId: "late", ociJson: encode(busyboxSpec("true").process), ignorePaused: true });
  await assert.rejects(
    vm.agent.execProcess({ ...at, execId: "late", ociJson: encode(busyboxSpec("true").process), ignorePaused: true }),
    /exec late: exists already/,
  );
  await vm.agent.resumeContainer(at);
  await waiting;
  assert.equal((await vm.agent.waitProcess({ ...at, execId: "late" })).status, 0);
  await vm.agent.removeContainer(at);
});
