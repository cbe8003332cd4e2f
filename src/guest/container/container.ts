/** A container of the pod: its cgroup, its first process and the additional ones. */
import { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import type { Process, Spec } from "../../oci/spec.ts";
import type { Resources } from "../../oci/spec-linux.ts";
import { findUnsupported, findUnsupportedProcess, findUnsupportedResources } from "../../oci/unsupported.ts";
import { close } from "../../sys/file.ts";
import { openNamespace } from "../../sys/namespace.ts";
import { SIGKILL, SIGTERM } from "../../sys/process.ts";
import type { Fd } from "../../sys/syscall.ts";
import { Cgroup } from "./cgroup.ts";
import { completeProcess, explainExec } from "./exec-setup.ts";
import { makeExec } from "./make-exec.ts";
import { makeFirst } from "./make-first.ts";
import { NotifySocket } from "./notify-socket.ts";
import { OutOfMemoryWatch } from "./out-of-memory.ts";
import type { ContainerProcess, Surroundings } from "./process.ts";
import { handlesSignal } from "./process-facts.ts";
import type { HostStreams } from "./process-io.ts";
import type { Seccomp } from "./process-setup.ts";
import { settleShare } from "./settle-share.ts";

export interface ContainerOptions {
  readonly id: string;
  /** The bundle's path on the host; for hooks only. */
  readonly bundle: string;
  /** `root.path` is a path of the guest. */
  readonly spec: Spec;
  /** Compiled from `linux.seccomp`, which the guest does not do itself. */
  readonly seccomp: Seccomp | undefined;
  /** Opens what the path of a namespace names; see `planNamespaces`. */
  readonly findNamespace: (path: string) => Fd;
  readonly streams: HostStreams;
  /**
   * The kernel drops a signal that the first process of a pid namespace does not handle. runc leaves it at that; Kata's
   * runtime expects its SIGTERM to end the container all the same.
   */
  readonly unhandledTermKills: boolean;
  /** Gives the container a socket on which its program says that it is ready. */
  readonly notifySocket: boolean;
  /** Its first process executes nothing; see pause.ts. */
  readonly pause: boolean;
  /** Hears of each time the kernel killed a process of the container for want of memory. */
  readonly onOutOfMemory: () => void;
}

export interface ExecOptions {
  readonly execId: string;
  readonly process: Process;
  readonly streams: HostStreams;
  /** In a paused container: born frozen, it waits for the resume. */
  readonly ignorePaused: boolean;
  /** A cgroup below the container's own to be born in; "" is the container's. */
  readonly cgroup: string;
}

type State = "created" | "running" | "stopped";

interface Parts {
  readonly cgroup: Cgroup;
  readonly first: ContainerProcess;
  readonly notify: NotifySocket | undefined;
  /** The mount namespace, held until the container is removed and nothing of the share is on its way: see settle-share.ts. */
  readonly mounts: Fd;
}

export class Container {
  readonly id: string;
  readonly spec: Spec;
  readonly cgroup: Cgroup;
  readonly first: ContainerProcess;
  readonly #around: Surroundings;
  readonly #seccomp: Seccomp | undefined;
  readonly #memory: OutOfMemoryWatch;
  readonly #unhandledTermKills: boolean;
  readonly #notify: NotifySocket | undefined;
  readonly #mounts: Fd;
  readonly #execs = new Map<string, ContainerProcess>();
  /** Ids of processes that are being made. */
  readonly #starting = new Set<string>();
  #state: State = "created";
  #paused = false;

  private constructor(options: ContainerOptions, around: Surroundings, { cgroup, first, notify, mounts }: Parts) {
    this.id = options.id;
    this.spec = options.spec;
    this.cgroup = cgroup;
    this.first = first;
    this.#around = around;
    this.#notify = notify;
    this.#mounts = mounts;
    this.#seccomp = options.seccomp;
    this.#unhandledTermKills = options.unhandledTermKills;
    this.#memory = new OutOfMemoryWatch(around.loop, cgroup.openMemoryEvents(), options.onOutOfMemory);
    first.exit
      .then(() => this.#onFirstExit())
      .catch((error: unknown) => around.logger.error(`end of container ${this.id}: ${String(error)}`));
  }

  /** All but the execution of the user's program. On failure nothing is left. */
  static async create(options: ContainerOptions, around: Surroundings): Promise<Container> {
    assertSupported(options.spec, options.seccomp !== undefined);
    const undo = new Cleanup();
    try {
      const cgroup = Cgroup.create(options.id);
      undo.add("cgroup", () => cgroup.remove(around.timers));
      cgroup.apply(options.spec.linux?.resources ?? {});
      cgroup.limitDevices(options.spec.linux?.resources?.devices ?? []);
      const notify = options.notifySocket ? new NotifySocket(around.loop, options.id) : undefined;
      undo.add("notify socket", () => notify?.close());
      const spec = notify?.addTo(options.spec) ?? options.spec;
      const first = await makeFirst({ ...options, spec }, around, cgroup);
      undo.add("first process", async () => {
        first.signal(SIGKILL);
        await first.exit;
        first.close();
      });
      const mounts = openNamespace(`/proc/${first.pid}/ns/mnt`);
      const container = new Container(options, around, { cgroup, first, notify, mounts });
      undo.release();
      first.relay(options.streams);
      return container;
    } catch (error) {
      await undo.run((what, reason) => around.logger.error(`undo ${what}`, { reason: String(reason) }));
      throw error;
    }
  }

  /** Executes the user's program. */
  async start(): Promise<void> {
    if (this.#state !== "created") throw this.#wrongState(`cannot start a container that is ${this.#state}`);
    this.#state = "running";
    await this.first.start();
  }

  /** Rejects when the program ends before it is ready. */
  async ready(): Promise<void> {
    if (!this.#notify) throw this.#wrongState(`container ${this.id} has no notify socket`);
    const ended = this.first.exit.then(() => Promise.reject(this.#wrongState(`container ${this.id} ended before it was ready`)));
    await Promise.race([this.#notify.ready, ended]);
  }

  /** Adds a process and executes its program. */
  async exec(options: ExecOptions): Promise<void> {
    const { execId, process, streams, ignorePaused } = options;
    if (this.#state === "stopped") throw this.#wrongState("cannot exec in a stopped container");
    if (!ignorePaused && this.#paused) throw this.#wrongState("cannot exec in a paused container");
    if (this.#execs.has(execId) || this.#starting.has(execId))
      throw new Fault(`exec ${execId}: exists already in container ${this.id}`, { component: "agent", code: "already-exists" });
    const unsupported = findUnsupportedProcess(process).fields;
    if (unsupported.length > 0) throw notSupported(`process.${unsupported.join(", process.")}`);
    const added = await this.#prepareExec({ ...options, process: completeProcess(process, this.spec.process) });
    try {
      const started = added.start();
      // No output before that: whoever sees it may at once want to do something to the process, which the host then has to know.
      added.relay(streams, started);
      await started;
    } catch (error) {
      this.forget(execId);
      throw explainExec(error, process, this.first.pid);
    }
  }

  /** The first process for an empty id or the container's own, else the one that `exec` added. */
  process(execId: string): ContainerProcess {
    if (execId === "" || execId === this.id) return this.first;
    const found = this.#execs.get(execId);
    if (!found) throw new Fault(`process ${execId}: not found in container ${this.id}`, { component: "agent", code: "not-found" });
    return found;
  }

  /** Drops an additional process whose status somebody has. Streams that are relayed go on to their end. */
  forget(execId: string): void {
    const process = this.#execs.get(execId);
    if (!process || !this.#execs.delete(execId)) return;
    process.release();
  }

  /** How often `onOutOfMemory` was called, for all that happened until now. */
  get oomEvents(): number {
    return this.#memory.look();
  }

  /** The first process is there and has not begun its program. */
  get waitsForStart(): boolean {
    return this.#state === "created";
  }

  /** SIGTERM to the first process; see `unhandledTermKills`. */
  terminate(): void {
    const { first } = this;
    const ends = first.exitCode !== undefined || !this.#unhandledTermKills || handlesSignal(first.pid, SIGTERM);
    first.signal(ends ? SIGTERM : SIGKILL);
  }

  /** SIGKILL to every process of the container, paused or not. */
  killAll(): void {
    this.cgroup.killAll();
  }

  async pause(): Promise<void> {
    if (this.#state === "stopped" || this.cgroup.isFrozen()) throw this.#wrongState("cannot pause a container that is not running");
    this.#paused = true;
    await this.cgroup.freeze(true, this.#around.timers);
  }

  async resume(): Promise<void> {
    if (!this.cgroup.isFrozen()) throw this.#wrongState("container not paused");
    await this.cgroup.freeze(false, this.#around.timers);
    this.#paused = false;
  }

  update(resources: Resources): void {
    const unsupported = findUnsupportedResources(resources).fields;
    if (unsupported.length > 0) throw notSupported(unsupported.join(", "));
    this.cgroup.checkUsage(resources);
    this.cgroup.apply(resources);
  }

  /** Ends what still runs and removes every trace. */
  async remove(): Promise<void> {
    this.killAll();
    await this.first.exit;
    this.#memory.stop();
    this.first.close();
    this.#notify?.close();
    for (const execId of [...this.#execs.keys()]) this.forget(execId);
    await this.cgroup.remove(this.#around.timers);
    settleShare();
    close(this.#mounts);
  }

  /** A pid namespace of its own ends with its first process; without one the others would stay. */
  #onFirstExit(): void {
    this.#state = "stopped";
    this.killAll();
  }

  async #prepareExec({ execId, process, cgroup, streams: { passed } }: ExecOptions): Promise<ContainerProcess> {
    this.#starting.add(execId);
    try {
      const { spec } = this;
      const added = await makeExec(
        { process, passed, first: this.first.pid, cgroup: this.cgroup, subgroup: cgroup, seccomp: this.#seccomp, spec },
        this.#around,
      );
      this.#execs.set(execId, added);
      return added;
    } finally {
      this.#starting.delete(execId);
    }
  }

  #wrongState(message: string): Fault {
    return new Fault(message, { component: "agent", code: "failed-precondition" });
  }
}

function assertSupported(spec: Spec, seccompCompiled: boolean): void {
  const fields = [...findUnsupported(spec).fields];
  if (spec.linux?.seccomp && !seccompCompiled) fields.push("linux.seccomp (not compiled by the caller)");
  if (fields.length > 0) throw notSupported(fields.join(", "));
}

function notSupported(fields: string): Fault {
  return new Fault(`not supported by this guest: ${fields}`, { component: "agent", code: "unsupported" });
}
