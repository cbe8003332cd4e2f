/** The serving end of a ttrpc connection. Handlers run at once and answer in any order. */
import { chainMessage, Fault } from "../base/fault.ts";
import type { Logger } from "../base/log.ts";
import type { ByteStream } from "../base/stream.ts";
import type { Timers } from "../base/timers.ts";
import { FrameCutter, readFrames } from "./frames.ts";
import { decodeRequest, writeResponse } from "./gen/ttrpc.ts";
import type { Served } from "./served.ts";
import { RpcError, rpcCode } from "./status.ts";
import { ServerCall } from "./ttrpc-call.ts";
import { type Frame, FrameCollector, frameFlag, frameType, headerBytes, maxFrameData, writeFrame } from "./ttrpc-frame.ts";
import { statusFromError } from "./ttrpc-status.ts";
import { Writer } from "./wire-writer.ts";

export { type Served, serve } from "./served.ts";

export interface ServeOptions {
  readonly timers: Timers;
  readonly logger?: Logger;
  /** Hears how long a handler took, whatever came of it. */
  readonly onAnswer?: (method: string, ms: number) => void;
}

/** Calls of one connection that may wait for their handlers at once. */
const maxCalls = 4096;
/** While more answers than this are not taken by the peer, its requests are not read. */
const maxUnsent = 64;

/**
 * Serves `services` on `stream`, which it takes over. `closed` resolves (never rejects) when the connection has ended;
 * the calls still running then have heard of it by their context.
 */
export function serveTtrpc(
  stream: ByteStream,
  services: readonly Served[],
  options: ServeOptions,
): { readonly closed: Promise<void>; close(): void } {
  return new TtrpcServer(stream, services, options);
}

const nothing = new Uint8Array(0);

class TtrpcServer {
  readonly closed: Promise<void>;
  readonly #stream: ByteStream;
  readonly #services: readonly Served[];
  readonly #options: ServeOptions;
  readonly #calls = new Map<number, ServerCall>();
  #resolveClosed: () => void = () => {};
  #lastId = 0;
  #unsent = 0;
  /** Wakes the reader that waits for answers to be taken. */
  #onSent: (() => void) | undefined;
  #ended = false;

  constructor(stream: ByteStream, services: readonly Served[], options: ServeOptions) {
    this.#stream = stream;
    this.#services = services;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    const cutter = new FrameCutter(headerBytes, new FrameCollector((frame) => this.#onFrame(frame)));
    readFrames(stream, cutter, () => this.#sentEnough()).then(
      () => this.#end(new Fault("ttrpc: the client closed the connection", { code: "closed" })),
      (error: unknown) => this.#break(error),
    );
  }

  close(): void {
    this.#end(new Fault("ttrpc: this end closed the connection", { code: "closed" }));
  }

  #sentEnough(): Promise<void> | undefined {
    if (this.#unsent <= maxUnsent) return undefined;
    return new Promise((resolve) => {
      this.#onSent = resolve;
    });
  }

  #onFrame(frame: Frame): void {
    if (this.#ended) return;
    if (frame.type === frameType.data && !this.#calls.has(frame.id)) {
      this.#fail(frame.id, new RpcError(rpcCode.invalidArgument, `stream ${frame.id} is no longer active`));
    }
    if (frame.type !== frameType.request) return; // as in Go: what is unknown is passed over
    if (frame.id % 2 === 0) {
      this.#fail(frame.id, new RpcError(rpcCode.invalidArgument, "StreamID must be odd for client initiated streams"));
    } else if (frame.id <= this.#lastId) {
      this.#fail(frame.id, new RpcError(rpcCode.invalidArgument, "StreamID cannot be re-used and must increment"));
    } else {
      this.#lastId = frame.id;
      try {
        this.#start(frame);
      } catch (error) {
        this.#fail(frame.id, error);
      }
    }
  }

  #start(frame: Frame): void {
    if (frame.length > maxFrameData) {
      throw new RpcError(rpcCode.exhausted, `message of ${frame.length} bytes exceeds the maximum of ${maxFrameData}`);
    }
    if (this.#calls.size >= maxCalls) throw new RpcError(rpcCode.exhausted, `${maxCalls} calls of this connection wait already`);
    const request = decodeRequest(frame.data);
    const service = this.#services.find((s) => s.name === request.service);
    if (!service) throw new RpcError(rpcCode.unimplemented, `service ${request.service}`);
    const method = service.method(request.method);
    if (!method) throw new RpcError(rpcCode.unimplemented, `method ${request.method}`);
    if (frame.flags & frameFlag.remoteOpen) throw new RpcError(rpcCode.unimplemented, `method ${request.method} takes no stream`);
    const { timers, onAnswer } = this.#options;
    const call = new ServerCall(frame.id, request, onAnswer ? timers.nowMs() : 0);
    this.#calls.set(frame.id, call);
    call.limit(timers, request.timeoutNano, (error) => this.#answer(call, error));
    method(request.payload, call).then(
      (payload) => this.#answer(call, undefined, payload),
      (error: unknown) => this.#answer(call, error),
    );
  }

  #answer(call: ServerCall, error: unknown, payload: Uint8Array = nothing): void {
    if (!this.#calls.delete(call.id)) return; // its time ran out, or the connection ended
    call.finish();
    const { timers, onAnswer } = this.#options;
    onAnswer?.(call.method, timers.nowMs() - call.startedMs);
    if (error !== undefined) this.#fail(call.id, error, call.name);
    else if (payload.length + 16 > maxFrameData) {
      this.#fail(call.id, new RpcError(rpcCode.exhausted, `a response of ${payload.length} bytes, ${maxFrameData} are allowed`), call.name);
    } else this.#send(call.id, responseHead(payload.length), payload);
  }

  #fail(id: number, error: unknown, name = ""): void {
    const status = statusFromError(error);
    this.#options.logger?.debug("call failed", { call: name, stream: id, status: status.code, error: status.message });
    const writer = new Writer();
    writeResponse(writer, { status });
    this.#send(id, writer.finish(), nothing);
  }

  #send(id: number, head: Uint8Array, payload: Uint8Array): void {
    this.#unsent++;
    writeFrame(this.#stream, frameType.response, id, head, payload).then(
      () => {
        this.#unsent--;
        this.#onSent?.();
      },
      (error: unknown) => this.#break(error),
    );
  }

  #break(error: unknown): void {
    if (!this.#ended) this.#options.logger?.warning("ttrpc connection broke", { error: chainMessage(error) });
    this.#end(new Fault("ttrpc: the connection broke", { cause: error, code: "closed" }));
  }

  #end(why: Fault): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream.close();
    this.#onSent?.();
    for (const call of this.#calls.values()) call.close(why);
    this.#calls.clear();
    this.#resolveClosed();
  }
}

function responseHead(payloadLength: number): Uint8Array {
  if (payloadLength === 0) return nothing;
  const writer = new Writer();
  writer.delimited(18, payloadLength);
  return writer.finish();
}
