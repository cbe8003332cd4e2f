/** Probes for tests. */
import type { ProbeResult } from "../remembered.ts";

export const works: ProbeResult = { works: true, reason: "a guest ran" };
export const hangs: ProbeResult = { works: false, reason: "/dev/kvm: a guest did not end within 2 s" };

/** A probe that counts how often it ran. */
export function counted(result: ProbeResult): { run: () => Promise<ProbeResult>; times: number } {
  const counter = {
    times: 0,
    run: async () => {
      counter.times++;
      return result;
    },
  };
  return counter;
}
