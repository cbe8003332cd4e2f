/** How large a virtual machine is: the configuration's words against what the host has. */
import { Fault } from "../../base/fault.ts";
import type { HypervisorKeys } from "./configuration.ts";

export interface HostSize {
  readonly cpus: number;
  readonly memoryMib: number;
}

export interface MachineSize {
  readonly vcpus: number;
  /** Ceiling of hot-plug, at least `vcpus`. */
  readonly maxVcpus: number;
  readonly memoryMib: number;
  /** Ceiling of hot-plug, at least `memoryMib`. */
  readonly maxMemoryMib: number;
}

/** What the containers may use at most, as far as it is known when the machine is made; 0: no limit. */
export interface Demand {
  readonly memoryBytes: number;
  /** May be a fraction. */
  readonly cpus: number;
}

/** What the guest's kernel, the agent and caches have at least beside what containers may use. */
const guestOwnMib = 256;
/** The guest's unit of memory, of machines that are born with less than 64 GiB. */
export const usualBlockMib = 128;

type SizeKeys = Pick<HypervisorKeys, "vcpus" | "maxVcpus" | "memoryMib" | "maxMemoryMib">;

/**
 * What a machine starts with and can grow to. Throws when more memory is asked for than the host has: such a machine would
 * die when it is used, not when it starts.
 */
export function machineSize(keys: SizeKeys, host: HostSize): MachineSize {
  if (keys.memoryMib > host.memoryMib) {
    throw new Fault(
      `size virtual machine: hypervisor.qemu.default_memory is ${keys.memoryMib} MiB, must be at most ${host.memoryMib} MiB, what this host has`,
      {
        code: "invalid-configuration",
        component: "config",
      },
    );
  }
  const vcpus = keys.vcpus < 0 ? host.cpus : Math.max(1, Math.ceil(keys.vcpus));
  const { memoryMib } = keys;
  return {
    vcpus,
    maxVcpus: Math.max(vcpus, keys.maxVcpus === 0 ? host.cpus : keys.maxVcpus),
    memoryMib,
    maxMemoryMib: Math.max(memoryMib, keys.maxMemoryMib === 0 ? host.memoryMib : Math.min(keys.maxMemoryMib, host.memoryMib)),
  };
}

/**
 * Kata's rule, what the machine was born with and limits added up, where that does not hold the limits already. A limit
 * that the host cannot hold is as good as none: then the machine may have what the host has.
 */
export function grownSize(
  { vcpus, maxVcpus, memoryMib, maxMemoryMib }: MachineSize,
  { cpus, memoryBytes }: Demand,
  blockMib = usualBlockMib,
): Pick<MachineSize, "vcpus" | "memoryMib"> {
  const limitsMib = Math.ceil(memoryBytes / (1 << 20));
  const blocks = Math.min(Math.ceil(limitsMib / blockMib), Math.floor((maxMemoryMib - memoryMib) / blockMib));
  return {
    vcpus: cpus <= vcpus ? vcpus : Math.min(Math.ceil(vcpus + cpus), maxVcpus),
    memoryMib: limitsMib + guestOwnMib <= memoryMib ? memoryMib : memoryMib + blocks * blockMib,
  };
}
