/** Reads a stream in portions of exact length. */
import type { ByteStream } from "../../base/stream.ts";

/** A function that resolves to the next `count` bytes of `stream`, owned by the caller; it rejects when the stream ends before. */
export function exactReader(stream: ByteStream): (count: number) => Promise<Uint8Array> {
  let held = new Uint8Array(0);
  return async (count) => {
    while (held.length < count) {
      const part = await stream.read();
      if (!part) throw new Error(`the stream ended after ${held.length} of ${count} bytes`);
      const joined = new Uint8Array(held.length + part.length);
      joined.set(held);
      joined.set(part, held.length);
      held = joined;
    }
    const bytes = held.slice(0, count);
    held = held.slice(count);
    return bytes;
  };
}

/** All bytes up to the end. */
export async function readAll(stream: ByteStream): Promise<Uint8Array> {
  const parts: number[] = [];
  for (;;) {
    const part = await stream.read();
    if (!part) return new Uint8Array(parts);
    for (const byte of part) parts.push(byte);
  }
}
