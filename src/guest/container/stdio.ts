/** Standard streams of a process: relayed to streams of the host, or kept for calls that read and write them piecewise. */
import { deferred } from "../../base/deferred.ts";
import { Fault, hasCode } from "../../base/fault.ts";
import type { ByteStream } from "../../base/stream.ts";
import { makeNonBlocking, readAvailable, writeAvailable } from "../../sys/descriptor.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { shutdownWrite } from "../../sys/socket.ts";
import type { Fd } from "../../sys/syscall.ts";
import { Readiness } from "./readiness.ts";

/** What a full pipe holds, but for the few bytes that would make a second frame of the multiplexer. */
const chunkBytes = 65_524;

/** What a process writes. Owns the descriptor. */
export class Output {
  /** Bytes that the stream of `relay` took. */
  handedOn = 0;
  readonly #fd: Fd;
  readonly #readiness: Readiness;
  readonly #end = deferred();
  /** Resolves when everything is handed on and nobody can write any more. */
  readonly ended: Promise<void> = this.#end.promise;
  #drains: (() => void)[] = [];
  #reading: Promise<unknown> = Promise.resolve();
  #idle = false;
  #closed = false;
  #relayed = false;

  constructor(loop: EventLoop, fd: Fd) {
    this.#fd = fd;
    this.#readiness = new Readiness(loop, fd);
    makeNonBlocking(fd);
  }

  /**
   * Hands everything to `stream`, ends it after the last byte. A peer that resets it reads no more: the process learns of
   * that as it would of a closed pipe, or of a terminal that hangs up. A host that is lost altogether loses the rest, and
   * the process does not stop for it. `onEnd` runs before the host is told that nobody can write any more.
   */
  relay(stream: ByteStream, after: Promise<void> | undefined, onEnd?: () => void): void {
    this.#relayed = true;
    const given = peerGone(stream);
    void given.then((how) => {
      if (how === "reset") this.close();
    });
    void this.#pump(stream, after, onEnd)
      .then(() => this.close())
      .then(() => given) // closing at once could cut off what is on its way
      .then(() => stream.close());
  }

