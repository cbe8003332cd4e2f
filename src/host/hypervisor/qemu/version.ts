/** What a QEMU program says of itself. */
import { Fault } from "../../../base/fault.ts";
import { drainInto, OutputTail } from "../../../base/output-tail.ts";
import { within } from "../../../base/timers.ts";
import { startChild } from "../../../sys/child.ts";
import { pipe, setNonBlocking } from "../../../sys/descriptor.ts";
import { close } from "../../../sys/file.ts";
import type { EventLoop } from "../../../sys/loop.ts";
import { SIGKILL } from "../../../sys/process.ts";
import { FdStream } from "../../../sys/stream.ts";

const answerMs = 5000;

/** `7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)`. Throws when it is no QEMU, or does not answer. */
export async function qemuVersion(loop: EventLoop, program: string): Promise<string> {
  const [ours, theirs] = pipe();
  setNonBlocking(ours);
  const output = new FdStream(loop, ours, { socket: false });
  try {
    const child = startChild(loop, program, { argv: [program, "--version"], env: [], fds: ["null", theirs, theirs], deathSignal: SIGKILL });
    close(theirs);
    const words = new OutputTail();
    const drained = drainInto(words, output);
    if (!(await within(loop, answerMs, child.ended))) child.kill(SIGKILL);
    await child.ended;
    await drained;
    const version = /^QEMU emulator version (.+)$/m.exec(words.text())?.[1];
    if (version !== undefined) return version;
    throw new Fault(`ask ${program} for its version: it said ${JSON.stringify(words.text().slice(0, 200))}, which is no QEMU's`, {
      component: "qemu",
      code: "invalid-configuration",
    });
  } catch (error) {
    output.close();
    throw error;
  }
}
