/**
 * The line between the agent and a process it is making: one seqpacket socket, JSON messages, at most one descriptor.
 * It closes by itself when the process executes its program.
 */
import { chainMessage, Fault } from "../../base/fault.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/text.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { exit } from "../../sys/process.ts";
import { type Message, receiveMessage, SOCK, sendMessage, socketPair } from "../../sys/socket.ts";
import type { Fd } from "../../sys/syscall.ts";
import { Readiness } from "./readiness.ts";

/** What a process being made says to the agent. `gone` is the closed line: it runs its program, or it died. */
export type Report =
  | { readonly kind: "console"; readonly master: Fd }
  /** It is in a user namespace, where only the agent can raise its limits, and waits until they are set. */
  | { readonly kind: "limits" }
  | { readonly kind: "ready" }
  | { readonly kind: "warning"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string; readonly code: string | undefined }
  | { readonly kind: "gone" };

const maxMessage = 16384;

/** Both ends: the agent's does not block, the process's does. */
export function reportLine(loop: EventLoop): { readonly agent: ReportReader; readonly processFd: Fd } {
  const [agentFd, processFd] = socketPair(SOCK.seqpacket, { blocking: true });
  return { agent: new ReportReader(loop, agentFd), processFd };
}

/** The agent's end. */
export class ReportReader {
  readonly #fd: Fd;
  readonly #readiness: Readiness;
  #closed = false;

  constructor(loop: EventLoop, fd: Fd) {
    this.#fd = fd;
    this.#readiness = new Readiness(loop, fd);
  }

  async next(): Promise<Report> {
    const buffer = new Uint8Array(maxMessage);
    for (;;) {
      if (this.#closed) return { kind: "gone" };
      const message = receiveMessage(this.#fd, buffer);
      if (message) return parseReport(buffer.subarray(0, message.length), message);
      await this.#readiness.readable();
    }
  }

  /** Lets the process go on from where it waits. */
  release(): void {
    sendMessage(this.#fd, encodeUtf8("start"));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#readiness.cancel();
    close(this.#fd);
  }
}

/** The process runs code of ours until it executes the user's program, so a malformed message is a fault of ours. */
function parseReport(bytes: Uint8Array, { length, fds }: Message): Report {
  if (length === 0) return { kind: "gone" };
  const value: unknown = JSON.parse(decodeUtf8(bytes));
  const { kind, message, code } = value as { kind?: unknown; message?: unknown; code?: unknown };
  const [master] = fds;
  if (kind === "console" && master !== undefined) return { kind, master };
  if (kind === "ready" || kind === "limits") return { kind };
  if (kind === "warning" && typeof message === "string") return { kind, message };
  if (kind === "failed" && typeof message === "string") return { kind, message, code: typeof code === "string" ? code : undefined };
  throw new Fault(`report of a new process: unknown kind ${JSON.stringify(kind)}`, { component: "agent" });
}

/** The process's end. */
export class Reporter {
  readonly fd: Fd;

  constructor(fd: Fd) {
    this.fd = fd;
  }

  console(master: Fd): void {
    sendMessage(this.fd, encodeUtf8(JSON.stringify({ kind: "console" })), [master]);
  }

  ready(): void {
    sendMessage(this.fd, encodeUtf8(JSON.stringify({ kind: "ready" })));
  }

  /** Returns when the agent has set this process's limits. */
  limits(): void {
    sendMessage(this.fd, encodeUtf8(JSON.stringify({ kind: "limits" })));
    this.waitForStart();
  }

  warning(message: string): void {
    sendMessage(this.fd, encodeUtf8(JSON.stringify({ kind: "warning", message: message.slice(0, maxMessage / 4) })));
  }

  /** Says why and ends the process. */
  fail(error: unknown): never {
    const code = error instanceof Fault ? error.code : undefined;
    const message = chainMessage(error).slice(0, maxMessage / 4);
    try {
      sendMessage(this.fd, encodeUtf8(JSON.stringify({ kind: "failed", message, code })));
    } catch {
      // the agent is gone, so nobody is left to tell
    }
    return exit(1);
  }

  /** Waits for the agent's word; ends the process when the agent is not there any more. */
  waitForStart(): void {
    const message = receiveMessage(this.fd, new Uint8Array(16), { wait: true });
    if (!message || message.length === 0) exit(1);
  }
}
