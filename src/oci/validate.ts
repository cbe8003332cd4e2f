/**
 * What must hold between the values of a specification whose types are right. Where runc has a text for it the text is
 * runc's to the letter: engines and people search for it.
 */
import { Fault } from "../base/fault.ts";
import { parseBitList } from "./bit-list.ts";
import { memoryPolicyNumbers } from "./memory-policy.ts";
import { clip, show } from "./shape.ts";
import type { Hook, Hooks, Mount, Process, Rlimit, RlimitName, Spec } from "./spec.ts";
import type { Linux, NamespaceType } from "./spec-linux.ts";

const invalid = { code: "invalid-spec" } as const;

/** Throws a Fault for the first thing that is wrong. `where` is the file's name. */
export function validateSpec(spec: Spec, where: string): void {
  validateProcess(spec.process, where, "process.");
  if (spec.root.path === "") throw new Fault(`parse ${where}: root.path is empty, must be the path of the root file system`, invalid);
  validateNamespaces(spec.linux);
  const has = (type: NamespaceType): boolean => spec.linux?.namespaces?.some((namespace) => namespace.type === type) ?? false;
  if (spec.hostname && !has("uts")) throw new Fault("unable to set hostname without a private UTS namespace", invalid);
  if (spec.domainname && !has("uts")) throw new Fault("unable to set domainname without a private UTS namespace", invalid);
  if (!has("mount") && (spec.linux?.maskedPaths?.length || spec.linux?.readonlyPaths?.length)) {
    throw new Fault("unable to restrict sys entries without a private MNT namespace", invalid);
  }
  for (const [i, mount] of (spec.mounts ?? []).entries()) validateMount(mount, where, i);
  if (spec.linux?.memoryPolicy) memoryPolicyNumbers(spec.linux.memoryPolicy);
  validateHooks(spec.hooks ?? {}, where);
  for (const name of Object.keys(spec.linux?.sysctl ?? {})) validateSysctl(name, has);
  validateMappings(spec.linux, has("user"));
  validateTimeOffsets(spec.linux?.timeOffsets, where, has("time"));
}

function validateHooks(hooks: Hooks, where: string): void {
  for (const [kind, list] of Object.entries(hooks) as [string, readonly Hook[]][]) {
    for (const [i, { path, timeout }] of list.entries()) {
      const what = `parse ${where}: hooks.${kind}[${i}]`;
      if (!path.startsWith("/")) throw new Fault(`${what}.path is ${show(path)}, must be an absolute path`, invalid);
      if (timeout !== undefined && timeout <= 0) throw new Fault(`${what}.timeout is ${timeout}, must be greater than 0`, invalid);
    }
  }
}

/** `prefix` stands before the property's name in messages: `process.` in config.json, nothing in a process.json. */
export function validateProcess(process: Process, where: string, prefix: string): void {
  if (process.cwd === "") throw new Fault("Cwd property must not be empty", invalid);
  if (!process.cwd.startsWith("/")) throw new Fault("Cwd must be an absolute path", invalid);
  if (process.args.length === 0) throw new Fault("args must not be empty", invalid);
  for (const [i, variable] of (process.env ?? []).entries()) {
    const equals = variable.indexOf("=");
    if (equals > 0) continue;
    const right = equals < 0 ? "must be NAME=VALUE, the = is missing" : "must have a name before the =";
    throw new Fault(`parse ${where}: ${prefix}env[${i}] is ${show(variable)}, ${right}`, invalid);
  }
  const score = process.oomScoreAdj ?? 0;
  if (score < -1000 || score > 1000)
    throw new Fault(`parse ${where}: ${prefix}oomScoreAdj is ${score}, must be from -1000 to 1000`, invalid);
  for (const [when, list] of Object.entries(process.execCPUAffinity ?? {})) {
    if (list !== "" && !parseBitList(list))
      throw new Fault(`parse ${where}: ${prefix}execCPUAffinity.${when} is ${show(list)}, must be a list of CPUs like 0-3,7`, invalid);
  }
  validateRlimits(process.rlimits ?? [], where, prefix);
}

/** The numbers of setrlimit(2), the same on all architectures we run on. */
export const rlimitNumbers: Readonly<Record<RlimitName, number>> = {
  RLIMIT_CPU: 0,
  RLIMIT_FSIZE: 1,
  RLIMIT_DATA: 2,
  RLIMIT_STACK: 3,
  RLIMIT_CORE: 4,
  RLIMIT_RSS: 5,
  RLIMIT_NPROC: 6,
  RLIMIT_NOFILE: 7,
  RLIMIT_MEMLOCK: 8,
  RLIMIT_AS: 9,
  RLIMIT_LOCKS: 10,
  RLIMIT_SIGPENDING: 11,
  RLIMIT_MSGQUEUE: 12,
  RLIMIT_NICE: 13,
  RLIMIT_RTPRIO: 14,
  RLIMIT_RTTIME: 15,
};

