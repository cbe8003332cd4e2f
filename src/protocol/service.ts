/** The types that turn a generated service table into a client and into the handlers a server must have. */

import type { Fault } from "../base/fault.ts";
import type { KeyValue } from "./gen/ttrpc.ts";

/** What a caller needs of a method, whatever its messages. */
export interface ClientMethod {
  /** The bare name as it travels, e.g. `CreateContainer`. */
  readonly name: string;
  readonly encodeRequest: (message: never) => Uint8Array;
  readonly decodeResponse: (bytes: Uint8Array) => unknown;
}

/** What a server needs of a method. */
export interface ServerMethod {
  readonly name: string;
  readonly decodeRequest: (bytes: Uint8Array) => unknown;
  readonly encodeResponse: (message: never) => Uint8Array;
}

interface ServiceOf<M> {
  /** With the package, e.g. `grpc.AgentService`. */
  readonly name: string;
  /** By the bare name with its first letter small. */
  readonly methods: { readonly [key: string]: M };
}

/** Generated as `<name>Client`: half of the code. */
export type ClientService = ServiceOf<ClientMethod>;
/** Generated as `<name>Server`: the other half. */
export type ServerService = ServiceOf<ServerMethod>;
/** Generated as `<name>`, for either end. */
export type Service = ServiceOf<ClientMethod & ServerMethod>;

export interface CallOptions {
  /** The call fails with code 4 after this; left out or 0: with code 14 when the peer turns out to be silent, if that is watched. */
  readonly timeoutMs?: number;
  /** Ends when something happens at the peer, which may be never: it is no sign that the peer is silent. */
  readonly waits?: boolean;
  readonly metadata?: readonly KeyValue[];
}

/** What a handler learns beside the request. */
export interface CallContext {
  readonly metadata: readonly KeyValue[];
  /** Set once the connection ended or the call's time ran out: nobody waits for the answer any more. */
  readonly closed: Fault | undefined;
  /** Calls `fn` when that happens (at once if it has); the returned function takes it back. */
  onClose(fn: (why: Fault) => void): () => void;
}

/** Requests as callers may write them: each field may be left out. */
export type Client<S extends ClientService> = {
  readonly [K in keyof S["methods"]]: (
    request: Parameters<S["methods"][K]["encodeRequest"]>[0],
    options?: CallOptions,
  ) => Promise<ReturnType<S["methods"][K]["decodeResponse"]>>;
};

/** One function per method; a missing one does not compile. */
export type Handlers<S extends ServerService> = {
  readonly [K in keyof S["methods"]]: (
    request: ReturnType<S["methods"][K]["decodeRequest"]>,
    context: CallContext,
  ) => Parameters<S["methods"][K]["encodeResponse"]>[0] | Promise<Parameters<S["methods"][K]["encodeResponse"]>[0]>;
};
