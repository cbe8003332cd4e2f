/** The pipes that are a process's standard streams. */
import type { Cleanup } from "../../base/cleanup.ts";
import { pipe } from "../../sys/descriptor.ts";
import { chownFd, close } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";

/** The agent's ends. */
export interface PipeEnds {
  readonly stdin: Fd;
  readonly stdout: Fd;
  readonly stderr: Fd;
}

/** `theirs` gets the process's ends. They belong to the user, so that /dev/stdout and its like can be opened again. */
export function makePipes(theirs: Fd[], undo: Cleanup, uid: number): PipeEnds {
  const make = (outwards: boolean): Fd => {
    const [readEnd, writeEnd] = pipe();
    const [ours, other] = outwards ? [readEnd, writeEnd] : [writeEnd, readEnd];
    theirs.push(other);
    undo.add("pipe", () => close(ours));
    if (uid !== 0) chownFd(other, uid, -1);
    return ours;
  };
  return { stdin: make(false), stdout: make(true), stderr: make(true) };
}
