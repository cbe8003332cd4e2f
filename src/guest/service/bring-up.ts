/** Processors and memory that the machine was given while it runs: the kernel shows them some time later, and uses none by itself. */
import { chainMessage } from "../../base/fault.ts";
import { sleep, type Timers } from "../../base/timers.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { listSubdirectories } from "../../sys/directory.ts";
import { readTextFile, statIfPresent, writeKnob } from "../../sys/file.ts";

export const memoryDevices = "/sys/devices/system/memory";
const processors = "/sys/devices/system/cpu";

/** A processor of an emulated machine takes up to a second, on a busy host several. */
const longestMs = 30_000;
const pollMs = 5;

export interface Wanted {
  readonly cpus: number;
  readonly memoryBlocks: number;
}

/** Resolves when so many are online. Throws, saying how many are, when that does not come. */
export async function bringUpAll(timers: Timers, { cpus, memoryBlocks }: Wanted): Promise<void> {
  const deadline = timers.nowMs() + longestMs;
  const blocks = new Set<string>();
  let running = 0;
  for (;;) {
    let refusal: unknown;
    try {
      if (blocks.size < memoryBlocks) bringUpMemory(blocks);
      running = bringUpProcessors();
    } catch (error) {
      refusal = error; // a processor that was slow to answer is asked again
    }
    if (running >= cpus && blocks.size >= memoryBlocks) return;
    if (timers.nowMs() > deadline) {
      const why = refusal === undefined ? "" : `: ${chainMessage(refusal)}`;
      const text = `the guest has brought up ${running} of ${cpus} processors and ${blocks.size} of ${memoryBlocks} blocks of memory${why}`;
      throw new RpcError(rpcCode.deadlineExceeded, text);
    }
    await sleep(timers, pollMs);
  }
}

/** At most `count` of those that are plugged in and do not run yet; how many run then. */
export function bringUpProcessors(count = Number.POSITIVE_INFINITY): number {
  let left = count;
  let running = 0;
  for (const name of listSubdirectories(processors)) {
    if (!/^cpu\d+$/.test(name)) continue;
    const knob = `${processors}/${name}/online`;
    const runs = !statIfPresent(knob) || readTextFile(knob).trim() === "1"; // the first one of some kernels cannot be stopped
    if (!runs && left <= 0) continue;
    if (!runs) {
      writeKnob(knob, "1");
      left--;
    }
    running++;
  }
  return running;
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
