/** What the containers of a sandbox may use, from what is known when it is made. Pure. */
import type { Spec } from "../../oci/spec.ts";
import type { Demand } from "../config/size.ts";

/** containerd from 1.6 on sums up the pod's containers in annotations of the sandbox; a container on its own has its limits. */
const annotated = {
  memory: "io.kubernetes.cri.sandbox-memory",
  quota: "io.kubernetes.cri.sandbox-cpu-quota",
  period: "io.kubernetes.cri.sandbox-cpu-period",
} as const;

/** The kernel's, where only a quota is given. */
const usualPeriod = 100_000;

export function sandboxDemand({ annotations = {}, linux }: Spec): Demand {
  const { memory, cpu } = linux?.resources ?? {};
  const of = (name: string): number | undefined => (Object.hasOwn(annotations, name) ? Number(annotations[name]) : undefined);
  const memoryBytes = of(annotated.memory) ?? Number(memory?.limit ?? 0);
  const quota = of(annotated.quota) ?? Number(cpu?.quota ?? 0);
  const period = of(annotated.period) || Number(cpu?.period ?? 0) || usualPeriod;
  return { memoryBytes: positive(memoryBytes), cpus: positive(quota / period) };
}

/** 0 and -1 are no limit; what is no number was none either. */
const positive = (value: number): number => (value > 0 && Number.isFinite(value) ? value : 0);
