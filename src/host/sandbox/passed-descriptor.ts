/** A descriptor of the caller's that a process in the guest has beyond its standard streams: its bytes are relayed. */
import type { ByteStream, DialedStream } from "../../base/stream.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { duplicate } from "../../sys/descriptor.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { shutdownWrite } from "../../sys/socket.ts";
import type { FdStream } from "../../sys/stream.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { Agent } from "../agent/agent.ts";
import { OutputPump, pumpInput } from "./pumps.ts";
import { type Directions, relayDirections } from "./relayable.ts";
import { openSink, openStdio } from "./stdio.ts";

/** Streams of the guest, one for each direction that there is. */
export interface PassedStreams {
  readonly input: DialedStream | undefined;
  readonly output: DialedStream | undefined;
}

/** Throws when it cannot be relayed: who passes it has looked before. */
export async function dialPassed(agent: Agent, fd: Fd): Promise<PassedStreams> {
  const directions = relayDirections(fd);
  if (typeof directions === "string") throw new RpcError(rpcCode.invalidArgument, `descriptor to pass: is ${directions}`);
  const dial = (wanted: boolean): Promise<DialedStream> | undefined => (wanted ? agent.dialStdio() : undefined);
  const { input, output }: Directions = directions;
  const [toGuest, fromGuest] = await Promise.all([dial(input), dial(output)]);
  return { input: toGuest, output: fromGuest };
}

export class PassedDescriptor {
  /** What the agent is told. */
  readonly ports: { readonly inputPort: number; readonly outputPort: number };
  readonly #streams: PassedStreams;
  readonly #input: FdStream | undefined;
  readonly #output: OutputPump | undefined;
  /** The guest's end of a socket is closed, not only its outgoing direction. */
  #closedThere = false;

  /** Takes the descriptor over. */
  constructor(loop: EventLoop, fd: Fd, streams: PassedStreams) {
    const { input, output } = streams;
    this.ports = { inputPort: input?.localPort ?? 0, outputPort: output?.localPort ?? 0 };
    this.#streams = streams;
    // one descriptor a direction: each is closed on its own
    if (input) this.#input = openStdio(loop, output ? duplicate(fd) : fd, "read");
    if (!output) return;
    const sink = openSink(loop, fd);
    this.#output = new OutputPump(output, input && typeof sink === "object" ? this.#halfOf(sink) : sink);
  }

  /** Once the guest knows the process. */
  begin(): void {
    const { input } = this.#streams;
    if (!input) return;
    void pumpInput(this.#input, input, { onHangUp: () => {} });
    // nothing ever comes this way: its end says that the process reads no more
    void input.read().then(
      () => this.endInput(),
      () => this.endInput(),
    );
  }

  /** See OutputPump. */
  async handedOn(bytes: number): Promise<void> {
    await this.#output?.handedOn(bytes);
  }

  /** The process reads no more. */
  endInput(): void {
    this.#closedThere = true;
    this.#input?.close();
    this.#streams.input?.close();
  }

  abandon(): void {
    this.endInput();
    this.#streams.output?.close();
  }

  /** A socket's outgoing direction: its end is told to the peer, as far as it is not the end of the whole socket. */
  #halfOf(sink: FdStream): ByteStream {
    return {
      read: () => sink.read(),
      write: (bytes) => sink.write(bytes),
      closeWrite: () => sink.closeWrite(),
      close: () => {
        if (!this.#closedThere) shutdownWrite(sink.fd);
        sink.close();
      },
    };
  }
}
