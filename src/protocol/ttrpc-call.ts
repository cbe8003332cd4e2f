/** One call at the server's end: what its handler learns, and its end. */
import type { Fault } from "../base/fault.ts";
import type { Timers } from "../base/timers.ts";
import type { Request } from "./gen/ttrpc.ts";
import type { CallContext } from "./service.ts";
import { RpcError, rpcCode } from "./status.ts";

export class ServerCall implements CallContext {
  readonly id: number;
  /** `service/Method`, for messages. */
  readonly name: string;
  readonly method: string;
  readonly metadata: CallContext["metadata"];
  readonly startedMs: number;
  readonly #listeners = new Set<(why: Fault) => void>();
  #cancelTimer: () => void = () => {};
  #closed: Fault | undefined;

  constructor(id: number, request: Request, startedMs: number) {
    this.id = id;
    this.method = request.method;
    this.startedMs = startedMs;
    this.name = `${request.service}/${request.method}`;
    this.metadata = request.metadata;
  }

  get closed(): Fault | undefined {
    return this.#closed;
  }

  onClose(fn: (why: Fault) => void): () => void {
    if (this.#closed) fn(this.#closed);
    else this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  /** `onTimeout` is called with what to answer, after the handler has heard of it. */
  limit(timers: Timers, timeoutNano: bigint, onTimeout: (error: RpcError) => void): void {
    if (timeoutNano <= 0n) return;
    const ms = Number(timeoutNano) / 1e6;
    this.#cancelTimer = timers.after(ms, () => {
      const error = new RpcError(rpcCode.deadlineExceeded, `${this.name}: not done within ${ms} ms`);
      this.close(error);
      onTimeout(error);
    });
  }

  /** The answer is known. */
  finish(): void {
    this.#cancelTimer();
    this.#listeners.clear();
  }

  /** Nobody waits for the answer any more. */
  close(why: Fault): void {
    if (this.#closed) return;
    this.#closed = why;
    const listeners = [...this.#listeners];
    this.finish();
    for (const listener of listeners) listener(why);
  }
}
