/** One pod over the CRI, as kubelet drives it. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../support/world.ts";
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
}

const linux = (more: object = {}) => ({ security_context: { namespace_options: { network: "POD", pid: "POD", ipc: "POD" } }, ...more });

export class CriPod {
  readonly port = 18_080;
  readonly #engine: Engine;
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #containers = new Map<string, string>();
  #cri: Cri;
  #id = "";

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#cri = new Cri(engine.socket);
    mkdirSync(join(engine.directory, "logs"));
    this.#config = {
      metadata: { name: "pod", namespace: "default", uid: "uid-1", attempt: 0 },
      hostname: "pod-host",
      log_directory: join(engine.directory, "logs"),
      dns_config: { servers: ["10.0.0.10"], searches: ["svc.local"], options: [] },
      port_mappings: [{ protocol: "TCP", container_port: 8080, host_port: this.port }],
      labels: {},
      annotations: {},
      linux: { cgroup_parent: "/kata-pods", ...linux() },
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

  async start(name: string, command: readonly string[], { resources, mounts = [], attempt = 0 }: Wishes = {}): Promise<void> {
    const config = {
      metadata: { name, attempt },
      image: { image },
      command,
      log_path: `${name}-${attempt}.log`,
      mounts,
      linux: linux(resources && { resources }),
    };
    const { container_id: id } = await this.call<{ container_id: string }>("CreateContainer", {
      pod_sandbox_id: this.#id,
      config,
      sandbox_config: this.#config,
    });
    await this.call("StartContainer", { container_id: id });
    this.#containers.set(name, id);
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
    return get(this.port).catch(() => "");
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
