import { decodeUtf8 } from "../../base/text.ts";
import { readFromStart } from "../../sys/descriptor.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import type { Cgroup } from "./cgroup.ts";

const priority = 2; // EPOLLPRI: the kernel signals a changed memory.events that way

/** Calls `onKill` whenever the count of processes killed for want of memory grows. Returns what ends the watch. */
export function watchOutOfMemory(loop: EventLoop, cgroup: Cgroup, onKill: () => void): () => void {
  const fd = cgroup.openMemoryEvents();
  const buffer = new Uint8Array(512);
  const count = (): number => killCount(decodeUtf8(buffer.subarray(0, readFromStart(fd, buffer))));
  let known = count();
  const watch = loop.watch(
    fd,
    priority,
    () => {
      const now = count();
      if (now > known) onKill();
      known = now;
    },
    { background: true },
  );
  return () => {
    watch.stop();
    close(fd);
  };
}

/** `oom_kill` of a memory.events file. */
export function killCount(text: string): number {
  const line = text.split("\n").find((candidate) => candidate.startsWith("oom_kill "));
  return line === undefined ? 0 : Number(line.slice("oom_kill ".length));
}
