/** Sockets: unix streams and datagrams with descriptors in their messages, vsock. */
import { Fault } from "../base/fault.ts";
import { decodeUtf8, encodeUtf8 } from "../base/text.ts";
import { close, openDirectory } from "./file.ts";
import { floor, raw } from "./native.ts";
import { check, type Fd, restart } from "./syscall.ts";

export const AF = { unix: 1, netlink: 16, vsock: 40 } as const;
export const SOCK = { stream: 1, datagram: 2, raw: 3, seqpacket: 5 } as const;
const flagNonBlock = 0o4000;
const flagCloseOnExec = 0o2000000;
export const MSG = { dontWait: 0x40, noSignal: 0x4000, closeOnExec: 0x40000000, truncated: 0x20, controlTruncated: 8 } as const;

export function socket(family: number, type: number, options: { blocking?: boolean; protocol?: number } = {}): Fd {
  const flags = flagCloseOnExec | (options.blocking ? 0 : flagNonBlock);
  return check(raw("socket", family, type | flags, options.protocol ?? 0), "socket") as Fd;
}

export function socketPair(type: number, options: { blocking?: boolean } = {}): [Fd, Fd] {
  const pair = new Int32Array(2);
  const flags = flagCloseOnExec | (options.blocking ? 0 : flagNonBlock);
  check(raw("socketpair", AF.unix, type | flags, 0, new Uint8Array(pair.buffer)), "socketpair");
  return [pair[0] as Fd, pair[1] as Fd];
}

/** sun_path has 108 bytes; a longer path is reached through a descriptor of its directory. */
const longestSocketPath = 107;

function withUnixAddress<T>(path: string, use: (address: Uint8Array) => T): T {
  const bytes = encodeUtf8(path);
  if (bytes.length <= longestSocketPath) return use(unixAddress(bytes));
  const slash = path.lastIndexOf("/");
  const directory = openDirectory(slash > 0 ? path.slice(0, slash) : ".");
  try {
    const short = encodeUtf8(`/proc/self/fd/${directory}/${path.slice(slash + 1)}`);
    if (short.length > longestSocketPath)
      throw new Fault(`socket ${path}: the file name has ${bytes.length} bytes, a unix socket's may have about 85`, {
        code: "ENAMETOOLONG",
      });
    return use(unixAddress(short));
  } finally {
    close(directory);
  }
}

function unixAddress(path: Uint8Array): Uint8Array {
  const address = new Uint8Array(path.length + (path[0] === 0 ? 2 : 3)); // an abstract name has no end but the length
  address[0] = AF.unix;
  address.set(path, 2);
  return address;
}

