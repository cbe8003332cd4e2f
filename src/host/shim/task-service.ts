/** `containerd.task.v2.Task` and `v3`: one conversation of containerd with the shim of a sandbox. */
import { chainMessage } from "../../base/fault.ts";
import { decodeUtf8 } from "../../base/text.ts";
import { parseContainerId } from "../../oci/container-id.ts";
import { parseResources } from "../../oci/parse.ts";
import { Status, TaskServer } from "../../protocol/gen/task.ts";
import type { Handlers } from "../../protocol/service.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { type Served, serve } from "../../protocol/ttrpc-server.ts";
import { processId } from "../../sys/process.ts";
import { containerStats } from "../runtime/events.ts";
import { pauseContainer, resumeContainer } from "../runtime/pause.ts";
import { findContainer } from "../runtime/query.ts";
import { updateContainer } from "../runtime/update.ts";
import { translated } from "./answers.ts";
import { statsAny } from "./stats.ts";
import { Task, type TaskDependencies } from "./task.ts";
import { exitOf } from "./task-events.ts";

export interface TaskServiceOptions extends TaskDependencies {
  readonly version: string;
  /** The host has cgroup v2 alone: readers of statistics look for that form. */
  readonly cgroupV2: boolean;
  /** A sandbox without tasks is there all the same. */
  readonly held: () => boolean;
  /** Ends the process. */
  readonly shutdown: () => void;
}

export class TaskService {
  readonly #options: TaskServiceOptions;
  readonly #tasks = new Map<string, Task>();
  readonly #creating = new Set<string>();

  constructor(options: TaskServiceOptions) {
    this.#options = options;
  }

  /** Both versions have the same messages. */
  get services(): readonly Served[] {
    const handlers = translated<typeof TaskServer>(this.#handlers, (error) => this.#options.runtime.logger.warning(chainMessage(error)));
    return ["v2", "v3"].map((version) => serve({ ...TaskServer, name: `containerd.task.${version}.Task` }, handlers));
  }

  #task(id: string): Task {
    const task = this.#tasks.get(id);
    if (!task) throw new RpcError(rpcCode.notFound, `container ${id}: not found`);
    return task;
  }

  readonly #handlers: Handlers<typeof TaskServer> = {
    create: async (request) => {
      const id = parseContainerId(request.id);
      if (request.checkpoint !== "")
        throw new RpcError(rpcCode.unimplemented, "checkpoint: a virtual machine's containers cannot be restored");
      if (this.#tasks.has(id) || this.#creating.has(id)) throw new RpcError(rpcCode.alreadyExists, `task ${id}: exists already`);
      this.#creating.add(id);
      try {
        const task = await Task.create(id, request, this.#options);
        this.#tasks.set(id, task);
        return { pid: task.init.pid };
      } finally {
        this.#creating.delete(id);
      }
    },
    start: async ({ id, execId }) => {
      return { pid: await this.#task(id).start(execId) };
    },
    state: ({ id, execId }) => {
      const task = this.#task(id);
      const process = task.process(execId);
      const { stdin, stdout, stderr, terminal } = process.names;
      return {
        id,
        execId,
        bundle: task.bundle,
        pid: process.pid,
        status: this.#status(task, execId),
        stdin,
        stdout,
        stderr,
        terminal,
        ...exitOf(process),
      };
    },
    wait: async ({ id, execId }) => {
      const process = this.#task(id).process(execId);
      await process.exited;
      return exitOf(process);
    },
    delete: async ({ id, execId }) => {
      const process = await this.#task(id).delete(execId);
      if (execId === "") this.#tasks.delete(id);
      return { pid: process.pid, ...exitOf(process) };
    },
    exec: ({ ...request }) => {
      this.#task(request.id).addExec(request);
      return {};
    },
    kill: async ({ id, execId, signal, all }) => {
      await this.#task(id).kill(execId, signal, all);
      return {};
    },
    resizePty: async ({ id, execId, width, height }) => {
      await this.#task(id).resize(execId, width, height);
      return {};
    },
    closeIO: ({ id, execId }) => {
      this.#task(id).process(execId).stdio?.closeInput();
      return {};
    },
    pids: ({ id }) => ({ processes: this.#task(id).pids.map((pid) => ({ pid })) }),
    pause: async ({ id }) => {
      const task = this.#task(id);
      await pauseContainer(this.#options.runtime, task.id);
      this.#options.events.paused(task);
      return {};
    },
    resume: async ({ id }) => {
      const task = this.#task(id);
      await resumeContainer(this.#options.runtime, task.id);
      this.#options.events.resumed(task);
      return {};
    },
    update: async ({ id, resources }) => {
      if (!resources) throw new RpcError(rpcCode.invalidArgument, "update: resources are missing");
      await updateContainer(this.#options.runtime, this.#task(id).id, parseResources(decodeUtf8(resources.value), "resources"));
      return {};
    },
    stats: async ({ id }) => {
      const sample = await containerStats(this.#options.runtime, this.#task(id).id);
      return { stats: statsAny(sample.type === "stats" ? sample.data : "{}", this.#options.cgroupV2) };
    },
    checkpoint: () => {
      throw new RpcError(rpcCode.unimplemented, "checkpoint: not possible with a virtual machine");
    },
    connect: ({ id }) => {
      const { version } = this.#options;
      return { shimPid: processId(), taskPid: this.#tasks.get(id)?.init.pid ?? 0, version };
    },
    shutdown: ({ now }) => {
      if (now || (this.#tasks.size === 0 && this.#creating.size === 0 && !this.#options.held())) this.#options.shutdown();
      return {};
    },
  };

  #status(task: Task, execId: string): number {
    const process = task.process(execId);
    if (process.exit) return Status.stopped;
    if (!process.started) return Status.created;
    if (execId !== "") return Status.running;
    return findContainer(this.#options.runtime.store, task.id).status === "paused" ? Status.paused : Status.running;
  }
}
