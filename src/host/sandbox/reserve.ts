/**
 * A sandbox in reserve: booted for nobody, warmed up, stopped. Whoever claims it first has it; nobody does for a while,
 * or what it was made of is no more, and it ends by itself.
 */
import { Cleanup } from "../../base/cleanup.ts";
import { chainMessage, Fault } from "../../base/fault.ts";
import { decodeUtf8 } from "../../base/text.ts";
import { type Timers, within } from "../../base/timers.ts";
import { ReserveServer as ReserveService } from "../../protocol/gen/sandbox.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { type Served, serve } from "../../protocol/ttrpc-server.ts";
import { close } from "../../sys/file.ts";
import { children, kill, processId, SIGKILL } from "../../sys/process.ts";
import { setGroupNice } from "../../sys/scheduler.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { replaceLastArgument } from "../../sys/title.ts";
import type { VmSize } from "../hypervisor/vm.ts";
import { Store } from "../store/store.ts";
import { type BootDependencies, bootMachine, type Machine, makeUnique, shareDirectory } from "./boot.ts";
import { Helpers } from "./helpers.ts";
import type { FactoryParameters, SandboxParameters } from "./parameters.ts";
import type { Progress } from "./progress.ts";
import { titleWidth } from "./refill.ts";
import { makeRoom, ReservePlace, removeBroken, takeSlot } from "./reserve-place.ts";
import type { Sandbox, SandboxDependencies } from "./sandbox.ts";
import type { SandboxHolder } from "./service.ts";
import { buildTemplate, reserveKey, templateStore } from "./template.ts";
import { hostPressure, whyUnwanted } from "./unwanted.ts";
import { warmUp } from "./warm-up.ts";

export interface ReserveDependencies extends Omit<BootDependencies, "cleanup" | "onHelper"> {
  /** Listens where the sandbox now is, instead of where it was. */
  readonly listen: (socketPath: string) => void;
  /** Makes the sandbox of the claimer's parameters. */
  readonly adopt: (
    parameters: SandboxParameters,
    store: Store,
    parts: Pick<SandboxDependencies, "machine" | "cleanup" | "onSize">,
  ) => Sandbox;
  /** Ends the process. */
  readonly onEnd: () => void;
  readonly progress: Progress;
}

