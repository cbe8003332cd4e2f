/** Methods of the agent API that this guest does not have yet: each says so by its name. */
import { RpcError, rpcCode } from "../../protocol/status.ts";
import type { Group } from "./groups.ts";

type LaterMethods =
  | "getIPTables"
  | "setIPTables"
  | "addSwap"
  | "addSwapPath"
  | "setPolicy"
  | "getDiagnosticData"
  | "memAgentMemcgSet"
  | "memAgentCompactSet";

export function laterHandlers(): Group<LaterMethods> {
  const refuse = (method: string) => (): never => {
    throw new RpcError(rpcCode.unimplemented, `${method}: not supported by this guest`);
  };
  return {
    getIPTables: refuse("GetIPTables"),
    setIPTables: refuse("SetIPTables"),
    addSwap: refuse("AddSwap"),
    addSwapPath: refuse("AddSwapPath"),
    setPolicy: refuse("SetPolicy"),
    getDiagnosticData: refuse("GetDiagnosticData"),
    memAgentMemcgSet: refuse("MemAgentMemcgSet"),
    memAgentCompactSet: refuse("MemAgentCompactSet"),
  };
}
