/** From nothing to an agent that answers: share, VM, agent, the guest's side of the sandbox. */
import { Cleanup } from "../../base/cleanup.ts";
import { chainMessage, Fault, hasCode } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import type { Timers } from "../../base/timers.ts";
import { guestShare, shareTag } from "../../protocol/guest-paths.ts";
import { fileMemory } from "../../sys/boot-memory.ts";
import { emptyMemoryFile } from "../../sys/descriptor.ts";
import { close } from "../../sys/file.ts";
import { type EventLoop, wallClockNs } from "../../sys/loop.ts";
import { MS, setMountFlags } from "../../sys/mount.ts";
import { processorWaitMs } from "../../sys/processor-wait.ts";
import { randomBytes } from "../../sys/random.ts";
import { copySparse } from "../../sys/sparse.ts";
import { type Agent, connectAgent } from "../agent/agent.ts";
import { keepHoles } from "../factory/common-memory.ts";
import { closeTemplate, type Template } from "../factory/template-store.ts";
import type { CloneBirth, Hypervisor, Vm } from "../hypervisor/vm.ts";
import type { WaitingTap } from "../network/waiting-tap.ts";
import { type Share, startShare } from "../share/share.ts";
import type { HelperRole } from "../store/record.ts";
import type { SandboxParameters } from "./parameters.ts";
import { templateDevices, templateStore } from "./template.ts";
import { openWaitingCard } from "./waiting-card.ts";

export interface Machine {
  readonly vm: Vm;
  /** Absent: the host's files are on disks, or copied. */
  readonly share?: Share;
  readonly agent: Agent;
  /** Of the card that it was born with; undefined: it has none. */
  readonly waitingTap: WaitingTap | undefined;
  /** Went on from a template. */
  readonly cloned: boolean;
}

export interface BootDependencies {
  readonly loop: EventLoop;
  readonly logger: Logger;
  readonly hypervisor: Hypervisor;
  /** Undone, in reverse, when the sandbox ends or the boot fails. */
  readonly cleanup: Cleanup;
  /** Hears of each helper process as soon as it runs; what it returns is called when one ends before the sandbox. */
  readonly onHelper: (role: HelperRole, pid: number) => () => void;
  /** The host's: the share is mounted below it, in the mount namespace of this process, and what was found out in this boot is kept. */
  readonly runDirectory: string;
}

/** This process has a mount namespace of its own already. On failure everything is undone. */
export async function bootMachine(parameters: SandboxParameters, deps: BootDependencies): Promise<Machine> {
  try {
    return await boot(parameters, deps);
  } catch (error) {
    await deps.cleanup.run((what, reason) => deps.logger.warning(`undo ${what}: ${String(reason)}`));
    throw error;
  }
}

async function boot(parameters: SandboxParameters, deps: BootDependencies): Promise<Machine> {
  const { hypervisor } = deps;
  // what the host mounts later arrives here, what is mounted here stays here
  setMountFlags("/", MS.slave | MS.rec);
  const reasons = await hypervisor.check({ ...parameters.vm, devices: [] });
  if (reasons.length > 0) throw new Fault(reasons.join("; "), { component: hypervisor.name, code: "invalid-configuration" });
  return (await goOnFromTemplate(parameters, deps)) ?? (await attempt(parameters, deps).machine);
}

/** undefined when there is no template that works; one that looks right and does not work is removed. */
async function goOnFromTemplate(parameters: SandboxParameters, deps: BootDependencies): Promise<Machine | undefined> {
  const { factory } = parameters;
  if (!factory) return undefined;
  const { logger } = deps;
  const templates = templateStore(parameters, factory);
  const template = templates.open((why) => logger.warning(`${why}; booting instead`, { source: "factory" }));
  if (!template) return undefined;
  const clone = attempt(parameters, deps, template);
  try {
    return await clone.machine;
  } catch (error) {
    if (clone.over()) throw error; // the sandbox ends
    logger.warning(`clone the template: ${chainMessage(error)}; booting instead`, { source: "factory" });
    await clone.undo();
    if (!hasCode(error, "daemon-ended")) templates.discard();
    return undefined;
  }
}

interface Attempt {
  readonly machine: Promise<Machine>;
  /** Whether somebody has undone everything meanwhile. */
  readonly over: () => boolean;
  readonly undo: () => Promise<void>;
}

/** A machine with its share; what is made on the way is undone by `deps.cleanup`, or by `undo` to try another way. */
function attempt(parameters: SandboxParameters, deps: BootDependencies, template?: Template): Attempt {
  const cleanup = new Cleanup();
  const undo = (): Promise<void> => cleanup.run((what, reason) => deps.logger.warning(`undo ${what}: ${chainMessage(reason)}`));
  let over = false;
  deps.cleanup.add("machine", () => {
    over = true;
    return undo();
  });
  return { machine: start(parameters, { ...deps, cleanup }, template), over: () => over, undo };
}

