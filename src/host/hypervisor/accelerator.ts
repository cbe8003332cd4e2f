/**
 * Whether KVM really works here. /dev/kvm may be there and open and yet run no guest: a nested, paravirtual KVM that
 * interprets each instruction was seen, under which Debian's kernel is not through its first second after an hour.
 * So a small guest is run once a boot of the host; what came out is kept in a file.
 */
import { Fault } from "../../base/fault.ts";
import type { ProbeResult } from "../../base/remembered.ts";
import type { Accelerator } from "./vm.ts";

export interface Choice {
  readonly accelerator: Accelerator;
  /** Why, for the log and `check`. */
  readonly reason: string;
}

/** `auto` takes kvm where it works. A demanded kvm that does not work is a Fault that says why. */
export async function chooseAccelerator(wanted: Accelerator | "auto", probe: () => Promise<ProbeResult>): Promise<Choice> {
  if (wanted === "tcg") return { accelerator: "tcg", reason: "tcg is configured" };
  const { works, reason } = await probe();
  if (works) return { accelerator: "kvm", reason };
  if (wanted === "kvm") throw new Fault(`use kvm: ${reason}; "auto" falls back to tcg`, { component: "kvm", code: "unsupported" });
  return { accelerator: "tcg", reason };
}
