/** One stream of a multiplexer. */
import { Fault } from "../base/fault.ts";
import type { DialedStream } from "../base/stream.ts";
import type { Loan } from "./mux-chunks.ts";
import { type MuxHeader, maxMuxData, muxFlag, muxType, muxViolation, muxWindow } from "./mux-frame.ts";
import { MuxInbox } from "./mux-inbox.ts";

/** What a stream needs of its multiplexer. */
export interface MuxCarrier {
  /** `sent` is called when the channel has taken the payload or is over. */
  send(header: MuxHeader, payload?: Uint8Array, sent?: () => void): void;
  /** The buffer that holds the bytes at hand stays untouched until the loan ends; undefined: they must be copied. */
  lend(): Loan | undefined;
  /** Both directions of the stream are over. */
  forget(id: number): void;
}

interface Waiter {
  resolve(bytes: Uint8Array | undefined): void;
  reject(error: Fault): void;
}

export class MuxStream implements DialedStream {
  readonly localPort: number;
  readonly #carrier: MuxCarrier;
  /** Flag that the next frame out carries: SYN of a dialed stream, ACK of an accepted one. */
  #greeting: number;
  #inbox = new MuxInbox();
  #reader: Waiter | undefined;
  /** Wakes the writer that waits for credit. */
  #writer: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** Of the buffer that the reader has a view of. */
  #loan: Loan | undefined;
  /** Bytes the reader has in hands: they count as read when it comes for more. */
  #inHands = 0;
  /** Bytes read that the peer was not granted anew yet. */
  #consumed = 0;
  #receiveWindow = muxWindow;
  #sendWindow = muxWindow;
  #acknowledged = false;
  #finSent = false;
  #finReceived = false;
  #closed = false;
  #failure: Fault | undefined;
  /** The peer reads no more: writes fail, reads go on to the end. */
  #deaf = false;

  constructor(carrier: MuxCarrier, id: number, greeting: number) {
    this.localPort = id;
    this.#carrier = carrier;
    this.#greeting = greeting;
    this.#acknowledged = greeting !== muxFlag.syn; // an accepted stream has nothing to wait for
  }

