/** What configuration.toml decides, as the rest of the host sees it: named by meaning, units in the names, paths found. */

export interface Configuration {
  /** The files it was read from, in the order in which they count; empty when built-in defaults are all there is. */
  readonly files: readonly string[];
  readonly hypervisor: Hypervisor;
  readonly agent: Agent;
  readonly runtime: Runtime;
  readonly factory: Factory;
}

export type Accelerator = "auto" | "kvm" | "tcg";
export type SharedFs = "virtio-fs" | "none";
export type VirtioFsCache = "never" | "metadata" | "auto" | "always";
export type InternetworkingModel = "tcfilter" | "macvtap" | "none";

/** Table `hypervisor.qemu`. */
export interface HypervisorKeys {
  /** The VMM's program, absolute. */
  readonly program: string;
  /** Uncompressed guest kernel, absolute. */
  readonly kernel: string;
  /** cpio archive with the agent as /init, absolute. */
  readonly initrd: string;
  /** Absolute; empty: the VMM's own. */
  readonly firmware: string;
  readonly machine: string;
  readonly accelerator: Accelerator;
  /** Blank-separated, appended to those that the machine needs itself. */
  readonly kernelParameters: string;
  /** As written: may be a fraction (rounded up), below 0 means all of the host's. `machineSize` works it out. */
  readonly vcpus: number;
  /** 0: as many as the host has. */
  readonly maxVcpus: number;
  readonly memoryMib: number;
  /** 0: as much as the host has. */
  readonly maxMemoryMib: number;
  /** How often memory can be added to a machine that runs. */
  readonly memorySlots: number;
  readonly sharedFs: SharedFs;
  /** Absolute. */
  readonly virtioFsDaemon: string;
  readonly virtioFsCache: VirtioFsCache;
  readonly virtioFsExtraArguments: readonly string[];
  /** Regular expressions: keys of this table that annotations of a sandbox may change. */
  readonly enableAnnotations: readonly string[];
  /** Globs: programs that an annotation may name instead. */
  readonly validProgramPaths: readonly string[];
  readonly validVirtioFsDaemonPaths: readonly string[];
  /** Memory that the guest frees goes back to the host. */
  readonly reclaimFreedMemory: boolean;
  /** No disks for the guest. */
  readonly disableBlockDeviceUse: boolean;
  readonly debug: boolean;
}

export interface Hypervisor extends HypervisorKeys {
  /** The driver's name: the last part of the table's. */
  readonly driver: "qemu";
}

/** Table `agent.kata`. */
export interface Agent {
  /** How long the agent may take to answer after the VM was started. */
  readonly dialTimeoutSeconds: number;
  readonly debug: boolean;
}

/** Table `runtime`. */
export interface Runtime {
  readonly debug: boolean;
  readonly internetworkingModel: InternetworkingModel;
  /** All host processes of a sandbox live in the pod's cgroup. */
  readonly sandboxCgroupOnly: boolean;
  /** Seccomp profiles are not applied in the guest. */
  readonly disableGuestSeccomp: boolean;
  /** emptyDirs on a disk of the host are shared, not made in the guest. */
  readonly disableGuestEmptyDir: boolean;
  /** Machines are sized when they start, and do not grow. */
  readonly staticSandboxResources: boolean;
  /** How long a container's creation in the guest may take. */
  readonly createContainerTimeoutSeconds: number;
}

/** Table `factory`. */
export interface Factory {
  /** Virtual machines go on from a template instead of booting. */
  readonly template: boolean;
  /** Directory of the templates. */
  readonly templatePath: string;
  /** How many sandboxes wait, warmed up and stopped, for a container. */
  readonly reserves: number;
  /** Directory of the sandboxes in reserve. */
  readonly reservePath: string;
  /** How long one waits before it ends by itself. */
  readonly reserveIdleSeconds: number;
}
