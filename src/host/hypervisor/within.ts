import type { Timers } from "../../base/timers.ts";

/** Whether `promise` settled within `ms`; it goes on unheard when not. */
export function within(timers: Timers, ms: number, promise: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = timers.after(ms, () => resolve(false));
    const settled = (): void => {
      cancel();
      resolve(true);
    };
    promise.then(settled, settled);
  });
}
