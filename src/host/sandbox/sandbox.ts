/**
 * The sandbox: one VM and the containers in it. It ends when its own container has stopped, when its VM or share dies,
 * when it is told to, or when nobody holds on to it any more.
 */
import { Cleanup } from "../../base/cleanup.ts";
import { chainMessage, firstComponent } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/text.ts";
import { parseSpec } from "../../oci/parse.ts";
import { stringifyExactJson } from "../../oci/shape.ts";
import type { Spec } from "../../oci/spec.ts";
import type { Status } from "../../oci/state.ts";
import { featureNotifySocket, featurePause, featureSeccompBpf, featureWatchedCopies } from "../../protocol/features.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import type { EventLoop } from "../../sys/loop.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { Agent } from "../agent/agent.ts";
import type { VmSize } from "../hypervisor/vm.ts";
import type { SandboxRecord } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import type { Machine } from "./boot.ts";
import { CommonMounts } from "./common-mounts.ts";
import { Container, type ContainerFiles } from "./container.ts";
import { attachDisks, type GivenDisk } from "./container-disks.ts";
import { copiedFiles, forgetCopies } from "./copied-files.ts";
import { Disks } from "./disks.ts";
import { EngineResolver } from "./engine-resolver.ts";
import { GuestProcess } from "./guest-process.ts";
import type { SandboxNetwork } from "./network.ts";
import { Overhead } from "./overhead.ts";
import type { SandboxParameters } from "./parameters.ts";
import { closeEnds, type ProcessEnds } from "./process-ends.ts";
import { Room } from "./room.ts";
import { type MountTrees, type SharePlaces, sharePaths } from "./shared-paths.ts";
import { WatchedCopies } from "./watched-copies.ts";

export interface SandboxDependencies {
  readonly loop: EventLoop;
  readonly logger: Logger;
  readonly store: Store;
  /** On its way, or there. */
  readonly machine: Promise<Machine>;
  /** Ends the machine, also one that is on its way. */
  readonly cleanup: Cleanup;
  readonly network: SandboxNetwork;
  /** Hears of each size that the machine grows to. */
  readonly onSize: (size: VmSize) => void;
  /** Called once, before anything is undone. */
  readonly onEnding: () => void;
  /** Ends the process; called once, last. */
  readonly onEnd: () => void;
}

export interface NewContainer {
  readonly id: string;
  /** Absolute. */
  readonly bundle: string;
  readonly specJson: Uint8Array;
  readonly terminal: boolean;
  readonly notifySocket: boolean;
  /** Its first process executes nothing. */
  readonly pause: boolean;
  readonly ends: ProcessEnds;
  readonly trees: MountTrees;
  /** What the sources of mounts show, by index, where other containers may have them too. */
  readonly identities: ReadonlyMap<number, string>;
  /** See `madeInGuest`. */
  readonly localEmptyDirs: boolean;
  readonly disks: readonly GivenDisk[];
  /** See CreateContainerRequest. */
  readonly seccomp: { readonly seccompBpf: Uint8Array; readonly seccompFlags: number };
  /** The process that stands for it on the host; 0: none. */
  readonly standinPid: number;
  /** The network namespace it is to live in; a pod has one. */
  readonly network?: Fd;
}

export class Sandbox {
  readonly #parameters: SandboxParameters;
  readonly #deps: SandboxDependencies;
  readonly #containers = new Map<string, Container>();
  /** Ids whose creation is on its way. */
  readonly #creating = new Set<string>();
  readonly #machine: Promise<Machine>;
  readonly #resolver: EngineResolver;
  readonly #room: Room;
  readonly #disks: Disks;
  readonly overhead = new Overhead();
  /** Once the machine is there. */
  #common: CommonMounts | undefined;
  #copies: WatchedCopies | undefined;
  #ending: Promise<void> | undefined;

