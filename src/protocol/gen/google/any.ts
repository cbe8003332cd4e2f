// Generated from google/protobuf/any.proto by tools/protogen.ts. Do not edit.
import { decode, encode, type Init } from "../../wire.ts";
import type { Reader } from "../../wire-reader.ts";
import type { Writer } from "../../wire-writer.ts";

export interface Any {
  typeUrl: string;
  value: Uint8Array;
}

export function readAny(r: Reader, end: number, m: Any = { typeUrl: "", value: new Uint8Array() }): Any {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.typeUrl = r.string(); break;
      case 18: m.value = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeAny(w: Writer, m: Init<Any>): void {
  w.string(10, m.typeUrl);
  w.bytes(18, m.value);
}

export function encodeAny(m: Init<Any>): Uint8Array {
  return encode(m, writeAny);
}

export function decodeAny(bytes: Uint8Array): Any {
  return decode(bytes, readAny);
}