  read(): Promise<Uint8Array | undefined> {
    this.#takeBack();
    const bytes = this.#inbox.shift();
    if (bytes) {
      this.#inHands = bytes.length;
      return Promise.resolve(bytes);
    }
    if (this.#closed || this.#finReceived) return Promise.resolve(undefined);
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#reader) return Promise.reject(new Fault(`read stream ${this.localPort}: another read waits already`));
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  /** Puts the tail of what the last read returned back. */
  unread(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#inbox.unshift(bytes);
    this.#inHands -= bytes.length;
  }

  write(bytes: Uint8Array): Promise<void> {
    const next = this.#writing.then(() => this.#writeNow(bytes));
    this.#writing = next.catch(() => {});
    return next;
  }

  async closeWrite(): Promise<void> {
    await this.#writing;
    if (this.#finSent || this.#closed || this.#failure || this.#deaf) return;
    this.#finSent = true;
    this.#carrier.send({ type: muxType.window, flags: muxFlag.fin | this.#takeGreeting(), id: this.localPort, length: 0 });
    if (this.#finReceived) this.#carrier.forget(this.localPort);
  }

  close(): void {
    if (this.#closed) return;
    const over = this.#failure !== undefined || this.#deaf || (this.#finSent && this.#finReceived);
    this.#closed = true;
    if (!over) {
      this.#carrier.send({ type: muxType.window, flags: muxFlag.rst | this.#takeGreeting(), id: this.localPort, length: 0 });
      this.#carrier.forget(this.localPort);
    }
    this.#inbox.clear();
    this.#loan?.(false);
    this.#loan = undefined;
    this.#reader?.resolve(undefined);
    this.#reader = undefined;
    this.#writer?.();
  }

  /** Closes a stream that was offered and not taken. */
  refuse(): void {
    this.#greeting = 0;
    this.close();
  }

  /** For the multiplexer: the head of a data frame. */
  expect(length: number): void {
    if (this.#finReceived) throw muxViolation(`stream ${this.localPort}: data after its end`);
    if (length > this.#receiveWindow) {
      throw muxViolation(`stream ${this.localPort}: ${length} bytes into a window of ${this.#receiveWindow}`);
    }
    this.#receiveWindow -= length;
  }

  /** For the multiplexer: data, valid during the call unless the carrier lends it. */
  receive(part: Uint8Array): void {
    if (part.length === 0 || this.#closed) return;
    const reader = this.#reader;
    const loan = reader && this.#carrier.lend();
    this.#reader = undefined;
    if (reader && loan) {
      this.#loan = loan;
      this.#inHands = part.length;
      reader.resolve(part);
      return;
    }
    this.#inbox.push(part);
    if (!reader) return;
    const bytes = this.#inbox.shift();
    this.#inHands = bytes?.length ?? 0;
    reader.resolve(bytes);
  }

  /** For the multiplexer: what a frame says beside its data, and its credit (0 for a data frame). */
  signal(flags: number, credit: number): void {
    if (flags & muxFlag.ack) this.#acknowledged = true;
    if (credit > 0) {
      this.#sendWindow += credit;
      if (this.#sendWindow > 0xffffffff) throw muxViolation(`stream ${this.localPort}: a window of ${this.#sendWindow} bytes`);
      this.#writer?.();
    }
    if (flags & muxFlag.fin) this.#onFin();
    if (flags & muxFlag.rst) this.#onReset();
  }

  /** For the multiplexer: the connection is over, or this stream by the peer's will. What arrived can still be read. */
  fail(why: Fault): void {
    if (this.#failure || this.#closed) return;
    this.#failure = why;
    this.#writer?.();
    if (!this.#reader) return;
    if (this.#finReceived) this.#reader.resolve(undefined);
    else this.#reader.reject(why);
    this.#reader = undefined;
  }

  #onFin(): void {
    this.#finReceived = true;
    this.#reader?.resolve(undefined);
    this.#reader = undefined;
    if (this.#finSent) this.#carrier.forget(this.localPort);
  }

  #onReset(): void {
    this.#carrier.forget(this.localPort);
    if (this.#finReceived) {
      this.#deaf = true;
      this.#writer?.();
    } else if (this.#acknowledged) {
      this.fail(new Fault(`stream ${this.localPort}: reset by the peer`, { code: "ECONNRESET" }));
    } else {
      this.fail(new Fault(`stream ${this.localPort}: refused by the peer, which listens on no such port`, { code: "ECONNREFUSED" }));
    }
  }

  /** The reader is done with what it had: its buffer and, from half a window on, its credit go back. */
  #takeBack(): void {
    this.#loan?.(true);
    this.#loan = undefined;
    this.#consumed += this.#inHands;
    this.#inHands = 0;
    if (this.#consumed < muxWindow / 2 || this.#finReceived || this.#closed || this.#failure) return;
    this.#receiveWindow += this.#consumed;
    this.#carrier.send({ type: muxType.window, flags: this.#takeGreeting(), id: this.localPort, length: this.#consumed });
    this.#consumed = 0;
  }

  #takeGreeting(): number {
    const flag = this.#greeting;
    this.#greeting = 0;
    return flag;
  }

  async #writeNow(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      this.#checkWritable();
      const part = rest.subarray(0, Math.min(this.#sendWindow, maxMuxData));
      if (part.length === 0) await this.#changed();
      else {
        rest = rest.subarray(part.length);
        this.#sendWindow -= part.length;
        await this.#sendData(part);
        if (this.#failure) this.#checkWritable();
      }
    }
  }

  #checkWritable(): void {
    const subject = `write stream ${this.localPort}`;
    if (this.#failure) throw new Fault(subject, { cause: this.#failure });
    if (this.#closed || this.#finSent) throw new Fault(`${subject}: closed at this end`, { code: "EPIPE" });
    if (this.#deaf) throw new Fault(`${subject}: the peer has closed it`, { code: "EPIPE" });
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#writer = resolve;
    });
  }

  #sendData(part: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      const header = { type: muxType.data, flags: this.#takeGreeting(), id: this.localPort, length: part.length };
      this.#carrier.send(header, part, resolve);
    });
  }
}
