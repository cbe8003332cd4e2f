/** Streams of the guest for one process: dialled together, and none stays when one of them cannot be had. */
import type { DialedStream } from "../../base/stream.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { Agent } from "../agent/agent.ts";
import { dialPassed, type PassedStreams } from "./passed-descriptor.ts";

export interface GuestStreams {
  readonly stdin: DialedStream;
  readonly stdout: DialedStream;
  /** undefined for a terminal. */
  readonly stderr: DialedStream | undefined;
  readonly passed: readonly PassedStreams[];
}

export class Dialling {
  readonly #agent: Pick<Agent, "dialStdio">;
  readonly #streams: DialedStream[] = [];
  #over = false;

  constructor(agent: Pick<Agent, "dialStdio">) {
    this.#agent = agent;
  }

  async dial(passed: readonly Fd[], terminal: boolean): Promise<GuestStreams> {
    const one = (): Promise<DialedStream> => this.#one();
    const [stdin, stdout, stderr, ...further] = await Promise.all([
      one(),
      one(),
      terminal ? undefined : one(),
      ...passed.map((fd) => dialPassed(one, fd)),
    ]);
    return { stdin, stdout, stderr, passed: further };
  }

  /** Those that come later are closed as they come. */
  giveUp(): void {
    this.#over = true;
    for (const stream of this.#streams) stream.close();
  }

  async #one(): Promise<DialedStream> {
    const stream = await this.#agent.dialStdio();
    this.#streams.push(stream);
    if (this.#over) stream.close();
    return stream;
  }
}
