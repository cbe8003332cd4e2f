/** The role of the sandbox process: reads its parameters, boots, listens, serves until the sandbox ends. */
import { Cleanup } from "../../base/cleanup.ts";
import { chainMessage } from "../../base/fault.ts";
import { CallDurations } from "../../base/histogram.ts";
import type { Logger } from "../../base/log.ts";
import { decodeUtf8 } from "../../base/text.ts";
import { close, readAll, setUmask, unlinkIfPresent } from "../../sys/file.ts";
import { IdleTrim } from "../../sys/idle-trim.ts";
import { EPOLL, type EventLoop, type Watch } from "../../sys/loop.ts";
import { CLONE, unshare } from "../../sys/namespace.ts";
import { effectiveUid, exit, setName } from "../../sys/process.ts";
import { accept, listenUnix, peerCredentials } from "../../sys/socket.ts";
import { FdStream } from "../../sys/stream.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { Hypervisor, VmSize } from "../hypervisor/vm.ts";
import { Store } from "../store/store.ts";
import { bootMachine, type Machine } from "./boot.ts";
import { Helpers } from "./helpers.ts";
import { SandboxNetwork } from "./network.ts";
import { firstClientFd, networkFd, parametersFd, progressFd, type SandboxParameters } from "./parameters.ts";
import { openProgress } from "./progress.ts";
import { Refill } from "./refill.ts";
import { Sandbox, type SandboxDependencies } from "./sandbox.ts";
import { type SandboxHolder, serveSandbox } from "./service.ts";

export interface SandboxMainDependencies {
  readonly loop: EventLoop;
  readonly version: string;
  readonly logger: (parameters: SandboxParameters) => Logger;
  /** Throws for a name that no driver has. */
  readonly hypervisor: (name: string, options: { readonly logger: Logger; readonly runDirectory: string }) => Hypervisor;
}

const parametersLimit = 1 << 20;

export function runSandbox(deps: SandboxMainDependencies): void {
  const parameters = JSON.parse(decodeUtf8(readAll(parametersFd as Fd, parametersLimit))) as SandboxParameters;
  close(parametersFd as Fd);
  setName("kata-sandbox");
  setUmask(0o077);
  const process = new SandboxProcess(parameters, deps);
  switch (parameters.role) {
    case "sandbox":
      process.boot(parameters);
      break;
    case "reserve":
      void process.wait(parameters);
  }
}

/** What the process has beside the sandbox: its socket, its clients, the one that comes after it. */
class SandboxProcess {
  readonly #deps: SandboxMainDependencies;
  readonly #hypervisor: Hypervisor;
  readonly #runDirectory: string;
  readonly #idle: IdleTrim;
  readonly #calls = new CallDurations();
  #logger: Logger;
  #holder: SandboxHolder = { sandbox: undefined };
  #refill: Refill | undefined;
  #listening: { readonly path: string; readonly fd: Fd; readonly watch: Watch } | undefined;

  constructor(parameters: SandboxParameters, deps: SandboxMainDependencies) {
    this.#deps = deps;
    this.#idle = new IdleTrim(deps.loop);
    this.#logger = deps.logger(parameters);
    // one in reserve belongs to no state directory yet
    this.#runDirectory =
      parameters.role === "reserve" ? (parameters.factory?.reservePath ?? parameters.root) : new Store(parameters.root).hostDirectory;
    this.#hypervisor = deps.hypervisor(parameters.hypervisor, { logger: this.#logger, runDirectory: this.#runDirectory });
  }

