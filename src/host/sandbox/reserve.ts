/**
 * A sandbox in reserve: booted for nobody, warmed up, stopped. Whoever claims it first has it; nobody does for a while,
 * and it ends by itself.
 */
import { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/text.ts";
import { ReserveServer as ReserveService } from "../../protocol/gen/sandbox.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { type Served, serve } from "../../protocol/ttrpc-server.ts";
import { close, lock, mkdirAll, O, open, unlinkIfPresent, writeAll } from "../../sys/file.ts";
import { processId } from "../../sys/process.ts";
import { setGroupNice } from "../../sys/scheduler.ts";
import type { FdStream } from "../../sys/stream.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { replaceLastArgument } from "../../sys/title.ts";
import { Store } from "../store/store.ts";
import { type BootDependencies, bootMachine, type Machine, makeUnique } from "./boot.ts";
import { Helpers } from "./helpers.ts";
import type { FactoryParameters, SandboxParameters } from "./parameters.ts";
import { titleWidth } from "./refill.ts";
import type { Sandbox } from "./sandbox.ts";
import type { SandboxHolder } from "./service.ts";
import { buildTemplate, reserveKey, templateStore } from "./template.ts";
import { warmUp } from "./warm-up.ts";

export interface ReserveDependencies extends Omit<BootDependencies, "cleanup" | "onHelper"> {
  /** Listens where the sandbox now is, instead of where it was. */
  readonly listen: (socketPath: string) => void;
  /** Makes the sandbox of the claimer's parameters. */
  readonly adopt: (parameters: SandboxParameters, store: Store, machine: Promise<Machine>, cleanup: Cleanup) => Sandbox;
  /** Ends the process. */
  readonly onEnd: () => void;
}

/** undefined: there are enough in reserve. */
export async function prepareReserve(parameters: SandboxParameters, deps: ReserveDependencies): Promise<Reserve | undefined> {
  const { factory } = parameters;
  if (!factory) throw new Fault("reserve: needs a factory", { component: "factory" });
  const templates = templateStore(parameters, factory);
  const key = reserveKey(parameters, templates);
  const slot = takeSlot(factory, key);
  if (slot === undefined) return undefined;
  const id = `reserve-${processId()}`;
  const place = new ReservePlace(factory, key, id);
  const cleanup = new Cleanup();
  cleanup.add("reserve's directory", () => place.remove());
  try {
    const helpers = new Helpers(place.store, id);
    const boot = { ...deps, cleanup, onHelper: (pid: number) => helpers.add(pid) };
    await buildTemplate(parameters, templates, boot);
    const machine = await bootMachine(parameters, boot);
    if (!machine.cloned || !machine.vm.suspend) throw new Fault("reserve: the template could not be cloned", { component: "factory" });
    await warmUp(machine, `${deps.shareDirectory}.warm`);
    await machine.vm.suspend.pause();
    return new Reserve({ parameters, machine, helpers, cleanup, place, slot }, deps);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

interface Prepared {
  readonly parameters: SandboxParameters;
  readonly machine: Machine;
  readonly helpers: Helpers;
  readonly cleanup: Cleanup;
  readonly place: ReservePlace;
  readonly slot: Fd;
}

export class Reserve implements SandboxHolder {
  sandbox: Sandbox | undefined;
  readonly #prepared: Prepared;
  readonly #deps: ReserveDependencies;
  readonly #cancelIdle: () => void;
  #taken = false;

  constructor(prepared: Prepared, deps: ReserveDependencies) {
    this.#prepared = prepared;
    this.#deps = deps;
    const { place, parameters, machine } = prepared;
    deps.listen(place.socketPath);
    this.#cancelIdle = deps.loop.after(parameters.factory?.idleMs ?? 0, () => void this.#giveUp("nobody claimed it"));
    void Promise.race([machine.vm.exited, machine.share.exited]).then(() => this.#giveUp("its VM or share ended"));
  }

  services(stream: FdStream): readonly Served[] {
    return [
      serve(ReserveService, {
        claim: ({ parametersJson, descriptors }) => {
          const procs = stream.takeDescriptors(descriptors.length);
          if (!procs) throw new RpcError(rpcCode.invalidArgument, `descriptors: ${descriptors.length} were announced, fewer arrived`);
          try {
            this.#claim(JSON.parse(decodeUtf8(parametersJson)) as SandboxParameters, procs);
          } finally {
            for (const fd of procs) close(fd);
          }
          return {};
        },
      }),
    ];
  }

  /** One whose claim fails is not what it was, and ends. */
  #claim(parameters: SandboxParameters, procs: readonly Fd[]): void {
    if (this.#taken) throw new RpcError(rpcCode.failedPrecondition, "the sandbox in reserve is taken");
    this.#taken = true;
    this.#cancelIdle();
    try {
      this.#become(parameters, procs);
    } catch (error) {
      void this.#end("a claim failed");
      throw error;
    }
  }

  #become(parameters: SandboxParameters, procs: readonly Fd[]): void {
    const { machine, helpers, cleanup, place, slot } = this.#prepared;
    const store = new Store(parameters.root);
    // first, so that whoever cleans up after a claimer that was killed finds it
    helpers.move(store, parameters.id);
    this.#deps.listen(store.socketPath(parameters.id));
    this.sandbox = this.#deps.adopt(parameters, store, resume(machine), cleanup);
    for (const fd of procs) for (const pid of helpers.pids) joinCgroup(fd, pid);
    for (const pid of helpers.pids) setGroupNice(pid, 0);
    replaceLastArgument(titleWidth, parameters.id);
    place.remove();
    close(slot);
  }

  async #giveUp(why: string): Promise<void> {
    if (!this.#taken) await this.#end(why);
  }

  async #end(why: string): Promise<void> {
    this.#deps.logger.debug(`reserve ends: ${why}`, { source: "factory" });
    await this.#prepared.cleanup.run();
    this.#deps.onEnd();
  }
}

async function resume(machine: Machine): Promise<Machine> {
  await Promise.all([machine.vm.suspend?.resume(), makeUnique(machine.agent)]);
  return machine;
}

/** A helper that just ended takes nothing with it: the sandbox notices. */
function joinCgroup(procs: Fd, pid: number): void {
  try {
    writeAll(procs, encodeUtf8(String(pid)));
  } catch (error) {
    if (!isErrno(error, "ESRCH")) throw error;
  }
}

/** Held while one is made or waits, so that there are never more than wanted. */
function takeSlot(factory: FactoryParameters, key: string): Fd | undefined {
  mkdirAll(factory.reservePath, 0o700);
  for (let n = 0; n < factory.reserves; n++) {
    const fd = open(`${factory.reservePath}/${key}.${n}.lock`, O.RDWR | O.CREAT, { mode: 0o600 });
    if (lock(fd, false)) return fd;
    close(fd);
  }
  return undefined;
}

/** Where claimers look: `RESERVE_PATH/KEY` is laid out like a state directory. */
class ReservePlace {
  readonly store: Store;
  readonly #id: string;
  #removed = false;

  constructor(factory: FactoryParameters, key: string, id: string) {
    this.store = new Store(`${factory.reservePath}/${key}`);
    this.#id = id;
    mkdirAll(this.store.root, 0o700);
    this.store.makeSandboxDirectory(id);
  }

  get socketPath(): string {
    return this.store.socketPath(this.#id);
  }

  /** Idempotent: the name may be another's by then. */
  remove(): void {
    if (this.#removed) return;
    this.#removed = true;
    unlinkIfPresent(this.store.socketPath(this.#id));
    this.store.removeSandbox(this.#id);
  }
}
