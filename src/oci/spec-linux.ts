/** The `linux` part of config.json, runtime specification 1.3. */
import type { Int64 } from "./spec.ts";

export interface Linux {
  readonly namespaces?: readonly Namespace[];
  readonly uidMappings?: readonly IdMapping[];
  readonly gidMappings?: readonly IdMapping[];
  readonly devices?: readonly Device[];
  readonly netDevices?: Readonly<Record<string, { readonly name?: string }>>;
  readonly cgroupsPath?: string;
  readonly resources?: Resources;
  readonly sysctl?: Readonly<Record<string, string>>;
  readonly seccomp?: Seccomp;
  readonly rootfsPropagation?: Propagation;
  readonly maskedPaths?: readonly string[];
  readonly readonlyPaths?: readonly string[];
  readonly mountLabel?: string;
  readonly intelRdt?: IntelRdt;
  readonly memoryPolicy?: MemoryPolicy;
  readonly personality?: Personality;
  /** Keys are `monotonic` and `boottime`. */
  readonly timeOffsets?: Readonly<Record<string, { readonly secs?: Int64; readonly nanosecs?: number }>>;
}

export type NamespaceType = "pid" | "network" | "ipc" | "mount" | "uts" | "user" | "cgroup" | "time";

export interface Namespace {
  readonly type: NamespaceType;
  /** The namespace to join; absent means a new one. */
  readonly path?: string;
}

export interface IdMapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

export type Propagation = "private" | "rprivate" | "shared" | "rshared" | "slave" | "rslave" | "unbindable" | "runbindable";

export interface Device {
  readonly path: string;
  /** Character (also `u`), block, named pipe. */
  readonly type: "c" | "u" | "b" | "p";
  readonly major?: number;
  readonly minor?: number;
  /** Mode bits as a number (438 is 0666). */
  readonly fileMode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

export interface Resources {
  readonly devices?: readonly DeviceRule[];
  readonly memory?: MemoryResources;
  readonly cpu?: CpuResources;
  readonly pids?: { readonly limit?: Int64 };
  readonly blockIO?: BlockIo;
  readonly hugepageLimits?: readonly { readonly pageSize: string; readonly limit: Int64 }[];
  readonly network?: NetworkResources;
  readonly rdma?: Readonly<Record<string, { readonly hcaHandles?: number; readonly hcaObjects?: number }>>;
  /** cgroup v2 files by name, written as they are. */
  readonly unified?: Readonly<Record<string, string>>;
}

export interface DeviceRule {
  readonly allow: boolean;
  /** Absent and `a` mean all. */
  readonly type?: "a" | "b" | "c" | "";
  /** Absent and -1 mean any. */
  readonly major?: Int64;
  readonly minor?: Int64;
  /** Letters of `rwm`. */
  readonly access?: string;
}

/** Bytes; -1 is unlimited. */
export interface MemoryResources {
  readonly limit?: Int64;
  readonly reservation?: Int64;
  readonly swap?: Int64;
  readonly kernel?: Int64;
  readonly kernelTCP?: Int64;
  readonly swappiness?: Int64;
  readonly disableOOMKiller?: boolean;
  readonly useHierarchy?: boolean;
  readonly checkBeforeUpdate?: boolean;
}

/** Times in microseconds. */
export interface CpuResources {
  readonly shares?: Int64;
  readonly quota?: Int64;
  readonly burst?: Int64;
  readonly period?: Int64;
  readonly realtimeRuntime?: Int64;
  readonly realtimePeriod?: Int64;
  readonly cpus?: string;
  readonly mems?: string;
  readonly idle?: Int64;
}

export interface ThrottleDevice {
  readonly major: number;
  readonly minor: number;
  /** Bytes or operations per second. */
  readonly rate: Int64;
}

export interface BlockIo {
  readonly weight?: number;
  readonly leafWeight?: number;
  readonly weightDevice?: readonly {
    readonly major: number;
    readonly minor: number;
    readonly weight?: number;
    readonly leafWeight?: number;
  }[];
  readonly throttleReadBpsDevice?: readonly ThrottleDevice[];
  readonly throttleWriteBpsDevice?: readonly ThrottleDevice[];
  readonly throttleReadIOPSDevice?: readonly ThrottleDevice[];
  readonly throttleWriteIOPSDevice?: readonly ThrottleDevice[];
}

export interface NetworkResources {
  readonly classID?: number;
  readonly priorities?: readonly { readonly name: string; readonly priority: number }[];
}

export interface Seccomp {
  readonly defaultAction: SeccompAction;
  readonly defaultErrnoRet?: number;
  readonly architectures?: readonly string[];
  readonly flags?: readonly string[];
  readonly listenerPath?: string;
  readonly listenerMetadata?: string;
  readonly syscalls?: readonly SeccompSyscall[];
}

export type SeccompAction =
  | "SCMP_ACT_KILL"
  | "SCMP_ACT_KILL_PROCESS"
  | "SCMP_ACT_KILL_THREAD"
  | "SCMP_ACT_TRAP"
  | "SCMP_ACT_ERRNO"
  | "SCMP_ACT_TRACE"
  | "SCMP_ACT_ALLOW"
  | "SCMP_ACT_LOG"
  | "SCMP_ACT_NOTIFY";

export type SeccompOperator =
  | "SCMP_CMP_NE"
  | "SCMP_CMP_LT"
  | "SCMP_CMP_LE"
  | "SCMP_CMP_EQ"
  | "SCMP_CMP_GE"
  | "SCMP_CMP_GT"
  | "SCMP_CMP_MASKED_EQ";

export interface SeccompSyscall {
  readonly names: readonly string[];
  readonly action: SeccompAction;
  readonly errnoRet?: number;
  readonly args?: readonly SeccompArgument[];
}

export interface SeccompArgument {
  /** Which argument of the system call, from 0. */
  readonly index: number;
  readonly value: Int64;
  readonly valueTwo?: Int64;
  readonly op: SeccompOperator;
}

export interface IntelRdt {
  readonly closID?: string;
  readonly schemata?: readonly string[];
  readonly l3CacheSchema?: string;
  readonly memBwSchema?: string;
  readonly enableMonitoring?: boolean;
}

export interface MemoryPolicy {
  readonly mode: string;
  readonly nodes?: string;
  readonly flags?: readonly string[];
}

export interface Personality {
  readonly domain: "LINUX" | "LINUX32";
  readonly flags?: readonly string[];
}
