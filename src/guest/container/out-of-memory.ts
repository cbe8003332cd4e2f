import { decodeUtf8 } from "../../base/text.ts";
import { readFromStart } from "../../sys/descriptor.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import type { Fd } from "../../sys/syscall.ts";

const priority = 2; // EPOLLPRI: the kernel signals a changed memory.events that way

/** Calls `onKill` whenever the count of processes killed for want of memory has grown. */
export class OutOfMemoryWatch {
  #fd: Fd | undefined;
  readonly #onKill: () => void;
  readonly #watch: { stop(): void };
  readonly #buffer = new Uint8Array(512);
  #known: number;
  #told = 0;

  /** `fd` is a memory.events file, which is the watch's from now on. */
  constructor(loop: Pick<EventLoop, "watch">, fd: Fd, onKill: () => void) {
    this.#fd = fd;
    this.#onKill = onKill;
    this.#known = this.#count(fd);
    this.#watch = loop.watch(fd, priority, () => this.look(), { background: true });
  }

  /**
   * How often `onKill` was called, for what happened until now. The kernel counts before it kills but signals up to 10 ms
   * later: whoever knows of an end may be ahead of the signal.
   */
  look(): number {
    if (this.#fd === undefined) return this.#told;
    const now = this.#count(this.#fd);
    if (now > this.#known) {
      this.#told++;
      this.#onKill();
    }
    this.#known = now;
    return this.#told;
  }

  stop(): void {
    if (this.#fd === undefined) return;
    this.look();
    this.#watch.stop();
    close(this.#fd);
    this.#fd = undefined;
  }

  #count(fd: Fd): number {
    return killCount(decodeUtf8(this.#buffer.subarray(0, readFromStart(fd, this.#buffer))));
  }
}

/** `oom_kill` of a memory.events file. */
export function killCount(text: string): number {
  const line = text.split("\n").find((candidate) => candidate.startsWith("oom_kill "));
  return line === undefined ? 0 : Number(line.slice("oom_kill ".length));
}
