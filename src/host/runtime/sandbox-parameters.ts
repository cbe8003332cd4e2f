/** What configuration and host make of a sandbox. */
import type { Configuration } from "../config/configuration.ts";
import { type Demand, grownSize, machineSize } from "../config/size.ts";
import { hostSize } from "../config/system.ts";
import { largerOf } from "../sandbox/demand.ts";
import type { SandboxParameters } from "../sandbox/parameters.ts";

export interface SandboxWishes {
  readonly id: string;
  readonly root: string;
  readonly hostname: string;
  readonly kind: SandboxParameters["kind"];
  /** What the engine says that the containers of a pod may use together. Absent: nothing. */
  readonly announced?: Demand;
  /** What the first container may use. */
  readonly first?: Demand;
  /** Absent: what the configuration says. */
  readonly share?: boolean;
  /** The network namespace is there already. */
  readonly early?: boolean;
}

const noDemand: Demand = { memoryBytes: 0, cpus: 0 };

/** Throws a Fault of component `config` when the host is too small for the machine. */
export function sandboxParameters(configuration: Configuration, wishes: SandboxWishes): SandboxParameters {
  const { hypervisor, agent, runtime, factory } = configuration;
  const { announced = noDemand, first = noDemand, share = hypervisor.sharedFs !== "none" } = wishes;
  const usual = machineSize(hypervisor, hostSize());
  // one that may grow goes on from the template, which takes less time than to boot a larger one
  const size = runtime.staticSandboxResources ? { ...usual, ...grownSize(usual, largerOf(announced, first)) } : usual;
  // a template of each size that ever comes would hold memory for nobody
  const ofTemplate = size.vcpus === usual.vcpus && size.memoryMib === usual.memoryMib;
  return {
    id: wishes.id,
    root: wishes.root,
    hostname: wishes.hostname,
    kind: wishes.kind,
    role: "sandbox",
    hypervisor: hypervisor.driver,
    network: { model: runtime.internetworkingModel, queues: size.vcpus, ...(wishes.early && { early: true }) },
    growth: {
      announced,
      most: { cpus: hypervisor.maxVcpus, memoryMib: hypervisor.maxMemoryMib },
      fixed: runtime.staticSandboxResources,
    },
    vm: {
      name: wishes.id,
      program: hypervisor.program,
      machine: hypervisor.machine,
      accelerator: hypervisor.accelerator,
      ...(hypervisor.firmware !== "" && { firmware: hypervisor.firmware }),
      kernel: hypervisor.kernel,
      initrd: hypervisor.initrd,
      kernelParameters: hypervisor.kernelParameters.split(/\s+/).filter((word) => word !== ""),
      cpus: size.vcpus,
      maxCpus: size.maxVcpus,
      memoryMib: size.memoryMib,
      maxMemoryMib: size.maxMemoryMib,
      memorySlots: hypervisor.memorySlots,
      // one that has pages of the template in common with others has none to give back
      ...(hypervisor.reclaimFreedMemory && (share || !factory.template) && { reclaimFreedMemory: true }),
      debug: hypervisor.debug,
    },
    ...(share && {
      share: {
        program: hypervisor.virtioFsDaemon,
        cache: hypervisor.virtioFsCache,
        extraArguments: hypervisor.virtioFsExtraArguments,
      },
    }),
    bootTimeoutMs: agent.dialTimeoutSeconds * 1000,
    createTimeoutMs: runtime.createContainerTimeoutSeconds * 1000,
    debug: runtime.debug,
    ...(factory.template &&
      ofTemplate && {
        factory: {
          templatePath: factory.templatePath,
          reservePath: factory.reservePath,
          reserves: factory.reserves,
          idleMs: factory.reserveIdleSeconds * 1000,
        },
      }),
  };
}
