/** A pod whose sandbox containerd leaves to the shim: no container is there for it, and what its containers share is. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { decodeV1Metrics, decodeV2Metrics } from "../../src/protocol/gen/cgroups.ts";
import { encodePodSandboxConfig } from "../../src/protocol/gen/cri.ts";
import type { SandboxClient } from "../../src/protocol/gen/runtime-sandbox.ts";
import type { TaskClient } from "../../src/protocol/gen/task.ts";
import type { Client } from "../../src/protocol/service.ts";
import { Lab } from "../network/lab.ts";
import type { TestSpec } from "../support/bundle.ts";
import { until } from "../support/world.ts";
import { Containerd } from "./containerd.ts";

const containerd = new Containerd();
const lab = new Lab();
let earlier: Set<string>;
let api: Client<typeof SandboxClient>;
let tasks: Client<typeof TaskClient>;
let pid = 0;

before(async () => {
  earlier = containerd.world.snapshot();
  await containerd.listen();
});
after(async () => {
  await containerd.dispose();
  await lab.dispose();
});

const config = {
  hostname: "pod-host",
  metadata: { name: "pod", uid: "uid-1", namespace: "default" },
  dnsConfig: { servers: ["10.0.0.10"], searches: ["svc.local", "local"], options: ["ndots:5"] },
  linux: { cgroupParent: "/kata-sandbox-api", sysctls: { "kernel.shm_rmid_forced": "1" } },
};

interface Wishes {
  readonly networkNamespace?: string;
  readonly options?: { readonly typeUrl: string; readonly value: Uint8Array };
}

/** A shim, and its answer to CreateSandbox. */
async function created(id: string, { networkNamespace = lab.path, options }: Wishes = {}) {
  const bundle = join(containerd.world.directory, "bundles", id);
  mkdirSync(bundle, { recursive: true });
  const address = await containerd.startShim(id, bundle);
  api = await containerd.connectSandbox(address);
  tasks = await containerd.connect(address);
  await api.createSandbox({
    sandboxId: id,
    bundlePath: bundle,
    netnsPath: networkNamespace,
    options: options ?? { typeUrl: "runtime.v1.PodSandboxConfig", value: encodePodSandboxConfig(config) },
  });
}

/** Runs a container of the pod; what it has written once it has ended, or at once. */
async function run(id: string, script: string, { wait = true } = {}): Promise<string> {
  const output = join(containerd.world.directory, `${id}.log`);
  const bundle = containerd.bundle(id, ["sh", "-c", script], (spec: TestSpec) => {
    spec.annotations = { "io.kubernetes.cri.container-type": "container", "io.kubernetes.cri.sandbox-id": "api" };
    const joined = [
      ["network", "net"],
      ["ipc", "ipc"],
      ["uts", "uts"],
      ["pid", "pid"],
    ] as const;
    spec.linux.namespaces = [{ type: "mount" }, ...joined.map(([type, name]) => ({ type, path: `/proc/${pid}/ns/${name}` }))];
    spec.hostname = "";
  });
  await containerd.startShim(id, bundle);
  await tasks.create({ id, bundle, stdin: "", stdout: `file://${output}`, stderr: "", terminal: false });
  await tasks.start({ id });
  if (!wait) return "";
  const { exitStatus } = await tasks.wait({ id });
  const text = readFileSync(output, "utf8");
  assert.equal(exitStatus, 0, text);
  await tasks.delete({ id });
  await tasks.shutdown({ id });
  return text;
}

const code = (wanted: number) => (error: unknown) => error instanceof Error && "status" in error && error.status === wanted;

test("CreateSandbox takes the pod's configuration, once, and nothing else", async () => {
  await assert.rejects(created("other", { options: { typeUrl: "runtime.v1.Odd", value: new Uint8Array() } }), /options: runtime\.v1\.Odd/);
  await api.shutdownSandbox({ sandboxId: "other" });
  await created("api");
  await assert.rejects(created("api"), /sandbox api: exists already/);
  assert.equal((await api.sandboxStatus({ sandboxId: "api" })).state, "SANDBOX_NOTREADY");
  await assert.rejects(api.pingSandbox({ sandboxId: "api" }), /sandbox api: does not run/);
  await assert.rejects(api.startSandbox({ sandboxId: "another" }), /sandbox another: not found/);
});

