/** The calling end of a ttrpc connection: any number of calls at once, answered in any order. */
import { Fault } from "../base/fault.ts";
import type { ByteStream } from "../base/stream.ts";
import type { Timers } from "../base/timers.ts";
import { FrameCutter, readFrames } from "./frames.ts";
import { decodeResponse, writeRequest } from "./gen/ttrpc.ts";
import { Liveness, type LivenessOptions } from "./liveness.ts";
import type { CallOptions, Client, ClientMethod, ClientService } from "./service.ts";
import { RpcError, rpcCode } from "./status.ts";
import { type Frame, FrameCollector, frameType, headerBytes, maxFrameData, writeFrame } from "./ttrpc-frame.ts";
import { errorFromStatus } from "./ttrpc-status.ts";
import { Writer } from "./wire-writer.ts";

export interface RpcConnection {
  /**
   * Functions that call the methods of `service`. Each is written out before it returns its promise, in the order of the
   * calls. They reject with an RpcError: the peer's status, or 4 when the time ran out, 8 when a message is too large, 14
   * when the connection ended.
   */
  client<S extends ClientService>(service: S): Client<S>;
  /** From now on calls without a time of their own fail when the peer answers nothing at all any more. */
  watch(options: LivenessOptions): void;
  /** Resolves once the connection is over: with why, or undefined after `close`. */
  readonly closed: Promise<Fault | undefined>;
  /** Ends the connection and fails what waits. Idempotent. */
  close(): void;
}

/** Hears how long the peer took to answer a call, with an error or not; nothing of calls that wait for something to happen. */
export type OnAnswer = (method: string, ms: number) => void;

/** Takes the stream over. */
export function connectTtrpc(stream: ByteStream, timers: Timers, onAnswer?: OnAnswer): RpcConnection {
  return new TtrpcConnection(stream, timers, onAnswer);
}

interface Pending {
  /** `service/Method`, for messages. */
  readonly name: string;
  readonly method: ClientMethod;
  resolve(response: unknown): void;
  reject(error: RpcError): void;
  cancelTimer(): void;
  /** Fails when the peer is silent. */
  readonly watched: boolean;
  /** When it was made, where somebody hears of it. */
  readonly startedMs: number | undefined;
}

const lastStreamId = 0xffffffff;

class TtrpcConnection implements RpcConnection {
  readonly closed: Promise<Fault | undefined>;
  readonly #stream: ByteStream;
  readonly #timers: Timers;
  readonly #onAnswer: OnAnswer | undefined;
  readonly #pending = new Map<number, Pending>();
  #resolveClosed: (why: Fault | undefined) => void = () => {};
  #nextId = 1;
  #liveness: Liveness | undefined;
  #ended: { readonly why: Fault | undefined } | undefined;

  constructor(stream: ByteStream, timers: Timers, onAnswer: OnAnswer | undefined) {
    this.#stream = stream;
    this.#timers = timers;
    this.#onAnswer = onAnswer;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    const cutter = new FrameCutter(headerBytes, new FrameCollector((frame) => this.#onFrame(frame)));
    readFrames(stream, cutter).then(
      () => this.#end(new Fault("ttrpc: the peer closed the connection", { code: "closed" })),
      (error: unknown) => this.#end(new Fault("ttrpc: the connection broke", { cause: error, code: "closed" })),
    );
  }

  client<S extends ClientService>(service: S): Client<S> {
    const functions: Record<string, unknown> = {};
    for (const [key, method] of Object.entries(service.methods)) {
      functions[key] = (request: never, options?: CallOptions) => this.#call(service.name, method, request, options ?? {});
    }
    return functions as Client<S>;
  }

  watch(options: LivenessOptions): void {
    this.#liveness = new Liveness(this.#timers, options, (ms) => this.#failSilent(ms));
  }

  close(): void {
    this.#end(undefined);
  }

