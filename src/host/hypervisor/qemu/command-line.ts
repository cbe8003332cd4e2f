/** From the specification of a VM to QEMU's arguments and the descriptors it inherits. Pure. */
import type { Fd } from "../../../sys/syscall.ts";
import type { Accelerator, VmSpec } from "../vm.ts";
import { deviceArguments, type OwnDescriptor } from "./devices.ts";
import type { Machine } from "./machines.ts";
import { escapeValue, option } from "./options.ts";

export interface CommandLine {
  readonly argv: readonly string[];
  /** Descriptor i of QEMU; what is named by a word is made for each start. */
  readonly descriptors: readonly (Fd | OwnDescriptor)[];
}

export interface Resolved {
  readonly machine: Machine;
  readonly accelerator: Accelerator;
  /** A firmware file that exists; undefined: the machine's own. */
  readonly firmware?: string | undefined;
}

/** Slots for memory that is added later; each takes one DIMM. */
const memorySlots = 10;

/** Everything QEMU has no business with is denied: no new processes, no other user, no scheduling, no old system calls. */
const seccomp = option("on", { obsolete: "deny", elevateprivileges: "deny", spawn: "deny", resourcecontrol: "deny" });

export function commandLine(spec: VmSpec, resolved: Resolved): CommandLine {
  const descriptors: (Fd | OwnDescriptor)[] = ["null", "words", "words"];
  const inherit = (descriptor: Fd | OwnDescriptor): number => descriptors.push(descriptor) - 1;
  const { firmware } = resolved;
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
    ...machineArguments(spec, resolved),
    ...(firmware === undefined ? [] : ["-bios", firmware]),
    "-kernel",
    spec.kernel,
    "-initrd",
    spec.initrd,
    "-append",
    kernelCommandLine(spec, resolved.machine),
    "-chardev",
    option("socket", { id: "monitor", fd: inherit("monitor") }),
    "-mon",
    option(undefined, { chardev: "monitor", mode: "control" }),
    "-chardev",
    option("socket", { id: "console", fd: inherit("console") }),
    "-serial",
    "chardev:console",
    ...(spec.debug ? ["-d", "guest_errors,unimp"] : []),
    ...spec.devices.flatMap((device) => deviceArguments(device, inherit)),
    ...rootPorts(resolved.machine),
  ];
  return { argv, descriptors };
}

/** A daemon that speaks vhost-user maps the guest's memory: only then it is a shared file, which costs copy-on-write clones. */
function machineArguments(spec: VmSpec, { machine, accelerator }: Resolved): string[] {
  const size = `${spec.memoryMib}M`;
  const shared = spec.devices.some((device) => device.kind === "share");
  const growable = spec.maxMemoryMib !== undefined && spec.maxMemoryMib > spec.memoryMib;
  return [
    "-machine",
    `${option(machine.name, { accel: accelerator })},${machine.options}${shared ? ",memory-backend=ram" : ""}`,
    "-cpu",
    machine.cpu[accelerator],
    "-smp",
    option(String(spec.cpus), { maxcpus: spec.maxCpus }),
    "-m",
    option(size, growable ? { slots: memorySlots, maxmem: `${spec.maxMemoryMib}M` } : {}),
    ...(shared ? ["-object", option("memory-backend-memfd", { id: "ram", size, share: true })] : []),
  ];
}

export function kernelCommandLine(spec: VmSpec, machine: Machine): string {
  return [...machine.kernelParameters, spec.debug ? "loglevel=7" : "quiet", ...spec.kernelParameters].join(" ");
}

function rootPorts(machine: Machine): string[] {
  return Array.from({ length: machine.rootPorts }, (_, i) => [
    "-device",
    option("pcie-root-port", { id: `port${i}`, bus: "pcie.0", chassis: i + 1, slot: i }),
  ]).flat();
}
