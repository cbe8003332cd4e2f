/**
 * The conversations that Kata's two runtimes have with an agent, in their order and in their words, from the sandbox's birth to its end.
 * The messages are made and read by another implementation of protobuf.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import type { JsonObject } from "@bufbuild/protobuf";
import { type ForeignClient, foreignClient } from "./foreign-client.ts";
import { bootVm, busyboxRoot, type TestVm } from "./vm.ts";

const mac = "02:00:00:00:00:01";
let vm: TestVm;
let kata: ForeignClient;

before(async () => {
  vm = await bootVm({ devices: ["-netdev", "user,id=n0,restrict=on", "-device", `virtio-net-pci,netdev=n0,mac=${mac},romfile=`] });
  kata = await foreignClient(vm);
});
after(async () => {
  kata?.close();
  await vm.stop();
});

const interfaceRequest: JsonObject = {
  interface: {
    device: "eth0",
    name: "eth0",
    IPAddresses: [{ family: "v4", address: "10.0.2.15", mask: "24" }],
    mtu: "1450",
    hwAddr: mac,
  },
};
const routesRequest: JsonObject = {
  routes: {
    Routes: [
      { gateway: "10.0.2.2", device: "eth0" },
      { dest: "10.0.2.0/24", device: "eth0", source: "10.0.2.15", scope: 253 },
    ],
  },
};
const neighborsRequest: JsonObject = {
  neighbors: {
    ARPNeighbors: [{ toIPAddress: { family: "v4", address: "10.0.2.2" }, device: "eth0", lladdr: "52:55:0a:00:02:02", state: 128 }],
  },
};

const shm = "/run/kata-containers/sandbox/shm";
const sandboxRequest = (id: string): JsonObject => ({
  hostname: "pod",
  dns: ["nameserver 10.0.2.3"],
  storages: [
    {
      driver: "ephemeral",
      source: "shm",
      fstype: "tmpfs",
      options: ["noexec", "nosuid", "nodev", "mode=1777", "size=1048576"],
      mount_point: shm,
    },
  ],
  sandbox_id: id,
});

/** As both runtimes leave it of what containerd asks: pid, network and cgroup namespaces gone, paths of the others blank. */
const specification = (...args: string[]): JsonObject => ({
  Version: "1.1.0",
  Process: {
    User: { UID: 0, GID: 0, AdditionalGids: [0, 10] },
    Args: args,
    Env: ["PATH=/bin:/sbin"],
    Cwd: "/",
    Capabilities: { Bounding: ["CAP_KILL"], Effective: ["CAP_KILL"], Permitted: ["CAP_KILL"] },
    Rlimits: [{ Type: "RLIMIT_NOFILE", Hard: "1024", Soft: "1024" }],
    NoNewPrivileges: true,
    OOMScoreAdj: "1000",
  },
  Root: { Path: busyboxRoot },
  Mounts: [
    { destination: "/proc", source: "proc", type: "proc", options: ["nosuid", "noexec", "nodev"] },
    { destination: "/dev", source: "tmpfs", type: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=65536k"] },
    {
      destination: "/dev/pts",
      source: "devpts",
      type: "devpts",
      options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
    },
    { destination: "/dev/shm", source: shm, type: "bind", options: ["rbind"] },
  ],
  Annotations: { "io.katacontainers.pkg.oci.container_type": "pod_container" },
  Linux: {
    Resources: { Memory: { Limit: "67108864" }, CPU: { Shares: "512", Quota: "50000", Period: "100000" } },
    CgroupsPath: "/kubepods/pod1/c1",
    Namespaces: [{ Type: "ipc" }, { Type: "uts" }, { Type: "mount" }],
    MaskedPaths: ["/proc/kcore"],
    ReadonlyPaths: ["/proc/sys"],
  },
});

const text = (base64: unknown): string => Buffer.from(String(base64), "base64").toString();

/** Until end of file, as the runtimes read: 32 KiB at a time. */
async function readAll(at: JsonObject, method = "ReadStdout"): Promise<string> {
  let all = "";
  for (;;) {
    const { data } = await kata.call(method, { ...at, len: 32_768 });
    if (data === "") return all;
    all += text(data);
  }
}

/** What both ask in the same way while a container runs. */
async function lookAtRunning(container: JsonObject): Promise<void> {
  await kata.call("UpdateContainer", { ...container, resources: { Memory: { Limit: "100663296" }, CPU: { Shares: "1024" } } });
  const { cgroup_stats: stats } = (await kata.call("StatsContainer", container)) as {
    cgroup_stats: { memory_stats: { usage: { limit: string } } };
  };
  assert.equal(stats.memory_stats.usage.limit, "100663296");
  await kata.call("PauseContainer", container);
  await kata.call("ResumeContainer", container);
}

test("runtime-rs: the network first, one wait for lack of memory, execs under the caller's ids", async () => {
  const answer = await kata.call("UpdateInterface", interfaceRequest);
  assert.deepEqual([answer["name"], answer["hwAddr"]], ["eth0", mac]);
  await kata.call("AddARPNeighbors", neighborsRequest);
  assert.ok(((await kata.call("UpdateRoutes", routesRequest))["Routes"] as JsonObject[]).some(({ gateway }) => gateway === "10.0.2.2"));
  await kata.call("CreateSandbox", sandboxRequest("rs"));
  const details = await kata.call("GetGuestDetails", { mem_block_size: true, mem_hotplug_probe: true });
  assert.match(String(details["mem_block_size_bytes"]), /^\d+$/);
  const outOfMemory = kata.call("GetOOMEvent", {}).then(({ container_id: id }) => id);

  await kata.call("OnlineCPUMem", { nb_cpus: 1 });
  const container = { container_id: "c-rs" };
  await kata.call("CreateContainer", {
    ...container,
    string_user: { uid: "0", gid: "0" },
    OCI: specification("sh", "-c", "echo up; exec sleep 1000"),
  });
  await kata.call("StartContainer", container);
  const init = { ...container, exec_id: "" };
  const [output, errors] = [readAll(init), readAll(init, "ReadStderr")];
  await lookAtRunning(container);

  const exec = { ...container, exec_id: "debug-1" };
  const { Process } = specification("sh", "-c", "read a; stty size; echo got $a; exit 7") as { Process: JsonObject };
  await kata.call("ExecProcess", {
    ...exec,
    string_user: {},
    process: { ...Process, Terminal: true, ConsoleSize: { Height: 20, Width: 60 } },
  });
  await kata.call("TtyWinResize", { ...exec, row: 33, column: 99 });
  await kata.call("WriteStdin", { ...exec, data: Buffer.from("word\n").toString("base64") });
  const said = await readAll(exec);
  assert.match(said, /33 99\r\ngot word\r\n$/);
  assert.equal((await kata.call("WaitProcess", exec))["status"], 7);

  const eater = { ...container, exec_id: "eater" };
  await kata.call("ExecProcess", { ...eater, process: { ...Process, Args: ["tail", "/dev/zero"] } });
  assert.equal(await outOfMemory, "c-rs");
  assert.equal((await kata.call("WaitProcess", eater))["status"], 137);
  assert.equal((await kata.call("Check", { service: "" }))["status"], "SERVING");
  assert.match(String((await kata.call("Version", { service: "" }))["agent_version"]), /^\d/);

  const waiting = kata.call("WaitProcess", init);
  await kata.call("SignalProcess", { ...init, signal: 9 });
  assert.equal((await waiting)["status"], 137);
  assert.deepEqual([await output, await errors], ["up\n", ""]);
  await kata.call("RemoveContainer", container);
  assert.equal(vm.qemu.exitCode, null, "the runtime ends the machine itself");
});

test("the Go runtime: init under the container's id, sizes after the container, the sandbox's end", async () => {
  await kata.call("Check", { service: "" });
  await kata.call("UpdateInterface", interfaceRequest);
  await kata.call("UpdateRoutes", routesRequest);
  await kata.call("AddARPNeighbors", neighborsRequest);
  await kata.call("CreateSandbox", sandboxRequest("go"));
  await kata.call("GetGuestDetails", { mem_block_size: true, mem_hotplug_probe: true });

  const container = { container_id: "c-go" };
  const init = { ...container, exec_id: "c-go" };
  await kata.call("CreateContainer", {
    ...init,
    string_user: { additionalGids: [] },
    OCI: specification("sh", "-c", "cat; df -P /dev/shm | tail -n 1 >&2; exec sleep 1000"),
  });
  await kata.call("OnlineCPUMem", { nb_cpus: 1, cpu_only: true });
  await kata.call("OnlineCPUMem", { nb_cpus: 0 });
  await kata.call("UpdateEphemeralMounts", {});
  await kata.call("UpdateEphemeralMounts", {
    storages: [{ driver: "ephemeral", source: "shm", fstype: "tmpfs", options: ["size=2097152"], mount_point: shm }],
  });
  await kata.call("StartContainer", container);
  const [output, errors] = [readAll(init), readAll(init, "ReadStderr")];
  assert.equal((await kata.call("WriteStdin", { ...init, data: Buffer.from("input").toString("base64") }))["len"], 5);
  await kata.call("CloseStdin", init);
  await lookAtRunning(container);

  const exec = { ...container, exec_id: "6a6e1fd8-6b0b-4a5e-9f0e-2f3c2f4c9d11" };
  await kata.call("ExecProcess", { ...exec, process: (specification("id", "-G") as { Process: JsonObject }).Process });
  const [out, err] = await Promise.all([readAll(exec), readAll(exec, "ReadStderr")]);
  assert.deepEqual([out, err], ["0 10\n", ""]);
  assert.equal((await kata.call("WaitProcess", exec))["status"], 0);
  await assert.rejects(kata.call("WaitProcess", exec), (error: { status?: unknown }) => error.status === 5);

  const waiting = kata.call("WaitProcess", init);
  await kata.call("SignalProcess", { ...container, exec_id: "", signal: 9 });
  assert.equal((await waiting)["status"], 137);
  assert.equal(await output, "input");
  assert.match(await errors, /^shm +2048 /);
  // for a termination log that is not among its mounts; the runtime goes on without
  await assert.rejects(
    kata.call("GetDiagnosticData", { ...container, log_type: "termination_log" }),
    (error: { status?: unknown }) => error.status === 12,
  );
  await kata.call("RemoveContainer", container);
  await kata.call("RemoveStaleVirtiofsShareMounts", {});
  const ended = once(vm.qemu, "exit");
  await kata.call("DestroySandbox", {});
  assert.deepEqual(await ended, [0, null]);
});
