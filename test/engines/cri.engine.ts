/** A Kubernetes pod on the shim, over containerd's CRI, as kubelet drives it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { hostProcesses, until } from "../support/world.ts";
import { Engine, image } from "./containerd.ts";
import { Cri } from "./cri-client.ts";

const engine = new Engine();
let cri: Cri;
let podConfig: Readonly<Record<string, unknown>>;
let pod: string;
const containers = new Map<string, string>();

before(async () => {
  await engine.start();
  cri = new Cri(engine.socket);
  mkdirSync(join(engine.directory, "logs"));
});
after(async () => {
  cri.close();
  await engine.stop();
});

const linux = (more: object = {}) => ({ security_context: { namespace_options: { network: "POD", pid: "POD", ipc: "POD" } }, ...more });

async function container(
  name: string,
  command: string[],
  more: { resources?: object; mounts?: object[]; attempt?: number } = {},
): Promise<string> {
  const config = {
    metadata: { name, attempt: more.attempt ?? 0 },
    image: { image },
    command,
    log_path: `${name}-${more.attempt ?? 0}.log`,
    mounts: more.mounts ?? [],
    linux: linux(more.resources && { resources: more.resources }),
  };
  const { container_id: id } = await cri.call<{ container_id: string }>("CreateContainer", {
    pod_sandbox_id: pod,
    config,
    sandbox_config: podConfig,
  });
  await cri.call("StartContainer", { container_id: id });
  containers.set(name, id);
  return id;
}

interface Status {
  readonly status: { readonly state: string; readonly exit_code: number; readonly reason: string };
}

const statusOf = (name: string): Promise<Status> => cri.call<Status>("ContainerStatus", { container_id: containers.get(name) ?? "" });

async function exec(name: string, ...cmd: string[]): Promise<{ code: number; text: string }> {
  const answer = await cri.call<{ stdout: Buffer; exit_code: number }>("ExecSync", {
    container_id: containers.get(name) ?? "",
    cmd,
    timeout: 30,
  });
  return { code: answer.exit_code, text: answer.stdout.toString() };
}

function get(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "10.88.9.1", port, path: "/" }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => resolve(text));
    });
    call.on("error", reject);
    call.end();
  });
}

test("a pod comes up in a virtual machine of its own, with an address", async () => {
  podConfig = {
    metadata: { name: "pod", namespace: "default", uid: "uid-1", attempt: 0 },
    hostname: "pod-host",
    log_directory: join(engine.directory, "logs"),
    dns_config: { servers: ["10.0.0.10"], searches: ["svc.local"], options: [] },
    port_mappings: [{ protocol: "TCP", container_port: 8080, host_port: 18_080 }],
    labels: {},
    annotations: {},
    linux: { cgroup_parent: "/kata-pods", ...linux() },
  };
  ({ pod_sandbox_id: pod } = await cri.call<{ pod_sandbox_id: string }>("RunPodSandbox", { config: podConfig, runtime_handler: "kata" }));
  const { status } = await cri.call<{ status: { state: string; network: { ip: string } } }>("PodSandboxStatus", { pod_sandbox_id: pod });
  assert.equal(status.state, "SANDBOX_READY");
  assert.match(status.network.ip, /^10\.88\.9\.\d+$/);
  assert.equal(hostProcesses().filter(({ command }) => command.startsWith(`kata-sandbox ${pod}`)).length, 1);
});

test("three containers share machine, pid namespace and network; a volume and a limit hold", async () => {
  const volume = join(engine.directory, "volume");
  mkdirSync(volume);
  writeFileSync(join(volume, "key"), "value\n");
  await container("web", ["sh", "-c", "mkdir /www; echo served > /www/index.html; exec httpd -f -p 8080 -h /www"]);
  await container("side", ["sh", "-c", "echo one; echo two >&2; exec sleep 1000"], {
    mounts: [{ container_path: "/config", host_path: volume, readonly: true }],
  });
  await container("limited", ["sleep", "1000"], { resources: { memory_limit_in_bytes: 64 << 20 } });
  assert.equal((await exec("side", "cat", "/config/key")).text, "value\n");
  assert.notEqual((await exec("side", "sh", "-c", "echo x > /config/key")).code, 0);
  const processes = (await exec("side", "ps", "-o", "args")).text;
  for (const each of [/httpd -f -p 8080/, /^sleep 1000$/m]) assert.match(processes, each);
  assert.equal((await exec("limited", "cat", "/sys/fs/cgroup/memory.max")).text, `${64 << 20}\n`);
  assert.equal((await exec("side", "hostname")).text, "pod-host\n");
  assert.match((await exec("side", "cat", "/etc/resolv.conf")).text, /nameserver 10\.0\.0\.10/);
  assert.equal((await exec("side", "wget", "-qO-", "http://127.0.0.1:8080/")).text, "served\n");
});

test("the published port answers from outside", async () => {
  await until("the page", async () => (await get(18_080).catch(() => "")) === "served\n");
});

test("logs are in the CRI's form", async () => {
  await until("both lines", () => {
    const text = readFileSync(join(engine.directory, "logs/side-0.log"), "utf8");
    return /^\S+ stdout F one$/m.test(text) && /^\S+ stderr F two$/m.test(text);
  });
});

test("statistics are what the guest says", async () => {
  await container("large", ["sh", "-c", "x=$(head -c 8000000 /dev/zero | tr '\\0' a); sleep 1000"]);
  const inside = (file: string): Promise<string> => exec("large", "cat", `/sys/fs/cgroup/${file}`).then(({ text }) => text);
  const read = async (): Promise<[number, number]> => {
    const { stats } = await cri.call<{
      stats: { memory: { working_set_bytes: { value: number } }; cpu: { usage_core_nano_seconds: { value: number } } };
    }>("ContainerStats", { container_id: containers.get("large") ?? "" });
    assert.ok(stats.cpu.usage_core_nano_seconds.value > 0);
    const inactive = Number(/^inactive_file (\d+)$/m.exec(await inside("memory.stat"))?.[1]);
    return [stats.memory.working_set_bytes.value, Number(await inside("memory.current")) - inactive];
  };
  await until(
    "working sets within 5 %",
    async () => {
      const [told, real] = await read();
      return told > 7_500_000 && Math.abs(told - real) < 0.05 * real;
    },
    90_000,
  );
});

test("a container that is killed for want of memory says so, and is started again in the pod", async () => {
  await container("hog", ["sh", "-c", "head -c 200000000 /dev/zero | tail"], { resources: { memory_limit_in_bytes: 16 << 20 } });
  await until("its end", async () => (await statusOf("hog")).status.state === "CONTAINER_EXITED", 60_000);
  assert.equal((await statusOf("hog")).status.reason, "OOMKilled");
  await cri.call("RemoveContainer", { container_id: containers.get("hog") ?? "" });
  await container("hog", ["sleep", "1000"], { resources: { memory_limit_in_bytes: 16 << 20 }, attempt: 1 });
  assert.equal((await statusOf("hog")).status.state, "CONTAINER_RUNNING");
});

test("execs every second go on while containerd is killed and comes back, and nothing is lost", async () => {
  for (let i = 0; i < 5; i++) assert.equal((await exec("limited", "echo", String(i))).text, `${i}\n`);
  await container("ends", ["sh", "-c", "sleep 2; exit 9"]);
  cri.close();
  await engine.restart();
  cri = new Cri(engine.socket);
  await until(
    "the exit that came meanwhile",
    async () => (await statusOf("ends").catch(() => undefined))?.status.state === "CONTAINER_EXITED",
    60_000,
  );
  assert.equal((await statusOf("ends")).status.exit_code, 9);
  for (const name of ["web", "side", "limited"]) assert.equal((await statusOf(name)).status.state, "CONTAINER_RUNNING");
  for (let i = 0; i < 5; i++) assert.equal((await exec("limited", "echo", String(i))).text, `${i}\n`);
  assert.equal(await get(18_080), "served\n");
});

test("a pod whose machine was killed is stopped and removed", async () => {
  const record = JSON.parse(readFileSync(`/run/kata-containers/@shim/k8s.io/@sandbox/${pod}/sandbox.json`, "utf8")) as {
    helpers: { pid: number; role: string }[];
  };
  process.kill(record.helpers.find(({ role }) => role === "vmm")?.pid ?? 0, "SIGKILL");
  await cri.call("StopPodSandbox", { pod_sandbox_id: pod });
  await cri.call("StopPodSandbox", { pod_sandbox_id: pod });
  await cri.call("RemovePodSandbox", { pod_sandbox_id: pod });
  await until("nothing is left", () =>
    hostProcesses().every(({ command }) => !command.includes(pod) && !command.startsWith("containerd-shim-kata")),
  );
  assert.equal(execFileSync("sh", ["-c", "mount | grep -c /rootfs || true"], { encoding: "utf8" }), "0\n");
});
