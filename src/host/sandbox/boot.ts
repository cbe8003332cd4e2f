/** From nothing to an agent that answers: share, VM, agent, the guest's side of the sandbox. */
import type { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { guestShare, shareTag } from "../../protocol/guest-paths.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { MS, setMountFlags } from "../../sys/mount.ts";
import { type Agent, connectAgent } from "../agent/agent.ts";
import type { Device, Hypervisor, Vm } from "../hypervisor/vm.ts";
import { type Share, startShare } from "../share/share.ts";
import type { SandboxParameters } from "./parameters.ts";

export interface Machine {
  readonly vm: Vm;
  readonly share: Share;
  readonly agent: Agent;
}

export interface BootDependencies {
  readonly loop: EventLoop;
  readonly logger: Logger;
  readonly hypervisor: Hypervisor;
  /** Undone, in reverse, when the sandbox ends or the boot fails. */
  readonly cleanup: Cleanup;
  /** Hears of each helper process as soon as it runs. */
  readonly onHelper: (pid: number) => void;
}

/** This process has a mount namespace of its own already. On failure everything is undone. */
export async function bootMachine(parameters: SandboxParameters, directory: string, deps: BootDependencies): Promise<Machine> {
  try {
    return await boot(parameters, directory, deps);
  } catch (error) {
    await deps.cleanup.run((what, reason) => deps.logger.warning(`undo ${what}: ${String(reason)}`));
    throw error;
  }
}

async function boot(parameters: SandboxParameters, directory: string, deps: BootDependencies): Promise<Machine> {
  const { loop, logger, cleanup, hypervisor } = deps;
  // what the host mounts later arrives here, what is mounted here stays here
  setMountFlags("/", MS.slave | MS.rec);
  const reasons = await hypervisor.check({ ...parameters.vm, devices: [] });
  if (reasons.length > 0) throw new Fault(reasons.join("; "), { component: hypervisor.name, code: "invalid-configuration" });
  const share = await startShare({ loop, logger, directory: `${directory}/share`, ...parameters.share, debug: parameters.debug });
  cleanup.add("share", () => share.stop());
  deps.onHelper(share.pid);
  try {
    return await bootWith(share, parameters, deps);
  } catch (error) {
    throw await share.explain(error); // without its daemon neither VMM nor guest can say more than that something is missing
  }
}

async function bootWith(share: Share, parameters: SandboxParameters, deps: BootDependencies): Promise<Machine> {
  const { loop, logger, cleanup, hypervisor } = deps;
  const devices: Device[] = [{ kind: "agent-port" }, { kind: "entropy" }, share.device];
  const vm = await hypervisor.launch({ ...parameters.vm, devices });
  cleanup.add("VM", () => vm.stop());
  deps.onHelper(vm.state.pid);
  const agent = await connectAgent({ vm, timers: loop, logger, timeoutMs: parameters.bootTimeoutMs });
  cleanup.add("agent connection", () => agent.close());
  await agent.api.createSandbox({
    sandboxId: parameters.id,
    hostname: parameters.hostname,
    storages: [{ driver: "virtio-fs", source: shareTag, fstype: "virtiofs", mountPoint: guestShare, options: ["nodev"] }],
  });
  return { vm, share, agent };
}
