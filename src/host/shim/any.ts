/** Messages of any type, as containerd packs them. Pure. */
import { encodeUtf8 } from "../../base/text.ts";
import type { Any } from "../../protocol/gen/google/any.ts";
import type { Timestamp } from "../../protocol/gen/google/timestamp.ts";

export function anyOf(typeUrl: string, value: Uint8Array): Any {
  return { typeUrl, value };
}

/** JSON under the names that containerd gives OCI's structures. */
export function anyJson(typeUrl: string, value: unknown): Any {
  return { typeUrl, value: encodeUtf8(JSON.stringify(value)) };
}

const billion = 1_000_000_000n;

export function timestamp(ns: bigint): Timestamp {
  return { seconds: ns / billion, nanos: Number(ns % billion) };
}
