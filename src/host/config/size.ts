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

type SizeKeys = Pick<HypervisorKeys, "vcpus" | "maxVcpus" | "memoryMib" | "maxMemoryMib">;

/** Throws when more memory is asked for than the host has: such a machine would die when it is used, not when it starts. */
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
  return {
    vcpus,
    maxVcpus: Math.max(vcpus, keys.maxVcpus === 0 ? host.cpus : keys.maxVcpus),
    memoryMib: keys.memoryMib,
    maxMemoryMib: Math.max(keys.memoryMib, keys.maxMemoryMib === 0 ? host.memoryMib : Math.min(keys.maxMemoryMib, host.memoryMib)),
  };
}