function validateRlimits(rlimits: readonly Rlimit[], where: string, prefix: string): void {
  const seen = new Set<string>();
  for (const [i, { type, hard, soft }] of rlimits.entries()) {
    if (!Object.hasOwn(rlimitNumbers, type)) throw new Fault(`wrong rlimit value: ${clip(type)}`, invalid);
    // The specification demands the error; runc lets the last one win.
    if (seen.has(type)) throw new Fault(`parse ${where}: ${prefix}rlimits[${i}] is a second ${type}, must be there once`, invalid);
    seen.add(type);
    if (soft > hard)
      throw new Fault(`parse ${where}: ${prefix}rlimits[${i}].soft of ${type} is ${soft}, must be at most hard, ${hard}`, invalid);
  }
}

const namespaceTypes: readonly string[] = ["pid", "network", "ipc", "mount", "uts", "user", "cgroup", "time"];

function validateNamespaces(linux: Linux | undefined): void {
  const seen = new Set<string>();
  for (const { type, path } of linux?.namespaces ?? []) {
    const shown = `{${JSON.stringify(type)} ${JSON.stringify(path ?? "")}}`;
    if (!namespaceTypes.includes(type)) throw new Fault(`namespace ${clip(shown)} does not exist`, invalid);
    if (seen.has(type)) throw new Fault(`malformed spec file: duplicated ns ${shown}`, invalid);
    seen.add(type);
  }
}

function validateTimeOffsets(offsets: Linux["timeOffsets"], where: string, namespace: boolean): void {
  for (const clock of Object.keys(offsets ?? {})) {
    if (clock !== "monotonic" && clock !== "boottime")
      throw new Fault(`parse ${where}: linux.timeOffsets.${clock}: no such clock, must be monotonic or boottime`, invalid);
  }
  if (offsets && !namespace) {
    throw new Fault(`parse ${where}: linux.timeOffsets is set, must come with a new time namespace in linux.namespaces`, invalid);
  }
}

function validateMappings(linux: Linux | undefined, user: boolean): void {
  const [uids, gids] = [linux?.uidMappings ?? [], linux?.gidMappings ?? []];
  const path = linux?.namespaces?.some((namespace) => namespace.type === "user" && namespace.path) ?? false;
  if (!user || path) return;
  if (uids.length === 0) throw new Fault("user namespaces enabled, but no uid mappings found", invalid);
  if (gids.length === 0) throw new Fault("user namespaces enabled, but no gid mappings found", invalid);
}

function validateMount(mount: Mount, where: string, index: number): void {
  if (mount.destination === "")
    throw new Fault(`parse ${where}: mounts[${index}].destination is empty, must be a path in the container`, invalid);
  if ((mount.uidMappings === undefined) !== (mount.gidMappings === undefined)) {
    const missing = mount.uidMappings === undefined ? "uidMappings" : "gidMappings";
    throw new Fault(`parse ${where}: mounts[${index}].${missing} is missing, must be there with its counterpart`, invalid);
  }
}

/** sysctls that a new IPC namespace has of its own. */
const ipcSysctls: readonly string[] = [
  "kernel.msgmax",
  "kernel.msgmnb",
  "kernel.msgmni",
  "kernel.sem",
  "kernel.shmall",
  "kernel.shmmax",
  "kernel.shmmni",
  "kernel.shm_rmid_forced",
];

/** Only what belongs to a namespace of the container's own may be set. Both `net.ipv4.x` and `net/ipv4/x` are names. */
function validateSysctl(name: string, has: (type: NamespaceType) => boolean): void {
  const quoted = JSON.stringify(name);
  const dotted = dottedSysctl(name);
  if (ipcSysctls.includes(dotted) || dotted.startsWith("fs.mqueue.")) {
    if (has("ipc")) return;
    throw new Fault(`sysctl ${quoted} is not allowed in the hosts ipc namespace`, invalid);
  }
  if (dotted.startsWith("net.")) {
    if (has("network")) return;
    throw new Fault(`sysctl ${quoted} not allowed in host network namespace`, invalid);
  }
  if (dotted === "kernel.domainname" && has("uts")) return;
  if (dotted === "kernel.hostname") {
    throw new Fault(`sysctl ${quoted} is not allowed as it conflicts with the OCI "hostname" field`, invalid);
  }
  throw new Fault(`sysctl ${quoted} is not in a separate kernel namespace`, invalid);
}

/** The first separator decides: after a slash, dots are part of the names (`net/ipv4/conf/eth0.1/forwarding`). */
function dottedSysctl(name: string): string {
  const first = name.search(/[./]/);
  if (first < 0 || name[first] === ".") return name;
  return name.replace(/[./]/g, (separator) => (separator === "/" ? "." : "/"));
}
