import { EPOLL, type EventLoop, type Watch } from "../../sys/loop.ts";
import type { Fd } from "../../sys/syscall.ts";

/**
 * Waits for one descriptor, one waiter at a time; to be cancelled before the descriptor is closed. The watch stays from one
 * wait to the next, until an event comes that nobody waits for.
 */
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

  /** Lets a waiter go on as if the descriptor were ready, and forgets the descriptor. */
  cancel(): void {
    this.#watch?.stop();
    this.#watch = undefined;
    this.#wake();
  }

  #wake(): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.();
  }

  #wait(events: number): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      if (this.#watch) this.#watch.change(events);
      else this.#watch = this.#loop.watch(this.#fd, events, () => this.#onReady());
    });
  }

  #onReady(): void {
    if (this.#resolve) this.#wake();
    else this.cancel();
  }
}