  /** Resolves when what the process wrote until now was handed on (at once when nobody relays). */
  drained(): Promise<void> {
    if (this.#closed || !this.#relayed) return Promise.resolve();
    // Idle may be old news: bytes can have come since the last look.
    if (this.#idle) this.#readiness.cancel();
    return new Promise((resolve) => this.#drains.push(resolve));
  }

  /** The next bytes, at most `limit`; none at the end. `over` ends the wait for more. */
  read(limit: number, over: Promise<void>): Promise<Uint8Array> {
    const next = this.#reading.then(() => this.#readNow(limit, over));
    this.#reading = next.catch(() => {});
    return next;
  }

  /** Nobody will read piecewise any more; a relay goes on to its end. */
  release(): void {
    if (!this.#relayed) this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#readiness.cancel();
    this.#finishDrains();
    close(this.#fd);
    this.#end.resolve();
  }

  async #readNow(limit: number, over: Promise<void>): Promise<Uint8Array> {
    const buffer = new Uint8Array(Math.min(limit, chunkBytes));
    const none = buffer.subarray(0, 0);
    for (let last = false; !this.#closed; ) {
      const n = readAvailable(this.#fd, buffer);
      if (n !== undefined) return buffer.subarray(0, n);
      if (last) return none;
      last = await Promise.race([this.#readiness.readable().then(() => false), over.then(() => true)]);
      this.#readiness.cancel();
    }
    return none;
  }

  async #pump(stream: ByteStream, after: Promise<void> | undefined, onEnd?: () => void): Promise<void> {
    let listening = true;
    let much = false;
    await after?.catch(() => {});
    while (!this.#closed) {
      const bytes = readPiece(this.#fd, much);
      much = (bytes?.length ?? 0) >= smallBytes;
      if (bytes === undefined) await this.#wait();
      else if (bytes.length === 0) break;
      else if (listening) {
        const outcome = await outcomeOf(stream.write(bytes));
        if (bytes.length > smallBytes) spare = new Uint8Array(bytes.buffer);
        if (outcome === "taken") this.handedOn += bytes.length;
        else if (outcome === "reset") break;
        else listening = false;
      }
    }
    if (!this.#closed) onEnd?.();
    await outcomeOf(stream.closeWrite());
    this.#finishDrains();
  }

  async #wait(): Promise<void> {
    this.#finishDrains();
    this.#idle = true;
    await this.#readiness.readable();
    this.#idle = false;
  }

  #finishDrains(): void {
    const waiting = this.#drains;
    this.#drains = [];
    for (const resolve of waiting) resolve();
  }
}

/** The buffers that are read into: one of each for all, since between two reads nobody needs them. */
let small: Uint8Array | undefined;
let spare: Uint8Array | undefined;
/** A large buffer is for those who fill a small one: the kernel has to clear it page by page. */
const smallBytes = 2048;

/** The next bytes, the caller's own; none at the end, undefined when none wait. `much`: more than a small buffer holds may wait. */
function readPiece(fd: Fd, much: boolean): Uint8Array | undefined {
  if (much) spare ??= new Uint8Array(chunkBytes);
  else small ??= new Uint8Array(smallBytes);
  const buffer = (much ? spare : small) as Uint8Array;
  const n = readAvailable(fd, buffer);
  if (n === undefined) return undefined;
  if (n <= smallBytes) return buffer.slice(0, n);
  spare = undefined;
  return buffer.subarray(0, n);
}

type Outcome = "taken" | "reset" | "lost";

/** What became of bytes: a peer that reads no more resets its stream, one that is gone takes the whole connection along. */
function outcomeOf(step: Promise<void>): Promise<Outcome> {
  return step.then(() => "taken", whyBroken);
}

function whyBroken(error: unknown): "reset" | "lost" {
  return hasCode(error, "ECONNRESET") || hasCode(error, "EPIPE") ? "reset" : "lost";
}

/** Waits for the peer to end its side of a stream that it only reads. */
async function peerGone(stream: ByteStream): Promise<"ended" | "reset" | "lost"> {
  try {
    while ((await stream.read()) !== undefined);
    return "ended";
  } catch (error) {
    return whyBroken(error);
  }
}

/** What a process reads. Owns the descriptor. */
export class Input {
  readonly #fd: Fd;
  readonly #readiness: Readiness;
  readonly #kind: "pipe" | "terminal" | "socket";
  #stream: ByteStream | undefined;
  #closed = false;
  #writing: Promise<void> = Promise.resolve();

  /** @param kind a `terminal` (its master) stays open when the input ends, a `socket` may have other descriptors here */
  constructor(loop: EventLoop, fd: Fd, kind: "pipe" | "terminal" | "socket") {
    this.#fd = fd;
    this.#readiness = new Readiness(loop, fd);
    this.#kind = kind;
    makeNonBlocking(fd);
  }

  /** Hands everything from `stream` on; its end is the end of the process's input. */
  relay(stream: ByteStream): void {
    this.#stream = stream;
    void this.#pump(stream);
  }

  /** Resolves when the process can read all of it. Rejects with EPIPE when it does not read any more. */
  write(bytes: Uint8Array): Promise<void> {
    const next = this.#writing.then(() => this.#writeNow(bytes));
    this.#writing = next.catch(() => {});
    return next;
  }

  /** The end of the input after what was written. A terminal has no end of its own. */
  async end(): Promise<void> {
    await this.#writing;
    if (this.#kind !== "terminal") this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stream?.close();
    this.#readiness.cancel();
    if (this.#kind === "socket") shutdownWrite(this.#fd);
    close(this.#fd);
  }

  async #pump(stream: ByteStream): Promise<void> {
    try {
      for (;;) {
        const bytes = await stream.read();
        if (bytes === undefined) break;
        await this.write(bytes);
      }
    } catch (error) {
      // the process does not read any more, or the peer broke off: both end the input, and a terminal hangs up
      if (whyBroken(error) === "reset") this.close();
    }
    await this.end();
  }

  async #writeNow(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#closed) throw new Fault("write stdin: closed", { component: "agent", code: "EPIPE" });
      const n = writeAvailable(this.#fd, rest);
      if (n === 0) await this.#readiness.writable();
      rest = rest.subarray(n);
    }
  }
}
