/** How fast the processor's time stamp counter counts, measured against the clock. */
import { sleep, type Timers } from "../base/timers.ts";
import { floor } from "./native.ts";

/** Two readings are off by some 50 ns: 2 parts in a million, 0.2 s a day. */
const shortestMs = 25;

/** Begins to measure when it is made. */
export class TickRate {
  readonly #first = floor().timeStamp();

  /** In kHz, from 25 ms after the beginning on; undefined where the processor has no such counter. */
  async khz(timers: Timers): Promise<number | undefined> {
    if (!this.#first) return undefined;
    const [firstNs, firstTicks] = this.#first;
    for (;;) {
      const [ns, ticks] = floor().timeStamp() ?? this.#first;
      const leftMs = shortestMs - (ns - firstNs) / 1e6;
      if (leftMs <= 0) return Math.round(((ticks - firstTicks) / (ns - firstNs)) * 1e6);
      await sleep(timers, leftMs);
    }
  }
}
