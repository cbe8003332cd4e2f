/** Moves bytes between the streams of a guest's process and the caller's descriptors. Nothing here rejects. */
import { deferred } from "../../base/deferred.ts";
import type { ByteStream } from "../../base/stream.ts";

/** Where output goes: `discard` when nobody asked for it, `gone` when whoever did has gone. */
export type Sink = ByteStream | "discard" | "gone";

/** What a process writes. A reader that goes away is told to the guest, whose process then gets SIGPIPE as it would here. */
export class OutputPump {
  /** Nobody in the guest can write any more, or nobody here reads. */
  readonly ended: Promise<void>;
  #handedOn = 0;
  #over = false;
  #waiting: { readonly bytes: number; resolve(): void }[] = [];

  constructor(from: ByteStream, to: Sink) {
    this.ended = this.#run(from, to);
  }

  /** Resolves once so many bytes since the beginning were handed on, or no more can be. */
  handedOn(bytes: number): Promise<void> {
    if (this.#over || bytes <= this.#handedOn) return Promise.resolve();
    const reached = deferred();
    this.#waiting.push({ bytes, resolve: reached.resolve });
    return reached.promise;
  }

  async #run(from: ByteStream, to: Sink): Promise<void> {
    try {
      if (to !== "gone") await this.#move(from, to);
    } catch {
      // the reader is gone, or the guest
    }
    from.close();
    if (typeof to === "object") to.close();
    this.#over = true;
    this.#wake();
  }

  async #move(from: ByteStream, to: ByteStream | "discard"): Promise<void> {
    for (;;) {
      const bytes = await from.read();
      if (bytes === undefined) return;
      if (to !== "discard") await to.write(bytes);
      this.#handedOn += bytes.length;
      if (this.#waiting.length > 0) this.#wake();
    }
  }

  #wake(): void {
    const ready = this.#waiting.filter(({ bytes }) => this.#over || bytes <= this.#handedOn);
    this.#waiting = this.#waiting.filter((each) => !ready.includes(each));
    for (const { resolve } of ready) resolve();
  }
}

export interface InputOptions {
  /** Whether the end of the input is the end of a terminal that hung up; undefined: it is no terminal's input. */
  readonly hungUp?: () => boolean;
  readonly onHangUp: () => void;
}

/** What a process reads: its end is the end of its input. A terminal has no end: it hangs up, as the guest's does then. */
export async function pumpInput(from: ByteStream | undefined, to: ByteStream, { hungUp, onHangUp }: InputOptions): Promise<void> {
  try {
    for (;;) {
      const bytes = await from?.read();
      if (bytes !== undefined) await to.write(bytes);
      else if (hungUp === undefined) break;
      else if (hungUp()) {
        onHangUp();
        return;
      } // else it was ^D before the terminal became raw
    }
    await to.closeWrite();
  } catch {
    // the process closed its standard input, or is gone
  } finally {
    from?.close();
  }
}
