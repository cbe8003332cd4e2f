/**
 * What every virtual machine monitor looks like to the rest of the host. Devices known at launch are data in the
 * specification; optional powers are optional members: absent means unsupported. Only the composition root names drivers.
 */
import type { Transport } from "../../base/stream.ts";
import type { Fd } from "../../sys/syscall.ts";

export interface Hypervisor {
  /** The name in configuration and state records, e.g. `qemu`. */
  readonly name: string;
  /** Why this specification cannot run here, one sentence each that names the file or value; empty when it can. */
  check(spec: VmSpec): Promise<readonly string[]>;
  /**
   * Starts the machine; resolves when its virtual CPUs run (not when the agent answers: see `Vm.phase`). A VMM that does
   * not start is a Fault of component `qemu` (the driver's name) with the VMM's own words. Leaves nothing when it fails.
   * Descriptors in `spec` stay the caller's, to be closed when this has settled.
   */
  launch(spec: VmSpec): Promise<Vm>;
  /**
   * Finds a machine that an earlier process launched. It can be waited for and stopped; what lived in the launcher's
   * descriptors (transport, console) ended with the launcher.
   */
  attach(state: VmState): Promise<Vm>;
  /** For people, of a specification that `check` finds nothing against. Throws when the VMM does not say what it is. */
  describe?(spec: VmSpec): Promise<HypervisorFacts>;
}

export interface HypervisorFacts {
  /** The VMM's own. */
  readonly version: string;
  readonly accelerator: Accelerator;
  /** Why that one. */
  readonly reason: string;
}

export interface Vm {
  readonly state: VmState;
  /** Resolves once, when the VMM has ended, whoever ended it. */
  readonly exited: Promise<VmExit>;
  /** How far the guest has come. */
  readonly phase: BootPhase;
  /** The way to the agent; the same one each time. Streams opened before the agent listens wait for it or are refused. */
  connect(): Transport;
  /** The last lines of the guest's console, at most about 4 KB of printable text. */
  console(): string;
  /** Ends the machine at once and waits until it is gone. Idempotent. (The agent is asked to stop the guest before.) */
  stop(): Promise<void>;
  readonly suspend?: Suspend;
  readonly hotplug?: HotPlug;
  /**
   * Makes the running machine at least as large as `size`, within the ceilings of its specification, and resolves with what
   * it has then; nothing is taken away. The guest sees it soon after, and has to bring it up. Not two at a time.
   */
  readonly resize?: (size: VmSize) => Promise<VmSize>;
  /** Of a machine that was launched to become a template. */
  readonly template?: TemplatePower;
}

export interface TemplatePower {
  /**
   * Stops the machine for good and writes what it is, its memory aside, to `state`, from where clones go on. The caller
   * then stops the VMM.
   */
  save(state: Fd): Promise<void>;
}

export interface VmSize {
  readonly cpus: number;
  readonly memoryMib: number;
}

/** Adding devices to the machine while it runs and taking them away again, those it was launched with too. */
export interface HotPlug {
  /** Resolves when the VMM has the device; the guest sees it soon after. The descriptors stay the caller's. */
  addNetwork(device: NetworkDevice): Promise<void>;
  /** Resolves when the guest has let go of the device and the VMM has closed its descriptors. */
  removeNetwork(id: string): Promise<void>;
  /**
   * Where the guest finds the disk, soon. One that the guest only mounts, and only reads, may take a place that the machine was
   * launched with: the guest then reads another size than the image's.
   */
  addDisk(device: DiskDevice, use: DiskUse): Promise<DiskAddress>;
  /** Resolves when the guest has let go of the disk and the VMM has closed it. Nothing of the guest's may use it any more. */
  removeDisk(id: string): Promise<void>;
  /** Resolves when the guest has been told of the size; an image grows, a device of the host has to be that large already. */
  resizeDisk(id: string, bytes: number): Promise<void>;
}

export type DiskUse = "mounted" | "raw";

/** In the words of the Kata agent: `blk` and a path of PCI slots from the root bus down (`10/00`), or `mmioblk` and a node. */
export interface DiskAddress {
  readonly driver: string;
  readonly source: string;
}

