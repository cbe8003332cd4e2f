/** Processors and memory that the machine was given while it runs: the kernel shows them some time later, and uses none by itself. */
import { chainMessage } from "../../base/fault.ts";
import { sleep, type Timers } from "../../base/timers.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { listSubdirectories } from "../../sys/directory.ts";
import { readTextFile, statIfPresent, writeKnob } from "../../sys/file.ts";

export const memoryDevices = "/sys/devices/system/memory";
const processors = "/sys/devices/system/cpu";

/** Without anything new. A processor of an emulated machine takes up to a second, on a busy host several. */
const longestMs = 30_000;
const pollMs = 5;

export interface Wanted {
  readonly cpus: number;
  readonly memoryBlocks: number;
}

/** Resolves when so many are online. Throws, saying how many are, when that does not come. */
export async function bringUpAll(timers: Timers, { cpus, memoryBlocks }: Wanted): Promise<void> {
  const blocks = new Set<string>();
  let running = 0;
  let progress = { count: 0, atMs: timers.nowMs() };
  for (;;) {
    let refusal: unknown;
    try {
      if (blocks.size < memoryBlocks) bringUpMemory(blocks);
      if (runningProcessors() < cpus) bringUpProcessors(1); // whoever else asks the agent is answered in between
      running = runningProcessors();
    } catch (error) {
      refusal = error; // a processor that was slow to answer is asked again
    }
    if (running >= cpus && blocks.size >= memoryBlocks) return;
    const count = running + blocks.size;
    if (count > progress.count) progress = { count, atMs: timers.nowMs() };
    else if (timers.nowMs() - progress.atMs > longestMs) {
      const why = refusal === undefined ? "" : `: ${chainMessage(refusal)}`;
      const text = `the guest has brought up ${running} of ${cpus} processors and ${blocks.size} of ${memoryBlocks} blocks of memory${why}`;
      throw new RpcError(rpcCode.deadlineExceeded, text);
    }
    await sleep(timers, pollMs);
  }
}

/** At most `count` of those that are plugged in and do not run yet. */
export function bringUpProcessors(count = Number.POSITIVE_INFINITY): void {
  let left = count;
  for (const name of listSubdirectories(processors)) {
    const knob = `${processors}/${name}/online`;
    if (left === 0 || !/^cpu\d+$/.test(name) || !statIfPresent(knob) || readTextFile(knob).trim() === "1") continue;
    writeKnob(knob, "1");
    left--;
  }
}

/** How many are in the kernel's list, like `0-3,8`: a processor's own directory is there before it says whether it runs. */
function runningProcessors(): number {
  const ranges = readTextFile(`${processors}/online`).trim().split(",");
  return ranges.reduce((sum, range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return sum + last - first + 1;
  }, 0);
}

/** Adds the names of the blocks that are online to `known`, which are not looked at again. */
export function bringUpMemory(known: Set<string> = new Set()): void {
  if (!statIfPresent(memoryDevices)) return;
  for (const name of listSubdirectories(memoryDevices)) {
    if (known.has(name) || !/^memory\d+$/.test(name)) continue;
    const knob = `${memoryDevices}/${name}/state`;
    if (readTextFile(knob).trim() === "offline") writeKnob(knob, "online");
    known.add(name);
  }
}
