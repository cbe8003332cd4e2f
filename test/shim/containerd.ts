/** containerd's half of a conversation with the real shim: starts it, calls it, takes its events. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, existsSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { encodeAny } from "../../src/protocol/gen/google/any.ts";
import { SandboxClient } from "../../src/protocol/gen/runtime-sandbox.ts";
import {
  decodeTaskCreate,
  decodeTaskDelete,
  decodeTaskExecAdded,
  decodeTaskExecStarted,
  decodeTaskExit,
  decodeTaskOOM,
  decodeTaskPaused,
  decodeTaskResumed,
  decodeTaskStart,
  EventsServer,
  encodeRuntimeOptions,
} from "../../src/protocol/gen/shim.ts";
import { TaskClient } from "../../src/protocol/gen/task.ts";
import type { Client } from "../../src/protocol/service.ts";
import { connectTtrpc, type RpcConnection } from "../../src/protocol/ttrpc-client.ts";
import { serve, serveTtrpc } from "../../src/protocol/ttrpc-server.ts";
import { nodeStream } from "../agent/node-stream.ts";
import { nodeTimers } from "../agent/vm.ts";
import type { TestSpec } from "../support/bundle.ts";
import { kataRuntime, until, World } from "../support/world.ts";

const shim = join(dirname(kataRuntime), "containerd-shim-kata-v2");

export const namespace = "tests";

export interface SeenEvent {
  readonly topic: string;
  readonly container: string;
  /** Of an exec; of an exit also the container's id. */
  readonly process: string;
  readonly status: number | undefined;
}

const decoders: Record<string, (bytes: Uint8Array) => { containerId: string; execId?: string; id?: string; exitStatus?: number }> = {
  "/tasks/create": decodeTaskCreate,
  "/tasks/start": decodeTaskStart,
  "/tasks/exit": decodeTaskExit,
  "/tasks/delete": decodeTaskDelete,
  "/tasks/oom": decodeTaskOOM,
  "/tasks/exec-added": decodeTaskExecAdded,
  "/tasks/exec-started": decodeTaskExecStarted,
  "/tasks/paused": decodeTaskPaused,
  "/tasks/resumed": decodeTaskResumed,
};

export interface Fifos {
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
}

export class Containerd {
  readonly world = new World();
  readonly events: SeenEvent[] = [];
  /** What `kata-runtime` knows these containers by. */
  readonly root = `/run/kata-containers/@shim/${namespace}`;
  readonly #configuration: string;
  readonly #ttrpc: string;
  /** A program that gets the events instead, as before there was a socket for them. */
  publishBinary: string | undefined;
  #server: Server | undefined;
  #sockets = new Set<Socket>();
  #connections: RpcConnection[] = [];
  #fifos = 0;

