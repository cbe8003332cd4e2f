/** Process 1 inherits every orphan of the guest: all children are reaped here, and those that are known are told apart. */
import { type EventLoop, watchSignals } from "../../sys/loop.ts";
import { reapAny, SIGCHLD } from "../../sys/process.ts";

export class ChildReaper {
  readonly #known = new Map<number, (code: number) => void>();

  constructor(loop: EventLoop) {
    watchSignals(loop, [SIGCHLD], () => this.#reapAll());
  }

  /** The exit code (128 + signal) of a child. Ask in the turn of the event loop that forked it. */
  exitOf(pid: number): Promise<number> {
    return new Promise((resolve) => this.#known.set(pid, resolve));
  }

  /** Signals of the same kind are merged, so one may stand for many children. */
  #reapAll(): void {
    for (let child = reapAny(); child; child = reapAny()) {
      const resolve = this.#known.get(child.pid);
      this.#known.delete(child.pid);
      resolve?.(child.code);
    }
  }
}
