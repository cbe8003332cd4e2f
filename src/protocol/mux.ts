/**
 * Many streams over one, with a window each (yamux's frames): how the agent is reached where the only channel is a serial
 * port. The host dials; the first bytes of a stream are `CONNECT <port>\n`, to which nothing is replied.
 */
import { deferred } from "../base/deferred.ts";
import { Fault } from "../base/fault.ts";
import type { ByteStream, DialedStream, Transport } from "../base/stream.ts";
import { decodeUtf8, encodeUtf8 } from "../base/text.ts";
import type { Timers } from "../base/timers.ts";
import { maxPing, muxFlag } from "./mux-frame.ts";
import { MuxSession } from "./mux-session.ts";
import type { MuxStream } from "./mux-stream.ts";

export interface MuxTransport extends Transport {
  /** Resolves once the channel is over: with why, or undefined after `close`. */
  readonly closed: Promise<Fault | undefined>;
  /** Resolves when the peer has answered: it is there and reads. Rejects (`ETIMEDOUT`) after `timeoutMs`. */
  ping(timeoutMs: number): Promise<void>;
}

/**
 * The host's end; takes the stream over. `dial` resolves at once; the `localPort` of its streams is their id. A stream to a
 * port nobody listens on fails with ECONNREFUSED. Streams of an earlier session on the same channel end at the peer.
 */
export function muxDialer(stream: ByteStream, timers: Timers): MuxTransport {
  const closed = deferred<Fault | undefined>();
  const pings = new Pings(timers);
  const session = new MuxSession(stream, {
    chunkBytes: 65_536,
    vector: true,
    startPing: Math.floor(Math.random() * maxPing),
    onPong: (value) => pings.answered(value),
    onEnd: (why) => {
      pings.end(why);
      closed.resolve(why);
    },
  });
  return {
    closed: closed.promise,
    close: () => session.end(),
    async dial(port) {
      if (session.ended) throw new Fault(`dial port ${port}`, { cause: channelOver(await closed.promise) });
      const opened = session.open();
      opened.write(encodeUtf8(`CONNECT ${port}\n`)).catch(() => {}); // the stream's reads and writes tell
      return opened;
    },
    async ping(timeoutMs) {
      if (session.ended) throw channelOver(await closed.promise);
      const { value, answer } = pings.wait(timeoutMs);
      session.ping(muxFlag.syn, value);
      await answer;
    },
  };
}

function channelOver(why: Fault | undefined): Fault {
  return why ?? new Fault("multiplexer: this end closed the channel", { code: "closed" });
}

/** Pings that wait for their answers, by value. */
class Pings {
  readonly #timers: Timers;
  readonly #waiting = new Map<number, { resolve(): void; reject(why: Fault): void }>();
  #last = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  wait(timeoutMs: number): { readonly value: number; readonly answer: Promise<void> } {
    this.#last = (this.#last + 1) % maxPing;
    const value = this.#last;
    const { promise, resolve, reject } = deferred();
    this.#waiting.set(value, { resolve, reject });
    const late = new Fault(`multiplexer: no answer within ${timeoutMs} ms`, { code: "ETIMEDOUT" });
    const stop = this.#timers.after(timeoutMs, () => reject(late));
    const answer = promise.finally(() => {
      stop();
      this.#waiting.delete(value);
    });
    return { value, answer };
  }

  answered(value: number): void {
    this.#waiting.get(value)?.resolve();
  }

  end(why: Fault | undefined): void {
    for (const ping of this.#waiting.values()) ping.reject(channelOver(why));
  }
}

/**
 * The guest's end; takes the stream over. `accept` gets each stream that the host opens, with `localPort` = the host's, and
 * returns false when nothing listens on the port. `closed` resolves when the channel is over.
 */
export function muxAcceptor(
  stream: ByteStream,
  accept: (port: number, stream: DialedStream) => boolean,
): { readonly closed: Promise<void>; close(): void } {
  const closed = deferred<void>();
  const session = new MuxSession(stream, {
    chunkBytes: 8192,
    vector: false,
    onStream: (opened) => {
      readPort(opened).then(
        (port) => {
          if (port === undefined || !accept(port, opened)) opened.refuse();
        },
        () => opened.close(),
      );
    },
    onPong: () => {},
    onEnd: () => closed.resolve(),
  });
  return { closed: closed.promise, close: () => session.end() };
}

/** `CONNECT 4294967295\n` */
const longestGreeting = 19;

/** Reads the greeting; undefined when it is none. What came behind it stays in the stream. */
async function readPort(stream: MuxStream): Promise<number | undefined> {
  let line = "";
  for (;;) {
    const bytes = await stream.read();
    if (!bytes) return undefined;
    const end = bytes.indexOf(10);
    line += decodeUtf8(bytes.subarray(0, end < 0 ? longestGreeting : end));
    if (line.length >= longestGreeting) return undefined;
    if (end < 0) continue;
    stream.unread(bytes.subarray(end + 1));
    const port = /^CONNECT (\d{1,10})$/.exec(line)?.[1];
    return port !== undefined && Number(port) <= 0xffffffff ? Number(port) : undefined;
  }
}
