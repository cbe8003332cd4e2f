/** From a checked specification to a running QEMU. */
import { Cleanup } from "../../../base/cleanup.ts";
import { Fault } from "../../../base/fault.ts";
import { within } from "../../../base/timers.ts";
import { startChild } from "../../../sys/child.ts";
import type { EventLoop } from "../../../sys/loop.ts";
import { processFacts, SIGKILL } from "../../../sys/process.ts";
import type { Fd } from "../../../sys/syscall.ts";
import type { VmExit, VmSpec } from "../vm.ts";
import { type CommandLine, commandLine, type Resolved } from "./command-line.ts";
import { type OwnDescriptor, occupiedPorts } from "./devices.ts";
import { type Ends, openEnds } from "./ends.ts";
import { loadTemplate } from "./migration.ts";
import { type AgentWay, type Process, QemuVm } from "./qemu-vm.ts";

/** QEMU greets after 20-40 ms; on a busy machine that can be hundred times as long. */
const greetingMs = 15_000;
const lastWordsMs = 1000;

/** Resolves when the virtual CPUs run. Leaves nothing when it fails. */
export async function launchQemu(loop: EventLoop, spec: VmSpec, resolved: Resolved): Promise<QemuVm> {
  const ours = new Cleanup();
  const theirs = new Cleanup();
  try {
    const ends = openEnds(ours, theirs);
    const line = commandLine(spec, resolved);
    const process = startProcess(loop, spec, line, ends, resolved);
    const vm = new QemuVm(loop, process, ends.ours, {
      way: agentWay(spec),
      becomesTemplate: spec.birth?.kind === "template",
      memorySlots: spec.memorySlots ?? 0,
      ports: {
        count: resolved.machine.rootPorts,
        occupied: occupiedPorts(spec, resolved.machine.rootPorts),
        places: spec.devices.flatMap((device) => (device.kind === "disk-place" ? device.id : [])),
      },
    });
    ours.release();
    ours.add("stop QEMU", () => vm.stop());
    await theirs.run(); // else nothing would ever read to its end
    await greeted(loop, spec, vm);
    if (line.state !== undefined) await loadTemplate(vm.monitor, vm.migration, { state: line.state, devices: spec.devices }, loop);
    return vm;
  } catch (cause) {
    await theirs.run();
    await ours.run();
    throw cause instanceof Fault && cause.code === "vmm-ended" ? cause : new Fault(`launch ${spec.program}`, { component: "qemu", cause });
  }
}

/** A QEMU that ends closes its monitor first: its own words say more than that. */
async function greeted(loop: EventLoop, spec: VmSpec, vm: QemuVm): Promise<void> {
  try {
    await vm.monitor.greet(greetingMs);
  } catch (cause) {
    if (await within(loop, lastWordsMs, vm.exited)) throw ended(spec, await vm.exited);
    throw cause;
  }
}

function startProcess(loop: EventLoop, spec: VmSpec, line: CommandLine, ends: Ends, resolved: Resolved): Process {
  const inherited = (descriptor: Fd | OwnDescriptor): Fd | "null" =>
    typeof descriptor === "number" ? descriptor : descriptor === "null" ? "null" : ends.theirs[descriptor];
  const child = startChild(loop, spec.program, {
    argv: line.argv,
    env: [],
    fds: line.descriptors.map(inherited),
    cwd: "/",
    session: true,
    deathSignal: SIGKILL,
    ...(spec.cgroups && { cgroups: spec.cgroups }),
    ...(spec.user && { uid: spec.user.uid, gid: spec.user.gid }),
  });
  const startTime = processFacts(child.pid)?.startTime ?? 0; // there until it is reaped, which only the loop's next turn does
  return { state: { driver: "qemu", pid: child.pid, startTime, accelerator: resolved.accelerator }, child };
}

function agentWay(spec: VmSpec): AgentWay {
  for (const device of spec.devices) if (device.kind === "vsock") return { kind: "vsock", contextId: device.contextId };
  return { kind: "agent-port" };
}

function ended(spec: VmSpec, exit: VmExit): Fault {
  const name = spec.program.slice(spec.program.lastIndexOf("/") + 1); // what it begins its own lines with
  const words = exit.stderr === "" ? "it said nothing" : exit.stderr.replaceAll(`${name}: `, "").replaceAll("\n", "; ");
  return new Fault(`launch ${spec.program}: ended with code ${exit.code}: ${words}`, { component: "qemu", code: "vmm-ended" });
}
