/** From nothing to an agent that answers: share, VM, agent, the guest's side of the sandbox. */
import { Cleanup } from "../../base/cleanup.ts";
import { chainMessage, Fault } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { guestShare, shareTag } from "../../protocol/guest-paths.ts";
import { emptyMemoryFile } from "../../sys/descriptor.ts";
import { close } from "../../sys/file.ts";
import { type EventLoop, wallClockNs } from "../../sys/loop.ts";
import { MS, setMountFlags } from "../../sys/mount.ts";
import { randomBytes } from "../../sys/random.ts";
import { copySparse } from "../../sys/sparse.ts";
import { type Agent, connectAgent } from "../agent/agent.ts";
import { closeTemplate, type Template } from "../factory/template-store.ts";
import type { CloneBirth, Hypervisor, Vm } from "../hypervisor/vm.ts";
import { type Share, startShare } from "../share/share.ts";
import type { SandboxParameters } from "./parameters.ts";
import { templateDevices, templateStore } from "./template.ts";

export interface Machine {
  readonly vm: Vm;
  readonly share: Share;
  readonly agent: Agent;
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
  readonly onHelper: (pid: number) => () => void;
  /** Where the share is mounted, in the mount namespace of this process. */
  readonly shareDirectory: string;
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
  const { loop, logger, cleanup, hypervisor } = deps;
  // what the host mounts later arrives here, what is mounted here stays here
  setMountFlags("/", MS.slave | MS.rec);
  const reasons = await hypervisor.check({ ...parameters.vm, devices: [] });
  if (reasons.length > 0) throw new Fault(reasons.join("; "), { component: hypervisor.name, code: "invalid-configuration" });
  const share = await startShare({ loop, logger, directory: deps.shareDirectory, ...parameters.share, debug: parameters.debug });
  cleanup.add("share", () => share.stop());
  deps.onHelper(share.pid);
  try {
    const born = await launch(share, parameters, deps);
    cleanup.add("VM", () => born.vm.stop());
    deps.onHelper(born.vm.state.pid);
    return await meet(share, born, parameters, deps);
  } catch (error) {
    throw await share.explain(error); // without its daemon neither VMM nor guest can say more than that something is missing
  }
}

interface Born {
  readonly vm: Vm;
  readonly cloned: boolean;
}

/** From the template where there is one that works, else from the kernel on. */
async function launch(share: Share, parameters: SandboxParameters, deps: BootDependencies): Promise<Born> {
  const { hypervisor, logger } = deps;
  const spec = { ...parameters.vm, devices: [...templateDevices, share.device] };
  const template = openTemplate(parameters, logger);
  if (template) {
    try {
      return { vm: await withBirth(template, (birth) => hypervisor.launch({ ...spec, birth })), cloned: true };
    } catch (error) {
      logger.warning(`clone the template: ${chainMessage(error)}; booting instead`, { source: "factory" });
    }
  }
  return { vm: await hypervisor.launch(spec), cloned: false };
}

function openTemplate({ vm, factory }: SandboxParameters, logger: Logger): Template | undefined {
  if (!factory) return undefined;
  return templateStore({ vm }, factory).open((why) => logger.warning(why, { source: "factory" }));
}

/** The share's daemon maps the guest's memory: the machine gets a copy of the template's as its own. */
async function withBirth<T>(template: Template, work: (birth: CloneBirth) => Promise<T>): Promise<T> {
  const undo = new Cleanup();
  undo.add("template", () => closeTemplate(template));
  try {
    const memory = emptyMemoryFile("kata-guest-memory");
    undo.add("memory", () => close(memory));
    copySparse(template.memory, memory, template.memoryBytes);
    return await work({ kind: "clone", memory, state: template.state, shared: true });
  } finally {
    await undo.run();
  }
}

async function meet(share: Share, { vm, cloned }: Born, parameters: SandboxParameters, deps: BootDependencies): Promise<Machine> {
  const { loop, logger, cleanup } = deps;
  const agent = await connectAgent({ vm, timers: loop, logger, timeoutMs: parameters.bootTimeoutMs });
  cleanup.add("agent connection", () => agent.close());
  const unique = cloned ? makeUnique(agent) : undefined;
  await agent.api.createSandbox({
    sandboxId: parameters.id,
    hostname: parameters.hostname,
    storages: [{ driver: "virtio-fs", source: shareTag, fstype: "virtiofs", mountPoint: guestShare, options: ["nodev"] }],
  });
  await unique;
  return { vm, share, agent, cloned };
}

const seedBytes = 64;

/** A machine that goes on where others do has their random numbers and an old clock. Nothing of a pod has run yet. */
export async function makeUnique(agent: Agent): Promise<void> {
  const now = wallClockNs();
  await Promise.all([
    agent.api.reseedRandomDev({ data: randomBytes(seedBytes) }),
    agent.api.setGuestDateTime({ sec: Number(now / 1_000_000_000n), usec: Number((now / 1000n) % 1_000_000n) }),
  ]);
}
