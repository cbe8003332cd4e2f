/** Room for what the containers may use: the limits of all of them together, and a machine that is made larger for them. */
import { Fault } from "../../base/fault.ts";
import type { Resources } from "../../oci/spec-linux.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import type { Agent } from "../agent/agent.ts";
import { type Demand, grownSize, type MachineSize, usualBlockMib } from "../config/size.ts";
import type { VmSize } from "../hypervisor/vm.ts";
import type { Machine } from "./boot.ts";
import { demandOf, largerOf, sumOf } from "./demand.ts";
import type { SandboxParameters } from "./parameters.ts";

export interface RoomDependencies {
  readonly machine: Promise<Pick<Machine, "vm" | "agent">>;
  /** Hears of each size that the guest has come to. */
  readonly onSize: (size: VmSize) => void;
}

/** The agent gives up before that, and says what is missing. A processor takes 0.2 to 1.2 s under TCG. */
const onlineMs = 35_000;
const eachCpuMs = 5000;

/** Machines of 64 GiB and more have larger blocks than others, of at most 2 GiB (x86). */
const blocksMib: ReadonlySet<number> = new Set([128, 256, 512, 1024, 2048]);

export class Room {
  readonly #parameters: Pick<SandboxParameters, "hypervisor" | "vm" | "growth">;
  readonly #deps: RoomDependencies;
  readonly #born: MachineSize;
  readonly #demands = new Map<string, Demand>();
  /** What the guest has. The VMM may have more when something went wrong between the two. */
  #size: VmSize;
  /** One after the other: each asks the VMM what there is. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parameters: Pick<SandboxParameters, "hypervisor" | "vm" | "growth">, deps: RoomDependencies) {
    const { cpus, maxCpus, memoryMib, maxMemoryMib = memoryMib } = parameters.vm;
    this.#parameters = parameters;
    this.#deps = deps;
    this.#born = { vcpus: cpus, maxVcpus: maxCpus, memoryMib, maxMemoryMib };
    this.#size = { cpus, memoryMib };
  }

  /**
   * A container's limits, new or changed: resolves when the guest has what they need. Throws at once for those that can
   * never be. When it fails the container counts as before.
   */
  hold(id: string, limits: Resources): Promise<void> {
    const before = this.#demands.get(id);
    const demand = demandOf(limits);
    this.#assertAllowed(this.#together(id, demand));
    this.#demands.set(id, demand);
    const grown = this.#last.then(() => this.#grow());
    this.#last = grown.catch(() => {});
    return grown.catch((error: unknown) => {
      if (this.#demands.get(id) === demand) {
        if (before) this.#demands.set(id, before);
        else this.#demands.delete(id);
      }
      throw error;
    });
  }

  /** The container is gone. The machine keeps what it has: memory that nobody uses goes back to the host by itself. */
  release(id: string): void {
    this.#demands.delete(id);
  }

  /** The engine may have said it all beforehand. */
  #together(id?: string, demand?: Demand): Demand {
    const all = new Map(this.#demands);
    if (id !== undefined && demand) all.set(id, demand);
    return largerOf(this.#parameters.growth.announced, sumOf(all.values()));
  }

  #assertAllowed({ cpus, memoryBytes }: Demand): void {
    const { hypervisor, growth } = this.#parameters;
    const { vcpus, memoryMib } = this.#born;
    const limitsMib = mibOf(memoryBytes);
    const { most } = growth;
    if (most.cpus > 0 && cpus > Math.max(most.cpus, vcpus))
      throw refused(`cpu limits of the sandbox add up to ${cpus} CPUs, hypervisor.${hypervisor}.default_maxvcpus allows ${most.cpus}`);
    if (most.memoryMib > 0 && limitsMib > Math.max(most.memoryMib, memoryMib))
      throw refused(
        `memory limits of the sandbox add up to ${limitsMib} MiB, hypervisor.${hypervisor}.default_maxmemory allows ${most.memoryMib} MiB`,
      );
  }

  async #grow(): Promise<void> {
    const demand = this.#together();
    if (this.#holds(grownSize(this.#born, demand))) return; // mostly
    const { vm, agent } = await this.#deps.machine;
    if (this.#parameters.growth.fixed) return this.#assertHolds(demand, "static_sandbox_resource_mgmt is set");
    const { resize } = vm;
    if (!resize) return this.#assertHolds(demand, `${this.#parameters.hypervisor} cannot add to a machine that runs`);
    const blockMib = await blockSizeOf(agent);
    const wanted = grownSize(this.#born, demand, blockMib);
    const size = await resize({ cpus: wanted.vcpus, memoryMib: wanted.memoryMib });
    const newCpus = Math.max(0, size.cpus - this.#size.cpus);
    await agent.api.onlineCPUMem(
      {
        wait: true,
        nbCpus: newCpus,
        cpuOnly: size.memoryMib === this.#size.memoryMib,
        cpus: size.cpus,
        memoryBlocks: Math.ceil(size.memoryMib / blockMib),
      },
      { timeoutMs: onlineMs + newCpus * eachCpuMs },
    );
    this.#size = size;
    this.#deps.onSize(size);
  }

  #holds({ vcpus, memoryMib }: Pick<MachineSize, "vcpus" | "memoryMib">): boolean {
    return vcpus <= this.#size.cpus && memoryMib <= this.#size.memoryMib;
  }

  /** Of a machine that stays as it is: limits within it are fine, and so are those that no machine here could hold. */
  #assertHolds({ cpus, memoryBytes }: Demand, why: string): void {
    const { maxVcpus, maxMemoryMib } = this.#born;
    const { cpus: has, memoryMib } = this.#size;
    if (Math.min(Math.ceil(cpus), maxVcpus) > has)
      throw refused(`cpu limits of the sandbox add up to ${cpus} CPUs, its virtual machine has ${has}: ${why}`);
    if (Math.min(mibOf(memoryBytes), maxMemoryMib) > memoryMib)
      throw refused(`memory limits of the sandbox add up to ${mibOf(memoryBytes)} MiB, its virtual machine has ${memoryMib} MiB: ${why}`);
  }
}

/** The guest's word decides how much memory is taken: only what can be is believed. */
async function blockSizeOf({ api }: Agent): Promise<number> {
  const { memBlockSizeBytes } = await api.getGuestDetails({ memBlockSize: true });
  if (memBlockSizeBytes === 0) return usualBlockMib; // a kernel to which no memory can be added says so when it is
  const blockMib = memBlockSizeBytes / 2 ** 20;
  if (!blocksMib.has(blockMib))
    throw new Fault(`guest: blocks of ${memBlockSizeBytes} bytes of memory, must be 128 MiB to 2 GiB`, { component: "guest" });
  return blockMib;
}

const mibOf = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
const refused = (message: string): RpcError => new RpcError(rpcCode.failedPrecondition, message);
