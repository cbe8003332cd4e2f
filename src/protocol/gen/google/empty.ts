// Generated from google/protobuf/empty.proto by tools/protogen.ts. Do not edit.
import { decode, encode, type Init } from "../../wire.ts";
import type { Reader } from "../../wire-reader.ts";
import type { Writer } from "../../wire-writer.ts";

export interface Empty {
}

export function readEmpty(r: Reader, end: number, m: Empty = {}): Empty {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeEmpty(_w: Writer, _m: Init<Empty>): void {
}

export function encodeEmpty(m: Init<Empty>): Uint8Array {
  return encode(m, writeEmpty);
}

export function decodeEmpty(bytes: Uint8Array): Empty {
  return decode(bytes, readEmpty);
}
