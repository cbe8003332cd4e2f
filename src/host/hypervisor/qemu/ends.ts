/** The descriptors between QEMU and this process, both ends, made for one start. */
import type { Cleanup } from "../../../base/cleanup.ts";
import { pipe, setNonBlocking } from "../../../sys/descriptor.ts";
import { close } from "../../../sys/file.ts";
import { SOCK, socketPair } from "../../../sys/socket.ts";
import type { Fd } from "../../../sys/syscall.ts";
import type { OwnDescriptor } from "./devices.ts";

export type Channel = Exclude<OwnDescriptor, "null">;

export interface Ends {
  readonly ours: Readonly<Record<Channel, Fd>>;
  readonly theirs: Readonly<Record<Channel, Fd>>;
}

/** Registers the undo of both ends: `keep` is for when they have new owners. */
export function openEnds(keep: Cleanup, drop: Cleanup): Ends {
  const pair = (what: string, make: () => readonly [Fd, Fd]): readonly [Fd, Fd] => {
    const [ours, theirs] = make();
    keep.add(`close our end of ${what}`, () => close(ours));
    drop.add(`close QEMU's end of ${what}`, () => close(theirs));
    return [ours, theirs];
  };
  const words = pair("words", () => pipe());
  const monitor = pair("monitor", () => socketPair(SOCK.stream));
  const console = pair("console", () => socketPair(SOCK.stream));
  const agent = pair("agent", () => socketPair(SOCK.stream));
  setNonBlocking(words[0]);
  return {
    ours: { words: words[0], monitor: monitor[0], console: console[0], agent: agent[0] },
    theirs: { words: words[1], monitor: monitor[1], console: console[1], agent: agent[1] },
  };
}
