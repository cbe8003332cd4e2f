/** Both ends of a multiplexed channel: frames in and out, the streams by their ids. */
import { Fault } from "../base/fault.ts";
import type { ByteStream } from "../base/stream.ts";
import { FrameCutter, type FrameSink } from "./frames.ts";
import { type Loan, MuxChunks } from "./mux-chunks.ts";
import { type MuxHeader, muxFlag, muxHeaderBytes, muxType, muxViolation, muxWindow, parseMuxHeader, sessionStart } from "./mux-frame.ts";
import { MuxOutput } from "./mux-output.ts";
import { MuxStart } from "./mux-start.ts";
import { type MuxCarrier, MuxStream } from "./mux-stream.ts";

export interface MuxRole {
  /** Bytes read at once. */
  readonly chunkBytes: number;
  /** See MuxOutputOptions. */
  readonly vector: boolean;
  /** A ping whose answer begins the session; what comes before it is dropped. Without it the first byte begins it. */
  readonly startPing?: number;
  /** The peer opened a stream: absent where only this end may. */
  readonly onStream?: (stream: MuxStream) => void;
  onPong(value: number): void;
  /** The channel is over: with why, undefined after `end` without a reason. Streams have heard of it. */
  onEnd(why: Fault | undefined): void;
}

const maxStreams = 1024;
/** Frames that wait to go out because of what the peer sent: more means that it floods us and does not read. */
const maxWaiting = 4096;

export class MuxSession implements MuxCarrier, FrameSink {
  readonly #stream: ByteStream;
  readonly #role: MuxRole;
  readonly #output: MuxOutput;
  readonly #chunks: MuxChunks;
  readonly #streams = new Map<number, MuxStream>();
  /** Highest id of a stream this end opened, plus 2. */
  #nextId = 1;
  #header: MuxHeader = { type: muxType.ping, flags: 0, id: 0, length: 0 };
  #receiver: MuxStream | undefined;
  #start: MuxStart | undefined;
  #ended = false;

  constructor(stream: ByteStream, role: MuxRole) {
    this.#stream = stream;
    this.#role = role;
    this.#chunks = new MuxChunks(role.chunkBytes);
    this.#output = new MuxOutput(stream, { vector: role.vector, onError: (error) => this.#break(error) });
    if (role.startPing !== undefined) {
      this.#start = new MuxStart(role.startPing);
      this.ping(muxFlag.syn, sessionStart);
      this.ping(muxFlag.syn, role.startPing);
    }
    this.#run().catch((error: unknown) => this.#break(error));
  }

  get ended(): boolean {
    return this.#ended;
  }

  open(): MuxStream {
    if (this.#nextId > 0xffffffff) throw new Fault("multiplexer: the channel has used up its stream ids");
    const stream = new MuxStream(this, this.#nextId, muxFlag.syn);
    this.#streams.set(this.#nextId, stream);
    this.#nextId += 2;
    return stream;
  }

  ping(flags: number, value: number): void {
    this.send({ type: muxType.ping, flags, id: 0, length: value });
  }

  send(header: MuxHeader, payload?: Uint8Array, sent?: () => void): void {
    this.#output.send(header, payload, sent);
  }

  lend(): Loan | undefined {
    return this.#chunks.lend();
  }

  forget(id: number): void {
    this.#streams.delete(id);
  }

  end(why?: Fault): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream.close();
    this.#failStreams(why ?? new Fault("multiplexer: this end closed the channel", { code: "closed" }));
    this.#output.end();
    this.#role.onEnd(why);
  }

  header(view: DataView): number {
    const header = parseMuxHeader(view);
    this.#header = header;
    this.#receiver = undefined;
    if (header.type === muxType.ping) this.#onPing(header);
    else if (header.type === muxType.goaway) throw muxViolation(`the peer gave up with code ${header.length}`);
    else this.#receiver = this.#streamOf(header);
    if (header.type !== muxType.data) return 0;
    if (this.#receiver) this.#receiver.expect(header.length);
    else if (header.length > muxWindow) throw muxViolation(`stream ${header.id}: ${header.length} bytes after its end`);
    return header.length;
  }

  body(part: Uint8Array, left: number): void {
    this.#receiver?.receive(part);
    if (left > 0) return;
    this.#receiver?.signal(this.#header.flags, this.#header.type === muxType.window ? this.#header.length : 0);
  }

  /** The stream a frame is for; undefined for one that is over and whose data is dropped. */
  #streamOf({ flags, id }: MuxHeader): MuxStream | undefined {
    const known = this.#streams.get(id);
    const { onStream } = this.#role;
    if (!onStream) {
      if (id % 2 === 0 || id >= this.#nextId) throw muxViolation(`a frame for stream ${id}, which was never opened`);
      if (flags & muxFlag.syn) throw muxViolation(`the peer opens stream ${id}, which only this end may`);
      return known;
    }
    if (!(flags & muxFlag.syn)) return known;
    if (id % 2 === 0) throw muxViolation(`stream ${id} opened (an odd id would be right)`);
    if (known) throw muxViolation(`stream ${id} opened twice`);
    const stream = new MuxStream(this, id, muxFlag.ack);
    if (this.#streams.size >= maxStreams) {
      stream.refuse();
      return undefined;
    }
    this.#streams.set(id, stream);
    onStream(stream);
    return stream;
  }

  #onPing({ flags, length }: MuxHeader): void {
    if (flags & muxFlag.ack) this.#role.onPong(length);
    if (!(flags & muxFlag.syn)) return;
    if (length === sessionStart && this.#role.onStream) {
      this.#failStreams(new Fault("multiplexer: the peer began a new session", { code: "closed" }));
    }
    this.ping(muxFlag.ack, length);
  }

  async #run(): Promise<void> {
    const cutter = new FrameCutter(muxHeaderBytes, this);
    for (;;) {
      const bytes = await this.#chunks.read(this.#stream);
      if (!bytes) break;
      if (this.#ended) return;
      const ours = this.#start ? this.#start.behind(bytes) : bytes;
      if (!ours) continue;
      this.#start = undefined;
      cutter.push(ours);
      if (this.#output.waiting > maxWaiting) throw muxViolation(`the peer does not read: ${this.#output.waiting} frames wait for it`);
    }
    const where = cutter.unfinished ? "inside a frame" : "the channel";
    this.end(new Fault(`multiplexer: the peer closed ${where}`, { code: "closed" }));
  }

  #break(error: unknown): void {
    this.end(new Fault("multiplexer: the channel broke", { cause: error, code: "closed" }));
  }

  #failStreams(why: Fault): void {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) stream.fail(why);
  }
}
