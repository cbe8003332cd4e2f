/** From the specification of a VM to QEMU's arguments and the descriptors it inherits. Pure. */
import type { Fd } from "../../../sys/syscall.ts";
import type { Accelerator, VmSpec } from "../vm.ts";
import {
  deviceArguments,
  type Inherit,
  isMigratable,
  type OwnDescriptor,
  occupiedPorts,
  pluggedArguments,
  portName,
  portSlot,
} from "./devices.ts";
import type { Machine } from "./machines.ts";
import { escapeValue, option } from "./options.ts";

export interface CommandLine {
  readonly argv: readonly string[];
  /** Descriptor i of QEMU; what is named by a word is made for each start. */
  readonly descriptors: readonly (Fd | OwnDescriptor)[];
  /** Of a clone: the number that the template's state has in QEMU. */
  readonly state?: number;
}

export interface Resolved {
  readonly machine: Machine;
  readonly accelerator: Accelerator;
  /** A firmware file that exists; undefined: the machine's own. */
  readonly firmware?: string | undefined;
  /** What the guest's time stamp counter counts, where the guest cannot find out by itself. */
  readonly tscKhz?: number | undefined;
}

/** Everything QEMU has no business with is denied: no new processes, no other user, no scheduling, no old system calls. */
const seccomp = option("on", { obsolete: "deny", elevateprivileges: "deny", spawn: "deny", resourcecontrol: "deny" });

export function commandLine(spec: VmSpec, resolved: Resolved): CommandLine {
  const descriptors: (Fd | OwnDescriptor)[] = ["null", "words", "words"];
  const inherit = (descriptor: Fd | OwnDescriptor): number => descriptors.push(descriptor) - 1;
  const { firmware } = resolved;
  const { birth } = spec;
  const ports = occupiedPorts(spec, resolved.machine.rootPorts);
  const argv = [
    spec.program,
    "-name",
    option(`sandbox-${escapeValue(spec.name)}`, { "debug-threads": true }),
    "-nodefaults",
    "-no-user-config",
    "-display",
    "none",
    "-no-reboot",
    "-sandbox",
    seccomp,
    ...machineArguments(spec, resolved, inherit),
    ...(firmware === undefined ? [] : ["-bios", firmware]),
    ...kernelArguments(spec, resolved),
    "-chardev",
    option("socket", { id: "monitor", fd: inherit("monitor") }),
    "-mon",
    option(undefined, { chardev: "monitor", mode: "control" }),
    "-chardev",
    option("socket", { id: "console", fd: inherit("console") }),
    "-serial",
    "chardev:console",
    ...(spec.debug ? ["-d", "guest_errors,unimp"] : []),
    ...rootPorts(resolved.machine), // before what sits in them
    ...(spec.reclaimFreedMemory ? ["-device", option("virtio-balloon-pci", { id: "balloon", "free-page-reporting": true })] : []),
    ...spec.devices.flatMap((device) =>
      birth && !isMigratable(device)
        ? pluggedArguments(device, inherit)
        : deviceArguments(device, inherit, "id" in device ? ports.get(device.id) : undefined),
    ),
    ...(birth?.kind === "clone" ? ["-incoming", "defer", "-S"] : []),
  ];
  return { argv, descriptors, ...(birth?.kind === "clone" && { state: inherit(birth.state) }) };
}

function machineArguments(spec: VmSpec, { machine, accelerator }: Resolved, inherit: Inherit): string[] {
  const size = `${spec.memoryMib}M`;
  const backend = memoryBackend(spec, size, inherit);
  const slots = spec.maxMemoryMib !== undefined && spec.maxMemoryMib > spec.memoryMib ? (spec.memorySlots ?? 0) : 0;
  return [
    "-machine",
    `${option(machine.name, { accel: accelerator })},${machine.options}${backend === undefined ? "" : ",memory-backend=ram"}`,
    "-cpu",
    machine.cpu[accelerator],
    "-smp",
    option(String(spec.cpus), { maxcpus: spec.maxCpus }),
    "-m",
    option(size, slots > 0 ? { slots, maxmem: `${spec.maxMemoryMib}M` } : {}),
    ...(backend === undefined ? [] : ["-object", backend]),
  ];
}

/** A clone has its kernel in its memory already, whatever has become of the file. */
function kernelArguments(spec: VmSpec, resolved: Resolved): string[] {
  if (spec.birth?.kind === "clone") return [];
  return ["-kernel", spec.kernel, "-initrd", spec.initrd, "-append", kernelCommandLine(spec, resolved)];
}

/**
 * A daemon that speaks vhost-user maps the guest's memory: only then it is a shared file, which costs copy-on-write clones.
 * The file of a template or clone is opened again through its descriptor: it may have no name.
 */
function memoryBackend(spec: VmSpec, size: string, inherit: Inherit): string | undefined {
  const { birth } = spec;
  if (birth) {
    const share = birth.kind === "template" || birth.shared;
    return option("memory-backend-file", { id: "ram", size, "mem-path": `/proc/self/fd/${inherit(birth.memory)}`, share });
  }
  const shared = spec.devices.some((device) => device.kind === "share");
  return shared ? option("memory-backend-memfd", { id: "ram", size, share: true }) : undefined;
}

export function kernelCommandLine(spec: VmSpec, { machine, tscKhz }: Pick<Resolved, "machine" | "tscKhz">): string {
  const tsc = tscKhz === undefined ? [] : [`tsc_early_khz=${tscKhz}`];
  return [...machine.kernelParameters, ...tsc, spec.debug ? "loglevel=7" : "quiet", ...spec.kernelParameters].join(" ");
}

function rootPorts(machine: Machine): string[] {
  return Array.from({ length: machine.rootPorts }, (_, i) => [
    "-device",
    option("pcie-root-port", { id: portName(i), bus: "pcie.0", addr: portSlot(i), chassis: i + 1, slot: i }),
  ]).flat();
}
