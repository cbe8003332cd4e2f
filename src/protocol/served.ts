/** A service with its handlers, ready to be put on connections. */
import type { CallContext, Handlers, ServerMethod, ServerService } from "./service.ts";
import { RpcError, rpcCode } from "./status.ts";

/** Bytes of a request to the promise of the response's bytes. The handler runs before it returns, up to its first `await`. */
export type ServedMethod = (payload: Uint8Array, context: CallContext) => Promise<Uint8Array>;

export interface Served {
  /** With the package. */
  readonly name: string;
  /** By the name as it travels; undefined when there is none such. */
  method(name: string): ServedMethod | undefined;
}

type AnyHandler = (request: unknown, context: CallContext) => unknown;

export function serve<S extends ServerService>(service: S, handlers: Handlers<S>): Served {
  return {
    name: service.name,
    method(name) {
      const key = name.charAt(0).toLowerCase() + name.slice(1);
      if (!Object.hasOwn(service.methods, key)) return undefined;
      const method = service.methods[key];
      if (method?.name !== name) return undefined;
      const handler = handlers[key as keyof typeof handlers] as AnyHandler;
      return async (payload, context) => {
        const request = decodeRequest(service, method, payload);
        return method.encodeResponse((await handler.call(handlers, request, context)) as never);
      };
    },
  };
}

function decodeRequest(service: ServerService, method: ServerMethod, payload: Uint8Array): unknown {
  try {
    return method.decodeRequest(payload);
  } catch (error) {
    throw new RpcError(rpcCode.invalidArgument, `${service.name}/${method.name}: request not understood`, { cause: error });
  }
}
