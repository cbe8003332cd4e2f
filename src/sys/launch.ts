/**
 * Processes without an engine: they do what they are told over a socket, one batch of system calls after the other, until a
 * call makes them another program. The fork leaves the engine's heap out, so it costs a fraction of one that goes on in
 * TypeScript: 2 ms instead of 6 in an emulated guest, and no pages are copied later.
 */
import { Fault } from "../base/fault.ts";
import { floor, raw, type Word } from "./native.ts";
import { numbersOf, type SyscallName } from "./numbers.ts";
import { MSG, sendMessage } from "./socket.ts";
import { check, type Fd, isErrno, restart, SysError } from "./syscall.ts";

export interface Call {
  /** `expect` is none: it fails with EPERM unless the byte at its first argument is its second. */
  readonly name: SyscallName | "expect";
  /** Bytes that are the last bytes of the call before as well are the same memory. */
  readonly args: readonly Word[];
  /** For the error: `operation subject: reason`. */
  readonly operation: string;
  readonly subject?: string;
  /** The whole error's text instead. */
  readonly refusal?: string;
  /** When it fails, go on and leave out so many calls. */
  readonly onError?: number;
  /** When it succeeds, leave out so many calls. */
  readonly onDone?: number;
}

export interface LaunchOptions {
  /** CLONE_NEW* flags of the namespaces to be born in. */
  readonly namespaces: number;
  /** cgroup directory to be born in. */
  readonly cgroup: Fd | undefined;
  /** Descriptor i of the process is `fds[i]`, "null" is /dev/null; there are no others. */
  readonly fds: readonly (Fd | "null")[];
  /** Its end of a stream socket, blocking; it becomes the descriptor after the last of `fds`. */
  readonly line: Fd;
}

/** The pid. Throws EBUSY when the cgroup has children with controllers. */
export function launchProcess({ namespaces, cgroup, fds, line }: LaunchOptions): number {
  const numbers = [...fds.map((fd) => (fd === "null" ? -1 : fd)), line];
  return check(floor().launch(namespaces, cgroup ?? -1, numbers), "clone");
}

const expectNumber = -1;

function encode(calls: readonly Call[]): Uint8Array {
  const numbers = numbersOf(floor().architecture);
  return floor().encodeCalls(
    calls.map(({ name, args, onError = -1, onDone = 0 }) => [name === "expect" ? expectNumber : numbers[name], onError, onDone, ...args]),
  );
}

/** Makes the calls in this process, which is a child about to execute a program. Throws what the failing one says. */
export function performCalls(calls: readonly Call[]): void {
  const result = floor().performCalls(encode(calls));
  if (result >= 0) throw failure(calls[result >> 12], result & 0xfff);
}

function failure(call: Call | undefined, errno: number): Fault {
  const error = new SysError(call?.operation ?? "call", call?.subject, errno);
  return call?.refusal === undefined ? error : new Fault(call.refusal, { code: error.code ?? "internal", cause: error });
}

/** Sends a batch; `fds` become the lowest free descriptors there. Throws EPIPE when the process is not there any more. */
export function sendCalls(line: Fd, calls: readonly Call[], fds: readonly Fd[] = []): void {
  const bytes = encode(calls);
  if (bytes.length > smallBatch) growSendBuffer(line, bytes.length);
  const sent = fds.length > 0 ? sendMessage(line, bytes, fds) : restart("sendto", line, bytes, bytes.length, MSG.noSignal, null, 0);
  check(sent, "send calls");
  if (sent !== bytes.length) throw new Fault(`send calls: ${sent} of ${bytes.length} bytes`, { code: "internal" });
}

/** Well below what a unix socket holds by default (212,992 bytes, bookkeeping included). */
const smallBatch = 65_536;

/** The process may be slow to read (its cgroup throttled): whoever sends must not wait for it. */
function growSendBuffer(line: Fd, bytes: number): void {
  const size = new Uint8Array(new Uint32Array([bytes * 2]).buffer);
  check(raw("setsockopt", line, 1, 32, size, 4), "set send buffer"); // SO_SNDBUFFORCE
}

/** How a batch ended: `gone` is the closed line, the process runs another program or has died. */
export type Reply = "done" | "gone" | Fault;

/** undefined while there is none. */
export function receiveReply(line: Fd, calls: readonly Call[]): Reply | undefined {
  const words = new Int32Array(2);
  const n = restart("recvfrom", line, new Uint8Array(words.buffer), 8, MSG.dontWait, null, null);
  if (n === -11) return undefined;
  if (n === 0 || n === -104) return "gone"; // ECONNRESET: it died with something unread
  check(n, "receive reply");
  const [step = -1, errno = 0] = words;
  return step < 0 ? "done" : failure(calls[step], errno);
}

export const isGone = (error: unknown): boolean => isErrno(error, "EPIPE", "ECONNRESET");
