/** `update`: the limits a container has, with those that are to change. The rules are runc's. Pure. */
import type { Int64 } from "../../oci/spec.ts";
import type { MemoryResources, Resources } from "../../oci/spec-linux.ts";

/** What is absent from `change`, or 0 where 0 is no value, stays; the rest of one group (a quota without its period) stays with it. */
export function mergeResources(current: Resources, change: Resources): Resources {
  const { cpu, memory, blockIO, pids, unified, hugepageLimits } = change;
  const { idle, ...cpuNumbers } = cpu ?? {};
  return {
    ...current,
    ...(cpu && { cpu: { ...current.cpu, ...nonZero(cpuNumbers), ...(idle !== undefined && { idle }) } }),
    ...(memory && { memory: mergeMemory(current.memory ?? {}, memory) }),
    ...(blockIO && { blockIO: { ...current.blockIO, ...nonZero(blockIO) } }),
    ...(pids?.limit !== undefined && { pids: { limit: pids.limit } }),
    ...(unified && { unified: { ...current.unified, ...unified } }),
    ...(hugepageLimits && { hugepageLimits: mergeHugepages(current.hugepageLimits ?? [], hugepageLimits) }),
  };
}

function mergeMemory(current: MemoryResources, change: MemoryResources): MemoryResources {
  const { checkBeforeUpdate: _, ...kept } = current;
  // memory without a limit and swap with one, which counts memory as well, cannot be
  const swap = isUnlimited(change.limit) && !change.swap ? { swap: -1 } : {};
  return { ...kept, ...nonZero(change), ...swap };
}

const isUnlimited = (limit: Int64 | undefined): boolean => limit === -1 || limit === -1n;

function mergeHugepages(current: NonNullable<Resources["hugepageLimits"]>, change: NonNullable<Resources["hugepageLimits"]>) {
  const changed = new Set(change.map(({ pageSize }) => pageSize));
  return [...current.filter(({ pageSize }) => !changed.has(pageSize)), ...change];
}

/** Without what counts as absent. */
function nonZero<T extends object>(group: T): Partial<T> {
  return Object.fromEntries(Object.entries(group).filter(([, value]) => value !== 0 && value !== 0n && value !== "")) as Partial<T>;
}
