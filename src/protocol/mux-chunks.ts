/**
 * Read buffers of a multiplexer. A reader that waits gets a view of the buffer itself; the buffer is used again when that
 * reader has come back for more.
 */
import type { ByteStream } from "../base/stream.ts";

/** Ends the loan of a buffer. Without `reuse` its borrower may still look at it, so it is left to the garbage collector. */
export type Loan = (reuse: boolean) => void;

const maxFree = 2;
/** Beyond this many buffers at slow readers, bytes are copied. */
const maxLent = 4;

export class MuxChunks {
  readonly #chunkBytes: number;
  #free: Uint8Array[] = [];
  #current: Uint8Array | undefined;
  /** Whether bytes at hand are in `#current`, not in a buffer of the stream's. */
  #own = false;
  readonly #lent = new Map<Uint8Array, number>();

  constructor(chunkBytes: number) {
    this.#chunkBytes = chunkBytes;
  }

  async read(stream: ByteStream): Promise<Uint8Array | undefined> {
    if (this.#current && this.#lent.has(this.#current)) this.#current = undefined;
    this.#current ??= this.#free.pop() ?? new Uint8Array(this.#chunkBytes);
    const bytes = await stream.read(this.#current);
    this.#own = bytes?.buffer === this.#current.buffer;
    return bytes;
  }

  /** Lends the present buffer to a reader; undefined when the bytes must be copied. */
  lend(): Loan | undefined {
    const chunk = this.#current;
    if (!this.#own || !chunk) return undefined;
    const count = this.#lent.get(chunk) ?? 0;
    if (count === 0 && this.#lent.size >= maxLent) return undefined;
    this.#lent.set(chunk, count + 1);
    return (reuse) => this.#back(chunk, reuse);
  }

  #back(chunk: Uint8Array, reuse: boolean): void {
    if (!reuse) {
      this.#lent.delete(chunk);
      if (this.#current === chunk) this.#current = undefined;
      return;
    }
    const count = (this.#lent.get(chunk) ?? 0) - 1;
    if (count > 0) this.#lent.set(chunk, count);
    if (count !== 0) return; // lent to others too, or abandoned by one of them
    this.#lent.delete(chunk);
    if (chunk !== this.#current && this.#free.length < maxFree) this.#free.push(chunk);
  }
}