  constructor(parameters: SandboxParameters, deps: SandboxDependencies) {
    this.#parameters = parameters;
    this.#deps = deps;
    this.#machine = deps.machine;
    this.#room = new Room(parameters, deps);
    const { loop, logger, network } = deps;
    this.#disks = new Disks(logger);
    this.#resolver = new EngineResolver({ loop, logger, enter: () => network.enter });
    // a container that joins its first user-defined network gets another resolv.conf
    network.whenFollowed(() => {
      this.#machine.then(({ agent }) => this.#resolver.look(agent)).catch(() => {}); // one without a machine has said so
    });
    this.#machine.then(
      (machine) => this.#watch(machine),
      (error: unknown) => deps.logger.error(chainMessage(error), { source: firstComponent(error) ?? "sandbox" }),
    );
  }

  container(id: string): Container {
    const found = this.#containers.get(id);
    if (!found) throw new RpcError(rpcCode.notFound, "container does not exist");
    return found;
  }

  get agent(): Promise<Agent> {
    return this.#machine.then(({ agent }) => agent);
  }

  get containers(): readonly Container[] {
    return [...this.#containers.values()];
  }

  get record(): SandboxRecord | undefined {
    return this.#deps.store.readSandbox(this.#parameters.id);
  }

  get empty(): boolean {
    return this.#containers.size === 0 && this.#creating.size === 0;
  }

  /** Takes the descriptors over, also when it fails; a failed creation leaves nothing in the guest or the share. */
  async create(request: NewContainer): Promise<Container> {
    const { id } = request;
    if (this.#containers.has(id) || this.#creating.has(id)) {
      closeEnds(request.ends);
      throw new RpcError(rpcCode.alreadyExists, "container with given ID already exists");
    }
    this.#creating.add(id);
    try {
      const container = await this.#create(request);
      this.#containers.set(id, container);
      return container;
    } finally {
      this.#creating.delete(id);
    }
  }

  /** A network that came since the creation is there when the program begins. */
  async start(id: string, waitReady: boolean): Promise<boolean> {
    const container = this.container(id);
    await this.#deps.network.refresh();
    await this.#resolver.look(await this.agent);
    return container.start(waitReady);
  }

  get machine(): Promise<Machine> {
    return this.#machine;
  }

  get disks(): Disks {
    return this.#disks;
  }

  get network(): SandboxNetwork {
    return this.#deps.network;
  }

  /** Kills the container if it has not stopped, and forgets it. */
  async remove(container: Container): Promise<void> {
    if (container.status !== "stopped") {
      await container
        .signal("", 9, true)
        .catch((error: unknown) => this.#deps.logger.warning(`kill: ${chainMessage(error)}`, { container: container.id }));
    }
    await container.stopped;
    this.#containers.delete(container.id);
  }

  /** Ends everything: containers, agent, VM, share, this process. Idempotent. */
  end(why: string): Promise<void> {
    this.#ending ??= this.#end(why);
    return this.#ending;
  }

  async #create({
    id,
    bundle,
    specJson,
    terminal,
    ends,
    trees,
    identities,
    localEmptyDirs,
    disks,
    standinPid,
    seccomp,
    notifySocket,
    pause,
    network,
  }: NewContainer): Promise<Container> {
    const { loop, logger, store } = this.#deps;
    let machine: Machine;
    try {
      if (network !== undefined) this.#deps.network.open(network);
      machine = await this.#machine;
      await this.#deps.network.attach(machine);
    } catch (error) {
      closeEnds(ends);
      throw error;
    }
    const { agent, share } = machine;
    const process = await GuestProcess.open(loop, agent, { containerId: id, execId: id }, ends, terminal);
    const undo = new Cleanup();
    undo.add("streams", () => process.abandon());
    try {
      if (seccomp.seccompBpf.length > 0 && !agent.details.extraFeatures.includes(featureSeccompBpf))
        throw new RpcError(rpcCode.unimplemented, "linux.seccomp: this guest's agent takes no compiled profile");
      if (notifySocket && !agent.details.extraFeatures.includes(featureNotifySocket))
        throw new RpcError(rpcCode.unimplemented, "NOTIFY_SOCKET: not supported by this guest's agent");
      if (pause && !agent.details.extraFeatures.includes(featurePause))
        throw new RpcError(rpcCode.unimplemented, "pause: not supported by this guest's agent");
      const spec = this.#named(parseSpec(decodeUtf8(specJson), "config.json"));
      const forget = this.#resolver.add(spec.mounts ?? [], trees);
      undo.add("resolv.conf", forget);
      if (share) this.#common ??= new CommonMounts(share);
      if (agent.details.extraFeatures.includes(featureWatchedCopies)) this.#copies ??= new WatchedCopies({ agent, loop, logger });
      undo.add("copies", () => (share && !this.#copies?.has(id) ? undefined : forgetCopies(agent, id)));
      const places: SharePlaces = {
        files: share ?? copiedFiles(agent),
        ...(this.#common && { common: this.#common }),
        ...(this.#copies && { copies: this.#copies }),
        identities,
        localEmptyDirs,
      };
      const shared = await sharePaths(places, id, spec, trees);
      undo.add("share", () => shared.remove());
      const attached = await attachDisks({ id, spec: shared.spec, given: disks }, this.#disks, machine.vm.hotplug);
      undo.add("disks", () => attached.release());
      const files: ContainerFiles = {
        spec: attached.spec,
        remove: async () => {
          forget();
          shared.remove();
          if (id !== this.#parameters.id) await attached.release(); // else the machine ends now
        },
      };
      // beside the container's making: both take the guest some time
      const room = this.#room.hold(id, spec.linux?.resources ?? {});
      room.catch(() => {}); // it is waited for below, unless something else fails before
      undo.add("room", () => this.#room.release(id));
      const ociJson = encodeUtf8(stringifyExactJson(files.spec));
      const storages = [...attached.storages, ...shared.storages];
      const { devices } = attached;
      await agent.api.createContainer(
        { containerId: id, execId: id, bundle, notifySocket, pause, ociJson, storages, devices, ...process.ports, ...seccomp },
        { timeoutMs: this.#parameters.createTimeoutMs },
      );
      undo.add("container in the guest", async () => void (await agent.api.removeContainer({ containerId: id })));
      await room;
      return new Container(id, process, files, {
        loop,
        agent,
        logger: logger.with({ container: id }),
        standinPid,
        onStatus: (status) => this.#onStatus(store, id, status),
        makeRoom: (limits) => this.#room.hold(id, limits),
        onStopped: () => this.#onStopped(id),
      });
    } catch (error) {
      await undo.run();
      throw error;
    }
  }

  /** One with a UTS namespace of its own and no name has the sandbox's: the guest may have been born with another. */
  #named(spec: Spec): Spec {
    const own = spec.linux?.namespaces?.some(({ type, path }) => type === "uts" && !path) ?? false;
    return own && spec.hostname === undefined ? { ...spec, hostname: this.#parameters.hostname } : spec;
  }

  #onStatus(store: Store, id: string, status: Status): void {
    if (status === "stopped") return; // the stand-in's end says so
    const record = store.read(id);
    if (record) store.write({ ...record, status });
  }

  async #onStopped(id: string): Promise<void> {
    this.#room.release(id);
    if (id !== this.#parameters.id) return;
    // before anybody hears of the stop, so that an engine which deletes at once finds nothing running
    void this.end(`container ${id} stopped`);
    await Promise.resolve();
  }

  /** One call that waits for the next event; it fails when the connection is over, which `lost` hears of. */
  async #watchMemory(agent: Agent): Promise<void> {
    try {
      for (;;) {
        const { containerId } = await agent.api.getOOMEvent({}, { waits: true });
        this.#deps.logger.warning("the guest's kernel killed a process for want of memory", { container: containerId });
        this.#containers.get(containerId)?.countOomKill();
      }
    } catch (error) {
      this.#deps.logger.debug(`no more memory events: ${chainMessage(error)}`);
    }
  }

  #watch({ vm, share, agent }: Machine): void {
    const lost = (component: string, what: string) => (): void => {
      if (this.#ending !== undefined) return;
      this.#deps.logger.error(`${what}, the sandbox ends`, { source: component, console: vm.console() });
      void this.end(what);
    };
    void vm.exited.then(lost(this.#parameters.hypervisor, "VM ended unexpectedly"));
    void share?.exited.then(lost("share", "the share's daemon ended unexpectedly"));
    void agent.closed.then(lost("agent", "the connection to the agent broke"));
    void this.#watchMemory(agent);
  }

  /** A boot that is still going on fails by this; a helper that it starts even now ends with this process. */
  async #end(why: string): Promise<void> {
    const { logger, onEnding, onEnd } = this.#deps;
    logger.debug(`sandbox ends: ${why}`);
    onEnding();
    for (const container of this.#containers.values()) if (container.status !== "stopped") container.abandon();
    await this.#deps.cleanup.run((what, error) => logger.warning(`undo ${what}: ${chainMessage(error)}`));
    onEnd();
  }
}
