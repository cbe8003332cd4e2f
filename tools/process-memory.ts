/**
 * What the processes of a sandbox take, by kind. The guest's RAM, which VMM and share daemon both map, is counted once. Of a
 * machine that has a template's memory in common with others it is its own pages and its part of the common ones.
 */
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";

export type ProcessKind = "sandbox process" | "stand-in" | "VMM" | "share daemon";

export interface KindMemory {
  /** Without the guest's RAM. */
  readonly pssKib: number;
  /** Without the guest's RAM. */
  readonly privateDirtyKib: number;
  /** Pages that the guest's RAM takes, mapped or not. */
  readonly guestKib: number;
  readonly pageTablesKib: number;
}

export type MemoryByKind = Readonly<Record<ProcessKind, KindMemory>>;

const nothing: KindMemory = { pssKib: 0, privateDirtyKib: 0, guestKib: 0, pageTablesKib: 0 };

export const none = (): MemoryByKind => ({ "sandbox process": nothing, "stand-in": nothing, VMM: nothing, "share daemon": nothing });

export interface SandboxPids {
  readonly pid: number;
  readonly helperPids: readonly number[];
  readonly standIn?: number;
}

/** Of a sandbox and one of its containers, by the records below the state directory `root`. */
export function sandboxPids(root: string, sandboxId: string, containerId = sandboxId): SandboxPids {
  const read = (path: string): { process: { pid: number }; helpers?: { pid: number }[] } =>
    JSON.parse(readFileSync(join(root, path), "utf8")) as { process: { pid: number }; helpers?: { pid: number }[] };
  const { process, helpers = [] } = read(`@sandbox/${sandboxId}/sandbox.json`);
  const standIn = read(`${containerId}/state.json`).process.pid;
  return { pid: process.pid, helperPids: helpers.map(({ pid }) => pid), standIn };
}

export function memoryByKind({ pid, helperPids, standIn }: SandboxPids): MemoryByKind {
  const all: [ProcessKind, number][] = [
    ["sandbox process", pid],
    ...(standIn === undefined ? [] : [["stand-in", standIn] as [ProcessKind, number]]),
    ...helperPids.flatMap((helper) => [helper, ...children(helper)].map((each): [ProcessKind, number] => [kindOf(each), each])),
  ];
  let sum = none();
  for (const [kind, each] of all) sum = { ...sum, [kind]: addKind(sum[kind], memoryOf(each)) };
  return sum;
}

export function add(a: MemoryByKind, b: MemoryByKind): MemoryByKind {
  const kinds = Object.keys(a) as ProcessKind[];
  return Object.fromEntries(kinds.map((kind) => [kind, addKind(a[kind], b[kind])])) as MemoryByKind;
}

export function totalKib(byKind: MemoryByKind): number {
  return Object.values(byKind).reduce((sum, { pssKib, guestKib }) => sum + pssKib + guestKib, 0);
}

function addKind(a: KindMemory, b: KindMemory): KindMemory {
  return {
    pssKib: a.pssKib + b.pssKib,
    privateDirtyKib: a.privateDirtyKib + b.privateDirtyKib,
    guestKib: a.guestKib + b.guestKib,
    pageTablesKib: a.pageTablesKib + b.pageTablesKib,
  };
}

const kindOf = (pid: number): ProcessKind => (readlinkSync(`/proc/${pid}/exe`).includes("qemu-system") ? "VMM" : "share daemon");

function children(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

const guestMemory = /^\/memfd:(?:kata-guest-memory|memory-backend-memfd)/;
const templateMemory = /\/[0-9a-f]{16}\/memory$/;

function memoryOf(pid: number): KindMemory {
  let [pssKib, privateDirtyKib, commonKib] = [0, 0, 0];
  for (const mapping of readFileSync(`/proc/${pid}/smaps`, "utf8").split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)) {
    const path = mapping.split("\n", 1)[0]?.split(/\s+/).slice(5).join(" ") ?? "";
    if (guestMemory.test(path)) continue;
    if (templateMemory.test(path)) {
      commonKib += field(mapping, "Pss");
      continue;
    }
    pssKib += field(mapping, "Pss");
    privateDirtyKib += field(mapping, "Private_Dirty");
  }
  return {
    pssKib,
    privateDirtyKib,
    guestKib: kindOf(pid) === "VMM" ? guestKib(pid) + commonKib : 0,
    pageTablesKib: field(readFileSync(`/proc/${pid}/status`, "utf8"), "VmPTE"),
  };
}

/** The file that the machine has as its memory; open in the VMM as long as it lives. */
function guestKib(pid: number): number {
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    const path = `/proc/${pid}/fd/${fd}`;
    if (guestMemory.test(readlinkSync(path))) return (statSync(path).blocks * 512) / 1024;
  }
  return 0;
}

const field = (text: string, name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
