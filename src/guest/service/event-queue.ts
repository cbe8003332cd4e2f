/** Events for whoever asks next; asking before one is there waits. */
export class EventQueue<T> {
  readonly #events: T[] = [];
  readonly #waiting: ((event: T) => void)[] = [];
  readonly #most: number;

  /** @param most events kept while nobody asks; older ones are dropped */
  constructor(most = 64) {
    this.#most = most;
  }

  push(event: T): void {
    const next = this.#waiting.shift();
    if (next) next(event);
    else if (this.#events.push(event) > this.#most) this.#events.shift();
  }

  /** `onGone` registers a function to be called when the asker does not wait any more. */
  next(onGone: (forget: () => void) => void): Promise<T> {
    const event = this.#events.shift();
    if (event !== undefined) return Promise.resolve(event);
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      onGone(() => {
        const at = this.#waiting.indexOf(resolve);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        reject(new Error("nobody waits for the event any more"));
      });
    });
  }
}
