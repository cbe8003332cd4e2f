/**
 * config.json of the OCI runtime specification 1.3: the parts every platform has and the process. The Linux part is in
 * spec-linux.ts. An absent property and a JSON `null` are both `undefined` here; unknown properties are gone.
 */
import type { IdMapping, Linux } from "./spec-linux.ts";

/** A 64-bit integer: a number while that is exact, else a bigint. Compare and convert by `BigInt(value)`. */
export type Int64 = number | bigint;

export interface Spec {
  /** The version of the specification the bundle was made for; any is accepted. */
  readonly ociVersion?: string;
  readonly process: Process;
  readonly root: Root;
  readonly hostname?: string;
  readonly domainname?: string;
  /** In the order in which they are to be mounted. */
  readonly mounts?: readonly Mount[];
  readonly hooks?: Hooks;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly linux?: Linux;
  /** The VM section: only its presence is of interest, the configuration file decides about the VM. */
  readonly vm?: Readonly<Record<string, unknown>>;
}

export interface Root {
  /** Absolute, or relative to the bundle. */
  readonly path: string;
  readonly readonly?: boolean;
}

export interface Process {
  readonly terminal?: boolean;
  readonly consoleSize?: { readonly height: number; readonly width: number };
  readonly user: User;
  /** At least one. */
  readonly args: readonly string[];
  /** `NAME=value` each; the last of equal names wins. */
  readonly env?: readonly string[];
  /** Absolute, in the container. */
  readonly cwd: string;
  readonly capabilities?: Capabilities;
  readonly rlimits?: readonly Rlimit[];
  readonly noNewPrivileges?: boolean;
  readonly apparmorProfile?: string;
  readonly selinuxLabel?: string;
  /** -1000 to 1000. */
  readonly oomScoreAdj?: number;
  readonly scheduler?: Scheduler;
  readonly ioPriority?: { readonly class?: string; readonly priority?: number };
  readonly execCPUAffinity?: { readonly initial?: string; readonly final?: string };
}

export interface User {
  readonly uid: number;
  readonly gid: number;
  /** The mode bits to clear, as a number (18 is 022). */
  readonly umask?: number;
  readonly additionalGids?: readonly number[];
}

/** Names like `CAP_KILL`. An unknown one is a warning by specification, so they stay text. */
export interface Capabilities {
  readonly bounding?: readonly string[];
  readonly effective?: readonly string[];
  readonly inheritable?: readonly string[];
  readonly permitted?: readonly string[];
  readonly ambient?: readonly string[];
}

export interface Rlimit {
  readonly type: RlimitName;
  readonly hard: Int64;
  readonly soft: Int64;
}

export type RlimitName =
  | "RLIMIT_CPU"
  | "RLIMIT_FSIZE"
  | "RLIMIT_DATA"
  | "RLIMIT_STACK"
  | "RLIMIT_CORE"
  | "RLIMIT_RSS"
  | "RLIMIT_NPROC"
  | "RLIMIT_NOFILE"
  | "RLIMIT_MEMLOCK"
  | "RLIMIT_AS"
  | "RLIMIT_LOCKS"
  | "RLIMIT_SIGPENDING"
  | "RLIMIT_MSGQUEUE"
  | "RLIMIT_NICE"
  | "RLIMIT_RTPRIO"
  | "RLIMIT_RTTIME";

export interface Scheduler {
  readonly policy: string;
  readonly nice?: number;
  readonly priority?: number;
  readonly flags?: readonly string[];
  readonly runtime?: Int64;
  readonly deadline?: Int64;
  readonly period?: Int64;
}

export interface Mount {
  /** In the container; a relative one counts from its root. */
  readonly destination: string;
  readonly type?: string;
  /** On the host; a relative one counts from the bundle. */
  readonly source?: string;
  readonly options?: readonly string[];
  readonly uidMappings?: readonly IdMapping[];
  readonly gidMappings?: readonly IdMapping[];
}

export interface Hook {
  readonly path: string;
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  /** Seconds. */
  readonly timeout?: number;
}

export interface Hooks {
  readonly prestart?: readonly Hook[];
  readonly createRuntime?: readonly Hook[];
  readonly createContainer?: readonly Hook[];
  readonly startContainer?: readonly Hook[];
  readonly poststart?: readonly Hook[];
  readonly poststop?: readonly Hook[];
}
