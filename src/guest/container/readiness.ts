import { EPOLL, type EventLoop, type Watch } from "../../sys/loop.ts";
import type { Fd } from "../../sys/syscall.ts";

/** Waits for one descriptor, one waiter at a time; to be cancelled before the descriptor is closed. */
export class Readiness {
  readonly #loop: EventLoop;
  readonly #fd: Fd;
  #watch: Watch | undefined;
  #resolve: (() => void) | undefined;

  constructor(loop: EventLoop, fd: Fd) {
    this.#loop = loop;
    this.#fd = fd;
  }

  readable(): Promise<void> {
    return this.#wait(EPOLL.in);
  }

  writable(): Promise<void> {
    return this.#wait(EPOLL.out);
  }

  /** Lets a waiter go on as if the descriptor were ready. */
  cancel(): void {
    this.#watch?.stop();
    this.#watch = undefined;
    this.#resolve?.();
    this.#resolve = undefined;
  }

  #wait(events: number): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#watch = this.#loop.watch(this.#fd, events, () => this.cancel());
    });
  }
}
