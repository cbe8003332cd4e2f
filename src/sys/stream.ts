/** A ByteStream over a non-blocking descriptor of ours: a socket, a pipe end, a character device. */
import { Fault } from "../base/fault.ts";
import type { ByteStream } from "../base/stream.ts";
import { close } from "./file.ts";
import { EPOLL, type EventLoop, type Watch } from "./loop.ts";
import { floor, raw } from "./native.ts";
import { MSG, receiveMessage, sendMessage, shutdownWrite } from "./socket.ts";
import { eagain, type Fd, restart, SysError } from "./syscall.ts";

export interface FdStreamOptions {
  /** Bytes read at once. */
  readonly bufferSize?: number;
  /** A socket: the outgoing direction can be ended on its own. */
  readonly socket?: boolean;
  /** A unix socket whose peer may send descriptors with its bytes. */
  readonly descriptors?: boolean;
  /** A socket that is shared with others and may block: each call is told not to wait. */
  readonly dontWait?: boolean;
}

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/** Owns the descriptor: `close` closes it. */
export class FdStream implements ByteStream {
  readonly fd: Fd;
  readonly #loop: EventLoop;
  readonly #bufferSize: number;
  readonly #socket: boolean;
  #watch: Watch | undefined;
  #buffer: Uint8Array | undefined;
  #reader: Waiter | undefined;
  #writer: Waiter | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** Writes that have not taken everything yet. */
  #unfinished = 0;
  /** The last read left nothing behind: waiting costs less than a call that says so. */
  #drained = false;
  readonly #descriptors: boolean;
  readonly #dontWait: boolean;
  #attached: readonly Fd[] = [];
  #received: Fd[] = [];
  #closed = false;

  constructor(loop: EventLoop, fd: Fd, options: FdStreamOptions = {}) {
    this.fd = fd;
    this.#loop = loop;
    this.#bufferSize = options.bufferSize ?? 16384;
    this.#socket = options.socket ?? true;
    this.#descriptors = options.descriptors ?? false;
    this.#dontWait = options.dontWait ?? false;
  }

  /** The next write takes these descriptors along; they stay the caller's and must be open until it has resolved. */
  attach(fds: readonly Fd[]): void {
    this.#attached = [...this.#attached, ...fds];
  }

  /** The oldest `count` descriptors that arrived, now the caller's; undefined when fewer did. */
  takeDescriptors(count: number): Fd[] | undefined {
    return count <= this.#received.length ? this.#received.splice(0, count) : undefined;
  }

