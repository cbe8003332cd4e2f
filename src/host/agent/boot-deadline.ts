/** How long a guest may take to boot: what a busy host keeps from it does not count. */
import type { Timers } from "../../base/timers.ts";

/** So many times as long at the most: a guest that spins on a busy host must end too. */
const most = 4;

export interface BootLimit {
  readonly timers: Timers;
  readonly timeoutMs: number;
  /** How long, in all, the VMM wanted a processor and had none. */
  readonly waitedMs?: () => number;
}

/** Begins now. */
export class BootDeadline {
  readonly #limit: BootLimit;
  readonly #start: number;
  readonly #waitedBefore: number;

  constructor(limit: BootLimit) {
    this.#limit = limit;
    this.#start = limit.timers.nowMs();
    this.#waitedBefore = limit.waitedMs?.() ?? 0;
  }

  get elapsedMs(): number {
    return this.#limit.timers.nowMs() - this.#start;
  }

  /** Of `elapsedMs`, what the host kept from the guest. */
  get waitedMs(): number {
    return Math.max(0, (this.#limit.waitedMs?.() ?? 0) - this.#waitedBefore);
  }

  /** At the longest; more than `leftMs` says. */
  get longestMs(): number {
    return this.#limit.timeoutMs * most - this.elapsedMs;
  }

  get leftMs(): number {
    return Math.min(this.#limit.timeoutMs - this.elapsedMs + this.waitedMs, this.longestMs);
  }

  /** Calls `onOver` once when nothing is left, unless it is told to stop before. */
  watch(onOver: () => void): () => void {
    let cancel = (): void => {};
    const look = (): void => {
      const left = this.leftMs;
      if (left <= 0) onOver();
      else cancel = this.#limit.timers.after(Math.max(1, left), look);
    };
    look();
    return () => cancel();
  }
}
