/**
 * Where a session begins in what a dialer reads. A guest that has not noticed yet that its host went away and another came
 * still sends frames of the session before, and the first of them may have lost its beginning.
 */
import { muxFlag, muxHeaderBytes, muxType, putMuxHeader } from "./mux-frame.ts";

export class MuxStart {
  readonly #answer = new Uint8Array(muxHeaderBytes);
  /** The last bytes seen, fewer than a header. */
  #tail = new Uint8Array(0);

  /** `value`: of a ping that this session has sent and nobody could guess, as data of containers is among what comes before. */
  constructor(value: number) {
    putMuxHeader(this.#answer, 0, { type: muxType.ping, flags: muxFlag.ack, id: 0, length: value });
  }

  /** What of the next bytes comes behind the answer to that ping, as a view of them; undefined when there is no answer yet. */
  behind(bytes: Uint8Array): Uint8Array | undefined {
    const seen = new Uint8Array(this.#tail.length + bytes.length);
    seen.set(this.#tail);
    seen.set(bytes, this.#tail.length);
    for (let at = 0; at + muxHeaderBytes <= seen.length; at++)
      if (this.#answer.every((byte, i) => byte === seen[at + i])) return bytes.subarray(at + muxHeaderBytes - this.#tail.length);
    this.#tail = seen.slice(Math.max(0, seen.length - muxHeaderBytes + 1));
    return undefined;
  }
}
