/** One container of the sandbox: its processes, its place in the share, and which operations its state allows. */
import type { Logger } from "../../base/log.ts";
import { canExec, canKill, canStart, type Status } from "../../oci/state.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import type { EventLoop } from "../../sys/loop.ts";
import type { Agent } from "../agent/agent.ts";
import { type Exit, GuestProcess, type ProcessEnds } from "./guest-process.ts";
import type { SharedPaths } from "./shared-paths.ts";

export interface ContainerDependencies {
  readonly loop: EventLoop;
  readonly agent: Agent;
  readonly logger: Logger;
  /** Hears of every change from `created` on. */
  readonly onStatus: (status: Status) => void;
  /** Runs when the container has stopped, before its stand-in tells anybody. */
  readonly onStopped: () => Promise<void>;
}

export interface ExecSpec {
  readonly execId: string;
  readonly processJson: Uint8Array;
  readonly terminal: boolean;
  readonly ends: ProcessEnds;
}

const sigkill = 9;

export class Container {
  readonly id: string;
  /** The first process. */
  readonly init: GuestProcess;
  readonly #deps: ContainerDependencies;
  readonly #paths: SharedPaths;
  readonly #execs = new Map<string, GuestProcess>();
  #status: Status = "created";
  /** Settled once stopped and cleaned in the guest. */
  readonly stopped: Promise<Exit>;

  constructor(id: string, init: GuestProcess, paths: SharedPaths, deps: ContainerDependencies) {
    this.id = id;
    this.init = init;
    this.#paths = paths;
    this.#deps = deps;
    this.stopped = init.exited.then((exit) => this.#onInitExit(exit));
    init.begin();
  }

  get status(): Status {
    return this.#status;
  }

  /** `execId` "" is the first process. */
  process(execId: string): GuestProcess {
    const found = execId === "" ? this.init : this.#execs.get(execId);
    if (!found) throw new RpcError(rpcCode.notFound, `exec ${execId}: no such process in container ${this.id}`);
    return found;
  }

  async start(): Promise<void> {
    if (!canStart(this.#status)) {
      const text = this.#status === "stopped" ? "cannot start a container that has stopped" : "cannot start an already running container";
      throw new RpcError(rpcCode.failedPrecondition, text);
    }
    await this.#deps.agent.api.startContainer({ containerId: this.id });
    this.#change("running");
  }

  async exec(spec: ExecSpec): Promise<GuestProcess> {
    if (!canExec(this.#status)) {
      const paused = this.#status === "paused";
      throw new RpcError(
        rpcCode.failedPrecondition,
        paused ? "cannot exec in a paused container (use --ignore-paused to override)" : "cannot exec in a stopped container",
      );
    }
    const { agent, loop } = this.#deps;
    const process = await GuestProcess.open(loop, agent, { containerId: this.id, execId: spec.execId }, spec.ends, spec.terminal);
    try {
      await agent.api.execProcess({ ...process.name, ...process.ports, ociJson: spec.processJson });
    } catch (error) {
      process.abandon();
      throw error;
    }
    this.#execs.set(spec.execId, process);
    process.begin();
    void process.exited.then(() => {
      process.release();
      this.#execs.delete(spec.execId);
    });
    return process;
  }

  /** To one process, or with `all` to every one of the container. */
  async signal(execId: string, signal: number, all: boolean): Promise<void> {
    if (execId !== "") return this.process(execId).signal(signal);
    if (!canKill(this.#status)) throw new RpcError(rpcCode.failedPrecondition, "container not running");
    if (signal === sigkill && this.#status === "paused") await this.resume();
    if (all) await this.#deps.agent.api.signalProcess({ containerId: this.id, execId: "", signal });
    else await this.init.signal(signal);
  }

  async pause(): Promise<void> {
    if (this.#status !== "running" && this.#status !== "created") throw new RpcError(rpcCode.failedPrecondition, "container not running");
    await this.#deps.agent.api.pauseContainer({ containerId: this.id });
    this.#change("paused");
  }

  async resume(): Promise<void> {
    if (this.#status !== "paused") throw new RpcError(rpcCode.failedPrecondition, "container not paused");
    await this.#deps.agent.api.resumeContainer({ containerId: this.id });
    this.#change("running");
  }

  /** The VM is gone: everything ends at once. */
  abandon(): void {
    for (const process of this.#execs.values()) process.abandon();
    this.init.abandon();
  }

  #change(status: Status): void {
    if (this.#status === "stopped") return;
    this.#status = status;
    this.#deps.onStatus(status);
  }

  async #onInitExit(exit: Exit): Promise<Exit> {
    this.#change("stopped");
    const { agent, logger } = this.#deps;
    // unmounts and writes back what is still in the guest's page cache, so that the host's files are complete
    await agent.api.removeContainer({ containerId: this.id }).catch((error: unknown) => {
      logger.warning(`remove container in the guest: ${String(error)}`, { container: this.id });
    });
    for (const process of this.#execs.values()) process.abandon();
    this.#paths.remove();
    await this.#deps.onStopped();
    this.init.release();
    return exit;
  }
}