/** Stopping and resuming all virtual CPUs. */
export interface Suspend {
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** What the sandbox record keeps of a machine: plain JSON. */
export interface VmState {
  readonly driver: string;
  readonly pid: number;
  /** In clock ticks since boot; with the pid it names the process for good. */
  readonly startTime: number;
  readonly accelerator: Accelerator;
}

export interface VmExit {
  /** Exit code, or 128 + signal. */
  readonly code: number;
  /** `guest-shutdown`, `guest-reset`, `guest-panic`, `host` (we stopped it) or `unknown` (it died or was killed). */
  readonly reason: ExitReason;
  /** The VMM's own last words, may be empty. */
  readonly stderr: string;
}

export type ExitReason = "guest-shutdown" | "guest-reset" | "guest-panic" | "host" | "unknown";

/**
 * `vmm`: the VMM runs, the guest has shown no sign of life; `kernel`: it wrote to its console; `agent`: the agent opened
 * its channel.
 */
export type BootPhase = "vmm" | "kernel" | "agent";

export type Accelerator = "kvm" | "tcg";

/** Boots with its memory in the file `memory`, which is given its size, to be saved as a template. */
export interface TemplateBirth {
  readonly kind: "template";
  readonly memory: Fd;
}

/**
 * Goes on from where a template of the same specification was saved. What a template cannot have (a share) is plugged in
 * before its virtual CPUs run. `memory` holds the template's memory: `shared` makes the file the machine's own, as daemons
 * need it that map it; else it is only read and each written page copied.
 */
export interface CloneBirth {
  readonly kind: "clone";
  readonly memory: Fd;
  readonly state: Fd;
  readonly shared: boolean;
}

export interface VmSpec {
  /** Absent: it boots. */
  readonly birth?: TemplateBirth | CloneBirth;
  /** The sandbox id: process title, log field. */
  readonly name: string;
  /** The VMM's program. */
  readonly program: string;
  readonly machine: string;
  /** `auto`: kvm where a probe guest really runs, else tcg. */
  readonly accelerator: Accelerator | "auto";
  /** A firmware file; absent or not there: the VMM's own. */
  readonly firmware?: string;
  /** Uncompressed ELF (vmlinux) or a bzImage. */
  readonly kernel: string;
  readonly initrd: string;
  /** Appended to what the driver and machine need themselves. */
  readonly kernelParameters: readonly string[];
  readonly cpus: number;
  /** Ceiling of hot-plug, at least `cpus`. */
  readonly maxCpus: number;
  readonly memoryMib: number;
  /** Ceiling of hot-plug; absent or equal to `memoryMib`: no memory can be added. */
  readonly maxMemoryMib?: number;
  /** How often memory can be added. */
  readonly memorySlots?: number;
  readonly devices: readonly Device[];
  /** The guest tells which of its pages are free, and the host has them back. */
  readonly reclaimFreedMemory?: boolean;
  /** Kernel and VMM speak more. */
  readonly debug: boolean;
  /** Open cgroup.procs files that the VMM joins. */
  readonly cgroups?: readonly Fd[];
  /** Whom the VMM runs as; absent: as this process. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** A virtio-serial port to the agent, multiplexed (src/protocol/mux.ts). */
export interface AgentPort {
  readonly kind: "agent-port";
}

/** vhost-vsock; `vhost` is an open /dev/vhost-vsock. */
export interface Vsock {
  readonly kind: "vsock";
  readonly contextId: number;
  readonly vhost: Fd;
}

/** A vhost-user file system: `socket` is connected to its daemon. Makes the guest's memory shared. */
export interface ShareDevice {
  readonly kind: "share";
  readonly id: string;
  /** What the guest mounts, at most 36 bytes. */
  readonly tag: string;
  readonly socket: Fd;
}

export interface NetworkDevice {
  readonly kind: "network";
  readonly id: string;
  /** One open tap (or macvtap) descriptor a queue. */
  readonly taps: readonly Fd[];
  /** One open /dev/vhost-net a queue: the host's kernel moves the frames then. Absent: the VMM does. */
  readonly vhosts?: readonly Fd[];
  readonly mac: string;
}

export interface DiskDevice {
  readonly kind: "disk";
  readonly id: string;
  /** An open image of raw blocks. */
  readonly image: Fd;
  /** `image` is a block device, not a regular file. */
  readonly blockDevice?: boolean;
  readonly readOnly: boolean;
}

/** A disk without an image, to be given one later: the guest knows it already, which is quicker than plugging one in. Read-only. */
export interface DiskPlace {
  readonly kind: "disk-place";
  readonly id: string;
}

export interface EntropyDevice {
  readonly kind: "entropy";
}

export type Device = AgentPort | Vsock | ShareDevice | NetworkDevice | DiskDevice | DiskPlace | EntropyDevice;
