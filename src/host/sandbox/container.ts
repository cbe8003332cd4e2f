/** One container of the sandbox: its processes, its place in the share, and which operations its state allows. */
import { chainMessage } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { stringifyExactJson } from "../../oci/shape.ts";
import type { Spec } from "../../oci/spec.ts";
import type { Resources } from "../../oci/spec-linux.ts";
import { canExec, canKill, canStart, type Status } from "../../oci/state.ts";
import { findUnsupportedResources } from "../../oci/unsupported.ts";
import { featureExecOptions } from "../../protocol/features.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import type { EventLoop } from "../../sys/loop.ts";
import type { Agent } from "../agent/agent.ts";
import { tellOutOfMemory } from "../cgroup/out-of-memory.ts";
import { type Exit, GuestProcess } from "./guest-process.ts";
import { mergeResources } from "./merge-resources.ts";
import type { ProcessEnds } from "./process-ends.ts";

export interface ContainerDependencies {
  readonly loop: EventLoop;
  readonly agent: Agent;
  readonly logger: Logger;
  /** 0: none. */
  readonly standinPid: number;
  /** Hears of every change from `created` on. */
  readonly onStatus: (status: Status) => void;
  /** Resolves when the machine is large enough for these limits of it. */
  readonly makeRoom: (limits: Resources) => Promise<void>;
  /** Runs when the container has stopped, before its stand-in tells anybody. */
  readonly onStopped: () => Promise<void>;
}

export interface ContainerFiles {
  /** With the paths of the guest. */
  readonly spec: Spec;
  /** Takes what the guest has of the host away again; resolves when it is free. */
  remove(): Promise<void>;
}

export interface ExecSpec {
  readonly execId: string;
  readonly processJson: Uint8Array;
  readonly terminal: boolean;
  readonly ends: ProcessEnds;
  /** 0: none. */
  readonly standinPid: number;
  /** In a paused container: waits for the resume. */
  readonly ignorePaused: boolean;
  /** Below the container's own cgroup in the guest; "" is that itself. */
  readonly cgroup: string;
}

const sigkill = 9;
/** How long a program may take to be loaded, from a share whose daemon may hang: then the agent answers, and the program does not come. */
const programMs = 60_000;

export class Container {
  readonly id: string;
  /** The first process. */
  readonly init: GuestProcess;
  readonly #deps: ContainerDependencies;
  readonly #files: ContainerFiles;
  readonly #execs = new Map<string, GuestProcess>();
  /** Of the first process and of each exec, by exec id; for those that have one. */
  readonly #standins = new Map<string, number>();
  #status: Status = "created";
  /** What the container was when it was paused. */
  #beforePause: Status = "running";
  #resources: Resources;
  #oomKills = 0;
  #eventWaiters: (() => void)[] = [];
  #telling: Promise<void> | undefined;
  /** Settled once stopped and cleaned in the guest. */
  readonly stopped: Promise<Exit>;

