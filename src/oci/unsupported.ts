/**
 * What a specification asks for and the guest cannot do yet. The specification wants an error for that, never silence:
 * each field is named. A feature that the guest learns is added to `guestFeatures`, and its rows below fall silent.
 */
import type { Process, Spec } from "./spec.ts";
import type { NamespaceType, Resources } from "./spec-linux.ts";

export type Feature =
  | "user-namespace"
  | "time-namespace"
  | "join-namespace"
  | "idmapped-mounts"
  | "hooks"
  | "intel-rdt"
  | "scheduler"
  | "io-priority"
  | "exec-cpu-affinity"
  | "personality"
  | "net-devices"
  | "memory-policy"
  | "seccomp-notify"
  | "rdma"
  | "hugepage-limits"
  | "realtime-cpu"
  | "kernel-memory"
  | "network-class"
  | "apparmor"
  | "selinux"
  | "host-devices"
  | "device-rules";

/** What the guest of this version does beyond the plain container. */
export const guestFeatures: readonly Feature[] = [
  "personality",
  "scheduler",
  "io-priority",
  "hugepage-limits",
  "hooks",
  "user-namespace",
  "time-namespace",
  "idmapped-mounts",
  "device-rules",
  "exec-cpu-affinity",
  "memory-policy",
];

export interface Unsupported {
  /** Fields that must make `create` fail, e.g. `linux.personality`. Empty when all is well. */
  readonly fields: readonly string[];
  /** Sentences for the log: what is accepted although it has no effect. */
  readonly warnings: readonly string[];
}

interface Row<T> {
  readonly feature: Feature;
  readonly field: string | ((value: T) => string);
  readonly present: (value: T) => boolean;
  /** Why its absence does no harm; a row without it makes `create` fail. */
  readonly harmless?: string;
}

/** Looks at everything that is present in `spec`; `features` is what this guest can. */
export function findUnsupported(spec: Spec, features: readonly Feature[] = guestFeatures): Unsupported {
  const resources = prefixed("linux.resources.", findUnsupportedResources(spec.linux?.resources ?? {}, features));
  const process = prefixed("process.", findUnsupportedProcess(spec.process, features));
  const rest = select(specRows, spec, features);
  const warnings = [...process.warnings, ...rest.warnings, ...resources.warnings];
  if (!namespace(spec, "user") && (some(spec.linux?.uidMappings) || some(spec.linux?.gidMappings)))
    warnings.push("linux.uidMappings, linux.gidMappings: ignored, linux.namespaces has no user namespace");
  if (spec.vm !== undefined) warnings.push("vm: ignored, the configuration file decides about the virtual machine");
  return { fields: [...process.fields, ...rest.fields, ...resources.fields], warnings };
}

/** The same for a process of its own (`exec --process`); fields are named from the process on. */
export function findUnsupportedProcess(process: Process, features: readonly Feature[] = guestFeatures): Unsupported {
  return select(processRows, process, features);
}

/** The same for resources of their own (`update --resources`). */
export function findUnsupportedResources(resources: Resources, features: readonly Feature[] = guestFeatures): Unsupported {
  return select(resourceRows, resources, features);
}

const processRows: readonly Row<Process>[] = [
  { feature: "scheduler", field: "scheduler", present: (process) => process.scheduler !== undefined },
  { feature: "io-priority", field: "ioPriority", present: (process) => process.ioPriority !== undefined },
  { feature: "exec-cpu-affinity", field: "execCPUAffinity", present: (process) => process.execCPUAffinity !== undefined },
  {
    feature: "apparmor",
    field: "apparmorProfile",
    present: (process) => !["", "unconfined", undefined].includes(process.apparmorProfile),
    harmless: "the guest's kernel has no AppArmor, the virtual machine confines the process",
  },
  {
    feature: "selinux",
    field: "selinuxLabel",
    present: (process) => Boolean(process.selinuxLabel),
    harmless: "the guest's kernel has no SELinux, the virtual machine confines the process",
  },
];