/** A datagram socket of that name. */
export function bindDatagram(path: string): Fd {
  const fd = socket(AF.unix, SOCK.datagram);
  try {
    withUnixAddress(path, (address) => check(raw("bind", fd, address, address.length), "bind", path));
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** A connected stream (or other type) socket; non-blocking unless asked. */
export function connectUnix(path: string, options: { type?: number; blocking?: boolean } = {}): Fd {
  const fd = socket(AF.unix, options.type ?? SOCK.stream, options);
  try {
    withUnixAddress(path, (address) => check(restart("connect", fd, address, address.length), "connect", path));
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

export function listenUnix(path: string, backlog = 64): Fd {
  const fd = socket(AF.unix, SOCK.stream);
  try {
    withUnixAddress(path, (address) => check(raw("bind", fd, address, address.length), "bind", path));
    check(raw("listen", fd, backlog), "listen", path);
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** struct sockaddr_vm; `cid` 0xffffffff is any. */
function vsockAddress(cid: number, port: number): Uint8Array {
  const address = new Uint8Array(16);
  const view = new DataView(address.buffer);
  view.setUint16(0, AF.vsock, true);
  view.setUint32(4, port, true);
  view.setUint32(8, cid, true);
  return address;
}

/** Starts to connect; the socket becomes writable when it is done. `localPort` keys streams that the peer tells apart by it. */
export function connectVsock(cid: number, port: number): { fd: Fd; localPort: number } {
  const fd = socket(AF.vsock, SOCK.stream);
  const address = vsockAddress(cid, port);
  const result = restart("connect", fd, address, address.length);
  if (result !== -115) check(result, "connect", `vsock ${cid}:${port}`); // EINPROGRESS
  return { fd, localPort: vsockPort(fd) };
}

export function vsockPort(fd: Fd): number {
  const address = new Uint8Array(16);
  const length = new Uint8Array(new Uint32Array([16]).buffer);
  check(raw("getsockname", fd, address, length), "getsockname");
  return new DataView(address.buffer).getUint32(4, true);
}

export function listenVsock(port: number): Fd {
  const fd = socket(AF.vsock, SOCK.stream);
  const address = vsockAddress(0xffffffff, port);
  check(raw("bind", fd, address, address.length), "bind", `vsock port ${port}`);
  check(raw("listen", fd, 64), "listen", `vsock port ${port}`);
  return fd;
}

/** A new connection, non-blocking; undefined when none waits. `peerPort` is that of a vsock peer, else 0. */
export function accept(fd: Fd): { fd: Fd; peerPort: number } | undefined {
  const address = new Uint8Array(128);
  const length = new Uint8Array(new Uint32Array([128]).buffer);
  const result = restart("accept4", fd, address, length, flagCloseOnExec | flagNonBlock);
  if (result === -11) return undefined;
  const connection = check(result, "accept") as Fd;
  const view = new DataView(address.buffer);
  return { fd: connection, peerPort: view.getUint16(0, true) === AF.vsock ? view.getUint32(4, true) : 0 };
}

/** uid and pid of the process at the other end of a unix stream socket. */
export function peerCredentials(fd: Fd): { pid: number; uid: number; gid: number } {
  const credentials = new Int32Array(3);
  const length = new Uint8Array(new Uint32Array([12]).buffer);
  check(raw("getsockopt", fd, 1, 17, new Uint8Array(credentials.buffer), length), "getsockopt");
  return { pid: credentials[0] as number, uid: credentials[1] as number, gid: credentials[2] as number };
}

/** The error a connect that was in progress ended with, 0 for none. */
export const socketError = (fd: Fd): number => socketOption(fd, 4);

/** One of SOCK. */
export const socketType = (fd: Fd): number => socketOption(fd, 3);

/** Does it wait for connections? */
export const isListening = (fd: Fd): boolean => socketOption(fd, 30) !== 0;

/** An integer of the level SOL_SOCKET. */
function socketOption(fd: Fd, name: number): number {
  const value = new Int32Array(1);
  const length = new Uint8Array(new Uint32Array([4]).buffer);
  check(raw("getsockopt", fd, 1, name, new Uint8Array(value.buffer), length), "getsockopt");
  return value[0] as number;
}

/** Whether the other end of a connected unix stream is closed, rather than its outgoing direction ended: then nothing can be sent. */
export function peerHasClosed(fd: Fd): boolean {
  return restart("sendto", fd, new Uint8Array(1), 0, MSG.dontWait | MSG.noSignal, null, 0) === -32; // EPIPE
}

export function shutdownWrite(fd: Fd): void {
  raw("shutdown", fd, 1);
}

const headerBytes = 56; // struct msghdr of a 64-bit kernel
const controlHeader = 16; // struct cmsghdr
const maxDescriptors = 253; // SCM_MAX_FD, include/net/scm.h

function messageHeader(payload: Uint8Array, control: Uint8Array | undefined): { header: Uint8Array; vector: Uint8Array } {
  const vector = new Uint8Array(16);
  const header = new Uint8Array(headerBytes);
  const iov = new DataView(vector.buffer);
  const message = new DataView(header.buffer);
  iov.setBigUint64(0, BigInt(floor().address(payload)), true);
  iov.setBigUint64(8, BigInt(payload.length), true);
  message.setBigUint64(16, BigInt(floor().address(vector)), true);
  message.setBigUint64(24, 1n, true);
  if (control) {
    message.setBigUint64(32, BigInt(floor().address(control)), true);
    message.setBigUint64(40, BigInt(control.length), true);
  }
  return { header, vector };
}

/** Sends `payload` (at least one byte on a stream socket) with `fds` as one message. The bytes sent, or -EAGAIN. */
export function sendMessage(fd: Fd, payload: Uint8Array, fds: readonly Fd[] = []): number {
  let control: Uint8Array | undefined;
  if (fds.length > 0) {
    const length = controlHeader + fds.length * 4;
    control = new Uint8Array((length + 7) & ~7);
    const view = new DataView(control.buffer);
    view.setBigUint64(0, BigInt(length), true);
    view.setInt32(8, 1, true); // SOL_SOCKET
    view.setInt32(12, 1, true); // SCM_RIGHTS
    for (const [i, each] of fds.entries()) view.setInt32(controlHeader + i * 4, each, true);
  }
  const { header, vector } = messageHeader(payload, control);
  const result = restart("sendmsg", fd, header, MSG.noSignal);
  if (result === -eagainNumber) return result;
  keepAlive(payload, vector, control);
  return check(result, "send message");
}

const eagainNumber = 11;

/** Buffers whose addresses the kernel holds must be reachable until the call is over. */
function keepAlive(..._buffers: readonly unknown[]): void {}

export interface Message {
  readonly length: number;
  readonly fds: readonly Fd[];
}

/** One message into `buffer`; undefined when none waits; length 0 at the end of a stream. Descriptors are close-on-exec. */
export function receiveMessage(fd: Fd, buffer: Uint8Array, options: { wait?: boolean } = {}): Message | undefined {
  const control = new Uint8Array(controlHeader + maxDescriptors * 4);
  const { header, vector } = messageHeader(buffer, control);
  const result = restart("recvmsg", fd, header, MSG.closeOnExec | (options.wait ? 0 : MSG.dontWait));
  keepAlive(buffer, vector, control);
  if (result === -eagainNumber) return undefined;
  const length = check(result, "receive message");
  const message = new DataView(header.buffer);
  const fds = parseControl(control, Number(message.getBigUint64(40, true)));
  if ((message.getUint32(48, true) & MSG.controlTruncated) !== 0) {
    for (const each of fds) close(each);
    throw new Fault(`receive message: more than ${maxDescriptors} descriptors`);
  }
  return { length, fds };
}

function parseControl(control: Uint8Array, used: number): Fd[] {
  const view = new DataView(control.buffer);
  const fds: Fd[] = [];
  for (let at = 0; at + controlHeader <= used; ) {
    const length = Number(view.getBigUint64(at, true));
    if (length < controlHeader) break;
    if (view.getInt32(at + 8, true) === 1 && view.getInt32(at + 12, true) === 1)
      for (let i = at + controlHeader; i + 4 <= at + length; i += 4) fds.push(view.getInt32(i, true) as Fd);
    at += (length + 7) & ~7;
  }
  return fds;
}

/** Sends one datagram to a unix socket path without ever waiting; false when it cannot be had. */
export function sendDatagram(fd: Fd, path: string, payload: Uint8Array): boolean {
  return withUnixAddress(
    path,
    (address) => restart("sendto", fd, payload, payload.length, MSG.dontWait | MSG.noSignal, address, address.length) >= 0,
  );
}

/** What a path in a socket address says, for logs. */
export const addressText = (bytes: Uint8Array): string => decodeUtf8(bytes.subarray(2));
