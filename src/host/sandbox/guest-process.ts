/** One process in the guest as the host holds it: its standard streams, its stand-in, its end. */
import type { ByteStream } from "../../base/stream.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { wallClockNs } from "../../sys/loop.ts";
import type { FdStream } from "../../sys/stream.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { Agent } from "../agent/agent.ts";
import { StandinLink } from "./standin-link.ts";
import { openStdio } from "./stdio.ts";

/** Descriptors that came with a request; whoever holds this record closes them. */
export interface ProcessEnds {
  readonly standin?: Fd;
  readonly stdin?: Fd;
  readonly stdout?: Fd;
  readonly stderr?: Fd;
}

export interface ProcessName {
  readonly containerId: string;
  /** Of a container's first process: the container's id. */
  readonly execId: string;
}

export interface Exit {
  /** The exit code, or 128 + signal. */
  readonly status: number;
  readonly exitedAtNs: bigint;
}

/** What the agent is told about the streams. */
export interface StreamPorts {
  readonly stdinPort: number;
  readonly stdoutPort: number;
  readonly stderrPort: number;
}

/** The status of a process whose VM or connection was lost. */
const lostStatus = 137;
const sigkill = 9;

export class GuestProcess {
  readonly name: ProcessName;
  readonly ports: StreamPorts;
  /** After the last byte of output was handed on. Never rejects. */
  readonly exited: Promise<Exit>;
  readonly #agent: Agent;
  readonly #link: StandinLink | undefined;
  readonly #stdin: FdStream | undefined;
  readonly #streams: GuestStreams;
  #ended!: (exit: Exit) => void;
  #exit: Exit | undefined;

  private constructor(loop: EventLoop, agent: Agent, name: ProcessName, ends: ProcessEnds, streams: GuestStreams) {
    this.name = name;
    this.#agent = agent;
    this.#streams = streams;
    this.ports = { stdinPort: streams.stdin.localPort, stdoutPort: streams.stdout.localPort, stderrPort: streams.stderr?.localPort ?? 0 };
    this.exited = new Promise((resolve) => {
      this.#ended = resolve;
    });
    this.#stdin = ends.stdin === undefined ? undefined : openStdio(loop, ends.stdin, "read");
    const outputs = [pumpOut(streams.stdout, ends.stdout === undefined ? undefined : openStdio(loop, ends.stdout, "write"))];
    const stderr = ends.stderr === undefined ? undefined : openStdio(loop, ends.stderr, "write");
    if (streams.stderr) outputs.push(pumpOut(streams.stderr, stderr));
    else stderr?.close();
    this.#outputs = Promise.all(outputs);
    this.#link =
      ends.standin === undefined
        ? undefined
        : new StandinLink(loop, ends.standin, {
            onSignal: (signal) => this.#tellAgent(() => this.signal(signal)),
            onResize: (rows, columns) => this.#tellAgent(() => this.resize(rows, columns)),
            onGone: () => this.#tellAgent(() => this.signal(sigkill)),
          });
  }

  readonly #outputs: Promise<unknown>;

  /** Opens the streams to the guest. Takes the descriptors over, also when it fails. */
  static async open(loop: EventLoop, agent: Agent, name: ProcessName, ends: ProcessEnds, terminal: boolean): Promise<GuestProcess> {
    try {
      const [stdin, stdout, stderr] = await Promise.all([agent.dialStdio(), agent.dialStdio(), terminal ? undefined : agent.dialStdio()]);
      return new GuestProcess(loop, agent, name, ends, { stdin, stdout, stderr });
    } catch (error) {
      closeEnds(ends);
      throw error;
    }
  }

  /** Once the guest knows the process: moves its input and waits for its end. */
  begin(): void {
    void pumpIn(this.#stdin, this.#streams.stdin);
    void this.#watchEnd();
  }

  async signal(signal: number): Promise<void> {
    await this.#agent.api.signalProcess({ ...this.name, signal });
  }

  async resize(rows: number, columns: number): Promise<void> {
    await this.#agent.api.ttyWinResize({ ...this.name, row: rows, column: columns });
  }

  async closeStdin(): Promise<void> {
    this.#stdin?.close();
    await this.#streams.stdin.closeWrite();
  }

  /** Tells the stand-in; the caller has done what must be done before anybody learns of the end. */
  release(): void {
    this.#link?.exit(this.#exit?.status ?? lostStatus);
  }

  /** Gives the process up: its VM is gone, or it never came to be. Idempotent. */
  abandon(status = lostStatus): void {
    this.#streams.stdin.close();
    this.#streams.stdout.close();
    this.#streams.stderr?.close();
    this.#end(status);
    this.release();
  }

  async #watchEnd(): Promise<void> {
    let status = lostStatus;
    try {
      status = (await this.#agent.api.waitProcess({ ...this.name })).status & 0xff;
    } catch {
      // the guest is gone, or it does not know its own process: the status says so
    }
    await this.#outputs;
    this.#end(status);
  }

  #end(status: number): void {
    if (this.#exit) return;
    this.#exit = { status, exitedAtNs: wallClockNs() };
    this.#stdin?.close();
    this.#streams.stdin.close();
    this.#ended(this.#exit);
  }

  /** A stand-in cannot be answered; that the process is gone by now is no news either. */
  #tellAgent(call: () => Promise<void>): void {
    call().catch(() => {});
  }
}

interface GuestStreams {
  readonly stdin: ByteStream & { readonly localPort: number };
  readonly stdout: ByteStream & { readonly localPort: number };
  readonly stderr: (ByteStream & { readonly localPort: number }) | undefined;
}

export function closeEnds(ends: ProcessEnds): void {
  for (const fd of [ends.standin, ends.stdin, ends.stdout, ends.stderr]) if (fd !== undefined) close(fd);
}

async function pumpIn(from: FdStream | undefined, to: ByteStream): Promise<void> {
  try {
    for (;;) {
      const bytes = await from?.read();
      if (bytes === undefined) break;
      await to.write(bytes);
    }
    await to.closeWrite();
  } catch {
    // the process closed its standard input, or is gone
  } finally {
    from?.close();
  }
}

/** Never rejects. A reader that went away is told to the guest, whose process then gets SIGPIPE as it would here. */
async function pumpOut(from: ByteStream, to: FdStream | undefined): Promise<void> {
  try {
    for (;;) {
      const bytes = await from.read();
      if (bytes === undefined || to === undefined) break;
      await to.write(bytes);
    }
  } catch {
    // the reader is gone, or the guest
  } finally {
    from.close();
    to?.close();
  }
}
