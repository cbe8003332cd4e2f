/** Time that passes when the test says so. */
import type { Timers } from "../../base/timers.ts";

export class ManualTimers implements Timers {
  #now = 0;
  #waiting: { readonly at: number; readonly fn: () => void }[] = [];

  nowMs(): number {
    return this.#now;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + ms, fn };
    this.#waiting.push(timer);
    return () => {
      this.#waiting = this.#waiting.filter((t) => t !== timer);
    };
  }

  /** How many wait. */
  get pending(): number {
    return this.#waiting.length;
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#waiting.filter((t) => t.at <= this.#now).sort((a, b) => a.at - b.at);
    this.#waiting = this.#waiting.filter((t) => t.at > this.#now);
    for (const timer of due) timer.fn();
  }
}
