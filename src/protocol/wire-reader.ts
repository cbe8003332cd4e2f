/** Protobuf's wire format, inwards. Input is hostile: every step is checked against the end of the buffer. */
import { Fault } from "../base/fault.ts";
import { decodeUtf8 } from "../base/text.ts";
import type { ReadMessage } from "./wire.ts";

/** A one-byte element becomes an object of up to hundreds of bytes, so the number of elements in one decode is bounded. */
const maxElements = 65_536;

function malformed(reason: string, position: number): Fault {
  return new Fault(`decode protobuf: ${reason} at byte ${position}`, { component: "protocol", code: "malformed" });
}

export class Reader {
  pos = 0;
  readonly #bytes: Uint8Array;
  /** Bits 32..63 of the varint that `#varint` read last. */
  #high = 0;
  #elements = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  tag(): number {
    const tag = this.u32();
    if (tag < 8) throw malformed(`field number 0 (tag ${tag})`, this.pos);
    return tag;
  }

  u32(): number {
    const byte = this.#bytes[this.pos];
    if (byte !== undefined && byte < 128) {
      this.pos++;
      return byte;
    }
    return this.#varint();
  }

  i32(): number {
    return this.u32() | 0;
  }

  bool(): boolean {
    const low = this.#varint();
    return low !== 0 || this.#high !== 0;
  }

  u64(): bigint {
    const low = this.#varint();
    const high = this.#high;
    return high === 0 ? BigInt(low) : BigInt(high) * 4294967296n + BigInt(low);
  }

  i64(): bigint {
    const low = this.#varint();
    const high = this.#high | 0;
    return high === 0 ? BigInt(low) : BigInt(high) * 4294967296n + BigInt(low);
  }

  /** A uint64 that must be exact as a number. */
  u64Number(): number {
    const low = this.#varint();
    return this.#exact(this.#high, low);
  }

  /** An int64 that must be exact as a number. */
  i64Number(): number {
    const low = this.#varint();
    return this.#exact(this.#high | 0, low);
  }

  double(): number {
    const start = this.#advance(8);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, 8).getFloat64(0, true);
  }

  string(): string {
    const end = this.span();
    const start = this.pos;
    this.pos = end;
    return start === end ? "" : decodeUtf8(this.#bytes.subarray(start, end));
  }

  /** A view into the input. */
  bytes(): Uint8Array {
    const end = this.span();
    const start = this.pos;
    this.pos = end;
    return this.#bytes.subarray(start, end);
  }

  message<T>(read: ReadMessage<T>, into?: T): T {
    this.#count();
    const end = this.span();
    const message = read(this, end, into);
    this.expectEnd(end);
    return message;
  }

  /** One element of a list. */
  add<T>(list: T[], value: T): void {
    this.#count();
    list.push(value);
  }

  /** A list of numbers in one field. */
  packed<T>(list: T[], readValue: () => T): void {
    const end = this.span();
    while (this.pos < end) this.add(list, readValue());
    this.expectEnd(end);
  }

  /** One entry of a map: field 1 is the key, field 2 the value, either may be missing. */
  entry<T>(map: Record<string, T>, readValue: () => T, defaultValue: () => T): void {
    this.#count();
    const end = this.span();
    let key = "";
    let value: T | undefined;
    while (this.pos < end) {
      const tag = this.tag();
      if (tag === 10) key = this.string();
      else if (tag >>> 3 === 2) value = readValue();
      else this.skip(tag);
    }
    this.expectEnd(end);
    value ??= defaultValue();
    if (key !== "__proto__") map[key] = value;
    else Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  }

  /** The length of a delimited field, as the position of its end. */
  span(): number {
    const length = this.u32();
    const end = this.pos + length;
    if (end > this.#bytes.length)
      throw malformed(`a field of ${length} bytes ends behind the ${this.#bytes.length} bytes there are`, this.pos);
    return end;
  }

  /** A message or packed list must end exactly where its length says. */
  expectEnd(end: number): void {
    if (this.pos !== end) throw malformed(`a field runs over the end of its message by ${this.pos - end} bytes`, this.pos);
  }

  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.#varint();
        return;
      case 1:
        this.#advance(8);
        return;
      case 2:
        this.pos = this.span();
        return;
      case 5:
        this.#advance(4);
        return;
      default:
        throw malformed(`wire type ${tag & 7} of field ${tag >>> 3} (0, 1, 2 or 5 would be right)`, this.pos);
    }
  }

  #count(): void {
    if (++this.#elements > maxElements) throw malformed(`more than ${maxElements} list elements and messages`, this.pos);
  }

  #advance(count: number): number {
    const start = this.pos;
    if (start + count > this.#bytes.length) throw malformed("truncated", start);
    this.pos = start + count;
    return start;
  }

  #exact(high: number, low: number): number {
    const value = high * 4294967296 + low;
    if (!Number.isSafeInteger(value)) throw malformed(`the integer ${value} is beyond 2^53`, this.pos);
    return value;
  }

  /** The low 32 bits; the high ones go to `#high`. Bits beyond 64 are dropped, as everywhere. */
  #varint(): number {
    const bytes = this.#bytes;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[this.pos];
      if (byte === undefined) throw malformed("truncated varint", this.pos);
      this.pos++;
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) {
        this.#high = high >>> 0;
        return low >>> 0;
      }
    }
    throw malformed("a varint of more than 10 bytes", this.pos);
  }
}