test("StartSandbox makes the machine, without a container's files; SandboxStatus, Platform and PingSandbox say so", async () => {
  const started = await api.startSandbox({ sandboxId: "api" });
  ({ pid } = started);
  assert.ok(pid > 1);
  const status = await api.sandboxStatus({ sandboxId: "api", verbose: true });
  assert.deepEqual([status.pid, status.state, status.createdAt], [pid, "SANDBOX_READY", started.createdAt]);
  assert.deepEqual((await api.platform({ sandboxId: "api" })).platform, { os: "linux", architecture: "amd64", variant: "" });
  await api.pingSandbox({ sandboxId: "api" });
  await assert.rejects(api.startSandbox({ sandboxId: "api" }), /has been started/);
  assert.ok(existsSync(join(containerd.root, "@sandbox/api/sandbox.json")));
});

test("containers share the pod's names, files, memory and processes", async () => {
  await run("first", "echo kept > /dev/shm/note; (sleep 0.5 &); exec sleep 1000", { wait: false });
  const text = await run(
    "second",
    `hostname; cat /etc/hostname /etc/resolv.conf; grep -c localhost /etc/hosts; cat /dev/shm/note
     while ps -o args | grep -q 'sleep 0.5$'; do sleep 0.1; done
     ps -o pid,stat,comm | awk '$2 ~ /Z/ || $1 == 1'; ps -o args | grep -c '^sleep 1000$'; cat /proc/sys/kernel/shm_rmid_forced; ip -4 -o addr show eth0 | wc -l`,
  );
  assert.deepEqual(text.trim().split(/\n\s*/), [
    "pod-host",
    "pod-host",
    "search svc.local local",
    "nameserver 10.0.0.10",
    "options ndots:5",
    "1",
    "kept",
    "1 S    pause",
    "1",
    "1",
    "1",
  ]);
});

test("what the pod's first process has in memory is not for its containers to see", async () => {
  const text = await run("curious", "head -c 4 /proc/1/exe 2>&1 | head -n 1; ls /proc/1/root/ 2>&1; echo end");
  assert.match(text, /denied/i);
  assert.doesNotMatch(text, /ELF/);
});

test("SandboxMetrics are those of all containers together", async () => {
  const { metrics } = await api.sandboxMetrics({ sandboxId: "api" });
  const value = metrics?.data?.value ?? new Uint8Array();
  const v2 = metrics?.data?.typeUrl.includes(".v2.") ?? false;
  const used = v2 ? decodeV2Metrics(value).memory?.usage : decodeV1Metrics(value).memory?.usage?.usage;
  assert.equal(metrics?.id, "api");
  assert.ok(Number(used) > 0, String(used));
});

test("StopSandbox ends the machine with what runs in it, WaitSandbox says so, ShutdownSandbox leaves nothing", async () => {
  const waited = api.waitSandbox({ sandboxId: "api" });
  await api.stopSandbox({ sandboxId: "api" });
  assert.equal((await waited).exitStatus, 137);
  await tasks.wait({ id: "first" });
  const status = await api.sandboxStatus({ sandboxId: "api" });
  assert.deepEqual([status.state, status.pid], ["SANDBOX_NOTREADY", 0]);
  await api.stopSandbox({ sandboxId: "api" });
  await tasks.delete({ id: "first" });
  await api.shutdownSandbox({ sandboxId: "api" });
  const left = (): string[] => containerd.world.changes(earlier).filter((each) => /process|mount|cgroup|link/.test(each));
  await until("nothing is left", () => left().length === 0).catch(() => assert.deepEqual(left(), []));
});

test("the host's network is refused by StartSandbox, and a sandbox that did not start is shut down", async () => {
  await created("hostly", { networkNamespace: "" });
  await assert.rejects(api.startSandbox({ sandboxId: "hostly" }), code(12));
  await assert.rejects(api.startSandbox({ sandboxId: "hostly" }), /has no network namespace/);
  await api.shutdownSandbox({ sandboxId: "hostly" });
});
