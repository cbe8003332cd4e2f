import type { Timers } from "../base/timers.ts";
import { trimMemory } from "./process.ts";

/** Long enough that who is busy never pays for it: a collection takes some ms in an emulated guest. */
const idleMs = 2000;

/** Gives memory that a burst of work left behind back to the kernel once it is quiet. */
export class IdleTrim {
  readonly #timers: Timers;
  #cancel: (() => void) | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Something was made or has ended. */
  touch(): void {
    this.#cancel?.();
    this.#cancel = this.#timers.after(idleMs, () => {
      this.#cancel = undefined;
      trimMemory();
    });
  }
}
