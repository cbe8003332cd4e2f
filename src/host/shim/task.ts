/** One task: a container with its further processes, by the use cases of the command line. */
import { chainMessage, hasCode } from "../../base/fault.ts";
import { decodeUtf8 } from "../../base/text.ts";
import { within } from "../../base/timers.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import { parseProcess } from "../../oci/parse.ts";
import type { Process, Spec } from "../../oci/spec.ts";
import type { CreateTaskRequest, ExecProcessRequest } from "../../protocol/gen/task.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { type RootImage, readSpec } from "../runtime/bundle.ts";
import type { Runtime } from "../runtime/context.ts";
import { type Created, createContainer } from "../runtime/create.ts";
import { deleteContainer } from "../runtime/delete.ts";
import { startExec } from "../runtime/exec.ts";
import { startContainer, withSandbox } from "../runtime/signal.ts";
import { TaskProcess } from "./process.ts";
import { rootImage } from "./root-layers.ts";
import { mountRootfs, unmountRootfs } from "./rootfs.ts";
import { Stdio } from "./stdio.ts";
import type { TaskEvents } from "./task-events.ts";

export interface TaskDependencies {
  readonly runtime: Runtime;
  readonly namespace: string;
  readonly events: TaskEvents;
  /** Gives a container what its pod has; see `PodSandbox`. */
  readonly inPod: (spec: Spec) => Spec;
}

/** How long the first process's end waits for that of the others, which the container's end takes along. */
const othersMs = 2000;

export class Task {
  readonly id: ContainerId;
  readonly bundle: string;
  readonly init: TaskProcess;
  readonly #deps: TaskDependencies;
  readonly #execs = new Map<string, TaskProcess>();
  readonly #specs = new Map<string, () => Process>();
  #sandboxId = "";

  private constructor(id: ContainerId, request: CreateTaskRequest, deps: TaskDependencies) {
    this.id = id;
    this.bundle = request.bundle;
    this.init = new TaskProcess("", request);
    this.#deps = deps;
  }

  /** On failure nothing is left. */
  static async create(id: ContainerId, request: CreateTaskRequest, deps: TaskDependencies): Promise<Task> {
    const task = new Task(id, request, deps);
    const image = await diskRoot(request, deps.runtime);
    if (!image) mountRootfs(request.bundle, request.rootfs);
    try {
      await task.#create(request, image);
    } catch (error) {
      task.init.stdio?.close();
      unmountRootfs(request.bundle);
      throw error;
    }
    deps.events.created(task, request);
    return task;
  }

