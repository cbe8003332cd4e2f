/** What is kept of a container and of a sandbox between commands: one JSON file each, the same in memory and on disk. */
import { Fault } from "../../base/fault.ts";
import type { Hook } from "../../oci/spec.ts";
import type { Status } from "../../oci/state.ts";
import type { IdMappings } from "../../sys/id-mapping.ts";
import { processAlive, processFacts } from "../../sys/process.ts";

/** A process for good: pids come back, with the start time (clock ticks since boot) they do not. */
export interface ProcessRef {
  readonly pid: number;
  readonly startTime: number;
}

export interface ContainerRecord {
  readonly version: 1;
  readonly id: string;
  readonly sandboxId: string;
  /** What the container's owner last said; `currentStatus` tells whether it still holds. */
  readonly status: Status;
  /** While `creating` the process that creates it, afterwards the one that stands for it on the host. */
  readonly process: ProcessRef;
  /** Absolute. */
  readonly bundle: string;
  /** Absolute. */
  readonly rootfs: string;
  /** RFC 3339 with nanoseconds, UTC. */
  readonly created: string;
  /** Directories of the host's cgroups that are made for it, outermost first. */
  readonly cgroups: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** Hooks of its specification that are still to run on the host. */
  readonly hooks?: { readonly poststart: readonly Hook[]; readonly poststop: readonly Hook[] };
  /** Its program says when it is ready. */
  readonly notifies?: boolean;
  /** Namespaces kept by others that stand for this container's in its machine: whoever names one later joins that. */
  readonly pinned?: readonly { readonly type: string; readonly inode: number }[];
  /** Of the user namespace that it has, alone or with others. */
  readonly idMappings?: IdMappings;
  /** The network namespace that its sandbox has joined and that outlives it. */
  readonly network?: { readonly path: string; readonly inode: number };
}

export interface SandboxRecord {
  readonly version: 1;
  readonly id: string;
  readonly process: ProcessRef;
  /** The VMM and the share's daemon: they end with the sandbox process, and are looked for when it was killed. */
  readonly helpers: readonly HelperRef[];
  /** What its machine has grown to, for whoever looks: the VMM itself is asked when it matters. */
  readonly size?: { readonly cpus: number; readonly memoryMib: number };
}

export interface HelperRef extends ProcessRef {
  readonly role: HelperRole;
}

export type HelperRole = "vmm" | "share";

export function processRef(pid: number): ProcessRef {
  const facts = processFacts(pid);
  if (!facts) throw new Fault(`process ${pid}: has already ended`, { code: "ESRCH" });
  return { pid, startTime: facts.startTime };
}

export const isAlive = (process: ProcessRef): boolean => processAlive(process.pid, process.startTime);

/** The truth about a container, from its record and the process table alone. */
export function currentStatus(record: ContainerRecord, alive: (process: ProcessRef) => boolean = isAlive): Status {
  return record.status === "stopped" || !alive(record.process) ? "stopped" : record.status;
}

type Shape = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Shape => typeof value === "object" && value !== null && !Array.isArray(value);
const isRef = (value: unknown): value is ProcessRef =>
  isObject(value) && typeof value["pid"] === "number" && typeof value["startTime"] === "number";
const isHelper = (value: unknown): value is HelperRef => isRef(value) && ["vmm", "share"].includes((value as HelperRef).role);
const isSize = (value: unknown): boolean =>
  value === undefined || (isObject(value) && typeof value["cpus"] === "number" && typeof value["memoryMib"] === "number");
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((each) => typeof each === "string");
const isNetwork = (value: unknown): boolean =>
  value === undefined || (isObject(value) && typeof value["path"] === "string" && typeof value["inode"] === "number");
const isPin = (value: unknown): boolean => isObject(value) && typeof value["type"] === "string" && typeof value["inode"] === "number";
const isPins = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.every(isPin));
const isIdRange = (value: unknown): boolean =>
  isObject(value) && ["containerID", "hostID", "size"].every((key) => typeof value[key] === "number");
const isIdRanges = (value: unknown): boolean => Array.isArray(value) && value.every(isIdRange);
const isIdMappings = (value: unknown): boolean =>
  value === undefined || (isObject(value) && isIdRanges(value["uids"]) && isIdRanges(value["gids"]));
const isHook = (value: unknown): boolean => isObject(value) && typeof value["path"] === "string";
const isHookList = (value: unknown): boolean => Array.isArray(value) && value.every(isHook);
const isHooks = (value: unknown): boolean =>
  value === undefined || (isObject(value) && isHookList(value["poststart"]) && isHookList(value["poststop"]));
const statuses: readonly unknown[] = ["creating", "created", "running", "paused", "stopped"] satisfies Status[];

/** Checks what the code relies on; `path` is for the error only. */
export function parseContainerRecord(text: string, path: string): ContainerRecord {
  const value = parseObject(text, path);
  const texts = ["id", "sandboxId", "bundle", "rootfs", "created"].every((key) => typeof value[key] === "string");
  if (
    value["version"] !== 1 ||
    !texts ||
    !isRef(value["process"]) ||
    !isTexts(value["cgroups"]) ||
    !statuses.includes(value["status"]) ||
    !isNetwork(value["network"]) ||
    !isHooks(value["hooks"]) ||
    !isPins(value["pinned"]) ||
    !isIdMappings(value["idMappings"])
  )
    throw damaged(path);
  return value as unknown as ContainerRecord;
}

export function parseSandboxRecord(text: string, path: string): SandboxRecord {
  const value = parseObject(text, path);
  const { helpers } = value;
  if (value["version"] !== 1 || typeof value["id"] !== "string" || !isRef(value["process"])) throw damaged(path);
  if (!Array.isArray(helpers) || !helpers.every(isHelper) || !isSize(value["size"])) throw damaged(path);
  return value as unknown as SandboxRecord;
}

function parseObject(text: string, path: string): Shape {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Fault(`read ${path}: not JSON`, { component: "store", code: "damaged", cause });
  }
  if (!isObject(value)) throw damaged(path);
  return value;
}

function damaged(path: string): Fault {
  return new Fault(`read ${path}: not a record of this version of kata-runtime; delete --force removes it`, {
    component: "store",
    code: "damaged",
  });
}
