/** What the generated protobuf code shares: the shape its encoders take and the two entry points. */
import { Reader } from "./wire-reader.ts";
import { Writer } from "./wire-writer.ts";

/** What an encoder accepts for a decoded `T`: every field, at every depth, may be left out and then has its default. */
export type Init<T> = T extends Uint8Array | string | number | bigint | boolean | undefined
  ? T
  : T extends readonly (infer U)[]
    ? readonly Init<U>[]
    : { readonly [K in keyof T]?: Init<T[K]> | undefined };

/** Reads fields up to `end` into `message`, or into a message of defaults. */
export type ReadMessage<T> = (reader: Reader, end: number, message?: T) => T;
export type WriteMessage<T> = (writer: Writer, message: Init<T>) => void;

/** The message `bytes` holds. Its `bytes` fields are views into `bytes`, so the caller must own them. Throws a Fault on malformed input. */
export function decode<T>(bytes: Uint8Array, read: ReadMessage<T>): T {
  const reader = new Reader(bytes);
  const message = read(reader, bytes.length);
  reader.expectEnd(bytes.length);
  return message;
}

/** Throws a Fault when a number does not fit its field. */
export function encode<T>(message: Init<T>, write: WriteMessage<T>): Uint8Array {
  const writer = new Writer();
  write(writer, message);
  return writer.finish();
}
