/** The line between the agent and a process it is making: batches of system calls there, their outcome back. */
import { Fault } from "../../base/fault.ts";
import { close } from "../../sys/file.ts";
import { type Call, isGone, type Reply, receiveReply, sendCalls } from "../../sys/launch.ts";
import type { EventLoop } from "../../sys/loop.ts";
import type { Fd } from "../../sys/syscall.ts";
import { Readiness } from "./readiness.ts";

export class CallLine {
  readonly #fd: Fd;
  readonly #readiness: Readiness;
  #closed = false;

  /** @param fd the agent's end, owned from now on */
  constructor(loop: EventLoop, fd: Fd) {
    this.#fd = fd;
    this.#readiness = new Readiness(loop, fd);
  }

  /** Resolves when all are made; rejects with what the failing one says. `fds` become the lowest free descriptors there. */
  async perform(calls: readonly Call[], fds: readonly Fd[] = []): Promise<void> {
    const reply = await this.#request(calls, fds);
    if (reply === "gone") throw new Fault("start process: it ended before it was ready", { component: "agent", code: "internal" });
    if (reply !== "done") throw reply;
  }

  /** The same for calls of which one executes a program: resolves when that runs, or when the process has ended. */
  async execute(calls: readonly Call[]): Promise<void> {
    const reply = await this.#request(calls, []);
    if (reply !== "gone" && reply !== "done") throw reply;
  }

  /** The same for calls that never end: nobody waits for what becomes of them. */
  leave(calls: readonly Call[]): void {
    if (!this.#closed) sendCalls(this.#fd, calls);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#readiness.cancel();
    close(this.#fd);
  }

  async #request(calls: readonly Call[], fds: readonly Fd[]): Promise<Reply> {
    if (this.#closed) return "gone";
    try {
      sendCalls(this.#fd, calls, fds);
    } catch (error) {
      if (isGone(error)) return "gone";
      throw error;
    }
    for (;;) {
      await this.#readiness.readable();
      if (this.#closed) return "gone";
      const reply = receiveReply(this.#fd, calls);
      if (reply !== undefined) return reply;
    }
  }
}
