// Generated from google/protobuf/timestamp.proto by tools/protogen.ts. Do not edit.
import { decode, encode, type Init } from "../../wire.ts";
import type { Reader } from "../../wire-reader.ts";
import type { Writer } from "../../wire-writer.ts";

export interface Timestamp {
  seconds: bigint;
  nanos: number;
}

export function readTimestamp(r: Reader, end: number, m: Timestamp = { seconds: 0n, nanos: 0 }): Timestamp {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.seconds = r.i64(); break;
      case 16: m.nanos = r.i32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeTimestamp(w: Writer, m: Init<Timestamp>): void {
  w.i64(8, m.seconds);
  w.i32(16, m.nanos);
}

export function encodeTimestamp(m: Init<Timestamp>): Uint8Array {
  return encode(m, writeTimestamp);
}

export function decodeTimestamp(bytes: Uint8Array): Timestamp {
  return decode(bytes, readTimestamp);
}
