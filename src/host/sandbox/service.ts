/** `kata.sandbox.v1.Sandbox` for one connection. What a connection made is undone when it ends, until it is committed. */
import { chainMessage } from "../../base/fault.ts";
import type { CallDurations } from "../../base/histogram.ts";
import type { Logger } from "../../base/log.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/text.ts";
import { parseResources } from "../../oci/parse.ts";
import { SandboxServer as SandboxService } from "../../protocol/gen/sandbox.ts";
import type { Handlers } from "../../protocol/service.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { type Served, serve, serveTtrpc } from "../../protocol/ttrpc-server.ts";
import type { IdleTrim } from "../../sys/idle-trim.ts";
import type { EventLoop } from "../../sys/loop.ts";
import type { FdStream } from "../../sys/stream.ts";
import type { Agent } from "../agent/agent.ts";
import type { Container } from "./container.ts";
import { Descriptors } from "./descriptors.ts";
import type { GuestProcess } from "./guest-process.ts";
import { metricsCalls } from "./metrics-calls.ts";
import { networkCalls } from "./network-calls.ts";
import { processFacts } from "./process-facts.ts";
import type { Sandbox } from "./sandbox.ts";
import { statsJson } from "./stats-json.ts";
import { volumeCalls } from "./volume-calls.ts";

export interface ServiceDependencies {
  readonly loop: EventLoop;
  readonly logger: Logger;
  readonly version: string;
  readonly idle: IdleTrim;
  /** How long the calls of all connections took. */
  readonly calls: CallDurations;
}

/** They end when something happens, which may be never. */
const waiting: ReadonlySet<string> = new Set(["Wait", "WaitEvent"]);

/** Who has the sandbox, or will have it. */
export interface SandboxHolder {
  /** undefined: in reserve, nobody has claimed it. */
  readonly sandbox: Sandbox | undefined;
  /** What is served beside it on a connection. */
  services?(stream: FdStream): readonly Served[];
}

/** Serves `stream`, which it takes over, until it ends. */
export async function serveSandbox(holder: SandboxHolder, stream: FdStream, deps: ServiceDependencies): Promise<void> {
  const { loop, logger, calls } = deps;
  const onAnswer = (method: string, ms: number): void => {
    if (!waiting.has(method)) calls.count(method, ms);
  };
  const connection = new SandboxConnection(holder, stream, deps);
  const services = [serve(SandboxService, connection.handlers), ...(holder.services?.(stream) ?? [])];
  await serveTtrpc(stream, services, { timers: loop, logger, onAnswer }).closed;
  await connection.undo((what, error) => logger.warning(`undo ${what}: ${chainMessage(error)}`));
  deps.idle.touch();
  if (holder.sandbox?.empty) await holder.sandbox.end("nobody holds on to it");
}

type SandboxHandlers = Handlers<typeof SandboxService>;

class SandboxConnection {
  readonly #holder: SandboxHolder;
  readonly #stream: FdStream;
  readonly #idle: IdleTrim;
  /** Made here and not committed: the key is the id, or id and exec id. */
  readonly #uncommitted = new Map<string, () => Promise<void>>();
  #closed = false;
  readonly handlers: SandboxHandlers;

