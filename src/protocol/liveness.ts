/** Notices that a peer answers nothing any more, while somebody waits for it: a machine that is stopped breaks no connection. */
import type { Timers } from "../base/timers.ts";

export interface LivenessOptions {
  /** Asks for a sign of life; rejects when none comes within `timeoutMs`. */
  readonly probe: (timeoutMs: number) => Promise<unknown>;
  /** So long nobody is asked. */
  readonly quietMs: number;
  /** So long the answer may take: an emulated guest on a busy host is slow. */
  readonly patienceMs: number;
}

/** Nothing runs while nobody waits. */
export class Liveness {
  readonly #timers: Timers;
  readonly #options: LivenessOptions;
  /** Hears how long the peer has been silent. */
  readonly #onSilence: (ms: number) => void;
  #waiting = 0;
  #heardMs = 0;
  #cancel: (() => void) | undefined;

  constructor(timers: Timers, options: LivenessOptions, onSilence: (ms: number) => void) {
    this.#timers = timers;
    this.#options = options;
    this.#onSilence = onSilence;
  }

  /** Somebody waits for an answer. */
  begin(): void {
    if (this.#waiting++ > 0) return;
    this.heard();
    this.#arm(this.#options.quietMs);
  }

  /** Has it, or has given up. */
  end(): void {
    if (--this.#waiting > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Whatever came from the peer. */
  heard(): void {
    this.#heardMs = this.#timers.nowMs();
  }

  #arm(ms: number): void {
    this.#cancel = this.#timers.after(ms, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { quietMs, patienceMs, probe } = this.#options;
    this.#cancel = undefined;
    const left = this.#heardMs + quietMs - this.#timers.nowMs();
    if (left > 0) return this.#arm(left);
    const answered = await probe(patienceMs).then(
      () => true,
      () => this.#timers.nowMs() - this.#heardMs < patienceMs, // another answer came meanwhile
    );
    if (!answered) this.#onSilence(Math.round(this.#timers.nowMs() - this.#heardMs));
    if (this.#waiting > 0 && this.#cancel === undefined) this.#arm(quietMs);
  }
}