  async #create(request: CreateTaskRequest, image: RootImage | undefined): Promise<void> {
    const { runtime, namespace } = this.#deps;
    this.init.stdio = await Stdio.open(runtime.loop, this.init.names, { id: this.id, namespace });
    const { streams } = this.init.stdio;
    const { pid, sandbox } = await this.#createContainer(streams, image).catch((error: unknown) => {
      if (!image?.below || !hasCode(error, "exhausted")) throw error;
      runtime.logger.warning(`layers of the root of ${this.id} are shared, not disks: ${chainMessage(error)}`);
      mountRootfs(request.bundle, request.rootfs);
      return this.#createContainer(streams, undefined);
    });
    sandbox.close();
    this.#sandboxId = runtime.store.read(this.id)?.sandboxId ?? this.id;
    this.init.pid = pid;
    void this.#watchInit(this.#watchMemory());
    for (const logger of this.init.stdio.loggers) void runtime.loop.childExit(logger);
  }

  #createContainer(streams: Stdio["streams"], image: RootImage | undefined): Promise<Created> {
    const { runtime, inPod } = this.#deps;
    const root = image && { rootImage: image };
    return createContainer(runtime, { id: this.id, bundle: this.bundle, ...root, detached: true, edit: inPod, streams });
  }

  /** `memoryTold`: containerd has taken what there was to say of memory. */
  async #watchInit(memoryTold: Promise<void>): Promise<void> {
    const { runtime, events } = this.#deps;
    const status = await runtime.loop.childExit(this.init.pid);
    const others = [...this.#execs.values()].filter(({ started, exit }) => started && !exit);
    await within(runtime.loop, othersMs, Promise.all(others.map(({ exited }) => exited)));
    // who is told of the end asks for its reason at once
    await within(runtime.loop, othersMs, memoryTold);
    this.init.end(status);
    events.exited(this, this.init);
  }

  async start(execId: string): Promise<number> {
    const process = this.process(execId);
    if (process.started) throw new RpcError(rpcCode.failedPrecondition, "cannot start an already running process");
    if (process === this.init) await startContainer(this.#deps.runtime, this.id);
    else await this.#startExec(process);
    process.started = true;
    this.#deps.events.started(this, process);
    return process.pid;
  }

  addExec(request: ExecProcessRequest): void {
    const { execId, spec } = request;
    if (this.#execs.has(execId)) throw new RpcError(rpcCode.alreadyExists, `exec ${execId}: exists already`);
    if (this.init.exit) throw new RpcError(rpcCode.failedPrecondition, "cannot exec in a stopped container");
    if (!spec) throw new RpcError(rpcCode.invalidArgument, "exec: spec is missing");
    const process = { ...parseProcess(decodeUtf8(spec.value), "process"), terminal: request.terminal };
    this.#specs.set(execId, () => process);
    this.#execs.set(execId, new TaskProcess(execId, request));
    this.#deps.events.execAdded(this, execId);
  }

  async #startExec(process: TaskProcess): Promise<void> {
    const { runtime, namespace, events } = this.#deps;
    const spec = this.#specs.get(process.execId);
    if (!spec) throw new RpcError(rpcCode.notFound, `exec ${process.execId}: does not exist`);
    process.stdio = await Stdio.open(runtime.loop, process.names, { id: this.id, namespace });
    try {
      const { pid, execId } = await startExec(runtime, {
        id: this.id,
        process: spec,
        detached: true,
        ignorePaused: false,
        streams: process.stdio.streams,
      });
      process.pid = pid;
      process.guestExecId = execId;
    } catch (error) {
      process.end(255);
      throw error;
    }
    for (const logger of process.stdio.loggers) void runtime.loop.childExit(logger);
    void runtime.loop.childExit(process.pid).then((status) => {
      process.end(status);
      events.exited(this, process);
    });
  }

  /** Throws what containerd takes for "there is none". */
  process(execId: string): TaskProcess {
    const process = execId === "" ? this.init : this.#execs.get(execId);
    if (!process) throw new RpcError(rpcCode.notFound, `exec ${execId}: does not exist`);
    return process;
  }

  get pids(): number[] {
    return [this.init, ...this.#execs.values()].filter(({ pid, exit }) => pid !== 0 && !exit).map(({ pid }) => pid);
  }

  /** To a process that has ended nothing is sent, and that is no error for what ends processes. */
  async kill(execId: string, signal: number, all: boolean): Promise<void> {
    const process = this.process(execId);
    if (process.exit) {
      if (endsProcesses.has(signal)) return;
      throw new RpcError(rpcCode.notFound, "process already finished");
    }
    if (process !== this.init) process.running();
    const request = { id: this.id, execId: process.guestExecId, signal, all: all && process === this.init };
    try {
      await this.#inSandbox(({ api }) => api.signal(request));
    } catch (error) {
      // a machine that is lost takes its processes along in this moment
      if (endsProcesses.has(signal) && (await within(this.#deps.runtime.loop, othersMs, process.exited))) return;
      throw error;
    }
  }

  async resize(execId: string, columns: number, rows: number): Promise<void> {
    const process = this.process(execId);
    process.running();
    await this.#inSandbox(({ api }) => api.resize({ id: this.id, execId: process.guestExecId, rows, columns }));
  }

  /** Forgets the process; of the first one: deletes the container. Throws for one that runs. */
  async delete(execId: string): Promise<TaskProcess> {
    const process = this.process(execId);
    if (process.started && !process.exit) throw new RpcError(rpcCode.failedPrecondition, "process must be stopped before it is deleted");
    if (process !== this.init) {
      process.end(0);
      this.#execs.delete(execId);
      this.#specs.delete(execId);
      return process;
    }
    await deleteContainer(this.#deps.runtime, this.id, true);
    // one that was never started ends only now: its exit is told before its deletion
    if (!(await within(this.#deps.runtime.loop, othersMs, process.exited))) process.end(137);
    unmountRootfs(this.bundle);
    this.#deps.events.deleted(this, process);
    return process;
  }

  #inSandbox<T>(work: Parameters<typeof withSandbox<T>>[2]): Promise<T> {
    return withSandbox(this.#deps.runtime, this.#sandboxId, work);
  }

  /** Reports processes killed for want of memory until the container has stopped and containerd has heard of them. */
  async #watchMemory(): Promise<void> {
    const { runtime, events } = this.#deps;
    try {
      const kills = await this.#inSandbox(async ({ api }) => {
        for (let known = 0; ; ) {
          const { oomKills, stopped } = await api.waitEvent({ id: this.id, oomKills: known }, { waits: true });
          if (oomKills > known) events.outOfMemory(this);
          known = oomKills;
          if (stopped) return known;
        }
      });
      if (kills > 0) await events.taken(othersMs);
    } catch (error) {
      runtime.logger.debug(`no more memory events of ${this.id}: ${chainMessage(error)}`);
    }
  }
}

const endsProcesses: ReadonlySet<number> = new Set([9, 15]);

/** undefined: the host mounts the root and shares it. */
async function diskRoot({ id, bundle, rootfs }: CreateTaskRequest, runtime: Runtime): Promise<RootImage | undefined> {
  if (rootfs.length === 0) return undefined;
  const { annotations, root } = readSpec(bundle);
  const found = rootImage(rootfs, root.readonly ?? false);
  if (found === undefined) return undefined;
  const { hypervisor } = await runtime.configuration(annotations);
  const why = hypervisor.disableBlockDeviceUse ? "the configuration has disable_block_device_use" : found;
  if (typeof why !== "string") return why;
  runtime.logger.info(`the root of ${id} is shared, not on disks: ${why}`);
  return undefined;
}
