/** What a sandbox process is told at its start, as JSON in an inherited file: everything that configuration and caller decide. */
import type { Demand } from "../config/size.ts";
import type { VmSpec } from "../hypervisor/vm.ts";

export interface SandboxParameters {
  /** `sandbox`: boots for its first client; `reserve`: boots, warms up and waits, stopped, for whoever claims it. */
  readonly role: "sandbox" | "reserve";
  readonly id: string;
  /** The state directory. */
  readonly root: string;
  /** The driver's name, e.g. `qemu`. */
  readonly hypervisor: string;
  /** Devices and descriptors are the sandbox process's own to add. */
  readonly vm: Omit<VmSpec, "birth" | "devices" | "cgroups" | "user">;
  /** Absent: the machine has no share; what is small and only read is copied into the guest. */
  readonly share?: ShareParameters;
  readonly hostname: string;
  /** How long the agent may take to answer after the start of the VM. */
  readonly bootTimeoutMs: number;
  /** How long the guest may take to make a container. */
  readonly createTimeoutMs: number;
  readonly debug: boolean;
  /** `single`: the sandbox ends with its container. `pod`: with the container of its own id. */
  readonly kind: "single" | "pod";
  readonly network: NetworkParameters;
  readonly growth: GrowthParameters;
  /** Absent: every VM boots. */
  readonly factory?: FactoryParameters;
  /** Of a reserve: `progressFd` is a pipe whose reader waits for it. */
  readonly announced?: true;
}

export interface ShareParameters {
  /** The daemon's program. */
  readonly program: string;
  readonly cache: string;
  readonly extraArguments: readonly string[];
}

/** How the machine becomes larger than it was born, for its containers' limits. */
export interface GrowthParameters {
  /** What the engine says that all containers together may use. */
  readonly announced: Demand;
  /** What the configuration allows them, 0: what the host has. */
  readonly most: { readonly cpus: number; readonly memoryMib: number };
  /** Not at all. */
  readonly fixed: boolean;
}

export interface NetworkParameters {
  /** How links are joined to cards; `none`: not at all. */
  readonly model: "tcfilter" | "macvtap" | "none";
  /** The most queues of a card. */
  readonly queues: number;
  /** `networkFd` is the pod's network namespace, known before its first container. */
  readonly early?: true;
}

export interface FactoryParameters {
  /** Directory of the templates, best on a tmpfs. */
  readonly templatePath: string;
  /** Directory of the sandboxes in reserve. */
  readonly reservePath: string;
  /** How many there are to be; 0: none. */
  readonly reserves: number;
  /** How long one waits to be claimed. */
  readonly idleMs: number;
}

/** Descriptors of a sandbox process when it starts. One in reserve has no first client. */
export const firstClientFd = 3;
export const progressFd = 3;
export const parametersFd = 4;
export const networkFd = 5;
