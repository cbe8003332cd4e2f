/** What a sandbox process is told at its start, as JSON in an inherited file: everything that configuration and caller decide. */
import type { VmSpec } from "../hypervisor/vm.ts";

export interface SandboxParameters {
  readonly id: string;
  /** The state directory. */
  readonly root: string;
  /** The driver's name, e.g. `qemu`. */
  readonly hypervisor: string;
  /** Devices and descriptors are the sandbox process's own to add. */
  readonly vm: Omit<VmSpec, "devices" | "cgroups" | "user">;
  readonly share: {
    /** The daemon's program. */
    readonly program: string;
    readonly cache: string;
    readonly extraArguments: readonly string[];
  };
  readonly hostname: string;
  /** How long the agent may take to answer after the start of the VM. */
  readonly bootTimeoutMs: number;
  /** How long the guest may take to make a container. */
  readonly createTimeoutMs: number;
  readonly debug: boolean;
  /** `single`: the sandbox ends with its container. `pod`: with the container of its own id. */
  readonly kind: "single" | "pod";
}

/** Descriptors of a sandbox process when it starts. */
export const firstClientFd = 3;
export const parametersFd = 4;
