/** Outcomes of remote calls: gRPC's codes, which ttrpc shares. */
import { Fault, type FaultFacts } from "../base/fault.ts";

export const rpcCode = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  exhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** `Fault.code` of the codes from 0 on, where nothing more exact (an errno name) is known. */
const names: readonly string[] = [
  "ok",
  "cancelled",
  "unknown",
  "invalid-argument",
  "deadline-exceeded",
  "not-found",
  "already-exists",
  "permission-denied",
  "exhausted",
  "failed-precondition",
  "aborted",
  "out-of-range",
  "unimplemented",
  "internal",
  "unavailable",
];

/** What a call failed with. Handlers throw it to choose the code that travels. */
export class RpcError extends Fault {
  /** One of `rpcCode`, or whatever number the peer sent. */
  readonly status: number;

  /** `facts.code` defaults to the status as a word, e.g. `not-found`. */
  constructor(status: number, message: string, facts: FaultFacts = {}) {
    super(message, { ...facts, code: facts.code ?? names[status] ?? `status-${status}` });
    this.name = "RpcError";
    this.status = status;
  }
}

/**
 * The code that tells a peer of `error`: that of the outermost RpcError in its chain, else of the outermost `code` that
 * is one of the words above, else 2 (unknown), as Go answers for errors without a type.
 */
export function statusOf(error: unknown): number {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if (e instanceof RpcError) return e.status;
    const status = e instanceof Fault && e.code !== undefined ? names.indexOf(e.code) : 0;
    if (status > 0) return status;
  }
  return rpcCode.unknown;
}