async function start(parameters: SandboxParameters, deps: BootDependencies, template: Template | undefined): Promise<Machine> {
  const { cleanup, hypervisor, onHelper } = deps;
  const undo = new Cleanup();
  if (template) undo.add("template", () => closeTemplate(template));
  let share: Share | undefined;
  try {
    share = await openShare(parameters, deps);
    const card = openWaitingCard(parameters);
    if (card) {
      undo.add("card's descriptors", () => card.settle());
      cleanup.add("waiting tap", () => card.tap.close());
    }
    const spec = { ...parameters.vm, devices: [...templateDevices, ...(share ? [share.device] : []), ...(card ? [card.device] : [])] };
    const vm = await (template
      ? withBirth(template, share !== undefined, deps, (birth) => hypervisor.launch({ ...spec, birth }))
      : hypervisor.launch(spec));
    const stopping = share; // both at once: neither is of use without the other
    cleanup.add("VM", () => Promise.all([vm.stop(), stopping?.stop()]).then(() => {}));
    cleanup.add("VM's record", onHelper("vmm", vm.state.pid));
    return await meet({ vm, ...(share && { share }), waitingTap: card?.tap, cloned: template !== undefined }, parameters, deps);
  } catch (error) {
    // without its daemon neither VMM nor guest can say more than that something is missing
    throw share ? await share.explain(error) : error;
  } finally {
    await undo.run();
  }
}

export const shareDirectory = (runDirectory: string): string => `${runDirectory}/share`;

async function openShare({ share, debug }: SandboxParameters, deps: BootDependencies): Promise<Share | undefined> {
  if (!share) return undefined;
  const { loop, logger, cleanup, onHelper, runDirectory } = deps;
  const memory = fileMemory(runDirectory, "share-daemon.json");
  const opened = await startShare({ loop, logger, directory: shareDirectory(runDirectory), memory, ...share, debug });
  cleanup.add("share", () => opened.stop());
  cleanup.add("share's record", onHelper("share", opened.pid));
  return opened;
}

/**
 * A share's daemon maps the guest's memory: the machine gets a copy of the template's as its own. Without one it has the
 * template's in common with all others, and copies of the pages that it writes.
 */
async function withBirth<T>(
  template: Template,
  mapped: boolean,
  { loop, logger, cleanup }: BootDependencies,
  work: (birth: CloneBirth) => Promise<T>,
): Promise<T> {
  const { state, memoryBytes, data } = template;
  if (!mapped && template.roomy) {
    const holes = keepHoles(template.memory, { data, size: memoryBytes }, loop);
    cleanup.add("template's holes", () => holes.stop());
    return work({ kind: "clone", memory: template.memory, state, shared: false });
  }
  if (!mapped)
    logger.info(`template_path: has no room for ${Math.floor(memoryBytes / 2 ** 20)} MiB, the VM gets a copy of the template`, {
      source: "factory",
    });
  const memory = emptyMemoryFile("kata-guest-memory");
  try {
    copySparse(template.memory, memory, memoryBytes);
    return await work({ kind: "clone", memory, state, shared: true });
  } finally {
    close(memory);
  }
}

/** A clone answers within 50 ms where a processor is free; one that is damaged never does. */
const cloneMs = 15_000;

async function meet(met: Omit<Machine, "agent">, parameters: SandboxParameters, deps: BootDependencies): Promise<Machine> {
  const { loop, logger, cleanup } = deps;
  const { vm, cloned } = met;
  const timeoutMs = cloned ? Math.min(cloneMs, parameters.bootTimeoutMs) : parameters.bootTimeoutMs;
  const agent = await connectAgent({ vm, timers: loop, logger, timeoutMs, waitedMs: () => processorWaitMs(vm.state.pid) });
  cleanup.add("agent connection", () => agent.close());
  const own = cloned ? makeUnique(agent, loop) : setClock(agent, loop); // the machine's own clock counts in seconds
  const created = agent.api.createSandbox({
    sandboxId: parameters.id,
    hostname: parameters.hostname,
    storages: met.share ? [{ driver: "virtio-fs", source: shareTag, fstype: "virtiofs", mountPoint: guestShare, options: ["nodev"] }] : [],
  });
  await Promise.all([created, own]); // who fails second is heard too: nobody else would, and this process ends by that
  return { ...met, agent };
}

const seedBytes = 64;

/** A machine that goes on where others do has their random numbers and an old clock. Nothing of a pod has run yet. */
export async function makeUnique(agent: Agent, timers: Timers): Promise<void> {
  await Promise.all([agent.api.reseedRandomDev({ data: randomBytes(seedBytes) }), setClock(agent, timers)]);
}

/** The guest's clock is late by as long as the request is on its way: 1 ms as a rule, several in a guest that just woke up. */
const accurateMs = 5;
const mostTries = 3;

async function setClock(agent: Agent, timers: Timers): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const [begin, now] = [timers.nowMs(), wallClockNs()];
    await agent.api.setGuestDateTime({ sec: Number(now / 1_000_000_000n), usec: Number((now / 1000n) % 1_000_000n) });
    if (timers.nowMs() - begin < accurateMs) return;
  }
}
