/** A container of the pod: its cgroup, its first process and the additional ones. */
import { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import type { Process, Spec } from "../../oci/spec.ts";
import type { NamespaceType, Resources } from "../../oci/spec-linux.ts";
import { findUnsupported, findUnsupportedProcess, findUnsupportedResources } from "../../oci/unsupported.ts";
import { close } from "../../sys/file.ts";
import { CLONE } from "../../sys/namespace.ts";
import { openPid, SIGKILL, SIGTERM } from "../../sys/process.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { Cgroup } from "./cgroup.ts";
import { setUpContainer } from "./container-setup.ts";
import { completeProcess, setUpExec } from "./exec-setup.ts";
import { type Launched, type LaunchOptions, launch } from "./launch.ts";
import { planNamespaces } from "./namespaces.ts";
import { watchOutOfMemory } from "./out-of-memory.ts";
import { ContainerProcess, type Surroundings } from "./process.ts";
import { handlesSignal, openCgroupOf } from "./process-facts.ts";
import type { HostStreams } from "./process-io.ts";
import type { Seccomp } from "./process-setup.ts";
import { admit, delegateCgroup, hasUserNamespace, outerId, planUserNamespace } from "./user-namespace.ts";

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

export class Container {
  readonly id: string;
  readonly spec: Spec;
  readonly cgroup: Cgroup;
  readonly first: ContainerProcess;
  readonly #around: Surroundings;
  readonly #seccomp: Seccomp | undefined;
  readonly #stopWatching: () => void;
  readonly #unhandledTermKills: boolean;
  readonly #execs = new Map<string, ContainerProcess>();
  /** Ids of processes that are being made. */
  readonly #starting = new Set<string>();
  #state: State = "created";

  private constructor(options: ContainerOptions, around: Surroundings, cgroup: Cgroup, first: ContainerProcess) {
    this.id = options.id;
    this.spec = options.spec;
    this.cgroup = cgroup;
    this.first = first;
    this.#around = around;
    this.#seccomp = options.seccomp;
    this.#unhandledTermKills = options.unhandledTermKills;
    this.#stopWatching = watchOutOfMemory(around.loop, cgroup, options.onOutOfMemory);
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
      const first = await ContainerProcess.prepare(launchFirst(options, around, cgroup), around);
      undo.add("first process", async () => {
        first.signal(SIGKILL);
        await first.exit;
        first.close();
      });
      const container = new Container(options, around, cgroup, first);
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

  /** Adds a process and executes its program. */
  async exec({ execId, process, streams, ignorePaused, cgroup }: ExecOptions): Promise<void> {
    if (this.#state === "stopped") throw this.#wrongState("cannot exec in a stopped container");
    if (!ignorePaused && this.cgroup.isFrozen()) throw this.#wrongState("cannot exec in a paused container");
    if (this.#execs.has(execId) || this.#starting.has(execId))
      throw new Fault(`exec ${execId}: exists already in container ${this.id}`, { component: "agent", code: "already-exists" });
    const unsupported = findUnsupportedProcess(process).fields;
    if (unsupported.length > 0) throw notSupported(`process.${unsupported.join(", process.")}`);
    const added = await this.#prepareExec(execId, completeProcess(process, this.spec.process), cgroup);
    try {
      added.relay(streams);
      await added.start();
    } catch (error) {
      this.forget(execId);
      throw error;
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
    await this.cgroup.freeze(true, this.#around.timers);
  }

  async resume(): Promise<void> {
    if (!this.cgroup.isFrozen()) throw this.#wrongState("container not paused");
    await this.cgroup.freeze(false, this.#around.timers);
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
    this.#stopWatching();
    this.first.close();
    for (const execId of [...this.#execs.keys()]) this.forget(execId);
    await this.cgroup.remove(this.#around.timers);
  }

  /** A pid namespace of its own ends with its first process; without one the others would stay. */
  #onFirstExit(): void {
    this.#state = "stopped";
    this.killAll();
  }

  async #prepareExec(execId: string, process: Process, cgroup: string): Promise<ContainerProcess> {
    this.#starting.add(execId);
    try {
      const added = await ContainerProcess.prepare(this.#launchExec(process, cgroup), this.#around);
      this.#execs.set(execId, added);
      return added;
    } finally {
      this.#starting.delete(execId);
    }
  }

  #launchExec(process: Process, subgroup: string): Launched {
    const { loop } = this.#around;
    const { spec } = this;
    const first = openPid(this.first.pid);
    const start = (cgroup: Fd): Launched =>
      launch(loop, {
        terminal: process.terminal ?? false,
        namespaces: 0,
        pidNamespace: first,
        cgroup,
        keep: [first],
        streamOwner: hasUserNamespace(spec) ? outerId(spec.linux?.uidMappings ?? [], process.user.uid) : undefined,
        main: (line, stdio) =>
          setUpExec({ process, first, seccomp: this.#seccomp, linux: spec.linux, namespaces: furtherNamespaces(spec) }, line, stdio),
      });
    try {
      return withFd(this.cgroup.open(subgroup), start);
    } catch (error) {
      if (subgroup !== "" || !isErrno(error, "EBUSY")) throw error;
      // The container has given its cgroup children: only those may hold processes.
      return withFd(openCgroupOf(this.first.pid), start);
    } finally {
      close(first);
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

function launchFirst(options: ContainerOptions, around: Surroundings, cgroup: Cgroup): Launched {
  const opened: Fd[] = [];
  try {
    return launchWith(options, around, cgroup, opened);
  } finally {
    for (const fd of opened) close(fd);
  }
}

/** `opened` gets what the caller closes. */
function launchWith(options: ContainerOptions, around: Surroundings, cgroup: Cgroup, opened: Fd[]): Launched {
  const { id, bundle, spec, seccomp } = options;
  const namespaces = planNamespaces(spec, (path) => {
    const fd = options.findNamespace(path);
    opened.push(fd);
    return fd;
  });
  const user = planUserNamespace(spec, (fd) => opened.push(fd));
  if (user) delegateCgroup(cgroup.path, spec, user);
  const launchOptions = (directory: Fd): LaunchOptions => ({
    terminal: spec.process.terminal ?? false,
    namespaces: namespaces.created,
    pidNamespace: namespaces.pid,
    cgroup: directory,
    keep: opened,
    admit: user && ((pid) => admit(pid, user, spec)),
    streamOwner: user && outerId(user.uids, spec.process.user.uid),
    main: (line, stdio) => setUpContainer({ id, bundle, spec, namespaces, cgroupPath: cgroup.path, seccomp, user }, line, stdio),
  });
  return withFd(cgroup.open(), (directory) => launch(around.loop, launchOptions(directory)));
}

/** Those of a container that not every one has. */
function furtherNamespaces({ linux }: Spec): number {
  const has = (type: NamespaceType): boolean => linux?.namespaces?.some((each) => each.type === type) ?? false;
  return (has("user") ? CLONE.newUser : 0) | (has("time") ? CLONE.newTime : 0);
}

function withFd<T>(fd: Fd, use: (fd: Fd) => T): T {
  try {
    return use(fd);
  } finally {
    close(fd);
  }
}
