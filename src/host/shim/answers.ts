/** What the use cases throw, in the codes that containerd looks at. */
import { chainMessage, Fault, hasCode } from "../../base/fault.ts";
import type { Handlers, ServerService } from "../../protocol/service.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";

export function translated<S extends ServerService>(handlers: Handlers<S>, onError: (error: unknown) => void): Handlers<S> {
  const wrap =
    (handle: (...args: never[]) => unknown) =>
    async (...args: never[]): Promise<unknown> => {
      try {
        return await handle(...args);
      } catch (error) {
        if (error instanceof RpcError) throw error;
        onError(error);
        throw new RpcError(codeOf(error), chainMessage(error));
      }
    };
  return Object.fromEntries(Object.entries(handlers).map(([name, handle]) => [name, wrap(handle as never)])) as unknown as Handlers<S>;
}

const codes: readonly (readonly [string, number])[] = [
  ["not-found", rpcCode.notFound],
  ["not-running", rpcCode.notFound],
  ["stopped", rpcCode.failedPrecondition],
  ["already-exists", rpcCode.alreadyExists],
  ["unsupported", rpcCode.unimplemented],
  ["invalid-spec", rpcCode.invalidArgument],
  ["invalid-option", rpcCode.invalidArgument],
];

function codeOf(error: unknown): number {
  if (!(error instanceof Fault)) return rpcCode.unknown;
  return codes.find(([code]) => hasCode(error, code))?.[1] ?? rpcCode.unknown;
}
