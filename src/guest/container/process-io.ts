/** The three standard streams of one process, or the two of one with a terminal, and what it has beyond them. */
import { Fault } from "../../base/fault.ts";
import type { ByteStream } from "../../base/stream.ts";
import { duplicate } from "../../sys/descriptor.ts";
import type { EventLoop } from "../../sys/loop.ts";
import type { Fd } from "../../sys/syscall.ts";
import { setWindowSize } from "../../sys/tty.ts";
import { PassedIo, type PassedStreams } from "./passed-io.ts";
import type { PassedEnds, PipeEnds } from "./pipes.ts";
import { Input, Output } from "./stdio.ts";

/** Streams of the host to relay to; an absent one leaves that direction to the piecewise calls. */
export interface HostStreams {
  readonly stdin?: ByteStream | undefined;
  readonly stdout?: ByteStream | undefined;
  readonly stderr?: ByteStream | undefined;
  /** For descriptor 3 and those after it. */
  readonly passed: readonly PassedStreams[];
}

export class ProcessIo {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output | undefined;
  readonly #passed: readonly PassedIo[];
  readonly #terminal: Fd | undefined;
  #relayed = false;

  /** @param source the agent's pipe ends, or the terminal's master: owned from now on, as `passed` is */
  constructor(loop: EventLoop, source: PipeEnds | Fd, passed: readonly PassedEnds[]) {
    this.#passed = passed.map((ends) => new PassedIo(loop, ends));
    if (typeof source === "number") {
      // One descriptor a direction: each is waited for and closed on its own.
      this.#terminal = source;
      this.stdin = new Input(loop, duplicate(source), "terminal");
      this.stdout = new Output(loop, source);
    } else {
      this.stdin = new Input(loop, source.stdin, "pipe");
      this.stdout = new Output(loop, source.stdout);
      this.stderr = new Output(loop, source.stderr);
    }
  }

  relay(streams: HostStreams, after?: Promise<void>): void {
    this.#relayed = streams.stdout !== undefined && (streams.stderr !== undefined || this.stderr === undefined);
    if (streams.stdin) this.stdin.relay(streams.stdin);
    if (streams.stdout) this.stdout.relay(streams.stdout, after);
    if (streams.stderr && this.stderr) this.stderr.relay(streams.stderr, after);
    else streams.stderr?.close();
    for (const [i, io] of this.#passed.entries()) io.relay(streams.passed[i] ?? {}, after);
  }

  /** Bytes that streams of the host took; undefined when they do not take all that there is. */
  get handedOn(): { readonly stdout: number; readonly stderr: number; readonly passed: number[] } | undefined {
    if (!this.#relayed) return undefined;
    return { stdout: this.stdout.handedOn, stderr: this.stderr?.handedOn ?? 0, passed: this.#passed.map((io) => io.handedOn) };
  }

  /** Resolves when everything written until now was handed on. */
  async drained(): Promise<void> {
    await this.stdout.drained();
    await this.stderr?.drained();
    for (const io of this.#passed) await io.drained();
  }

  resize(rows: number, columns: number): void {
    if (this.#terminal === undefined)
      throw new Fault("resize: the process has no terminal", { component: "agent", code: "failed-precondition" });
    setWindowSize(this.#terminal, { rows, columns });
  }

  /** The process is over and its status known: what is relayed goes on to its end, the rest is closed. */
  release(): void {
    this.stdin.close();
    this.stdout.release();
    this.stderr?.release();
    for (const io of this.#passed) io.release();
  }

  close(): void {
    this.stdin.close();
    this.stdout.close();
    this.stderr?.close();
    for (const io of this.#passed) io.close();
  }
}
