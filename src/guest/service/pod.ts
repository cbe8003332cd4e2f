/** What the agent knows of its one pod: containers, mounts, events. */
import { Fault } from "../../base/fault.ts";
import { parseContainerId } from "../../oci/container-id.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { O, open } from "../../sys/file.ts";
import { IdleTrim } from "../../sys/idle-trim.ts";
import { openPid } from "../../sys/process.ts";
import type { Fd } from "../../sys/syscall.ts";
import { Container, type ContainerOptions } from "../container/container.ts";
import type { ContainerProcess, Surroundings } from "../container/process.ts";
import { type LoadModule, StorageTable } from "../storage/storages.ts";
import { CopiedFiles } from "./copy-file.ts";
import { EventQueue } from "./event-queue.ts";
import { HostStreamTable } from "./host-streams.ts";

export interface PodContainer extends Omit<ContainerOptions, "findNamespace" | "onOutOfMemory"> {
  readonly storages: readonly string[];
}

export class Pod {
  readonly around: Surroundings;
  readonly storages: StorageTable;
  readonly copies = new CopiedFiles();
  readonly streams: HostStreamTable;
  /** Ids of containers that lost a process for want of memory. */
  readonly outOfMemory = new EventQueue<string>();
  readonly idle: IdleTrim;
  /** A container is here from the beginning of its creation, so that its id cannot be taken twice. */
  readonly #containers = new Map<string, Container | "creating">();
  /** Mount points that a container holds. */
  readonly #held = new Map<string, readonly string[]>();

  constructor(around: Surroundings, loadModule: LoadModule) {
    this.around = around;
    this.storages = new StorageTable(loadModule);
    this.streams = new HostStreamTable(around.timers);
    this.idle = new IdleTrim(around.timers);
  }

  /** `storages` are mount points that the container holds until it is removed. */
  async create({ storages, ...options }: PodContainer): Promise<void> {
    const id = parseContainerId(options.id);
    if (this.#containers.has(id)) throw new RpcError(rpcCode.alreadyExists, `container ${id}: exists already`);
    this.#containers.set(id, "creating");
    try {
      const container = await Container.create(
        { ...options, findNamespace: (path) => this.#openNamespace(path), onOutOfMemory: () => this.outOfMemory.push(id) },
        this.around,
      );
      this.#containers.set(id, container);
      this.#held.set(id, storages);
    } catch (error) {
      this.#containers.delete(id);
      throw error;
    }
  }

  /** Id of the oldest container there is. */
  get firstContainer(): string | undefined {
    for (const [id, container] of this.#containers) if (container !== "creating") return id;
    return undefined;
  }

  container(id: string): Container {
    const container = this.#containers.get(id);
    if (container === undefined || container === "creating") throw new RpcError(rpcCode.notFound, `container ${id}: not found`);
    return container;
  }

  process(id: string, execId: string): ContainerProcess {
    return this.container(id).process(execId);
  }

  /** Ends what still runs in it and removes every trace. */
  async remove(id: string): Promise<void> {
    const container = this.container(id);
    this.idle.touch();
    await container.remove();
    this.#containers.delete(id);
    for (const mountPoint of [...(this.#held.get(id) ?? [])].reverse()) this.storages.remove(mountPoint);
    this.#held.delete(id);
  }

  /** Ends everything, in no order. */
  async removeAll(): Promise<void> {
    for (const id of [...this.#containers.keys()]) {
      try {
        await this.remove(id);
      } catch (error) {
        this.around.logger.warning(`remove container ${id}`, { reason: String(error) });
      }
    }
  }

  /** The id of a container of this pod names its first process; anything else is a file of the guest's. */
  #openNamespace(path: string): Fd {
    const container = this.#containers.get(path);
    if (container instanceof Container) return openPid(container.first.pid);
    if (!path.startsWith("/"))
      throw new Fault(`namespace of container ${JSON.stringify(path)}: not found in this pod`, { component: "agent", code: "not-found" });
    return open(path, O.RDONLY);
  }
}
