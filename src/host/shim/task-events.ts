/** What containerd is told of tasks, with the topics it listens to. */

import {
  encodeTaskCreate,
  encodeTaskDelete,
  encodeTaskExecAdded,
  encodeTaskExecStarted,
  encodeTaskExit,
  encodeTaskOOM,
  encodeTaskPaused,
  encodeTaskResumed,
  encodeTaskStart,
} from "../../protocol/gen/shim.ts";
import type { CreateTaskRequest } from "../../protocol/gen/task.ts";
import { timestamp } from "./any.ts";
import type { EventPublisher } from "./events.ts";
import type { TaskProcess } from "./process.ts";

interface Named {
  readonly id: string;
  readonly bundle: string;
  readonly init: TaskProcess;
}

export class TaskEvents {
  readonly #publisher: EventPublisher;

  constructor(publisher: EventPublisher) {
    this.#publisher = publisher;
  }

  created({ id, bundle, init }: Named, { rootfs, stdin, stdout, stderr, terminal, checkpoint }: CreateTaskRequest): void {
    const io = { stdin, stdout, stderr, terminal };
    this.#publisher.publish(
      "/tasks/create",
      "TaskCreate",
      encodeTaskCreate({ containerId: id, bundle, rootfs, io, checkpoint, pid: init.pid }),
    );
  }

  started({ id }: Named, { execId, pid }: TaskProcess): void {
    if (execId === "") this.#publisher.publish("/tasks/start", "TaskStart", encodeTaskStart({ containerId: id, pid }));
    else this.#publisher.publish("/tasks/exec-started", "TaskExecStarted", encodeTaskExecStarted({ containerId: id, execId, pid }));
  }

  execAdded({ id }: Named, execId: string): void {
    this.#publisher.publish("/tasks/exec-added", "TaskExecAdded", encodeTaskExecAdded({ containerId: id, execId }));
  }

  exited({ id }: Named, process: TaskProcess): void {
    const event = { containerId: id, id: process.execId || id, pid: process.pid, ...exitOf(process) };
    this.#publisher.publish("/tasks/exit", "TaskExit", encodeTaskExit(event));
  }

  deleted({ id }: Named, process: TaskProcess): void {
    this.#publisher.publish("/tasks/delete", "TaskDelete", encodeTaskDelete({ containerId: id, pid: process.pid, ...exitOf(process) }));
  }

  outOfMemory({ id }: Named): void {
    this.#publisher.publish("/tasks/oom", "TaskOOM", encodeTaskOOM({ containerId: id }));
  }

  /** Resolves when containerd has what it was told so far, after `ms` at most. */
  taken(ms: number): Promise<void> {
    return this.#publisher.drained(ms);
  }

  paused({ id }: Named): void {
    this.#publisher.publish("/tasks/paused", "TaskPaused", encodeTaskPaused({ containerId: id }));
  }

  resumed({ id }: Named): void {
    this.#publisher.publish("/tasks/resumed", "TaskResumed", encodeTaskResumed({ containerId: id }));
  }
}

/** As State, Wait, Delete and the events write it. */
export function exitOf({ exit }: TaskProcess): { exitStatus: number; exitedAt: ReturnType<typeof timestamp> | undefined } {
  return { exitStatus: exit?.status ?? 0, exitedAt: exit && timestamp(exit.atNs) };
}
