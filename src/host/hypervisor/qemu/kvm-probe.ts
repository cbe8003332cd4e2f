/** Runs the probe guest under QEMU with KVM. */

import { Cleanup } from "../../../base/cleanup.ts";
import { chainMessage } from "../../../base/fault.ts";
import { drainInto, OutputTail } from "../../../base/output-tail.ts";
import { type ProbeResult, rememberedProbe } from "../../../base/remembered.ts";
import { within } from "../../../base/timers.ts";
import { bootId, fileMemory } from "../../../sys/boot-memory.ts";
import { type Child, startChild } from "../../../sys/child.ts";
import { memoryFile, pipe, setNonBlocking } from "../../../sys/descriptor.ts";
import { close, O, open } from "../../../sys/file.ts";
import type { EventLoop } from "../../../sys/loop.ts";
import { SIGKILL } from "../../../sys/process.ts";
import { FdStream } from "../../../sys/stream.ts";
import type { Fd } from "../../../sys/syscall.ts";
import type { Machine } from "./machines.ts";
import { option } from "./options.ts";
import { debugExitPort, probeExitCode, probeGuestImage } from "./probe-guest.ts";

/** From the start of QEMU; a KVM that works needs 0.1-0.2 s of it. */
const probeMs = 1800;

export interface ProbeSetup {
  readonly program: string;
  readonly machine: Machine;
  readonly firmware: string | undefined;
}

/** What a probe guest showed in this boot of the host. Kept in `directory`/kvm-probe.json. */
export function probeKvm(loop: EventLoop, directory: string, setup: ProbeSetup): Promise<ProbeResult> {
  const device = openable("/dev/kvm");
  if (device !== undefined) return Promise.resolve({ works: false, reason: device });
  if (setup.machine.architecture !== "x86_64")
    return Promise.resolve({ works: false, reason: `kvm on ${setup.machine.architecture}: no probe guest is known for it` });
  const key = { bootId: bootId(), program: setup.program };
  return rememberedProbe(fileMemory(directory, "kvm-probe.json"), key, () => runProbe(loop, setup));
}

/** Why the file cannot be opened for reading and writing; undefined when it can. */
function openable(path: string): string | undefined {
  try {
    close(open(path, O.RDWR));
    return undefined;
  } catch (error) {
    return chainMessage(error);
  }
}

async function runProbe(loop: EventLoop, setup: ProbeSetup): Promise<ProbeResult> {
  const undo = new Cleanup();
  try {
    const image = memoryFile("kvm-probe", probeGuestImage());
    undo.add("close image", () => close(image));
    const [ours, theirs] = pipe();
    const output = new FdStream(loop, ours, { socket: false });
    undo.add("close words", () => output.close());
    setNonBlocking(ours);
    const child = startProbe(loop, setup, theirs, image);
    const words = new OutputTail();
    const drained = drainInto(words, output);
    if (!(await within(loop, probeMs, child.ended))) {
      child.kill(SIGKILL);
      await child.ended;
      return { works: false, reason: `/dev/kvm opens, but a test guest of 20 million instructions did not end within ${probeMs / 1000} s` };
    }
    await drained;
    const code = await child.ended;
    if (code === probeExitCode) return { works: true, reason: "/dev/kvm ran a test guest" };
    return {
      works: false,
      reason: `/dev/kvm opens, but a test guest did not run: QEMU ended with code ${code}: ${words.text().replaceAll("\n", "; ")}`,
    };
  } catch (error) {
    return { works: false, reason: `kvm could not be tried: ${chainMessage(error)}` };
  } finally {
    await undo.run();
  }
}

function startProbe(loop: EventLoop, setup: ProbeSetup, words: Fd, image: Fd): Child {
  try {
    return startChild(loop, setup.program, {
      argv: probeArguments(setup),
      env: [],
      fds: ["null", words, words, image],
      cwd: "/",
      session: true,
      deathSignal: SIGKILL,
    });
  } finally {
    close(words);
  }
}

/** The machine, processor and firmware of the product; the image is descriptor 3. */
function probeArguments({ program, machine, firmware }: ProbeSetup): string[] {
  return [
    program,
    "-name",
    "kvm-probe",
    "-nodefaults",
    "-no-user-config",
    "-display",
    "none",
    "-no-reboot",
    "-machine",
    `${option(machine.name, { accel: "kvm" })},${machine.options}`,
    "-cpu",
    machine.cpu.kvm,
    "-m",
    "64M",
    ...(firmware === undefined ? [] : ["-bios", firmware]),
    "-kernel",
    "/proc/self/fd/3",
    "-device",
    option("isa-debug-exit", { iobase: debugExitPort, iosize: 1 }),
  ];
}
