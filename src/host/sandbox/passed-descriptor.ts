/** A descriptor of the caller's that a process in the guest has beyond its standard streams: its bytes are relayed. */
import type { ByteStream, DialedStream } from "../../base/stream.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { shutdownWrite } from "../../sys/socket.ts";
import type { FdStream } from "../../sys/stream.ts";
import type { Fd } from "../../sys/syscall.ts";
import { OutputPump, pumpInput } from "./pumps.ts";
import { type Directions, relayDirections } from "./relayable.ts";

/** Streams of the guest for `fd`, one for each direction that there is. */
export interface PassedStreams {
  readonly fd: Fd;
  readonly input: DialedStream | undefined;
  readonly output: DialedStream | undefined;
}

/** Throws when it cannot be relayed: who passes it has looked before. */
export async function dialPassed(dialOne: () => Promise<DialedStream>, fd: Fd): Promise<PassedStreams> {
  const directions = relayDirections(fd);
  if (typeof directions === "string") throw new RpcError(rpcCode.invalidArgument, `descriptor to pass: is ${directions}`);
  const dial = (wanted: boolean): Promise<DialedStream> | undefined => (wanted ? dialOne() : undefined);
  const { input, output }: Directions = directions;
  const [toGuest, fromGuest] = await Promise.all([dial(input), dial(output)]);
  return { fd, input: toGuest, output: fromGuest };
}

/** The caller's descriptor, opened for each direction that there is. */
export interface PassedEnd {
  readonly streams: PassedStreams;
  readonly input: FdStream | undefined;
  readonly output: FdStream | "discard" | "gone";
}

export class PassedDescriptor {
  /** What the agent is told. */
  readonly ports: { readonly inputPort: number; readonly outputPort: number };
  readonly #streams: PassedStreams;
  readonly #input: FdStream | undefined;
  readonly #output: OutputPump | undefined;
  /** The guest's end of a socket is closed, not only its outgoing direction. */
  #closedThere = false;

  /** Owns the end. */
  constructor(end: PassedEnd) {
    const { streams } = end;
    const { input, output } = streams;
    this.ports = { inputPort: input?.localPort ?? 0, outputPort: output?.localPort ?? 0 };
    this.#streams = streams;
    this.#input = end.input;
    if (!output) return;
    const sink = end.output;
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
