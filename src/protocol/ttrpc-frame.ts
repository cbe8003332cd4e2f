/** ttrpc's frames: u32be length of the data, u32be stream id, u8 type, u8 flags, data. */
import type { ByteStream } from "../base/stream.ts";
import type { FrameSink } from "./frames.ts";

export const frameType = { request: 1, response: 2, data: 3 } as const;
export const frameFlag = { remoteClosed: 1, remoteOpen: 2, noData: 4 } as const;
export const headerBytes = 10;
/** The most data a frame may have. A longer one is skipped and answered; the connection goes on. */
export const maxFrameData = 4 << 20;

export interface Frame {
  readonly id: number;
  readonly type: number;
  readonly flags: number;
  /** As the header says; more than `maxFrameData` means that the data was skipped. */
  readonly length: number;
  /** Owned by the receiver. */
  readonly data: Uint8Array;
}

/** Below this the copy into one buffer costs less than a second piece. */
const smallBytes = 4096;
const skipped = new Uint8Array(0);

/** Collects frames; one copy of each byte. */
export class FrameCollector implements FrameSink {
  readonly #onFrame: (frame: Frame) => void;
  #frame: Frame = { id: 0, type: 0, flags: 0, length: 0, data: skipped };

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
  }

  header(view: DataView): number {
    const length = view.getUint32(0);
    const data = length > maxFrameData ? skipped : new Uint8Array(length);
    this.#frame = { id: view.getUint32(4), type: view.getUint8(8), flags: view.getUint8(9), length, data };
    return length;
  }

  body(part: Uint8Array, left: number): void {
    const { data, length } = this.#frame;
    if (data.length > 0) data.set(part, length - left - part.length);
    if (left === 0) this.#onFrame(this.#frame);
  }
}

/** Sends `head` and then `payload` as one frame. The caller has seen to the limit and leaves `payload` alone until it resolves. */
export function writeFrame(stream: ByteStream, type: number, id: number, head: Uint8Array, payload: Uint8Array): Promise<void> {
  const apart = stream.writev !== undefined && payload.length > smallBytes;
  const first = new Uint8Array(headerBytes + head.length + (apart ? 0 : payload.length));
  const view = new DataView(first.buffer);
  view.setUint32(0, head.length + payload.length);
  view.setUint32(4, id);
  view.setUint8(8, type);
  first.set(head, headerBytes);
  if (apart && stream.writev) return stream.writev([first, payload]);
  first.set(payload, headerBytes + head.length);
  return stream.write(first);
}
