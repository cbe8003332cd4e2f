// Generated from proto/ttrpc.proto by tools/protogen.ts. Do not edit.
import { decode, encode, type Init } from "../wire.ts";
import type { Reader } from "../wire-reader.ts";
import type { Writer } from "../wire-writer.ts";
import { readAny, type Any, writeAny } from "./google/any.ts";

export interface Request {
  service: string;
  method: string;
  payload: Uint8Array;
  timeoutNano: bigint;
  metadata: KeyValue[];
}

export function readRequest(r: Reader, end: number, m: Request = { service: "", method: "", payload: new Uint8Array(), timeoutNano: 0n, metadata: [] }): Request {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.service = r.string(); break;
      case 18: m.method = r.string(); break;
      case 26: m.payload = r.bytes(); break;
      case 32: m.timeoutNano = r.i64(); break;
      case 42: r.add(m.metadata, r.message(readKeyValue)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeRequest(w: Writer, m: Init<Request>): void {
  w.string(10, m.service);
  w.string(18, m.method);
  w.bytes(26, m.payload);
  w.i64(32, m.timeoutNano);
  w.messages(42, m.metadata, writeKeyValue);
}

export function encodeRequest(m: Init<Request>): Uint8Array {
  return encode(m, writeRequest);
}

export function decodeRequest(bytes: Uint8Array): Request {
  return decode(bytes, readRequest);
}

export interface KeyValue {
  key: string;
  value: string;
}

export function readKeyValue(r: Reader, end: number, m: KeyValue = { key: "", value: "" }): KeyValue {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.key = r.string(); break;
      case 18: m.value = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeKeyValue(w: Writer, m: Init<KeyValue>): void {
  w.string(10, m.key);
  w.string(18, m.value);
}

export function encodeKeyValue(m: Init<KeyValue>): Uint8Array {
  return encode(m, writeKeyValue);
}

export function decodeKeyValue(bytes: Uint8Array): KeyValue {
  return decode(bytes, readKeyValue);
}

export interface Response {
  status: Status | undefined;
  payload: Uint8Array;
}

export function readResponse(r: Reader, end: number, m: Response = { status: undefined, payload: new Uint8Array() }): Response {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.status = r.message(readStatus, m.status); break;
      case 18: m.payload = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeResponse(w: Writer, m: Init<Response>): void {
  w.message(10, m.status, writeStatus);
  w.bytes(18, m.payload);
}

export function encodeResponse(m: Init<Response>): Uint8Array {
  return encode(m, writeResponse);
}

export function decodeResponse(bytes: Uint8Array): Response {
  return decode(bytes, readResponse);
}

export interface Status {
  code: number;
  message: string;
  details: Any[];
}

export function readStatus(r: Reader, end: number, m: Status = { code: 0, message: "", details: [] }): Status {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.code = r.i32(); break;
      case 18: m.message = r.string(); break;
      case 26: r.add(m.details, r.message(readAny)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStatus(w: Writer, m: Init<Status>): void {
  w.i32(8, m.code);
  w.string(18, m.message);
  w.messages(26, m.details, writeAny);
}

export function encodeStatus(m: Init<Status>): Uint8Array {
  return encode(m, writeStatus);
}

export function decodeStatus(bytes: Uint8Array): Status {
  return decode(bytes, readStatus);
}
