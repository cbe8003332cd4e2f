/** Two connected streams in memory, with back-pressure like a socket's. */
import { Fault } from "../../base/fault.ts";
import type { ByteStream } from "../../base/stream.ts";

export interface PairOptions {
  /** Bytes that a direction holds before writers wait. */
  readonly capacity?: number;
  /** The most that a read returns at once: how the bytes are cut on their way. Called for each read. */
  readonly cut?: () => number;
}

/** One direction. */
class Pipe {
  readonly #capacity: number;
  readonly #cut: () => number;
  #held: Uint8Array[] = [];
  #size = 0;
  #ended = false;
  #broken = false;
  #wake: (() => void)[] = [];

  constructor(options: PairOptions) {
    this.#capacity = options.capacity ?? 65_536;
    this.#cut = options.cut ?? (() => Number.MAX_SAFE_INTEGER);
  }

  async push(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#broken || this.#ended) throw new Fault("write: the stream is closed", { code: "EPIPE" });
      const part = rest.subarray(0, this.#capacity - this.#size);
      if (part.length === 0) await this.#changed();
      else {
        this.#held.push(part.slice());
        this.#size += part.length;
        rest = rest.subarray(part.length);
        this.#change();
      }
    }
  }

  async take(): Promise<Uint8Array | undefined> {
    for (;;) {
      const first = this.#held[0];
      if (first) {
        const part = first.subarray(0, Math.max(1, this.#cut()));
        if (part.length === first.length) this.#held.shift();
        else this.#held[0] = first.subarray(part.length);
        this.#size -= part.length;
        this.#change();
        return part.slice();
      }
      if (this.#ended || this.#broken) return undefined;
      await this.#changed();
    }
  }

  end(): void {
    this.#ended = true;
    this.#change();
  }

  break(): void {
    this.#broken = true;
    this.#change();
  }

  drop(): void {
    this.#held = [];
    this.break();
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #change(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const fn of wake) fn();
  }
}

class PairEnd implements ByteStream {
  readonly #incoming: Pipe;
  readonly #outgoing: Pipe;
  #writing: Promise<void> = Promise.resolve();
  /** Reused by every read, as by a stream that reads from the kernel: a view kept for too long shows. */
  readonly #buffer: Uint8Array;

  constructor(incoming: Pipe, outgoing: Pipe, capacity: number) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#buffer = new Uint8Array(capacity);
  }

  async read(into?: Uint8Array): Promise<Uint8Array | undefined> {
    const part = await this.#incoming.take();
    const buffer = into && part && part.length <= into.length ? into : this.#buffer;
    if (!part) return undefined;
    buffer.set(part);
    return buffer.subarray(0, part.length);
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.writev([bytes]);
  }

  writev(parts: readonly Uint8Array[]): Promise<void> {
    const next = this.#writing.then(async () => {
      for (const part of parts) await this.#outgoing.push(part);
    });
    this.#writing = next.catch(() => {});
    return next;
  }

  async closeWrite(): Promise<void> {
    await this.#writing;
    this.#outgoing.end();
  }

  close(): void {
    this.#incoming.drop();
    this.#outgoing.break();
  }
}

/** What one end writes, the other reads. Both directions have the same options. */
export function streamPair(options: PairOptions = {}): [ByteStream, ByteStream] {
  const there = new Pipe(options);
  const back = new Pipe(options);
  const capacity = options.capacity ?? 65_536;
  return [new PairEnd(back, there, capacity), new PairEnd(there, back, capacity)];
}
