/** Route netlink: requests and their answers, in the network namespace of the moment. Synchronous: the kernel answers at once. */
import { encodeUtf8 } from "../base/text.ts";
import { close } from "./file.ts";
import { raw } from "./native.ts";
import { AF, SOCK, socket } from "./socket.ts";
import { check, eagain, type Fd, restart, SysError } from "./syscall.ts";

export const NLM = { request: 1, ack: 4, replace: 0x100, excl: 0x200, create: 0x400, append: 0x800, dump: 0x300 } as const;

const headerBytes = 16; // struct nlmsghdr
const typeError = 2;
const typeDone = 3;
/** Answers of a dump come in pieces of at most 32 KiB (netlink(7)). */
const receiveBytes = 65_536;

export interface Attribute {
  readonly type: number;
  readonly value: Uint8Array | readonly Attribute[];
}

/** Four bytes in the machine's order. */
export function u32(value: number): Uint8Array {
  return new Uint8Array(new Uint32Array([value]).buffer);
}

/** A C string. */
export const zeroTerminated = (text: string): Uint8Array => encodeUtf8(`${text}\0`);

export interface Answer {
  readonly type: number;
  /** What follows the netlink header. */
  readonly body: Uint8Array;
}

export class RouteSocket {
  readonly #fd: Fd;
  #sequence = 0;

  constructor() {
    this.#fd = socket(AF.netlink, SOCK.raw, { blocking: true });
  }

  /**
   * Sends `type` with its fixed part and attributes and waits for the end of the answer. Throws a SysError that names
   * `what` when the kernel refuses.
   */
  request(what: string, type: number, flags: number, fixed: Uint8Array, attributes: readonly Attribute[] = []): Answer[] {
    const isDump = (flags & NLM.dump) === NLM.dump;
    const parts = encodeAttributes(attributes);
    const message = new Uint8Array(headerBytes + fixed.length + parts.length);
    const view = new DataView(message.buffer);
    this.#sequence++;
    view.setUint32(0, message.length, true);
    view.setUint16(4, type, true);
    view.setUint16(6, flags | NLM.request | (isDump ? 0 : NLM.ack), true);
    view.setUint32(8, this.#sequence, true);
    message.set(fixed, headerBytes);
    message.set(parts, headerBytes + fixed.length);
    check(restart("write", this.#fd, message, message.length), what);
    return this.#receive(what);
  }

  close(): void {
    close(this.#fd);
  }

  #receive(what: string): Answer[] {
    const answers: Answer[] = [];
    for (;;) {
      const buffer = new Uint8Array(receiveBytes);
      const length = check(restart("read", this.#fd, buffer, buffer.length), what);
      const view = new DataView(buffer.buffer);
      for (let at = 0; at + headerBytes <= length; ) {
        const size = view.getUint32(at, true);
        const type = view.getUint16(at + 4, true);
        const body = buffer.subarray(at + headerBytes, at + size);
        if (view.getUint32(at + 8, true) === this.#sequence) {
          if (type === typeDone) return answers;
          if (type === typeError) {
            const errno = -view.getInt32(at + headerBytes, true);
            if (errno !== 0) throw new SysError(what, undefined, errno);
            return answers;
          }
          answers.push({ type, body });
        }
        at += Math.max(headerBytes, (size + 3) & ~3);
      }
    }
  }
}

/** RTMGRP_LINK, _IPV4_IFADDR, _IPV4_ROUTE, _IPV6_IFADDR, _IPV6_ROUTE (rtnetlink(7)). */
const changeGroups = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

/** Becomes readable when links, addresses or routes of the network namespace of the moment change. */
export function openRouteWatch(): Fd {
  const fd = socket(AF.netlink, SOCK.raw);
  const address = new Uint8Array(12); // struct sockaddr_nl
  const view = new DataView(address.buffer);
  view.setUint16(0, AF.netlink, true);
  view.setUint32(8, changeGroups, true);
  try {
    check(raw("bind", fd, address, address.length), "watch the network");
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** Forgets what has been announced: whoever hears of a change looks at everything. Announcements that were lost count too. */
export function drainRouteWatch(fd: Fd): void {
  const buffer = new Uint8Array(receiveBytes);
  for (;;) {
    const result = restart("read", fd, buffer, buffer.length);
    if (result === -eagain) return;
    if (result !== -enobufs) check(result, "watch the network");
  }
}

const enobufs = 105;

const nested = 0x8000; // NLA_F_NESTED

function encodeAttributes(attributes: readonly Attribute[]): Uint8Array {
  const pieces = attributes.map(({ type, value }) =>
    value instanceof Uint8Array ? { type, value } : { type: type | nested, value: encodeAttributes(value) },
  );
  const bytes = new Uint8Array(pieces.reduce((sum, { value }) => sum + ((4 + value.length + 3) & ~3), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { type, value } of pieces) {
    view.setUint16(at, 4 + value.length, true);
    view.setUint16(at + 2, type, true);
    bytes.set(value, at + 4);
    at += (4 + value.length + 3) & ~3;
  }
  return bytes;
}

/** Attributes by their type; of equal ones the last. */
export function decodeAttributes(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const attributes = new Map<number, Uint8Array>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = view.getUint16(at, true);
    if (length < 4 || at + length > bytes.length) break;
    attributes.set(view.getUint16(at + 2, true) & 0x3fff, bytes.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  return attributes;
}
