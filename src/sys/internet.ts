/** Sockets of IPv4, and of IPv6 where something listens. */
import { formatIp } from "../base/ip.ts";
import { close } from "./file.ts";
import { raw } from "./native.ts";
import { SOCK, socket } from "./socket.ts";
import { check, eagain, type Fd, restart } from "./syscall.ts";

export interface InternetAddress {
  /** Four bytes, or sixteen. */
  readonly address: Uint8Array;
  /** 0 to bind: one that is free. */
  readonly port: number;
}

const inet = 2;
const inet6 = 10;
const addressBytes = 16; // struct sockaddr_in
const address6Bytes = 28; // struct sockaddr_in6
const backlog = 64;
const einprogress = 115;

const familyOf = ({ address }: InternetAddress): number => (address.length === 4 ? inet : inet6);

function encodeAddress(at: InternetAddress): Uint8Array {
  const four = familyOf(at) === inet;
  const bytes = new Uint8Array(four ? addressBytes : address6Bytes);
  bytes[0] = familyOf(at);
  new DataView(bytes.buffer).setUint16(2, at.port);
  bytes.set(at.address, four ? 4 : 8);
  return bytes;
}

const [solSocket, reuseAddress] = [1, 2]; // asm-generic/socket.h

/**
 * Non-blocking; the port that it has got. A stream socket listens, on all addresses of both kinds when the address is sixteen zeros, and
 * may take the place of one whose last connections have just ended.
 */
export function bindInternet(type: number, at: InternetAddress): { readonly fd: Fd; readonly port: number } {
  const fd = socket(familyOf(at), type);
  try {
    const address = encodeAddress(at);
    if (type === SOCK.stream) {
      const on = new Uint8Array(new Uint32Array([1]).buffer);
      check(raw("setsockopt", fd, solSocket, reuseAddress, on, on.length), "setsockopt");
    }
    check(raw("bind", fd, address, address.length), "bind", text(at));
    if (type === SOCK.stream) check(raw("listen", fd, backlog), "listen", text(at));
    const length = new Uint8Array(new Uint32Array([address.length]).buffer);
    check(raw("getsockname", fd, address, length), "getsockname");
    return { fd, port: new DataView(address.buffer).getUint16(2) };
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** Non-blocking; a stream socket is still connecting and can be written to when it has. */
export function connectInternet(type: number, to: InternetAddress): Fd {
  const fd = socket(familyOf(to), type);
  const address = encodeAddress(to);
  const result = restart("connect", fd, address, address.length);
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

const text = ({ address, port }: InternetAddress): string =>
  address.length === 4 ? `${formatIp(address)}:${port}` : `[${formatIp(address)}]:${port}`;