/** Makes the template too when there is none. undefined: there are enough in reserve, or none are wanted. */
export async function prepareReserve(parameters: SandboxParameters, deps: ReserveDependencies): Promise<Reserve | undefined> {
  const { factory } = parameters;
  if (!factory) throw new Fault("reserve: needs a factory", { component: "factory" });
  const pressure = hostPressure();
  if (pressure !== undefined) throw new Fault(pressure, { component: "factory", code: "ENOMEM" });
  const templates = templateStore(parameters, factory);
  const key = reserveKey(parameters, templates);
  await removeBroken(factory.reservePath, deps);
  const slot = await findSlot(factory, key, deps);
  // one that somebody waits for makes sure of the template whatever others are at
  if (slot === undefined && !deps.progress.wanted) return undefined;
  const cleanup = new Cleanup();
  const place = new ReservePlace(factory.reservePath, key);
  cleanup.add("reserve's directory", () => place.remove());
  try {
    const helpers = new Helpers(place.store, place.id);
    const boot: BootDependencies = { ...deps, cleanup, onHelper: (role, pid) => helpers.add(role, pid) };
    await buildTemplate(parameters, templates, boot);
    deps.progress.say("template");
    const warning = templates.placeWarning();
    if (warning !== undefined) {
      deps.logger.warning(warning, { source: "factory" });
      deps.progress.warn(warning);
    }
    if (slot === undefined || factory.reserves === 0) {
      await cleanup.run();
      return undefined;
    }
    const machine = await bootMachine(parameters, boot);
    if (!machine.cloned || !machine.vm.suspend) throw new Fault("reserve: the template could not be cloned", { component: "factory" });
    await warmUp(machine, `${shareDirectory(deps.runDirectory)}/warm`, deps.logger);
    await machine.vm.suspend.pause();
    const unwanted = (): string | undefined => whyUnwanted(parameters, factory, key) ?? (place.reachable ? undefined : "nobody finds it");
    return new Reserve({ parameters, machine, helpers, cleanup, place, slot, unwanted }, deps);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

/** Building alone takes one too: one builder at a time is enough. */
async function findSlot({ reservePath, reserves }: FactoryParameters, key: string, deps: ReserveDependencies): Promise<Fd | undefined> {
  const slots = Math.max(1, reserves);
  const slot = takeSlot(reservePath, slots);
  if (slot !== undefined || !(await makeRoom(reservePath, key, deps))) return slot;
  return takeSlot(reservePath, slots);
}

interface Prepared {
  readonly parameters: SandboxParameters;
  readonly machine: Machine;
  readonly helpers: Helpers;
  readonly cleanup: Cleanup;
  readonly place: ReservePlace;
  readonly slot: Fd;
  /** Why nobody should claim it any more. */
  readonly unwanted: () => string | undefined;
}

/** Each look costs some ten system calls. */
const lookMs = 5000;

/** A machine that goes on answers within a few milliseconds. */
const resumeMs = 200;

export class Reserve implements SandboxHolder {
  sandbox: Sandbox | undefined;
  readonly #prepared: Prepared;
  readonly #deps: ReserveDependencies;
  readonly #cancelIdle: () => void;
  #cancelLook: () => void = () => {};
  /** Claimed, or ending. */
  #taken = false;

  constructor(prepared: Prepared, deps: ReserveDependencies) {
    this.#prepared = prepared;
    this.#deps = deps;
    const { place, parameters, machine } = prepared;
    deps.listen(place.socketPath);
    deps.progress.say("reserve");
    this.#cancelIdle = deps.loop.after(parameters.factory?.idleMs ?? 0, () => void this.#giveUp("nobody claimed it"));
    this.#lookLater();
    void Promise.race([machine.vm.exited, ...(machine.share ? [machine.share.exited] : [])]).then(() =>
      this.#giveUp("its VM or share ended"),
    );
  }

  services(): readonly Served[] {
    return [
      serve(ReserveService, {
        claim: ({ parametersJson }) => ({ pids: this.#claim(JSON.parse(decodeUtf8(parametersJson)) as SandboxParameters) }),
      }),
    ];
  }

  /** The pids of what waited. One whose claim fails is not what it was, and ends. */
  #claim(parameters: SandboxParameters): number[] {
    if (this.#taken) throw new RpcError(rpcCode.failedPrecondition, "the sandbox in reserve is taken");
    this.#taken = true;
    this.#cancelIdle();
    this.#cancelLook();
    try {
      return this.#become(parameters);
    } catch (error) {
      void this.#end("a claim failed");
      throw error;
    }
  }

  #become(parameters: SandboxParameters): number[] {
    const { helpers, cleanup, place, slot } = this.#prepared;
    const store = new Store(parameters.root);
    // first, so that whoever cleans up after a claimer that was killed finds it
    helpers.move(store, parameters.id);
    this.#deps.listen(store.socketPath(parameters.id));
    const onSize = (size: VmSize): void => helpers.grown(size);
    this.sandbox = this.#deps.adopt(parameters, store, { machine: this.#goOn(parameters), cleanup, onSize });
    for (const pid of helpers.pids) setGroupNice(pid, 0);
    replaceLastArgument(titleWidth, parameters.id);
    place.remove();
    close(slot);
    return helpers.pids.flatMap((pid) => (pid === processId() ? pid : [pid, ...children(pid)]));
  }

  /** The machine that waited, or another where that one does not go on. */
  async #goOn(parameters: SandboxParameters): Promise<Machine> {
    const { machine, cleanup, helpers } = this.#prepared;
    const { loop, logger } = this.#deps;
    let why: string | undefined;
    const resumed = resume(machine, loop).catch((error: unknown) => {
      why = chainMessage(error);
    });
    if (!(await within(loop, resumeMs, resumed))) why = `no answer within ${resumeMs} ms`;
    if (why === undefined) return machine;
    logger.warning(`the VM in reserve does not go on: ${why}; starting another`, { source: "factory" });
    endAtOnce(machine.vm.state.pid);
    await cleanup.run((what, error) => logger.warning(`undo ${what}: ${chainMessage(error)}`));
    helpers.clear();
    return bootMachine(parameters, { ...this.#deps, cleanup, onHelper: (role, pid) => helpers.add(role, pid) });
  }

  #lookLater(): void {
    this.#cancelLook = this.#deps.loop.after(lookMs, () => {
      const why = this.#prepared.unwanted();
      if (why === undefined) this.#lookLater();
      else void this.#giveUp(why);
    });
  }

  async #giveUp(why: string): Promise<void> {
    if (!this.#taken) await this.#end(why);
  }

  async #end(why: string): Promise<void> {
    this.#taken = true;
    this.#deps.logger.info(`reserve ends: ${why}`, { source: "factory" });
    await this.#prepared.cleanup.run();
    this.#deps.onEnd();
  }
}

async function resume(machine: Machine, timers: Timers): Promise<void> {
  await Promise.all([machine.vm.suspend?.resume(), makeUnique(machine.agent, timers)]);
}

/** Our own child: its pid is its own until it is reaped. */
function endAtOnce(pid: number): void {
  try {
    kill(pid, SIGKILL);
  } catch (error) {
    if (!isErrno(error, "ESRCH")) throw error;
  }
}
