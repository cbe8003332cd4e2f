/** Drivers have names here and nowhere else. */
import { Fault } from "../../base/fault.ts";
import { createQemu, type QemuOptions } from "../hypervisor/qemu/qemu.ts";
import type { Hypervisor } from "../hypervisor/vm.ts";

export function createHypervisor(name: string, options: QemuOptions): Hypervisor {
  if (name === "qemu") return createQemu(options);
  throw new Fault(`hypervisor ${JSON.stringify(name)}: there is no such driver, must be qemu`, {
    component: "sandbox",
    code: "invalid-configuration",
  });
}
