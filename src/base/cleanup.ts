/**
 * A stack of undos. Register the undo on the line after the acquire; `run` undoes in reverse order and goes on when one
 * fails; `release` forgets them once the owner has taken over.
 */
export class Cleanup {
  #undos: { what: string; undo: () => void | Promise<void> }[] = [];

  add(what: string, undo: () => void | Promise<void>): void {
    this.#undos.push({ what, undo });
  }

  release(): void {
    this.#undos = [];
  }

  /** Undoes everything. `onError` hears of each undo that failed; it never throws itself. */
  async run(onError: (what: string, error: unknown) => void = () => {}): Promise<void> {
    for (;;) {
      const last = this.#undos.pop();
      if (!last) return;
      try {
        await last.undo();
      } catch (error) {
        onError(last.what, error);
      }
    }
  }
}
