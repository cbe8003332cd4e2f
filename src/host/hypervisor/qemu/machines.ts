/** What differs between QEMU's machines, as data: one row for each architecture and machine type that we start. */
import type { Accelerator } from "../vm.ts";

export interface Machine {
  readonly architecture: string;
  /** The name in the configuration (`machine_type`) and QEMU's own. */
  readonly name: string;
  /** Options of -machine beside type, accel and memory-backend. */
  readonly options: string;
  readonly cpu: Readonly<Record<Accelerator, string>>;
  /** Firmware that starts faster than the machine's own; used when the file exists. */
  readonly firmware?: string;
  /** Ports that devices can be plugged into later. */
  readonly rootPorts: number;
  readonly kernelParameters: readonly string[];
}

/**
 * Measured on QEMU 7.2 under TCG, from exec to the first line of /init with Debian's cloud kernel:
 * - without the parts of q35 that no guest of ours uses and with qboot instead of SeaBIOS: 0.1 s less;
 * - `noreplace-smp`: 0.1 s less (no patching of locks for one CPU);
 * - `tsc_early_khz=` (added under TCG, where the guest's counter is the host's): else a kernel that boots on a busy host fails
 *   to measure it against the timer, counts timer interrupts instead, and its clock loses up to a fifth;
 * - `tsc=reliable`: else the kernel distrusts the TSC where CPUs can be added and a wait of 1 ms takes 3-4 ms;
 * - `swiotlb=noforce`: else the kernel sets 64 MiB aside for bounce buffers where memory can be added;
 * - `no_timer_check`: else a busy host can starve the ten timer interrupts that the kernel waits for, and it panics with
 *   "IO-APIC + timer doesn't work" (seen once in some fifty boots);
 * - `cryptomgr.notests`: 0.25 s less (no self-tests of ciphers);
 * - `dummy.numdummies=0`: a kernel with that driver built in makes a link that is in every container's sight;
 * - `panic=-1`: with -no-reboot a panic ends the VMM at once;
 * - `oops=panic`: else a kernel that has lost a worker goes on, and whoever needs that worker waits for ever.
 */
const machines: readonly Machine[] = [
  {
    architecture: "x86_64",
    name: "q35",
    options: "sata=off,smbus=off,smm=off,vmport=off,hpet=off,usb=off,graphics=off",
    cpu: { kvm: "host", tcg: "max" },
    firmware: "/usr/share/qemu/qboot.rom",
    rootPorts: 8,
    kernelParameters: [
      "console=ttyS0",
      "panic=-1",
      "oops=panic",
      "noreplace-smp",
      "no_timer_check",
      "tsc=reliable",
      "swiotlb=noforce",
      "cryptomgr.notests",
      "dummy.numdummies=0",
    ],
  },
];

export function findMachine(architecture: string, name: string): Machine | undefined {
  return machines.find((machine) => machine.architecture === architecture && machine.name === name);
}

export function machineNames(architecture: string): readonly string[] {
  return machines.filter((machine) => machine.architecture === architecture).map((machine) => machine.name);
}