  constructor(configuration = "") {
    this.#ttrpc = join(this.world.directory, "events.sock");
    this.#configuration = join(this.world.directory, "shim.toml");
    writeFileSync(this.#configuration, configuration);
  }

  /** Takes events from now on. */
  async listen(): Promise<void> {
    const handlers = {
      forward: ({ envelope }: { envelope: { topic: string; namespace: string; event: { value: Uint8Array } | undefined } | undefined }) => {
        const topic = envelope?.topic ?? "";
        const event = decoders[topic]?.(envelope?.event?.value ?? new Uint8Array());
        if (!event || envelope?.namespace !== namespace) throw new Error(`an event of topic ${topic} in ${envelope?.namespace}`);
        this.events.push({ topic, container: event.containerId, process: event.execId ?? event.id ?? "", status: event.exitStatus });
        return {};
      },
    };
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      serveTtrpc(nodeStream(socket), [serve(EventsServer, handlers as never)], { timers: nodeTimers });
    }).listen(this.#ttrpc);
    await once(this.#server, "listening");
  }

  /** As if containerd had been killed: its connections and its socket are gone. */
  async vanish(): Promise<void> {
    for (const connection of this.#connections.splice(0)) connection.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    const server = this.#server;
    if (server) await new Promise((done) => server.close(done));
    execFileSync("rm", ["-f", this.#ttrpc]);
  }

  /** A bundle with a root file system in it, as containerd lays it out; its directory has the container's name. */
  bundle(id: string, args: readonly string[], edit: (spec: TestSpec) => void = () => {}): string {
    const made = this.world.bundle(args, edit);
    const path = join(this.world.directory, "bundles", id);
    mkdirSync(dirname(path), { recursive: true });
    execFileSync("mv", [made, path]);
    return path;
  }

  /** `start`: the address that the shim prints. */
  async startShim(id: string, bundle: string): Promise<string> {
    const options = encodeAny({
      typeUrl: "runtimeoptions.v1.Options",
      value: encodeRuntimeOptions({ configPath: this.#configuration }),
    });
    const { code, stdout, stderr } = await this.command(id, bundle, ["start"], options);
    if (code !== 0) throw new Error(`shim start ${id}: exit code ${code}: ${stderr}`);
    return stdout.toString();
  }

  /** Runs the shim's program as containerd does, in the bundle. */
  async command(id: string, bundle: string, action: readonly string[], input: Uint8Array = new Uint8Array()) {
    const args = [
      "-namespace",
      namespace,
      "-address",
      join(this.world.directory, "containerd.sock"),
      "-publish-binary",
      this.publishBinary ?? "/bin/false",
    ];
    const env = { PATH: process.env["PATH"] ?? "", TTRPC_ADDRESS: this.publishBinary === undefined ? this.#ttrpc : "" };
    const child = spawn(shim, [...args, "-id", id, ...action], { cwd: bundle, env });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    const [code] = (await once(child, "close")) as [number];
    return { code, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() };
  }

  async connect(address: string, version = "v2"): Promise<Client<typeof TaskClient>> {
    return (await this.#connection(address)).client({ ...TaskClient, name: `containerd.task.${version}.Task` });
  }

  async connectSandbox(address: string): Promise<Client<typeof SandboxClient>> {
    return (await this.#connection(address)).client(SandboxClient);
  }

  async #connection(address: string): Promise<RpcConnection> {
    const socket = connect(address.replace(/^unix:\/\//, ""));
    await once(socket, "connect");
    const connection = connectTtrpc(nodeStream(socket), nodeTimers);
    this.#connections.push(connection);
    return connection;
  }

  /** New fifos, as containerd's clients make them, and their names. */
  fifos(): Fifos {
    const name = join(this.world.directory, `io-${this.#fifos++}`);
    const [stdin, stdout, stderr] = ["in", "out", "err"].map((each) => `${name}-${each}`) as [string, string, string];
    execFileSync("mkfifo", [stdin, stdout, stderr]);
    return { stdin, stdout, stderr };
  }

  /** Waits for an event. */
  async seen(topic: string, container: string, process?: string): Promise<SeenEvent> {
    const find = (): SeenEvent | undefined =>
      this.events.find(
        (event) => event.topic === topic && event.container === container && (process === undefined || event.process === process),
      );
    await until(`event ${topic} of ${container}`, () => find() !== undefined, 60_000);
    return find() as SeenEvent;
  }

  /** Ends every shim and container that a test left. */
  async dispose(): Promise<void> {
    await this.vanish();
    const bundles = join(this.world.directory, "bundles");
    if (existsSync(bundles))
      for (const id of execFileSync("ls", [bundles], { encoding: "utf8" }).split("\n").filter(Boolean))
        await this.command(id, join(bundles, id), ["-bundle", join(bundles, id), "delete"]);
    await this.world.dispose();
  }
}

/** What a fifo's readers have got so far; opened at once, so that its writer finds one. */
export class FifoReader {
  readonly #fd: number;
  #text = "";

  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  }

  /** "" more when nothing is there; ends by `close`. */
  text(): string {
    for (;;) {
      const chunk = readAvailable(this.#fd);
      if (chunk === "") return this.#text;
      this.#text += chunk;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function readAvailable(fd: number): string {
  const buffer = Buffer.alloc(65_536);
  try {
    return buffer.toString("utf8", 0, readSync(fd, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return "";
    throw error;
  }
}

/** Writes into a fifo that has a reader, and closes it. */
export function writeFifo(path: string, text: string): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  writeSync(fd, text);
  closeSync(fd);
}
