/** What a process's standard streams, and further descriptors that are relayed, are open on: pipes, and sockets that carry both directions. */
import type { Cleanup } from "../../base/cleanup.ts";
import { duplicate, pipe } from "../../sys/descriptor.ts";
import { chownFd, close } from "../../sys/file.ts";
import { SOCK, socketPair } from "../../sys/socket.ts";
import type { Fd } from "../../sys/syscall.ts";

/** The agent's ends. */
export interface PipeEnds {
  readonly stdin: Fd;
  readonly stdout: Fd;
  readonly stderr: Fd;
}

/** `theirs` gets the process's ends. They belong to the user, so that /dev/stdout and its like can be opened again. */
export function makePipes(theirs: Fd[], undo: Cleanup, uid: number): PipeEnds {
  const make = (outwards: boolean): Fd => makePipe({ theirs, undo, uid }, outwards);
  return { stdin: make(false), stdout: make(true), stderr: make(true) };
}

/** The agent's ends of one descriptor; both are of the same socket. */
export interface PassedEnds {
  readonly input?: Fd;
  readonly output?: Fd;
}

/** Descriptors beyond the standard streams, for what is to be carried of each. */
export function makePassed(wishes: readonly PassedWish[], theirs: Fd[], undo: Cleanup, uid: number): PassedEnds[] {
  return wishes.map(({ input, output }): PassedEnds => {
    if (input && output) return makeSocket(theirs, undo);
    const end = makePipe({ theirs, undo, uid }, input === undefined);
    return input ? { input: end } : { output: end };
  });
}

/** Streams of the host, where there is one for that direction. */
export interface PassedWish {
  readonly input?: unknown;
  readonly output?: unknown;
}

interface Place {
  readonly theirs: Fd[];
  readonly undo: Cleanup;
  readonly uid: number;
}

/** The agent's end. */
function makePipe({ theirs, undo, uid }: Place, outwards: boolean): Fd {
  const [readEnd, writeEnd] = pipe();
  const [ours, other] = outwards ? [readEnd, writeEnd] : [writeEnd, readEnd];
  theirs.push(other);
  undo.add("pipe", () => close(ours));
  if (uid !== 0) chownFd(other, uid, -1);
  return ours;
}

/** One descriptor of the agent's for each direction: each is waited for and closed on its own. */
function makeSocket(theirs: Fd[], undo: Cleanup): PassedEnds {
  const [output, other] = socketPair(SOCK.stream, { blocking: true });
  theirs.push(other);
  undo.add("socket", () => close(output));
  const input = duplicate(output);
  undo.add("socket", () => close(input));
  return { input, output };
}
