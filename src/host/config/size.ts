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

const noDemand: Demand = { memoryBytes: 0, cpus: 0 };
/** What the guest's kernel, the agent and caches have at least beside what containers may use. */
const guestOwnMib = 256;
/** The guest's unit of memory. */
const blockMib = 128;

type SizeKeys = Pick<HypervisorKeys, "vcpus" | "maxVcpus" | "memoryMib" | "maxMemoryMib">;

/** Throws when more memory is asked for than the host has: such a machine would die when it is used, not when it starts. */
export function machineSize(keys: SizeKeys, host: HostSize, demand: Demand = noDemand): MachineSize {
  if (keys.memoryMib > host.memoryMib) {
    throw new Fault(
      `size virtual machine: hypervisor.qemu.default_memory is ${keys.memoryMib} MiB, must be at most ${host.memoryMib} MiB, what this host has`,
      {
        code: "invalid-configuration",
        component: "config",
      },
    );
  }
  const vcpus = vcpusFor(keys.vcpus < 0 ? host.cpus : Math.max(1, Math.ceil(keys.vcpus)), keys, host, demand);
  const memoryMib = memoryFor(keys, host, demand);
  return {
    vcpus,
    maxVcpus: Math.max(vcpus, keys.maxVcpus === 0 ? host.cpus : keys.maxVcpus),
    memoryMib,
    maxMemoryMib: Math.max(memoryMib, keys.maxMemoryMib === 0 ? host.memoryMib : Math.min(keys.maxMemoryMib, host.memoryMib)),
  };
}

/** Kata's rule, default and limits added up, where the default does not hold the limits already. */
function vcpusFor(own: number, keys: SizeKeys, host: HostSize, { cpus }: Demand): number {
  if (cpus <= own) return own;
  return Math.max(own, Math.min(Math.ceil(own + cpus), keys.maxVcpus === 0 ? host.cpus : keys.maxVcpus));
}

/** A limit that the host cannot hold is as good as none: then the machine may have what the host has. */
function memoryFor(keys: SizeKeys, host: HostSize, { memoryBytes }: Demand): number {
  const own = keys.memoryMib;
  const wanted = Math.ceil(memoryBytes / (1 << 20));
  if (wanted + guestOwnMib <= own) return own;
  const most = keys.maxMemoryMib === 0 ? host.memoryMib : Math.min(keys.maxMemoryMib, host.memoryMib);
  const grown = Math.ceil((own + wanted) / blockMib) * blockMib;
  return Math.max(own, Math.min(grown, Math.floor(most / blockMib) * blockMib));
}
