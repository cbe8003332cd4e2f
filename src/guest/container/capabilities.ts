/** Capability sets of a process: names to bits, and the order in which the kernel wants them set. */
import { capabilityNames } from "../../oci/capability-names.ts";
import type { Capabilities } from "../../oci/spec.ts";
import { PR, prctl, setCapabilities } from "../../sys/process.ts";

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

/** Cuts the bounding set; while the process still has CAP_SETPCAP. */
export function limitBounding({ bounding }: CapabilitySets): void {
  const count = capabilityNames().length;
  for (let number = 0; number < count; number++) {
    if ((bounding & (1n << BigInt(number))) !== 0n) continue;
    prctl(PR.capbsetDrop, number);
  }
}

const ambientRaise = 2;
const ambientClear = 4;

/** Sets the other four sets; after the user was changed with the permitted set kept. */
export function applyCapabilities(sets: CapabilitySets): void {
  setCapabilities(sets.effective, sets.permitted, sets.inheritable);
  prctl(PR.capAmbient, ambientClear);
  const count = capabilityNames().length;
  for (let number = 0; number < count; number++)
    if ((sets.ambient & (1n << BigInt(number))) !== 0n) prctl(PR.capAmbient, ambientRaise, number);
}
