/** What arrived on a stream and was not read yet. Its bounds are the window's; pieces are put together to bound their number too. */

const pieceBytes = 2048;

export class MuxInbox {
  #pieces: { readonly bytes: Uint8Array; length: number }[] = [];

  get empty(): boolean {
    return this.#pieces.length === 0;
  }

  /** Copies `part`. */
  push(part: Uint8Array): void {
    const last = this.#pieces[this.#pieces.length - 1];
    if (last && last.bytes.length - last.length >= part.length) {
      last.bytes.set(part, last.length);
      last.length += part.length;
      return;
    }
    const bytes = new Uint8Array(Math.max(part.length, pieceBytes));
    bytes.set(part);
    this.#pieces.push({ bytes, length: part.length });
  }

  /** Puts bytes back in front. */
  unshift(part: Uint8Array): void {
    this.#pieces.unshift({ bytes: part.slice(), length: part.length });
  }

  shift(): Uint8Array | undefined {
    const piece = this.#pieces.shift();
    return piece?.bytes.subarray(0, piece.length);
  }

  clear(): void {
    this.#pieces = [];
  }
}
