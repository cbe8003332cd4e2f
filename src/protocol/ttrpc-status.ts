/** How a failure travels: ttrpc's Status, with what a Fault knows beyond its text in a detail of ours. */
import { chainMessage, Fault, firstComponent } from "../base/fault.ts";
import { decodeFaultFacts, encodeFaultFacts } from "./gen/fault.ts";
import type { Status } from "./gen/ttrpc.ts";
import { RpcError, statusOf } from "./status.ts";
import type { Init } from "./wire.ts";

/** Type of the detail that carries `component` and `code`. Foreign ends ignore it. */
const factsType = "kata.sandbox.v1.FaultFacts";
const maxMessage = 16_384;
const maxWord = 64;

/** The code of the outermost fault that has one of its own, not just the word of its status. */
function ownCode(error: unknown): string | undefined {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if (e instanceof Fault && e.code !== undefined && !(e instanceof RpcError && e.code === new RpcError(e.status, "").code)) return e.code;
  }
  return undefined;
}

export function statusFromError(error: unknown): Init<Status> {
  const facts = { component: firstComponent(error), code: ownCode(error) };
  const details = facts.component || facts.code ? [{ typeUrl: factsType, value: encodeFaultFacts(facts) }] : [];
  return { code: statusOf(error), message: chainMessage(error).slice(0, maxMessage), details };
}

/** The peer's words are hostile: only what looks like a word is kept. */
function word(text: string): string | undefined {
  return text.length <= maxWord && /^[\w.-]+$/.test(text) ? text : undefined;
}

function factsOf(status: Status): { component?: string; code?: string } {
  const detail = status.details.find((d) => d.typeUrl === factsType);
  if (!detail) return {};
  try {
    const facts = decodeFaultFacts(detail.value);
    const component = word(facts.component);
    const code = word(facts.code);
    return { ...(component && { component }), ...(code && { code }) };
  } catch {
    return {}; // the text is what counts
  }
}

/** What a call rejects with when the peer answered `status`, whose code is not 0. */
export function errorFromStatus(status: Status): RpcError {
  const text = status.message.length > maxMessage ? `${status.message.slice(0, maxMessage)}...` : status.message;
  return new RpcError(status.code, text || `the peer answered with code ${status.code} and no message`, factsOf(status));
}
