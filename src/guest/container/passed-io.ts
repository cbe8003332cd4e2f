/** One descriptor of a process beyond its standard streams, relayed to streams of the host. */
import type { ByteStream } from "../../base/stream.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { peerHasClosed } from "../../sys/socket.ts";
import type { PassedEnds } from "./pipes.ts";
import { Input, Output } from "./stdio.ts";

/** Streams of the host: what the process reads, what it writes. */
export interface PassedStreams {
  readonly input?: ByteStream | undefined;
  readonly output?: ByteStream | undefined;
}

export class PassedIo {
  readonly #input: Input | undefined;
  readonly #output: Output | undefined;
  /** Tells a socket that was closed from one whose outgoing direction was ended: the host is told of both at once. */
  readonly #onEnd: (() => void) | undefined;

  /** Owns the ends from now on. */
  constructor(loop: EventLoop, { input, output }: PassedEnds) {
    const both = input !== undefined && output !== undefined;
    if (input !== undefined) this.#input = new Input(loop, input, both ? "socket" : "pipe");
    if (output !== undefined) this.#output = new Output(loop, output);
    if (both) this.#onEnd = () => (peerHasClosed(output) ? this.#input?.close() : undefined);
  }

  /** What the process writes is handed on once `after` has settled. */
  relay({ input, output }: PassedStreams, after: Promise<void> | undefined): void {
    if (input) this.#input?.relay(input);
    if (output) this.#output?.relay(output, after, this.#onEnd);
  }

  get handedOn(): number {
    return this.#output?.handedOn ?? 0;
  }

  async drained(): Promise<void> {
    await this.#output?.drained();
  }

  /** The process is over: it reads no more, what it has written goes on to its end. */
  release(): void {
    this.#input?.close();
    this.#output?.release();
  }

  close(): void {
    this.#input?.close();
    this.#output?.close();
  }
}
