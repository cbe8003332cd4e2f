/**
 * Frames of the multiplexer, those of yamux: u8 version 0, u8 type, u16be flags, u32be stream id, u32be length, data.
 * `length` counts the data of a data frame; it is the credit of a window frame, the value of a ping, the code of a goaway.
 */
import { Fault } from "../base/fault.ts";

export const muxType = { data: 0, window: 1, ping: 2, goaway: 3 } as const;
export const muxFlag = { syn: 1, ack: 2, fin: 4, rst: 8 } as const;
export const muxHeaderBytes = 12;
/** What a stream may have on its way before its reader grants more. */
export const muxWindow = 256 * 1024;
/**
 * Data of one frame that we send: with its header two whole buffers of a virtio serial port, which are of 32 KiB at most.
 * 100 MiB out of a guest under TCG went at 32 MiB/s (26 with frames of half the size; means of six, interleaved).
 */
export const maxMuxData = 65_536 - muxHeaderBytes;
/** Value of the ping a dialer begins with: streams of an earlier session on this channel are over. */
export const sessionStart = 0xffffffff;
/** Values of other pings are below it. */
export const maxPing = sessionStart;

export interface MuxHeader {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly length: number;
}

/** How a peer broke the protocol, which ends the connection. */
export function muxViolation(reason: string): Fault {
  return new Fault(`multiplexer: ${reason}`, { component: "protocol", code: "malformed" });
}

export function parseMuxHeader(view: DataView): MuxHeader {
  const version = view.getUint8(0);
  if (version !== 0) throw muxViolation(`a frame of version ${version} (0 would be right)`);
  const header = { type: view.getUint8(1), flags: view.getUint16(2), id: view.getUint32(4), length: view.getUint32(8) };
  if (header.type > muxType.goaway) throw muxViolation(`a frame of type ${header.type} (0 to 3 would be right)`);
  const forStream = header.type === muxType.data || header.type === muxType.window;
  if (forStream !== header.id > 0) throw muxViolation(`a frame of type ${header.type} for stream ${header.id}`);
  return header;
}

export function putMuxHeader(into: Uint8Array, at: number, header: MuxHeader): void {
  const view = new DataView(into.buffer, into.byteOffset + at, muxHeaderBytes);
  view.setUint8(0, 0);
  view.setUint8(1, header.type);
  view.setUint16(2, header.flags);
  view.setUint32(4, header.id);
  view.setUint32(8, header.length);
}