  /** For the client at the other end of the inherited connection. */
  boot(parameters: SandboxParameters): void {
    unshare(CLONE.newNet); // nobody's: no link that the host has, and none of ours in its sight
    const store = new Store(parameters.root);
    this.#listen(store.socketPath(parameters.id));
    const helpers = new Helpers(store, parameters.id);
    const cleanup = new Cleanup();
    const network = this.#makeNetwork(parameters, cleanup);
    const boot = async (): Promise<Machine> => {
      if (parameters.network.early) network.open(networkFd as Fd); // what is wrong with it is the answer to the first request
      return bootMachine(parameters, { ...this.#bootDependencies(), cleanup, onHelper: (role, pid) => helpers.add(role, pid) });
    };
    const machine = boot();
    const onSize = (size: VmSize): void => helpers.grown(size);
    this.#holder = { sandbox: this.#adopt(parameters, store, { machine, cleanup, network, onSize }) };
    this.#serve(firstClientFd as Fd);
  }

  /** For nobody yet. */
  async wait(parameters: SandboxParameters): Promise<void> {
    const progress = openProgress(progressFd as Fd, parameters.announced ?? false);
    try {
      const { becomeNobodys } = await import("./clean-birth.ts");
      becomeNobodys();
      const { prepareReserve } = await import("./reserve.ts");
      const reserve = await prepareReserve(parameters, {
        ...this.#bootDependencies(),
        listen: (path) => this.#listen(path),
        adopt: (adopted, store, { machine, cleanup, onSize }) => {
          this.#logger = this.#deps.logger(adopted);
          return this.#adopt(adopted, store, { machine, cleanup, onSize, network: this.#makeNetwork(adopted, cleanup) });
        },
        onEnd: () => this.#end(),
        progress,
      });
      progress.end();
      if (!reserve) exit(0);
      this.#holder = reserve;
    } catch (error) {
      progress.fail(chainMessage(error));
      this.#logger.warning(`reserve: ${chainMessage(error)}`, { source: "factory" });
      this.#end();
    }
  }

  #bootDependencies(): { loop: EventLoop; logger: Logger; hypervisor: Hypervisor; runDirectory: string } {
    return { loop: this.#deps.loop, logger: this.#logger, hypervisor: this.#hypervisor, runDirectory: this.#runDirectory };
  }

  #makeNetwork(parameters: SandboxParameters, cleanup: Cleanup): SandboxNetwork {
    const network = new SandboxNetwork(parameters, { loop: this.#deps.loop, logger: this.#logger });
    cleanup.add("network", () => network.leave());
    return network;
  }

  #adopt(
    parameters: SandboxParameters,
    store: Store,
    parts: Pick<SandboxDependencies, "machine" | "cleanup" | "network" | "onSize">,
  ): Sandbox {
    const { loop } = this.#deps;
    const { machine } = parts;
    const refill = new Refill(parameters, loop, this.#logger);
    this.#refill = refill;
    machine.then(
      ({ cloned }) => refill.soon(cloned),
      () => {},
    );
    // the next one leaves this one's cgroup, which takes long, while the machine ends
    const onEnding = (): void => refill.now();
    return new Sandbox(parameters, { loop, logger: this.#logger, store, ...parts, onEnding, onEnd: () => this.#end() });
  }

  #end(): never {
    this.#refill?.now();
    if (this.#listening) unlinkIfPresent(this.#listening.path);
    exit(0);
  }

  #listen(path: string): void {
    if (this.#listening) {
      this.#listening.watch.stop();
      close(this.#listening.fd);
    }
    const fd = listenUnix(path);
    const watch = this.#deps.loop.watch(fd, EPOLL.in, () => {
      const client = accept(fd);
      if (!client) return;
      if (peerCredentials(client.fd).uid === effectiveUid()) this.#serve(client.fd);
      else close(client.fd);
    });
    this.#listening = { path, fd, watch };
  }

  #serve(fd: Fd): void {
    const { loop, version } = this.#deps;
    const stream = new FdStream(loop, fd, { descriptors: true });
    serveSandbox(this.#holder, stream, { loop, logger: this.#logger, version, idle: this.#idle, calls: this.#calls }).catch(
      (error: unknown) => this.#logger.error(`serve: ${chainMessage(error)}`),
    );
  }
}
