/** QEMU as a Hypervisor. */
import { Fault } from "../../../base/fault.ts";
import type { Logger } from "../../../base/log.ts";
import { statIfPresent } from "../../../sys/file.ts";
import type { EventLoop } from "../../../sys/loop.ts";
import { architecture } from "../../../sys/process.ts";
import { TickRate } from "../../../sys/tick-rate.ts";
import { type Choice, chooseAccelerator } from "../accelerator.ts";
import { specProblems } from "../spec.ts";
import type { Hypervisor, VmSpec } from "../vm.ts";
import { attachQemu } from "./attach.ts";
import { hostProblems } from "./check.ts";
import { probeKvm } from "./kvm-probe.ts";
import { launchQemu } from "./launch.ts";
import { findMachine, type Machine, machineNames } from "./machines.ts";
import { qemuVersion } from "./version.ts";

export interface QemuOptions {
  readonly loop: EventLoop;
  readonly logger: Logger;
  /** Where the result of the KVM probe is kept for this boot of the host; made when it is needed. */
  readonly runDirectory: string;
}

export function createQemu({ loop, logger, runDirectory }: QemuOptions): Hypervisor {
  const log = logger.with({ source: "qemu" });
  const ticks = new TickRate();
  const accelerator = (spec: VmSpec, machine: Machine): Promise<Choice> =>
    chooseAccelerator(spec.accelerator, () =>
      probeKvm(loop, runDirectory, { program: spec.program, machine, firmware: findFirmware(spec, machine) }),
    );
  return {
    name: "qemu",
    check: async (spec) => {
      const problems = problemsOf(spec);
      const machine = findMachine(architecture(), spec.machine);
      if (problems.length > 0 || !machine) return problems;
      return accelerator(spec, machine).then(
        () => [],
        (error: unknown) => [error instanceof Error ? error.message : String(error)],
      );
    },
    launch: async (spec) => {
      const problems = problemsOf(spec);
      const machine = findMachine(architecture(), spec.machine);
      if (problems.length > 0 || !machine)
        throw new Fault(`launch vm ${spec.name}: ${problems.join("; ")}`, { component: "qemu", code: "invalid" });
      const choice = await accelerator(spec, machine);
      const tscKhz = choice.accelerator === "tcg" && spec.birth?.kind !== "clone" ? await ticks.khz(loop) : undefined;
      const resolved = { machine, accelerator: choice.accelerator, firmware: findFirmware(spec, machine), tscKhz };
      const vm = await launchQemu(loop, spec, resolved);
      log.info("vm launched", { sandbox: spec.name, pid: vm.state.pid, accelerator: choice.accelerator, reason: choice.reason });
      return vm;
    },
    describe: async (spec) => {
      const machine = findMachine(architecture(), spec.machine);
      if (!machine) throw new Fault(problemsOf(spec).join("; "), { component: "qemu", code: "invalid" });
      const [version, choice] = await Promise.all([qemuVersion(loop, spec.program), accelerator(spec, machine)]);
      return { version, ...choice };
    },
    attach: async (state) => {
      if (state.driver !== "qemu")
        throw new Fault(`attach pid ${state.pid}: was launched by ${JSON.stringify(state.driver)}, not by qemu`, {
          component: "qemu",
          code: "invalid",
        });
      return attachQemu(loop, state);
    },
  };
}

function problemsOf(spec: VmSpec): string[] {
  const problems = specProblems(spec);
  if (!findMachine(architecture(), spec.machine)) {
    const known = machineNames(architecture());
    problems.push(
      `machine ${JSON.stringify(spec.machine)}: ${known.length > 0 ? `must be one of ${known.join(", ")}` : `none is known for ${architecture()}`}`,
    );
  }
  return problems.length > 0 ? problems : hostProblems(spec); // paths of a wrong shape are not opened
}

/** The firmware named, else the machine's faster one; undefined when it is not there: QEMU's own. */
function findFirmware(spec: VmSpec, machine: Machine): string | undefined {
  const firmware = spec.firmware ?? machine.firmware;
  return firmware !== undefined && statIfPresent(firmware) ? firmware : undefined;
}