  async read(into?: Uint8Array): Promise<Uint8Array | undefined> {
    const buffer = into ?? this.#ownBuffer();
    for (;;) {
      if (this.#closed) return undefined;
      if (this.#drained) {
        this.#drained = false;
        await this.#ready("read");
        continue;
      }
      const n = this.#readNow(buffer);
      if (n > 0) {
        this.#drained = n < buffer.length;
        return buffer.subarray(0, n);
      }
      if (n === 0) return undefined;
      if (n !== -eagain) throw new SysError("read", `fd ${this.fd}`, -n);
      await this.#ready("read");
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.writev([bytes]);
  }

  /** Several pieces as one write, without copying them together. */
  writev(parts: readonly Uint8Array[]): Promise<void> {
    const fds = this.#attached;
    this.#attached = [];
    const rest = this.#unfinished === 0 && fds.length === 0 ? this.#writeAtOnce(parts) : parts;
    if (rest === undefined) return done;
    this.#unfinished++;
    const next = this.#writing.then(() => this.#writeNow(rest, fds));
    this.#writing = next.then(
      () => this.#finishWrite(),
      () => this.#finishWrite(),
    );
    return next;
  }

  async closeWrite(): Promise<void> {
    await this.#writing;
    if (!this.#closed && this.#socket) shutdownWrite(this.fd);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch?.stop();
    close(this.fd);
    this.#reader?.resolve();
    this.#writer?.reject(new Fault(`write fd ${this.fd}: closed`, { code: "EPIPE" }));
    this.#buffer = undefined;
    for (const fd of this.#received) close(fd);
    this.#received = [];
  }

  #ownBuffer(): Uint8Array {
    this.#buffer ??= new Uint8Array(this.#bufferSize);
    return this.#buffer;
  }

  #readNow(buffer: Uint8Array): number {
    if (this.#descriptors) return this.#receive(buffer);
    if (this.#dontWait) return restart("recvfrom", this.fd, buffer, buffer.length, MSG.dontWait, null, null);
    return restart("read", this.fd, buffer, buffer.length);
  }

  #receive(buffer: Uint8Array): number {
    const message = receiveMessage(this.fd, buffer);
    if (!message) return -eagain;
    this.#received.push(...message.fds);
    if (this.#received.length > mostDescriptors) throw new Fault(`read fd ${this.fd}: more than ${mostDescriptors} unclaimed descriptors`);
    return message.length;
  }

  #finishWrite(): void {
    this.#unfinished--;
  }

  /** The common case, without a turn of promises: one small piece. What is left of it; undefined when nothing is. */
  #writeAtOnce(parts: readonly Uint8Array[]): readonly Uint8Array[] | undefined {
    const [only] = parts;
    if (this.#closed || parts.length !== 1 || only === undefined || only.length > atOnceBytes) return parts;
    const n = this.#writeSome(parts, []);
    if (n === only.length) return undefined;
    return n > 0 ? [only.subarray(n)] : parts; // an error comes again, and is heard where it is waited for
  }

  async #writeNow(parts: readonly Uint8Array[], fds: readonly Fd[]): Promise<void> {
    let rest = parts.filter((part) => part.length > 0);
    let unsent = fds;
    while (rest.length > 0) {
      if (this.#closed) throw new Fault(`write fd ${this.fd}: closed`, { code: "EPIPE" });
      const n = this.#writeSome(rest, unsent);
      if (n === -eagain) await this.#ready("write");
      else if (n < 0) throw new SysError("write", `fd ${this.fd}`, -n);
      else {
        unsent = [];
        rest = advance(rest, n);
      }
    }
  }

  #writeSome(parts: readonly Uint8Array[], fds: readonly Fd[]): number {
    const first = parts[0] as Uint8Array;
    if (fds.length > 0) return sendMessage(this.fd, first, fds);
    if (this.#dontWait) return restart("sendto", this.fd, first, first.length, MSG.dontWait | MSG.noSignal, null, 0);
    return parts.length === 1 ? restart("write", this.fd, first, first.length) : writeVector(this.fd, parts);
  }

  #ready(direction: "read" | "write"): Promise<void> {
    return new Promise((resolve, reject) => {
      if (direction === "read") this.#reader = { resolve, reject };
      else this.#writer = { resolve, reject };
      this.#arm();
    });
  }

  #arm(): void {
    const wanted = (this.#reader ? EPOLL.in : 0) | (this.#writer ? EPOLL.out : 0);
    if (wanted === 0) {
      this.#watch?.stop();
      this.#watch = undefined;
    } else if (this.#watch) {
      this.#watch.change(wanted);
      this.#watch.keepAlive(true);
    } else this.#watch = this.#loop.watch(this.fd, wanted, (events) => this.#onReady(events));
  }

  #onReady(events: number): void {
    const over = events & (EPOLL.err | EPOLL.hup);
    const reader = this.#reader;
    const writer = this.#writer;
    if (reader && events & (EPOLL.in | over)) {
      this.#reader = undefined;
      reader.resolve();
    }
    if (writer && events & (EPOLL.out | over)) {
      this.#writer = undefined;
      writer.resolve();
    }
    // Whoever reads mostly comes back for more in this very turn: only an event that nobody waits for ends the watch.
    if (reader && !writer && !this.#writer) this.#watch?.keepAlive(false);
    else this.#arm();
  }
}

const done: Promise<void> = Promise.resolve();

const atOnceBytes = 4096;

/** A client that sends more than a few requests' worth without making them is not one of ours. */
const mostDescriptors = 512;

/** writev(2): the bytes written, or -errno. */
export function writeVector(fd: Fd, parts: readonly Uint8Array[]): number {
  const vector = new Uint8Array(parts.length * 16);
  const view = new DataView(vector.buffer);
  parts.forEach((part, i) => {
    view.setBigUint64(i * 16, BigInt(floor().address(part)), true);
    view.setBigUint64(i * 16 + 8, BigInt(part.length), true);
  });
  return raw("writev", fd, vector, parts.length);
}

function advance(parts: readonly Uint8Array[], written: number): Uint8Array[] {
  let left = written;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as Uint8Array;
    if (left < part.length) return [part.subarray(left), ...parts.slice(i + 1)];
    left -= part.length;
  }
  return [];
}
