/**
 * A template's memory that clones have in common. Each page that a clone writes is its own; but one that the template does not
 * have, a hole of its file, is first given to the file by the host's kernel (a tmpfs does so), and then copied. Nobody ever
 * writes to it there: it can be taken away again.
 */
import { sleep, type Timers } from "../../base/timers.ts";
import { close, fstat, O, open } from "../../sys/file.ts";
import { type Extent, extentsOf, makeHole } from "../../sys/sparse.ts";
import { fileSystemUsage } from "../../sys/statfs.ts";
import type { Fd } from "../../sys/syscall.ts";

/** Holes that are smaller are none: each costs a line in the description. */
const leastHole = 64 << 10;
/** The kernel takes some milliseconds for that much. */
const mostAtOnce = 64 << 20;
/** What the file may have more than the template before anybody does something about it. */
const slackBytes = 8 << 20;
const lookMs = 10_000;
const pauseMs = 20;

/** Of a template's memory that was just written. */
export function dataOf(memory: Fd, size: number): Extent[] {
  const data: Extent[] = [];
  for (const [start, end] of extentsOf(memory, size)) {
    const last = data.at(-1);
    if (last && start - last[1] < leastHole) data[data.length - 1] = [last[0], end];
    else data.push([start, end]);
  }
  return data;
}

/** Pieces of what is not in `data`. Pure. */
export function holesBeside(data: readonly Extent[], size: number): Extent[] {
  const ends = [0, ...data.map(([, end]) => end)];
  const starts = [...data.map(([start]) => start), size];
  return ends.flatMap((from, i) => pieces(from, starts[i] ?? size));
}

function pieces(from: number, to: number): Extent[] {
  const count = Math.ceil((to - from) / mostAtOnce);
  return Array.from({ length: count }, (_, i) => [from + i * mostAtOnce, Math.min(to, from + (i + 1) * mostAtOnce)]);
}

/** Whether the file can take in all that clones may ever touch: where it cannot, the host's kernel would end them by SIGBUS. */
export function hasRoom(place: string, memory: Fd, size: number): boolean {
  const { blocks, availableBlocks, blockSize } = fileSystemUsage(place);
  return blocks === 0 || availableBlocks * blockSize >= size - fstat(memory).allocated; // a tmpfs without a limit says 0
}

/** Until `stop` the file of `memory`, which stays the caller's, is looked at and holes made again where there were some. */
export function keepHoles(
  memory: Fd,
  { data, size }: { readonly data: readonly Extent[]; readonly size: number },
  timers: Timers,
): { stop(): void } {
  const file = open(`/proc/self/fd/${memory}`, O.RDWR);
  let stopped = false;
  const usual = data.reduce((sum, [start, end]) => sum + end - start, slackBytes);
  const look = async (): Promise<void> => {
    const pieces = holesBeside(data, size);
    for (;;) {
      await sleep(timers, lookMs);
      if (stopped) return;
      if (fstat(file).allocated <= usual) continue;
      for (const piece of pieces) {
        makeHole(file, piece);
        await sleep(timers, pauseMs);
        if (stopped) return;
      }
    }
  };
  void look();
  return {
    stop: () => {
      if (!stopped) close(file);
      stopped = true;
    },
  };
}
