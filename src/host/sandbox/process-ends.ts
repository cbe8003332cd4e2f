/** The caller's descriptors of one process in the guest, from the request that brought them to what moves their bytes. */
import { duplicate } from "../../sys/descriptor.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import type { FdStream } from "../../sys/stream.ts";
import type { Fd } from "../../sys/syscall.ts";
import { isTerminal } from "../../sys/tty.ts";
import type { GuestStreams } from "./guest-streams.ts";
import type { PassedEnd, PassedStreams } from "./passed-descriptor.ts";
import { openStdio } from "./stdio.ts";

/** Descriptors that came with a request; whoever holds this record closes them. */
export interface ProcessEnds {
  readonly standin?: Fd;
  readonly stdin?: Fd;
  readonly stdout?: Fd;
  readonly stderr?: Fd;
  /** Closed when the output streams have ended, for a caller that waits for that. */
  readonly streamsEnd?: Fd;
  /** Descriptor 3 of the process and those after it. */
  readonly passed: readonly Fd[];
}

const all = ({ standin, stdin, stdout, stderr, streamsEnd, passed }: ProcessEnds): Fd[] =>
  [standin, stdin, stdout, stderr, streamsEnd, ...passed].filter((fd) => fd !== undefined);

export function closeEnds(ends: ProcessEnds): void {
  for (const fd of all(ends)) close(fd);
}

/** The ends once bytes can be moved; `standin` and `streamsEnd` carry none and stay as they are. */
export interface OpenEnds {
  readonly standin: Fd | undefined;
  readonly stdin: FdStream | undefined;
  readonly stdinIsTerminal: boolean;
  readonly stdout: OutputEnd;
  readonly stderr: OutputEnd;
  readonly streamsEnd: Fd | undefined;
  readonly passed: readonly PassedEnd[];
}

/** See Sink. */
export type OutputEnd = FdStream | "discard" | "gone";

/** Owns the ends while they are opened one after the other, so that each is closed once when one of them cannot be. */
export class Opening {
  readonly #loop: EventLoop;
  readonly #ends: ProcessEnds;
  readonly #unopened: Set<Fd>;
  readonly #opened: FdStream[] = [];

  constructor(loop: EventLoop, ends: ProcessEnds) {
    this.#loop = loop;
    this.#ends = ends;
    this.#unopened = new Set(all(ends));
  }

  /** As far as the guest has streams for them: a terminal has one for both outputs. */
  open(streams: GuestStreams): OpenEnds {
    const { standin, stdin, stdout, stderr, streamsEnd } = this.#ends;
    if (stderr !== undefined && !streams.stderr) this.#drop(stderr);
    return {
      standin,
      stdinIsTerminal: stdin !== undefined && isTerminal(stdin),
      stdin: stdin === undefined ? undefined : this.#stream(stdin, "read"),
      stdout: this.#output(stdout),
      stderr: streams.stderr ? this.#output(stderr) : "discard",
      streamsEnd,
      passed: streams.passed.map((each) => this.#passed(each)),
    };
  }

  /** Whatever has become of them. */
  close(): void {
    for (const fd of this.#unopened) close(fd);
    this.#unopened.clear();
    for (const stream of this.#opened) stream.close();
  }

  #drop(fd: Fd): void {
    this.#unopened.delete(fd);
    close(fd);
  }

  #stream(fd: Fd, direction: "read" | "write"): FdStream | undefined {
    this.#unopened.delete(fd);
    const stream = openStdio(this.#loop, fd, direction);
    if (stream) this.#opened.push(stream);
    return stream;
  }

  #output(fd: Fd | undefined): OutputEnd {
    return fd === undefined ? "discard" : (this.#stream(fd, "write") ?? "gone");
  }

  #passed(streams: PassedStreams): PassedEnd {
    const { fd, input, output } = streams;
    // one descriptor a direction: each is closed on its own
    const reading = input && this.#stream(output ? duplicate(fd) : fd, "read");
    return { streams, input: reading, output: output ? this.#output(fd) : "discard" };
  }
}