  constructor(id: string, init: GuestProcess, files: ContainerFiles, deps: ContainerDependencies) {
    this.id = id;
    this.init = init;
    this.#files = files;
    this.#deps = deps;
    this.#resources = files.spec.linux?.resources ?? {};
    if (deps.standinPid > 0) this.#standins.set("", deps.standinPid);
    this.stopped = init.exited.then((exit) => this.#onInitExit(exit));
    init.begin();
  }

  get status(): Status {
    return this.#status;
  }

  /** The processes of the host that stand for those in the guest. */
  get standinPids(): number[] {
    return [...this.#standins.values()];
  }

  /** How often the guest's kernel killed a process of it for want of memory. */
  get oomKills(): number {
    return this.#oomKills;
  }

  /** `execId` "" is the first process. */
  process(execId: string): GuestProcess {
    const found = execId === "" ? this.init : this.#execs.get(execId);
    if (!found) throw new RpcError(rpcCode.notFound, `exec ${execId}: no such process in container ${this.id}`);
    return found;
  }

  /** With `waitReady`: whether the program has said that it is ready, rather than ended. */
  async start(waitReady: boolean): Promise<boolean> {
    if (!canStart(this.#status)) {
      const text = this.#status === "stopped" ? "cannot start a container that has stopped" : "cannot start an already running container";
      throw new RpcError(rpcCode.failedPrecondition, text);
    }
    const hooked = (this.#files.spec.hooks?.startContainer?.length ?? 0) > 0; // these take as long as they may
    await this.#deps.agent.api.startContainer({ containerId: this.id }, hooked ? {} : { timeoutMs: programMs });
    this.#change("running");
    if (!waitReady) return false;
    const ready = this.#deps.agent.api.waitReady({ containerId: this.id }, { waits: true }).then(
      () => true,
      () => false,
    );
    return Promise.race([ready, this.stopped.then(() => false)]);
  }

  async exec(spec: ExecSpec): Promise<GuestProcess> {
    const { ignorePaused, cgroup } = spec;
    if (!canExec(this.#status, ignorePaused)) {
      const paused = this.#status === "paused";
      throw new RpcError(
        rpcCode.failedPrecondition,
        paused ? "cannot exec in a paused container (use --ignore-paused to override)" : "cannot exec in a stopped container",
      );
    }
    const { agent, loop } = this.#deps;
    if ((ignorePaused || cgroup !== "") && !agent.details.extraFeatures.includes(featureExecOptions))
      throw new RpcError(rpcCode.unimplemented, "options --cgroup and --ignore-paused: not supported by this guest's agent");
    const process = await GuestProcess.open(loop, agent, { containerId: this.id, execId: spec.execId }, spec.ends, spec.terminal);
    try {
      const request = { ...process.name, ...process.ports, ociJson: spec.processJson, ignorePaused, cgroup };
      await agent.api.execProcess(request, ignorePaused ? {} : { timeoutMs: programMs });
    } catch (error) {
      process.abandon();
      throw error;
    }
    this.#execs.set(spec.execId, process);
    if (spec.standinPid > 0) this.#standins.set(spec.execId, spec.standinPid);
    process.begin();
    void process.exited.then(() => {
      process.release();
      this.#execs.delete(spec.execId);
      this.#standins.delete(spec.execId);
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
    const before = this.#status;
    await this.#deps.agent.api.pauseContainer({ containerId: this.id });
    this.#beforePause = before;
    this.#change("paused");
  }

  async resume(): Promise<void> {
    if (this.#status !== "paused") throw new RpcError(rpcCode.failedPrecondition, "container not paused");
    await this.#deps.agent.api.resumeContainer({ containerId: this.id });
    this.#change(this.#beforePause);
  }

  /** Changes limits; what `change` leaves out stays as it is. */
  async update(change: Resources): Promise<void> {
    if (!canKill(this.#status)) throw new RpcError(rpcCode.failedPrecondition, "container not running");
    const { fields } = findUnsupportedResources(change);
    if (fields.length > 0) throw new RpcError(rpcCode.invalidArgument, `resources: not supported: ${fields.join(", ")}`);
    const merged = mergeResources(this.#resources, change);
    await this.#deps.makeRoom(merged);
    try {
      await this.#limit(merged);
    } catch (error) {
      // some of it may be in force: what there was before is, as far as it was said
      await Promise.all([this.#limit(this.#resources), this.#deps.makeRoom(this.#resources)]).catch((reason: unknown) =>
        this.#deps.logger.warning(`restore limits: ${String(reason)}`),
      );
      throw error;
    }
    this.#resources = merged;
  }

  async #limit(resources: Resources): Promise<void> {
    await this.#deps.agent.api.updateContainer({ containerId: this.id, ociJson: encodeUtf8(stringifyExactJson(resources)) });
  }

  /** The guest's kernel killed a process of it for want of memory. */
  countOomKill(): void {
    if (this.#status === "stopped") return; // its exit has told
    this.#oomKills++;
    this.#wakeEventWaiters();
    if (this.#deps.standinPid > 0) this.#tellEngine(this.#deps.standinPid);
  }

  /** An engine without a shim of ours sees the host's cgroup alone. One telling says as much as several. */
  #tellEngine(standinPid: number): void {
    this.#telling ??= tellOutOfMemory(this.#deps.loop, standinPid)
      .catch((error: unknown) => this.#deps.logger.warning(`tell the engine of a kill for want of memory: ${chainMessage(error)}`))
      .finally(() => {
        this.#telling = undefined;
      });
  }

  /** Resolves when `oomKills` is more than `known`, or the container has stopped. `onGone` registers what gives up. */
  async nextEvent(known: number, onGone: (giveUp: () => void) => void): Promise<void> {
    if (this.#oomKills > known || this.#status === "stopped") return;
    await new Promise<void>((resolve) => {
      this.#eventWaiters.push(resolve);
      onGone(() => {
        this.#eventWaiters = this.#eventWaiters.filter((waiter) => waiter !== resolve);
        resolve();
      });
    });
  }

  #wakeEventWaiters(): void {
    for (const wake of this.#eventWaiters.splice(0)) wake();
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
    if (exit.oomEvents > this.#oomKills) this.countOomKill(); // the event itself may come after the exit
    this.#change("stopped");
    this.#wakeEventWaiters();
    const { agent, logger } = this.#deps;
    // unmounts and writes back what is still in the guest's page cache, so that the host's files are complete
    await agent.api.removeContainer({ containerId: this.id }).catch((error: unknown) => {
      logger.warning(`remove container in the guest: ${String(error)}`, { container: this.id });
    });
    for (const process of this.#execs.values()) process.abandon();
    await this.#files.remove();
    await this.#telling; // an engine takes what it hears after the exit for another's
    await this.#deps.onStopped();
    this.init.release();
    return exit;
  }
}
