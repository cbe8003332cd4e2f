/** Cuts a stream of bytes into frames of a header of fixed length and a body whose length the header says. */
import { Fault } from "../base/fault.ts";
import type { ByteStream } from "../base/stream.ts";

export interface FrameSink {
  /** Takes a header in (the view is valid during the call) and returns the length of the body; throws when it is not allowed. */
  header(view: DataView): number;
  /** Takes the next part of the body in (valid during the call); `left` bytes are still to come. Empty bodies come as one empty part. */
  body(part: Uint8Array, left: number): void;
}

const nothing = new Uint8Array(0);

export class FrameCutter {
  readonly #sink: FrameSink;
  readonly #header: Uint8Array;
  readonly #view: DataView;
  #headerFilled = 0;
  /** Bytes of the present body still to come; 0 between frames. */
  #left = 0;

  constructor(headerBytes: number, sink: FrameSink) {
    this.#sink = sink;
    this.#header = new Uint8Array(headerBytes);
    this.#view = new DataView(this.#header.buffer);
  }

  /** Whether the input ended inside a frame. */
  get unfinished(): boolean {
    return this.#headerFilled > 0 || this.#left > 0;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) at = this.#left > 0 ? this.#pushBody(chunk, at) : this.#pushHeader(chunk, at);
  }

  #pushHeader(chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + this.#header.length - this.#headerFilled);
    this.#header.set(part, this.#headerFilled);
    this.#headerFilled += part.length;
    if (this.#headerFilled === this.#header.length) {
      this.#headerFilled = 0;
      this.#left = this.#sink.header(this.#view);
      if (this.#left === 0) this.#sink.body(nothing, 0);
    }
    return at + part.length;
  }

  #pushBody(chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + this.#left);
    this.#left -= part.length;
    this.#sink.body(part, this.#left);
    return at + part.length;
  }
}

/** Feeds `cutter` until the stream ends; `pause` is awaited between reads. Rejects when the stream breaks or ends inside a frame. */
export async function readFrames(
  stream: ByteStream,
  cutter: FrameCutter,
  pause: () => Promise<void> | undefined = () => undefined,
): Promise<void> {
  for (;;) {
    const chunk = await stream.read();
    if (!chunk) break;
    cutter.push(chunk);
    await pause();
  }
  if (cutter.unfinished) throw new Fault("read frames: the peer closed the connection inside a frame", { code: "closed" });
}
