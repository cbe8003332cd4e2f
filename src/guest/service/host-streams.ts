/** Streams that the host opened for standard streams, waiting for the request that names them by the host's port. */
import type { DialedStream } from "../../base/stream.ts";
import type { Timers } from "../../base/timers.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import type { HostStreams } from "../container/process-io.ts";

interface Ports {
  readonly stdinPort: number;
  readonly stdoutPort: number;
  readonly stderrPort: number;
  readonly passed: readonly { readonly inputPort: number; readonly outputPort: number }[];
}

const mostWaiting = 512;
/** A host dials before it asks, but the two travel on different streams. Emulated guests are slow. */
const patienceMs = 2000;

export class HostStreamTable {
  readonly #timers: Timers;
  readonly #offered = new Map<number, DialedStream>();
  readonly #wanted = new Map<number, (stream: DialedStream | undefined) => void>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** A stream the host opened; false when there are too many that nobody asked for. */
  offer(stream: DialedStream): boolean {
    const wanted = this.#wanted.get(stream.localPort);
    if (wanted) {
      this.#wanted.delete(stream.localPort);
      wanted(stream);
      return true;
    }
    if (this.#offered.size >= mostWaiting) return false;
    this.#offered.get(stream.localPort)?.close();
    this.#offered.set(stream.localPort, stream);
    return true;
  }

  /** The streams of a request's ports; 0 is none. Rejects when one does not come; those that came are closed then. */
  async take({ stdinPort, stdoutPort, stderrPort, passed }: Ports): Promise<HostStreams> {
    const ports = [stdinPort, stdoutPort, stderrPort, ...passed.flatMap(({ inputPort, outputPort }) => [inputPort, outputPort])];
    const streams = await Promise.all(ports.map((port) => (port === 0 ? undefined : this.#wait(port))));
    const [stdin, stdout, stderr, ...beyond] = streams;
    const missing = ports.find((port, i) => port !== 0 && streams[i] === undefined);
    if (missing === undefined)
      return { stdin, stdout, stderr, passed: passed.map((_, i) => ({ input: beyond[2 * i], output: beyond[2 * i + 1] })) };
    for (const stream of streams) stream?.close();
    throw new RpcError(rpcCode.invalidArgument, `stream of port ${missing}: the host did not open it within ${patienceMs} ms`);
  }

  /** Forgets what the host opened on a connection that is gone. */
  clear(): void {
    for (const stream of this.#offered.values()) stream.close();
    this.#offered.clear();
  }

  #wait(port: number): Promise<DialedStream | undefined> {
    const there = this.#offered.get(port);
    if (there) {
      this.#offered.delete(port);
      return Promise.resolve(there);
    }
    return new Promise((resolve) => {
      const cancel = this.#timers.after(patienceMs, () => {
        this.#wanted.delete(port);
        resolve(undefined);
      });
      this.#wanted.set(port, (stream) => {
        cancel();
        resolve(stream);
      });
    });
  }
}

export function closeStreams({ stdin, stdout, stderr, passed }: HostStreams): void {
  for (const stream of [stdin, stdout, stderr, ...passed.flatMap(({ input, output }) => [input, output])]) stream?.close();
}
