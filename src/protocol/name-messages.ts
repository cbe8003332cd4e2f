/**
 * Questions to a name server and its answers (DNS messages, RFC 1035) on a stream of bytes: as TCP carries them, and between
 * agent and host, where each has a number and says how it came.
 */
import type { ByteStream } from "../base/stream.ts";
import { FrameCutter, readFrames } from "./frames.ts";

export type NameCarrier = "datagram" | "stream";

export interface NameMessage {
  /** An answer has that of its question. */
  readonly id: number;
  readonly carrier: NameCarrier;
  /** Empty: there is no answer. */
  readonly message: Uint8Array;
}

/** Of a message on TCP, RFC 1035 4.2.2. */
const lengthBytes = 2;
/** u16 length, u16 id, u8 carrier; numbers in network order. */
const headerBytes = 5;
export const longestName = 0xffff;

export function encodeRecord(message: Uint8Array): Uint8Array {
  return encode(lengthBytes, message);
}

export function encodeNameMessage({ id, carrier, message }: NameMessage): Uint8Array {
  const bytes = encode(headerBytes, message);
  new DataView(bytes.buffer).setUint16(2, id);
  bytes[4] = carrier === "stream" ? 1 : 0;
  return bytes;
}

function encode(header: number, message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(header + message.length);
  new DataView(bytes.buffer).setUint16(0, message.length);
  bytes.set(message, header);
  return bytes;
}

/** Each message until the stream ends; the next is read when what `onMessage` returns has resolved. */
export function readRecords(stream: ByteStream, onMessage: (message: Uint8Array) => Promise<void> | undefined): Promise<void> {
  return readMessages(stream, lengthBytes, (_header, message) => onMessage(message));
}

export function readNameMessages(stream: ByteStream, onMessage: (message: NameMessage) => Promise<void> | undefined): Promise<void> {
  return readMessages(stream, headerBytes, (header, message) =>
    onMessage({ id: header.getUint16(2), carrier: header.getUint8(4) === 1 ? "stream" : "datagram", message }),
  );
}

async function readMessages(
  stream: ByteStream,
  header: number,
  onMessage: (header: DataView, message: Uint8Array) => Promise<void> | undefined,
): Promise<void> {
  let message = new Uint8Array(0);
  const head = new Uint8Array(header);
  const pauses: (Promise<void> | undefined)[] = [];
  const cutter = new FrameCutter(header, {
    header: (view) => {
      head.set(new Uint8Array(view.buffer, view.byteOffset, header));
      message = new Uint8Array(view.getUint16(0));
      return message.length;
    },
    body: (part, left) => {
      message.set(part, message.length - left - part.length);
      if (left > 0) return;
      pauses.push(onMessage(new DataView(head.slice().buffer), message));
    },
  });
  await readFrames(stream, cutter, async () => {
    await Promise.all(pauses.splice(0));
  });
}
