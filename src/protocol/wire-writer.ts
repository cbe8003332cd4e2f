/** Protobuf's wire format, outwards. Each field method takes the whole tag (field << 3 | wire type) and leaves defaults out. */
import { Fault } from "../base/fault.ts";
import { encodeUtf8 } from "../base/text.ts";
import type { Init, WriteMessage } from "./wire.ts";

const initialBytes = 256;

function unfit(value: number | bigint, type: string, tag: number): Fault {
  return new Fault(`encode protobuf: field ${tag >>> 3}: ${value} is no ${type}`, { component: "protocol", code: "range" });
}

export class Writer {
  #bytes = new Uint8Array(initialBytes);
  #length = 0;

  /** What was written, as a view; the writer must not be used after. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** With `present`, 0 is written too (proto3 `optional`, oneof). */
  u32(tag: number, value: number | undefined, present = false): void {
    if (value === undefined || (value === 0 && !present)) return;
    if (value >>> 0 !== value) throw unfit(value, "uint32", tag);
    this.#varint(tag);
    this.#varint(value);
  }

  i32(tag: number, value: number | undefined, present = false): void {
    if (value === undefined || (value === 0 && !present)) return;
    if ((value | 0) !== value) throw unfit(value, "int32", tag);
    this.#varint(tag);
    this.#varint64(value >>> 0, value < 0 ? 0xffffffff : 0);
  }

  bool(tag: number, value: boolean | undefined, present = false): void {
    if (value === undefined || !(value || present)) return;
    this.#varint(tag);
    this.#varint(value ? 1 : 0);
  }

  u64(tag: number, value: bigint | undefined, present = false): void {
    if (value === undefined || (value === 0n && !present)) return;
    this.#varint(tag);
    this.#bigint(value, tag, 0n, 18446744073709551616n, "uint64");
  }

  i64(tag: number, value: bigint | undefined, present = false): void {
    if (value === undefined || (value === 0n && !present)) return;
    this.#varint(tag);
    this.#bigint(value, tag, -9223372036854775808n, 9223372036854775808n, "int64");
  }

  u64Number(tag: number, value: number | undefined, present = false): void {
    if (value === undefined || (value === 0 && !present)) return;
    if (value < 0) throw unfit(value, "uint64", tag);
    this.i64Number(tag, value, present);
  }

  i64Number(tag: number, value: number | undefined, present = false): void {
    if (value === undefined || (value === 0 && !present)) return;
    this.#varint(tag);
    this.#safeInteger(value, tag);
  }

  double(tag: number, value: number | undefined, present = false): void {
    if (value === undefined || (value === 0 && !present)) return;
    this.#varint(tag);
    const at = this.#reserve(8);
    new DataView(this.#bytes.buffer).setFloat64(at, value, true);
  }

  string(tag: number, value: string | undefined, present = false): void {
    if (value === undefined || (value === "" && !present)) return;
    this.bytes(tag, encodeUtf8(value), present);
  }

  bytes(tag: number, value: Uint8Array | undefined, present = false): void {
    if (value === undefined || (value.length === 0 && !present)) return;
    this.#varint(tag);
    this.#varint(value.length);
    const at = this.#reserve(value.length); // first: it may replace the buffer
    this.#bytes.set(value, at);
  }

  /** The head of a `bytes` field or message whose `length` bytes the caller puts behind what is written here. */
  delimited(tag: number, length: number): void {
    this.#varint(tag);
    this.#varint(length);
  }

  message<T>(tag: number, value: Init<T> | undefined, write: WriteMessage<T>): void {
    if (value === undefined) return;
    this.#varint(tag);
    const start = this.#begin();
    write(this, value);
    this.#end(start);
  }

  strings(tag: number, values: readonly string[] | undefined): void {
    if (values) for (const value of values) this.string(tag, value, true);
  }

  messages<T>(tag: number, values: readonly Init<T>[] | undefined, write: WriteMessage<T>): void {
    if (values) for (const value of values) this.message(tag, value, write);
  }

  u32s(tag: number, values: readonly number[] | undefined): void {
    if (!values?.length) return;
    this.#varint(tag);
    const start = this.#begin();
    for (const value of values) {
      if (value >>> 0 !== value) throw unfit(value, "uint32", tag);
      this.#varint(value);
    }
    this.#end(start);
  }

  u64s(tag: number, values: readonly bigint[] | undefined): void {
    if (!values?.length) return;
    this.#varint(tag);
    const start = this.#begin();
    for (const value of values) this.#bigint(value, tag, 0n, 18446744073709551616n, "uint64");
    this.#end(start);
  }

  u64Numbers(tag: number, values: readonly number[] | undefined): void {
    if (!values?.length) return;
    this.#varint(tag);
    const start = this.#begin();
    for (const value of values) {
      if (value < 0) throw unfit(value, "uint64", tag);
      this.#safeInteger(value, tag);
    }
    this.#end(start);
  }

  /** A map: one entry per own key, the key as field 1; `writeValue` writes field 2. */
  entries<T>(tag: number, map: { readonly [key: string]: T | undefined } | undefined, writeValue: (value: T) => void): void {
    if (!map) return;
    for (const [key, value] of Object.entries(map)) {
      if (value === undefined) continue;
      this.#varint(tag);
      const start = this.#begin();
      this.string(10, key);
      writeValue(value);
      this.#end(start);
    }
  }

  /** Starts a delimited part of unknown length, for which one length byte is set aside. */
  #begin(): number {
    return this.#reserve(1) + 1;
  }

  #end(start: number): void {
    const length = this.#length - start;
    if (length < 128) {
      this.#bytes[start - 1] = length;
      return;
    }
    const extra = length < 1 << 14 ? 1 : length < 1 << 21 ? 2 : length < 1 << 28 ? 3 : 4;
    this.#reserve(extra);
    this.#bytes.copyWithin(start + extra, start, start + length);
    const end = this.#length;
    this.#length = start - 1;
    this.#varint(length);
    this.#length = end;
  }

  /** Makes room for `count` more bytes and returns where they start. */
  #reserve(count: number): number {
    const start = this.#length;
    const end = start + count;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
    }
    this.#length = end;
    return start;
  }

  /** `value` is a uint32. */
  #varint(value: number): void {
    if (value < 128) {
      const at = this.#reserve(1); // first: it may replace the buffer
      this.#bytes[at] = value;
      return;
    }
    this.#varint64(value, 0);
  }

  #varint64(low: number, high: number): void {
    let at = this.#reserve(10);
    const bytes = this.#bytes;
    while (high > 0 || low > 127) {
      bytes[at++] = (low & 127) | 128;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    bytes[at++] = low;
    this.#length = at;
  }

  #safeInteger(value: number, tag: number): void {
    if (!Number.isSafeInteger(value)) throw unfit(value, "integer within 2^53", tag);
    const high = Math.floor(value / 4294967296);
    this.#varint64(value - high * 4294967296, high >>> 0);
  }

  #bigint(value: bigint, tag: number, least: bigint, beyond: bigint, type: string): void {
    if (value < least || value >= beyond) throw unfit(value, type, tag);
    // Two's complement by hand: the engine's BigInt.asUintN is wrong.
    const unsigned = value < 0n ? value + 18446744073709551616n : value;
    this.#varint64(Number(unsigned % 4294967296n), Number(unsigned / 4294967296n));
  }
}
