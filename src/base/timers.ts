/** Time for code that must not know where it runs: the event loop implements it, tests fake it. */
export interface Timers {
  /** Monotonic milliseconds, fraction included. */
  nowMs(): number;
  /** Calls `fn` once after `ms`; the returned function cancels. */
  after(ms: number, fn: () => void): () => void;
}

export function sleep(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(ms, resolve);
  });
}
