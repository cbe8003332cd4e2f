/** IPv4 sockets: what a name server and who asks it need. */

import { close } from "./file.ts";
import { raw } from "./native.ts";
import { SOCK, socket } from "./socket.ts";
import { check, eagain, type Fd, restart } from "./syscall.ts";

export interface InternetAddress {
  /** Four bytes. */
  readonly address: Uint8Array;
  /** 0 to bind: one that is free. */
  readonly port: number;
}

const inet = 2;
const addressBytes = 16; // struct sockaddr_in
const backlog = 64;
const einprogress = 115;

function encodeAddress({ address, port }: InternetAddress): Uint8Array {
  const bytes = new Uint8Array(addressBytes);
  bytes[0] = inet;
  new DataView(bytes.buffer).setUint16(2, port);
  bytes.set(address, 4);
  return bytes;
}

/** Non-blocking; the port that it has got. A stream socket listens. */
export function bindInternet(type: number, at: InternetAddress): { readonly fd: Fd; readonly port: number } {
  const fd = socket(inet, type);
  try {
    const address = encodeAddress(at);
    check(raw("bind", fd, address, address.length), "bind", text(at));
    if (type === SOCK.stream) check(raw("listen", fd, backlog), "listen", text(at));
    const length = new Uint8Array(new Uint32Array([addressBytes]).buffer);
    check(raw("getsockname", fd, address, length), "getsockname");
    return { fd, port: new DataView(address.buffer).getUint16(2) };
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** Non-blocking; a stream socket is still connecting and can be written to when it has. */
export function connectInternet(type: number, to: InternetAddress): Fd {
  const fd = socket(inet, type);
  const address = encodeAddress(to);
  const result = restart("connect", fd, address, addressBytes);
  if (result >= 0 || result === -einprogress) return fd;
  close(fd);
  check(result, "connect", text(to));
  return fd;
}

/** The next datagram and who sent it, for `sendDatagramTo`; undefined when none waits. */
export function receiveDatagram(fd: Fd, buffer: Uint8Array): { readonly length: number; readonly from: Uint8Array } | undefined {
  const from = new Uint8Array(addressBytes);
  const length = new Uint8Array(new Uint32Array([addressBytes]).buffer);
  const result = restart("recvfrom", fd, buffer, buffer.length, 0, from, length);
  return result === -eagain ? undefined : { length: check(result, "receive datagram"), from };
}

/** Datagrams may be lost: one that cannot be sent is. */
export function sendDatagramTo(fd: Fd, bytes: Uint8Array, to: Uint8Array): void {
  restart("sendto", fd, bytes, bytes.length, 0, to, to.length);
}

const text = ({ address, port }: InternetAddress): string => `${address.join(".")}:${port}`;
