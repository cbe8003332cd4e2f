/** The template of a sandbox's machine: which one fits, and building it. */
import { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import { productCommit, productVersion } from "../../base/version.ts";
import { stat, statIfPresent } from "../../sys/file.ts";
import { ownProgram } from "../../sys/process.ts";
import { processorWaitMs } from "../../sys/processor-wait.ts";
import { connectAgent } from "../agent/agent.ts";
import { identityKey, templateIdentity } from "../factory/identity.ts";
import { type NewTemplate, TemplateStore } from "../factory/template-store.ts";
import type { Device } from "../hypervisor/vm.ts";
import type { BootDependencies } from "./boot.ts";
import type { FactoryParameters, SandboxParameters } from "./parameters.ts";
import { openWaitingCard, waitingCardKind } from "./waiting-card.ts";

/** What a template has; clones add what cannot be saved. */
export const templateDevices: readonly Device[] = [
  { kind: "agent-port" },
  { kind: "entropy" },
  { kind: "disk-place", id: "disk-place0" },
  { kind: "disk-place", id: "disk-place1" },
];

/** Host and runtime agree on it by the same files and numbers. Throws when a file is missing. */
export function templateStore(
  parameters: Pick<SandboxParameters, "vm" | "network">,
  factory: Pick<FactoryParameters, "templatePath">,
): TemplateStore {
  const { name: _, program, kernel, initrd, firmware, ...machine } = parameters.vm;
  const files = { program, kernel, initrd, ...(firmware !== undefined && { firmware }) };
  return new TemplateStore(
    factory.templatePath,
    templateIdentity(`${productVersion} ${productCommit}`, files, { ...machine, card: waitingCardKind(parameters) }),
  );
}

/** Sandboxes in reserve are kept by this: beside the template's identity what else they were started with, and the program that they are. */
export function reserveKey(
  { share, debug }: Pick<SandboxParameters, "share" | "debug">,
  { identity }: Pick<TemplateStore, "identity">,
): string {
  const daemon = share && statIfPresent(share.program);
  const own = stat(ownProgram);
  const around = [share ?? "no share", debug, daemon?.inode, String(daemon?.mtimeNs), own.inode, String(own.mtimeNs)];
  return identityKey({ ...identity, machine: JSON.stringify([identity.machine, ...around]) });
}

/** Makes the template unless it is there, or another builder is at it, for whom it waits. Leaves nothing when it fails. */
export async function buildTemplate(parameters: SandboxParameters, store: TemplateStore, deps: BootDependencies): Promise<void> {
  const fresh = await store.begin(deps.loop, parameters.bootTimeoutMs * 2);
  if (!fresh) return;
  const cleanup = new Cleanup();
  cleanup.add("template's files", () => fresh.drop());
  try {
    await build(parameters, fresh, { ...deps, cleanup });
    fresh.commit();
  } catch (cause) {
    throw new Fault("build template", { component: "factory", cause });
  } finally {
    await cleanup.run();
  }
}

/** The agent's connection stays open while it is saved: a clone finds it open too and has nothing to do about it. */
async function build(
  parameters: SandboxParameters,
  fresh: NewTemplate,
  { loop, logger, hypervisor, cleanup, onHelper }: BootDependencies,
): Promise<void> {
  const card = openWaitingCard(parameters);
  if (card) cleanup.add("template's tap", () => card.tap.close());
  const vm = await hypervisor
    .launch({
      ...parameters.vm,
      name: "template",
      devices: [...templateDevices, ...(card ? [card.device] : [])],
      birth: { kind: "template", memory: fresh.memory },
    })
    .finally(() => card?.settle());
  const forget = onHelper("vmm", vm.state.pid);
  cleanup.add("template's VM", async () => {
    await vm.stop();
    forget();
  });
  if (!vm.template) throw new Fault(`hypervisor ${hypervisor.name}: has no templates`, { component: "factory", code: "unsupported" });
  const agent = await connectAgent({
    vm,
    timers: loop,
    logger,
    timeoutMs: parameters.bootTimeoutMs,
    waitedMs: () => processorWaitMs(vm.state.pid),
  });
  await vm.template.save(fresh.state);
  logger.info("template built", { source: "factory", agentVersion: agent.details.version });
}
