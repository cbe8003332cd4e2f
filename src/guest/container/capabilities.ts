/** Capability sets of a process: names to bits, and the order in which the kernel wants them set. */
import { capabilityNames } from "../../oci/capability-names.ts";
import type { Capabilities } from "../../oci/spec.ts";
import type { Call } from "../../sys/launch.ts";
import { capabilityCall, PR, prctlCall } from "../../sys/process-calls.ts";

export interface CapabilitySets {
  readonly bounding: bigint;
  readonly effective: bigint;
  readonly inheritable: bigint;
  readonly permitted: bigint;
  /** Both permitted and inheritable, as the kernel wants it. */
  readonly ambient: bigint;
  /** Names the kernel does not know; a warning, by specification. */
  readonly unknown: readonly string[];
}

export function parseCapabilities(capabilities: Capabilities): CapabilitySets {
  const known = capabilityNames();
  const unknown: string[] = [];
  const bits = (list: readonly string[] = []): bigint => {
    let set = 0n;
    for (const name of list) {
      const number = name.startsWith("CAP_") ? known.indexOf(name.slice(4)) : -1;
      if (number >= 0) set |= 1n << BigInt(number);
      else if (!unknown.includes(name)) unknown.push(name);
    }
    return set;
  };
  const bounding = bits(capabilities.bounding);
  const permitted = bits(capabilities.permitted);
  // What the kernel would refuse is left out: one cannot use what is not permitted, nor hand down what is not bounding.
  const inheritable = bits(capabilities.inheritable) & bounding;
  const effective = bits(capabilities.effective) & permitted;
  return { bounding, permitted, inheritable, effective, ambient: bits(capabilities.ambient) & permitted & inheritable, unknown };
}

let bounded: { readonly bounding: bigint; readonly calls: readonly Call[] } | undefined;

/** Cuts the bounding set; while the process still has CAP_SETPCAP. Processes of a pod mostly have the same. */
export function boundingCalls({ bounding }: CapabilitySets): readonly Call[] {
  if (bounded?.bounding === bounding) return bounded.calls;
  const calls: Call[] = [];
  const count = capabilityNames().length;
  for (let number = 0; number < count; number++)
    if ((bounding & (1n << BigInt(number))) === 0n) calls.push(prctlCall(PR.capbsetDrop, number));
  bounded = { bounding, calls };
  return calls;
}

const ambientRaise = 2;
const ambientClear = 4;

/** Sets the other four sets; after the user was changed with the permitted set kept. */
export function capabilityCalls(sets: CapabilitySets): Call[] {
  const calls = [capabilityCall(sets.effective, sets.permitted, sets.inheritable), prctlCall(PR.capAmbient, ambientClear)];
  if (sets.ambient === 0n) return calls;
  const count = capabilityNames().length;
  for (let number = 0; number < count; number++)
    if ((sets.ambient & (1n << BigInt(number))) !== 0n) calls.push(prctlCall(PR.capAmbient, ambientRaise, number));
  return calls;
}