  #failSilent(ms: number): void {
    for (const [id, { watched, name }] of [...this.#pending])
      if (watched)
        this.#take(id)?.reject(new RpcError(rpcCode.unavailable, `call ${name}: nothing was answered for ${Math.round(ms / 1000)} s`));
  }

  #call(service: string, method: ClientMethod, request: never, options: CallOptions): Promise<unknown> {
    const name = `${service}/${method.name}`;
    return new Promise((resolve, reject) => {
      if (this.#ended) throw connectionOver(name, this.#ended.why);
      const payload = encodePayload(name, method, request);
      const head = requestHead(service, method, options, payload.length);
      const length = head.length + payload.length;
      if (length > maxFrameData) throw tooLarge(name, "request", length);
      const id = this.#takeId(name);
      const timeoutMs = options.timeoutMs ?? 0;
      const cancelTimer = timeoutMs > 0 ? this.#timers.after(timeoutMs, () => this.#expire(id, timeoutMs)) : () => {};
      const watched = this.#liveness !== undefined && timeoutMs === 0 && options.waits !== true;
      const startedMs = this.#onAnswer && options.waits !== true ? this.#timers.nowMs() : undefined;
      this.#pending.set(id, { name, method, resolve, reject, cancelTimer, watched, startedMs });
      if (watched) this.#liveness?.begin();
      writeFrame(this.#stream, frameType.request, id, head, payload).catch((error: unknown) =>
        this.#end(new Fault("ttrpc: the connection broke", { cause: error, code: "closed" })),
      );
    });
  }

  #takeId(name: string): number {
    const id = this.#nextId;
    if (id > lastStreamId) throw new RpcError(rpcCode.exhausted, `call ${name}: the connection has used up its stream ids`);
    this.#nextId += 2;
    return id;
  }

  #expire(id: number, timeoutMs: number): void {
    const call = this.#take(id);
    call?.reject(new RpcError(rpcCode.deadlineExceeded, `call ${call.name}: no answer within ${timeoutMs} ms`));
  }

  #take(id: number): Pending | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    call?.cancelTimer();
    if (call?.watched) this.#liveness?.end();
    return call;
  }

  #onFrame(frame: Frame): void {
    if (this.#ended) return;
    this.#liveness?.heard();
    if (frame.type !== frameType.response) {
      throw new Fault(`ttrpc: a frame of type ${frame.type} from the server (${frameType.response} would be right)`, { code: "malformed" });
    }
    if (frame.id % 2 === 0 || frame.id >= this.#nextId) {
      throw new Fault(`ttrpc: an answer to stream ${frame.id}, which was never opened`, { code: "malformed" });
    }
    const call = this.#take(frame.id);
    if (!call) return; // its time had run out
    if (call.startedMs !== undefined) this.#onAnswer?.(call.method.name, this.#timers.nowMs() - call.startedMs);
    try {
      call.resolve(readAnswer(call, frame));
    } catch (error) {
      call.reject(
        error instanceof RpcError ? error : new RpcError(rpcCode.internal, `call ${call.name}: answer not understood`, { cause: error }),
      );
    }
  }

  #end(why: Fault | undefined): void {
    if (this.#ended) return;
    this.#ended = { why };
    this.#stream.close();
    for (const id of [...this.#pending.keys()]) {
      const call = this.#take(id);
      call?.reject(connectionOver(call.name, why));
    }
    this.#resolveClosed(why);
  }
}

function connectionOver(name: string, why: Fault | undefined): RpcError {
  return why
    ? new RpcError(rpcCode.unavailable, `call ${name}`, { cause: why })
    : new RpcError(rpcCode.cancelled, `call ${name}: this end closed the connection`);
}

function tooLarge(name: string, what: string, length: number): RpcError {
  return new RpcError(rpcCode.exhausted, `call ${name}: a ${what} of ${length} bytes, ${maxFrameData} are allowed`);
}

function encodePayload(name: string, method: ClientMethod, request: never): Uint8Array {
  try {
    return method.encodeRequest(request);
  } catch (error) {
    throw new RpcError(rpcCode.invalidArgument, `call ${name}`, { cause: error });
  }
}

/** All of the Request but the payload's bytes, which follow: large ones are not copied. */
function requestHead(service: string, method: ClientMethod, options: CallOptions, payloadLength: number): Uint8Array {
  const writer = new Writer();
  const timeoutNano = BigInt(Math.ceil((options.timeoutMs ?? 0) * 1e6));
  writeRequest(writer, { service, method: method.name, timeoutNano, metadata: options.metadata });
  if (payloadLength > 0) writer.delimited(26, payloadLength);
  return writer.finish();
}

function readAnswer(call: Pending, frame: Frame): unknown {
  if (frame.length > maxFrameData) throw tooLarge(call.name, "response", frame.length);
  const { status, payload } = decodeResponse(frame.data);
  if (status && status.code !== rpcCode.ok) throw errorFromStatus(status);
  return call.method.decodeResponse(payload);
}
