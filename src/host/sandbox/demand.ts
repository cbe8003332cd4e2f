/** What containers may use, from their limits or from what an engine says beforehand. Pure. */
import type { Resources } from "../../oci/spec-linux.ts";
import type { Demand } from "../config/size.ts";

/** containerd from 1.6 on sums up the pod's containers in annotations of the sandbox. */
const announced = {
  memory: "io.kubernetes.cri.sandbox-memory",
  quota: "io.kubernetes.cri.sandbox-cpu-quota",
  period: "io.kubernetes.cri.sandbox-cpu-period",
} as const;

/** The kernel's, where only a quota is given. */
const usualPeriod = 100_000;

export function announcedDemand(annotations: Readonly<Record<string, string>>): Demand {
  const of = (name: string): number => Number(Object.hasOwn(annotations, name) ? annotations[name] : 0);
  return demand(of(announced.memory), of(announced.quota), of(announced.period));
}

export function demandOf({ memory, cpu }: Pick<Resources, "memory" | "cpu">): Demand {
  return demand(Number(memory?.limit ?? 0), Number(cpu?.quota ?? 0), Number(cpu?.period ?? 0));
}

const demand = (memoryBytes: number, quota: number, period: number): Demand => ({
  memoryBytes: positive(memoryBytes),
  cpus: positive(quota / (period || usualPeriod)),
});

/** 0 and -1 are no limit; what is no number was none either. */
const positive = (value: number): number => (value > 0 && Number.isFinite(value) ? value : 0);

export function sumOf(demands: Iterable<Demand>): Demand {
  let [memoryBytes, cpus] = [0, 0];
  for (const each of demands) {
    memoryBytes += each.memoryBytes;
    cpus += each.cpus;
  }
  return { memoryBytes, cpus };
}

export const largerOf = (one: Demand, other: Demand): Demand => ({
  memoryBytes: Math.max(one.memoryBytes, other.memoryBytes),
  cpus: Math.max(one.cpus, other.cpus),
});