const specRows: readonly Row<Spec>[] = [
  { feature: "user-namespace", field: "linux.namespaces (user)", present: (spec) => namespace(spec, "user") !== undefined },
  { feature: "user-namespace", field: "linux.uidMappings", present: (spec) => some(spec.linux?.uidMappings) },
  { feature: "user-namespace", field: "linux.gidMappings", present: (spec) => some(spec.linux?.gidMappings) },
  { feature: "time-namespace", field: "linux.namespaces (time)", present: (spec) => namespace(spec, "time") !== undefined },
  { feature: "time-namespace", field: "linux.timeOffsets", present: (spec) => some(Object.keys(spec.linux?.timeOffsets ?? {})) },
  // A path is one of the host's: the network's is what the VM is wired to, a pod's pid namespace is the sandbox's affair.
  { feature: "join-namespace", field: "linux.namespaces (mount).path", present: (spec) => Boolean(namespace(spec, "mount")?.path) },
  {
    // root of a new user namespace is nobody to the namespaces of others
    feature: "join-namespace",
    field: "linux.namespaces (pid, ipc or uts with a path, beside a new user namespace)",
    present: (spec) =>
      namespace(spec, "user") !== undefined &&
      !namespace(spec, "user")?.path &&
      (["pid", "ipc", "uts"] as const).some((type) => Boolean(namespace(spec, type)?.path)),
  },
  { feature: "join-namespace", field: "linux.namespaces (time).path", present: (spec) => Boolean(namespace(spec, "time")?.path) },
  { feature: "join-namespace", field: "linux.namespaces (cgroup).path", present: (spec) => Boolean(namespace(spec, "cgroup")?.path) },
  {
    feature: "idmapped-mounts",
    field: "mounts (uidMappings, gidMappings)",
    present: (spec) => spec.mounts?.some((mount) => some(mount.uidMappings)) ?? false,
  },
  {
    feature: "idmapped-mounts",
    field: "mounts (option idmap, ridmap)",
    present: (spec) => spec.mounts?.some((mount) => mount.options?.some((option) => option === "idmap" || option === "ridmap")) ?? false,
  },
  { feature: "hooks", field: "hooks.prestart", present: (spec) => some(spec.hooks?.prestart) },
  { feature: "hooks", field: "hooks.createRuntime", present: (spec) => some(spec.hooks?.createRuntime) },
  { feature: "hooks", field: "hooks.createContainer", present: (spec) => some(spec.hooks?.createContainer) },
  { feature: "hooks", field: "hooks.startContainer", present: (spec) => some(spec.hooks?.startContainer) },
  { feature: "hooks", field: "hooks.poststart", present: (spec) => some(spec.hooks?.poststart) },
  { feature: "hooks", field: "hooks.poststop", present: (spec) => some(spec.hooks?.poststop) },
  {
    feature: "host-devices",
    field: (spec) => `linux.devices (${hostDevices(spec).join(", ")})`,
    present: (spec) => hostDevices(spec).length > 0,
  },
  { feature: "intel-rdt", field: "linux.intelRdt", present: (spec) => spec.linux?.intelRdt !== undefined },
  { feature: "personality", field: "linux.personality", present: (spec) => spec.linux?.personality !== undefined },
  { feature: "net-devices", field: "linux.netDevices", present: (spec) => some(Object.keys(spec.linux?.netDevices ?? {})) },
  { feature: "memory-policy", field: "linux.memoryPolicy", present: (spec) => spec.linux?.memoryPolicy !== undefined },
  { feature: "seccomp-notify", field: "linux.seccomp.listenerPath", present: (spec) => Boolean(spec.linux?.seccomp?.listenerPath) },
  { feature: "seccomp-notify", field: "linux.seccomp (SCMP_ACT_NOTIFY)", present: notifies },
  {
    feature: "selinux",
    field: "linux.mountLabel",
    present: (spec) => Boolean(spec.linux?.mountLabel),
    harmless: "the guest's kernel has no SELinux, the virtual machine confines the process",
  },
];

const resourceRows: readonly Row<Resources>[] = [
  { feature: "rdma", field: "rdma", present: (resources) => some(Object.keys(resources.rdma ?? {})) },
  { feature: "hugepage-limits", field: "hugepageLimits", present: (resources) => some(resources.hugepageLimits) },
  { feature: "realtime-cpu", field: "cpu.realtimeRuntime", present: (resources) => Boolean(resources.cpu?.realtimeRuntime) },
  { feature: "realtime-cpu", field: "cpu.realtimePeriod", present: (resources) => Boolean(resources.cpu?.realtimePeriod) },
  { feature: "network-class", field: "network.classID", present: (resources) => Boolean(resources.network?.classID) },
  { feature: "network-class", field: "network.priorities", present: (resources) => some(resources.network?.priorities) },
  {
    feature: "kernel-memory",
    field: "memory.kernel",
    present: (resources) => isLimit(resources.memory?.kernel) || isLimit(resources.memory?.kernelTCP),
    harmless: "kernel memory has no limit of its own any more, it counts in memory.limit",
  },
  {
    feature: "device-rules",
    field: "devices",
    // Denying all and allowing some is what every engine asks for, and what a machine without other devices amounts to.
    present: (resources) => resources.devices?.some((rule) => !rule.allow && (rule.major ?? rule.minor ?? -1) !== -1) ?? false,
    harmless: "the container has only the devices that were given to its virtual machine",
  },
];

function select<T>(rows: readonly Row<T>[], value: T, features: readonly Feature[]): Unsupported {
  const found = rows.filter((row) => !features.includes(row.feature) && row.present(value));
  return {
    fields: found.filter((row) => row.harmless === undefined).map((row) => fieldOf(row, value)),
    warnings: found.filter((row) => row.harmless !== undefined).map((row) => `${fieldOf(row, value)}: not enforced, ${row.harmless}`),
  };
}

function fieldOf<T>({ field }: Row<T>, value: T): string {
  return typeof field === "string" ? field : field(value);
}

/** Character devices that are the same in every Linux (Documentation/admin-guide/devices.txt), so the guest's own will do. */
const universalDevices: readonly string[] = ["1:3", "1:5", "1:7", "1:8", "1:9", "5:0", "5:1", "5:2", "10:200", "10:229"];

/** Paths of the devices that are the host's: in the guest their numbers name something else, or nothing. Those of blocks become disks. */
function hostDevices(spec: Spec): string[] {
  const foreign = spec.linux?.devices?.filter(
    ({ type, major, minor }) => (type === "c" || type === "u") && !universalDevices.includes(`${major ?? 0}:${minor ?? 0}`),
  );
  return foreign?.map((device) => device.path) ?? [];
}

function prefixed(prefix: string, { fields, warnings }: Unsupported): Unsupported {
  return { fields: fields.map((field) => prefix + field), warnings: warnings.map((warning) => prefix + warning) };
}

function some(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && list.length > 0;
}

function isLimit(value: number | bigint | undefined): boolean {
  return value !== undefined && value > 0;
}

function namespace(spec: Spec, type: NamespaceType): { readonly path?: string } | undefined {
  return spec.linux?.namespaces?.find((candidate) => candidate.type === type);
}

function notifies(spec: Spec): boolean {
  const seccomp = spec.linux?.seccomp;
  if (seccomp === undefined) return false;
  return seccomp.defaultAction === "SCMP_ACT_NOTIFY" || (seccomp.syscalls?.some((rule) => rule.action === "SCMP_ACT_NOTIFY") ?? false);
}
