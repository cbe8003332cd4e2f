/**
 * Hybrid vsock: a VMM that offers the guest's vsock as a unix socket. `CONNECT <port>\n`, answered by
 * `OK <host port>\n`; the end of the connection in place of an answer means that nothing listens yet.
 */
import { Fault } from "../base/fault.ts";
import type { ByteStream, DialedStream, Transport } from "../base/stream.ts";
import { decodeUtf8, encodeUtf8 } from "../base/text.ts";
import type { Timers } from "../base/timers.ts";

export interface HybridVsockOptions {
  /** Connects to the VMM's socket. */
  connect(): Promise<ByteStream>;
  readonly timers: Timers;
  /** How long the VMM may take to answer; 10 s when left out. */
  readonly answerMs?: number;
}

/** `OK 4294967295\n` */
const longestAnswer = 14;

/** A refused `dial` (`ECONNREFUSED`) may be tried again. `close` leaves the streams alone: each is a connection of its own. */
export function hybridVsock(options: HybridVsockOptions): Transport {
  let closed = false;
  return {
    async dial(port) {
      if (closed) throw new Fault(`dial vsock port ${port}: the transport is closed`, { code: "closed" });
      const stream = await options.connect();
      const answerMs = options.answerMs ?? 10_000;
      let late = false;
      const stop = options.timers.after(answerMs, () => {
        late = true;
        stream.close();
      });
      try {
        return await greet(stream, port);
      } catch (error) {
        stream.close();
        if (late) throw new Fault(`dial vsock port ${port}: no answer within ${answerMs} ms`, { code: "ETIMEDOUT" });
        throw error;
      } finally {
        stop();
      }
    },
    close() {
      closed = true;
    },
  };
}

async function greet(stream: ByteStream, port: number): Promise<DialedStream> {
  const refused = (cause?: unknown): Fault =>
    new Fault(`dial vsock port ${port}: refused, nothing listens there (yet)`, { code: "ECONNREFUSED", cause });
  await stream.write(encodeUtf8(`CONNECT ${port}\n`)).catch((error: unknown) => {
    throw refused(error);
  });
  let line = "";
  for (;;) {
    const bytes = await stream.read();
    if (!bytes) throw refused();
    const end = bytes.indexOf(10);
    line += decodeUtf8(bytes.subarray(0, end < 0 ? longestAnswer : end));
    if (line.length >= longestAnswer || end >= 0) {
      const localPort = /^OK (\d{1,10})$/.exec(line)?.[1];
      if (end < 0 || localPort === undefined || Number(localPort) > 0xffffffff) {
        throw new Fault(`dial vsock port ${port}: answer ${JSON.stringify(line)} ("OK <port>" would be right)`, { code: "malformed" });
      }
      return new GreetedStream(stream, Number(localPort), bytes.slice(end + 1));
    }
  }
}

/** The connection, behind what came together with the answer. */
class GreetedStream implements DialedStream {
  readonly localPort: number;
  readonly writev?: (parts: readonly Uint8Array[]) => Promise<void>;
  readonly #stream: ByteStream;
  #early: Uint8Array | undefined;

  constructor(stream: ByteStream, localPort: number, early: Uint8Array) {
    this.#stream = stream;
    this.localPort = localPort;
    this.#early = early.length > 0 ? early : undefined;
    if (stream.writev) this.writev = stream.writev.bind(stream);
  }

  read(into?: Uint8Array): Promise<Uint8Array | undefined> {
    const early = this.#early;
    if (!early) return this.#stream.read(into);
    this.#early = undefined;
    return Promise.resolve(early);
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#stream.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#stream.closeWrite();
  }

  close(): void {
    this.#early = undefined;
    this.#stream.close();
  }
}
