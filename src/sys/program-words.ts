/** What a program says of itself. */
import { drainInto, OutputTail } from "../base/output-tail.ts";
import { within } from "../base/timers.ts";
import { startChild } from "./child.ts";
import { pipe, setNonBlocking } from "./descriptor.ts";
import { close } from "./file.ts";
import type { EventLoop } from "./loop.ts";
import { SIGKILL } from "./process.ts";
import { FdStream } from "./stream.ts";

const answerMs = 5000;

/** The end of what `program --version` prints; one that does not end in 5 s is killed. Throws when it cannot be started. */
export async function versionWords(loop: EventLoop, program: string): Promise<string> {
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
    return words.text();
  } catch (error) {
    output.close();
    throw error;
  }
}
