/** `linux.memoryPolicy` in the words of the specification and the kernel's numbers (set_mempolicy(2)). */
import { Fault } from "../base/fault.ts";
import { parseBitList } from "./bit-list.ts";
import { show } from "./shape.ts";
import type { MemoryPolicy } from "./spec-linux.ts";

export const memoryModes: Readonly<Record<string, number>> = {
  MPOL_DEFAULT: 0,
  MPOL_PREFERRED: 1,
  MPOL_BIND: 2,
  MPOL_INTERLEAVE: 3,
  MPOL_LOCAL: 4,
  MPOL_PREFERRED_MANY: 5,
  MPOL_WEIGHTED_INTERLEAVE: 6,
};

export const memoryFlags: Readonly<Record<string, number>> = {
  MPOL_F_NUMA_BALANCING: 1 << 13,
  MPOL_F_RELATIVE_NODES: 1 << 14,
  MPOL_F_STATIC_NODES: 1 << 15,
};

export interface MemoryPolicyNumbers {
  /** Mode and flags in one. */
  readonly mode: number;
  readonly nodes: readonly number[];
}

/** Throws what is unknown, and nodes that are missing or have no meaning. */
export function memoryPolicyNumbers({ mode, nodes = "", flags = [] }: MemoryPolicy): MemoryPolicyNumbers {
  const number = lookUp(memoryModes, mode, "mode");
  const bits = flags.reduce((sum, flag) => sum | lookUp(memoryFlags, flag, "flags"), 0);
  const withNodes = mode !== "MPOL_DEFAULT" && mode !== "MPOL_LOCAL";
  if (!withNodes && nodes !== "") throw wrong(`nodes is ${show(nodes)}, must be absent with ${mode}`);
  const list = withNodes ? parseBitList(nodes) : [];
  if (!list) throw wrong(`nodes is ${show(nodes)}, must be a list of nodes like 0-1,3 with ${mode}`);
  return { mode: number | bits, nodes: list };
}

function lookUp(table: Readonly<Record<string, number>>, name: string, field: string): number {
  const number = Object.hasOwn(table, name) ? table[name] : undefined;
  if (number === undefined) throw wrong(`${field}: ${show(name)} is unknown, must be one of ${Object.keys(table).join(", ")}`);
  return number;
}

function wrong(what: string): Fault {
  return new Fault(`linux.memoryPolicy.${what}`, { code: "invalid-spec" });
}