  constructor(holder: SandboxHolder, stream: FdStream, { version, idle, calls }: ServiceDependencies) {
    this.#holder = holder;
    this.#stream = stream;
    this.#idle = idle;
    this.handlers = {
      createContainer: (request) => this.#createContainer(request),
      exec: (request) => this.#exec(request),
      commit: ({ id, execId }) => {
        this.#uncommitted.delete(key(id, execId));
        return {};
      },
      startContainer: async ({ id, waitReady }) => ({ ready: await this.#sandbox.start(id, waitReady) }),
      signal: async ({ id, execId, signal, all }) => {
        await this.#sandbox.container(id).signal(execId, signal, all);
        return {};
      },
      wait: async ({ id, execId }) => {
        const container = this.#sandbox.container(id);
        const exit = await (execId === "" ? container.stopped : container.process(execId).exited);
        return { status: exit.status, exitedAtNs: exit.exitedAtNs };
      },
      resize: async ({ id, execId, rows, columns }) => {
        await this.#process(id, execId).resize(rows, columns);
        return {};
      },
      closeStdin: async ({ id, execId }) => {
        await this.#process(id, execId).closeStdin();
        return {};
      },
      state: ({ id }) => ({ status: this.#sandbox.container(id).status, oomKills: this.#sandbox.container(id).oomKills }),
      waitEvent: async ({ id, oomKills }, context) => {
        const container = this.#sandbox.container(id);
        await container.nextEvent(oomKills, (giveUp) => context.onClose(giveUp));
        return { oomKills: container.oomKills, stopped: container.status === "stopped" };
      },
      delete: (request) => this.#delete(request),
      pause: async ({ id }) => {
        await this.#sandbox.container(id).pause();
        return {};
      },
      resume: async ({ id }) => {
        await this.#sandbox.container(id).resume();
        return {};
      },
      stats: async ({ id }) => {
        const { api } = await this.#agent(id);
        return { statsJson: encodeUtf8(statsJson(await api.statsContainer({ containerId: id }))) };
      },
      update: async ({ id, resourcesJson }) => {
        await this.#sandbox.container(id).update(parseResources(decodeUtf8(resourcesJson), "resources"));
        return {};
      },
      processes: async ({ id }) => {
        const { api } = await this.#agent(id);
        const list = await api.listProcesses({ containerId: id });
        return { standinPids: this.#sandbox.container(id).standinPids, processes: processFacts(list), memoryKib: list.memoryKib };
      },
      ...networkCalls((id) => {
        this.#sandbox.container(id); // throws when there is none
        return this.#sandbox;
      }),
      ...volumeCalls(() => this.#sandbox),
      ...metricsCalls(() => this.#sandbox, calls),
      ping: () => ({ version }),
      shutdown: async () => {
        await this.#sandbox.end("it was told to");
        return {};
      },
    };
  }

  get #sandbox(): Sandbox {
    const { sandbox } = this.#holder;
    if (!sandbox) throw new RpcError(rpcCode.failedPrecondition, "the sandbox is in reserve: nobody has claimed it");
    return sandbox;
  }

  /** What is undone now was never announced to anybody: only its maker knew of it. */
  async undo(onError: (what: string, error: unknown) => void): Promise<void> {
    this.#closed = true;
    for (const [what, undo] of this.#uncommitted) await undo().catch((error: unknown) => onError(what, error));
    this.#uncommitted.clear();
  }

  async #createContainer(request: Parameters<SandboxHandlers["createContainer"]>[0]): Promise<{ warnings: readonly string[] }> {
    const { id, bundle, specJson, terminal, standinPid, seccompBpf, seccompFlags, notifySocket, pause } = request;
    const descriptors = new Descriptors(this.#stream, request.descriptors);
    try {
      const disks = request.disks.map((disk, i) => ({ ...disk, place: descriptors.disk(i) }));
      const trees = descriptors.takeTrees();
      if (trees.rootfs === undefined && !disks.some(({ target }) => target === "root" || target === "layer"))
        throw new RpcError(rpcCode.invalidArgument, "descriptors: rootfs is missing, and no disk is the root");
      const seccomp = { seccompBpf, seccompFlags };
      const ends = descriptors.takeEnds();
      const network = descriptors.takeNetwork();
      const container = await this.#sandbox.create({
        id,
        bundle,
        specJson,
        terminal,
        standinPid,
        ends,
        trees,
        identities: new Map(request.commonMounts.map(({ index, identity }) => [index, identity])),
        localEmptyDirs: request.localEmptyDirs,
        disks,
        seccomp,
        notifySocket,
        pause,
        ...(network !== undefined && { network }),
      });
      await this.#hold(key(id, ""), () => this.#sandbox.remove(container));
      return { warnings: this.#sandbox.network.warnings };
    } finally {
      descriptors.close();
    }
  }

  async #exec(request: Parameters<SandboxHandlers["exec"]>[0]): Promise<Record<string, never>> {
    const { id, execId, processJson, terminal, standinPid, ignorePaused, cgroup } = request;
    const descriptors = new Descriptors(this.#stream, request.descriptors);
    this.#idle.touch(); // a shim's connection does not end with each process
    try {
      const spec = { execId, processJson, terminal, standinPid, ignorePaused, cgroup };
      const process = await this.#sandbox.container(id).exec({ ...spec, ends: descriptors.takeEnds() });
      await this.#hold(key(id, execId), () => process.signal(9));
      return {};
    } finally {
      descriptors.close();
    }
  }

  async #delete({ id, force }: Parameters<SandboxHandlers["delete"]>[0]): Promise<Record<string, never>> {
    const container: Container = this.#sandbox.container(id);
    if (!force && container.status !== "stopped" && container.status !== "created") {
      throw new RpcError(rpcCode.failedPrecondition, `cannot delete container ${id} that is not stopped: ${container.status}`);
    }
    await this.#sandbox.remove(container);
    return {};
  }

  /** The connection may have ended while the work was done: nobody is there to commit it. */
  async #hold(what: string, undo: () => Promise<void>): Promise<void> {
    if (this.#closed) await undo();
    else this.#uncommitted.set(what, undo);
  }

  #process(id: string, execId: string): GuestProcess {
    return this.#sandbox.container(id).process(execId);
  }

  #agent(id: string): Promise<Agent> {
    this.#sandbox.container(id); // throws when there is none
    return this.#sandbox.agent;
  }
}

const key = (id: string, execId: string): string => `${id}/${execId}`;
