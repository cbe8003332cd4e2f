/** One pod over the CRI, as kubelet drives it. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hostProcesses, until } from "../support/world.ts";
import { type Engine, image } from "./containerd.ts";
import { Cri } from "./cri-client.ts";

interface Status {
  readonly state: string;
  readonly exit_code: number;
  readonly reason: string;
}

interface Wishes {
  readonly resources?: object;
  readonly mounts?: readonly object[];
  readonly attempt?: number;
  /** Of the container's security context. */
  readonly security?: object;
}

interface Identity {
  readonly name?: string;
  readonly attempt?: number;
}

const cgroupParent = "/kata-pods";
const port = 18_080;

const linux = (more: object = {}, security: object = {}) => ({
  security_context: { namespace_options: { network: "POD", pid: "POD", ipc: "POD" }, ...security },
  ...more,
});

export class CriPod {
  readonly #engine: Engine;
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #containers = new Map<string, string>();
  #cri: Cri;
  #id = "";

  /** The one that is named "pod" has a published port. */
  constructor(engine: Engine, { name = "pod", attempt = 0 }: Identity = {}) {
    this.#engine = engine;
    this.#cri = new Cri(engine.socket);
    mkdirSync(join(engine.directory, "logs"), { recursive: true });
    this.#config = {
      metadata: { name, namespace: "default", uid: `uid-of-${name}`, attempt },
      hostname: "pod-host",
      log_directory: join(engine.directory, "logs"),
      dns_config: { servers: ["10.0.0.10"], searches: ["svc.local"], options: [] },
      port_mappings: name === "pod" ? [{ protocol: "TCP", container_port: 8080, host_port: port }] : [],
      labels: {},
      annotations: {},
      linux: { cgroup_parent: cgroupParent, ...linux() },
    };
  }

  get id(): string {
    return this.#id;
  }

  call<T>(method: string, message: Readonly<Record<string, unknown>>): Promise<T> {
    return this.#cri.call<T>(method, message);
  }

  close(): void {
    this.#cri.close();
  }

  async run(): Promise<void> {
    const answer = await this.call<{ pod_sandbox_id: string }>("RunPodSandbox", { config: this.#config, runtime_handler: "kata" });
    this.#id = answer.pod_sandbox_id;
  }

  /** containerd is killed -9, and another one comes up on what it left. */
  async restartEngine(): Promise<void> {
    const before = this.#cri;
    await this.#engine.restart();
    this.#cri = new Cri(this.#engine.socket);
    before.close();
    await until("the CRI answers", async () => (await orAway(() => this.call("Status", {}))) !== undefined);
  }

  async start(name: string, command: readonly string[], { resources, mounts = [], attempt = 0, security }: Wishes = {}): Promise<void> {
    const config = {
      metadata: { name, attempt },
      image: { image },
      command,
      log_path: `${name}-${attempt}.log`,
      mounts,
      linux: linux(resources && { resources }, security),
    };
    const { container_id: id } = await this.call<{ container_id: string }>("CreateContainer", {
      pod_sandbox_id: this.#id,
      config,
      sandbox_config: this.#config,
    });
    await this.call("StartContainer", { container_id: id });
    this.#containers.set(name, id);
  }

  /** Of the pod itself. */
  async stopAndRemove(): Promise<void> {
    await this.call("StopPodSandbox", { pod_sandbox_id: this.#id });
    await this.call("RemovePodSandbox", { pod_sandbox_id: this.#id });
  }

  /** SIGKILL to one of the processes that the machine is made of. */
  kill(role: "vmm" | "share"): void {
    const record = JSON.parse(readFileSync(`/run/kata-containers/@shim/k8s.io/@sandbox/${this.#id}/sandbox.json`, "utf8")) as {
      helpers: { pid: number; role: string }[];
    };
    process.kill(record.helpers.find((helper) => helper.role === role)?.pid ?? 0, "SIGKILL");
  }

  /** Processes and cgroups of the pod that are still there. */
  left(): string[] {
    const processes = hostProcesses().map(({ command }) => command);
    const cgroups = readdirSync("/sys/fs/cgroup").map((each) => join("/sys/fs/cgroup", each, cgroupParent));
    return [
      ...processes.filter((each) => each.includes(this.#id) || each.startsWith("containerd-shim-kata")),
      ...[...cgroups, join("/sys/fs/cgroup", cgroupParent)].filter((each) => existsSync(each)),
    ];
  }

  async remove(name: string): Promise<void> {
    await this.call("RemoveContainer", { container_id: this.container(name) });
  }

  container(name: string): string {
    return this.#containers.get(name) ?? "";
  }

  async status(name: string): Promise<Status> {
    return (await this.call<{ status: Status }>("ContainerStatus", { container_id: this.container(name) })).status;
  }

  log(name: string): string {
    return readFileSync(join(this.#engine.directory, `logs/${name}-0.log`), "utf8");
  }

  async exec(name: string, ...cmd: string[]): Promise<{ code: number; text: string }> {
    const message = { container_id: this.container(name), cmd, timeout: 30 };
    const answer = await this.call<{ stdout: Buffer; exit_code: number }>("ExecSync", message);
    return { code: answer.exit_code, text: answer.stdout.toString() };
  }

  /** An exec each second, as of a liveness probe; while no containerd answers, each is tried until one does. Resolves to how many were tried again. */
  async probe(name: string, times: number, onProbe: (index: number) => void): Promise<number> {
    let again = 0;
    for (let i = 0; i < times; i++) {
      const next = sleep(1000);
      await until(`probe ${i} of ${name}`, async () => {
        const answer = await orAway(() => this.exec(name, "echo", `alive ${i}`));
        if (answer) assert.deepEqual(answer, { code: 0, text: `alive ${i}\n` });
        else again++;
        return answer !== undefined;
      });
      onProbe(i);
      await next;
    }
    return again;
  }

  /** The page of the published port, or "" while there is none. */
  page(): Promise<string> {
    return get().catch(() => "");
  }
}

/** gRPC's CANCELLED and UNAVAILABLE: containerd went, or is not there; UNIMPLEMENTED, and the words: it is about to be. */
const isAway = (error: unknown): boolean =>
  error instanceof Error && (("code" in error && [1, 12, 14].includes(Number(error.code))) || /not initialized yet/.test(error.message));

/** undefined: containerd is away. */
async function orAway<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isAway(error)) return undefined;
    throw error;
  }
}

function get(): Promise<string> {
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
