/** One process in the guest as the host holds it: its standard streams, its stand-in, its end. */
import type { ByteStream } from "../../base/stream.ts";
import { featurePassedDescriptors } from "../../protocol/features.ts";
import type { HandedOn } from "../../protocol/gen/agent.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { wallClockNs } from "../../sys/loop.ts";
import type { FdStream } from "../../sys/stream.ts";
import type { Fd } from "../../sys/syscall.ts";
import { isTerminal } from "../../sys/tty.ts";
import type { Agent } from "../agent/agent.ts";
import { dialPassed, PassedDescriptor, type PassedStreams } from "./passed-descriptor.ts";
import { OutputPump, pumpInput } from "./pumps.ts";
import { StandinLink } from "./standin-link.ts";
import { openSink, openStdio } from "./stdio.ts";

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
  readonly passed: readonly PassedDescriptor["ports"][];
}

/** The status of a process whose VM or connection was lost. */
const lostStatus = 137;
const sigkill = 9;

export class GuestProcess {
  readonly name: ProcessName;
  readonly ports: StreamPorts;
  /** After the last byte that it wrote was handed on; others may still write to its streams. Never rejects. */
  readonly exited: Promise<Exit>;
  readonly #agent: Agent;
  readonly #link: StandinLink | undefined;
  readonly #stdin: FdStream | undefined;
  readonly #stdinIsTerminal: boolean;
  readonly #stdout: OutputPump;
  readonly #stderr: OutputPump | undefined;
  readonly #passed: readonly PassedDescriptor[];
  readonly #streams: GuestStreams;
  #ended!: (exit: Exit) => void;
  #exit: Exit | undefined;

  private constructor(loop: EventLoop, agent: Agent, name: ProcessName, ends: ProcessEnds, streams: GuestStreams) {
    this.name = name;
    this.#agent = agent;
    this.#streams = streams;
    this.#passed = streams.passed.map((each, i) => new PassedDescriptor(loop, ends.passed[i] as Fd, each));
    this.ports = {
      stdinPort: streams.stdin.localPort,
      stdoutPort: streams.stdout.localPort,
      stderrPort: streams.stderr?.localPort ?? 0,
      passed: this.#passed.map(({ ports }) => ports),
    };
    this.exited = new Promise((resolve) => {
      this.#ended = resolve;
    });
    this.#stdinIsTerminal = ends.stdin !== undefined && isTerminal(ends.stdin);
    this.#stdin = ends.stdin === undefined ? undefined : openStdio(loop, ends.stdin, "read");
    this.#stdout = new OutputPump(streams.stdout, openSink(loop, ends.stdout));
    if (streams.stderr) this.#stderr = new OutputPump(streams.stderr, openSink(loop, ends.stderr));
    else if (ends.stderr !== undefined) close(ends.stderr);
    const { streamsEnd } = ends;
    if (streamsEnd !== undefined) void this.#outputsEnded().then(() => close(streamsEnd));
    this.#link =
      ends.standin === undefined
        ? undefined
        : new StandinLink(loop, ends.standin, {
            onSignal: (signal) => this.#tellAgent(() => this.signal(signal)),
            onResize: (rows, columns) => this.#tellAgent(() => this.resize(rows, columns)),
            onGone: () => this.#tellAgent(() => this.signal(sigkill)),
          });
  }

  /** Opens the streams to the guest. Takes the descriptors over, also when it fails. */
  static async open(loop: EventLoop, agent: Agent, name: ProcessName, ends: ProcessEnds, terminal: boolean): Promise<GuestProcess> {
    try {
      if (ends.passed.length > 0 && !agent.details.extraFeatures.includes(featurePassedDescriptors))
        throw new RpcError(rpcCode.unimplemented, "option --preserve-fds: not supported by this guest's agent");
      const [stdin, stdout, stderr, ...passed] = await Promise.all([
        agent.dialStdio(),
        agent.dialStdio(),
        terminal ? undefined : agent.dialStdio(),
        ...ends.passed.map((fd) => dialPassed(agent, fd)),
      ]);
      return new GuestProcess(loop, agent, name, ends, { stdin, stdout, stderr, passed });
    } catch (error) {
      closeEnds(ends);
      throw error;
    }
  }

  /** Once the guest knows the process: moves its input and waits for its end. */
  begin(): void {
    const { stdin, stdout, stderr } = this.#streams;
    const terminal = stderr === undefined ? this.#stdin : undefined;
    void pumpInput(this.#stdin, stdin, {
      ...(terminal && this.#stdinIsTerminal && { hungUp: () => !isTerminal(terminal.fd) }),
      onHangUp: () => {
        stdin.close();
        stdout.close();
      },
    });
    for (const descriptor of this.#passed) descriptor.begin();
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
    for (const descriptor of this.#passed) descriptor.abandon();
    this.#end(status);
    this.release();
  }

  async #watchEnd(): Promise<void> {
    try {
      const { status, handedOn } = await this.#agent.api.waitProcess({ ...this.name }, { waits: true });
      if (handedOn) await this.#handedOn(handedOn);
      else await this.#outputsEnded();
      this.#end(status & 0xff);
    } catch {
      // the guest is gone, or it does not know its own process: the status says so
      await this.#outputsEnded();
      this.#end(lostStatus);
    }
  }

  async #handedOn({ stdout, stderr, passed }: HandedOn): Promise<void> {
    const beyond = this.#passed.map((descriptor, i) => descriptor.handedOn(passed[i] ?? 0));
    await Promise.all([this.#stdout.handedOn(stdout), this.#stderr?.handedOn(stderr), ...beyond]);
  }

  async #outputsEnded(): Promise<void> {
    await this.#stdout.ended;
    await this.#stderr?.ended;
  }

  #end(status: number): void {
    if (this.#exit) return;
    this.#exit = { status, exitedAtNs: wallClockNs() };
    this.#stdin?.close();
    this.#streams.stdin.close();
    for (const descriptor of this.#passed) descriptor.endInput();
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
  readonly passed: readonly PassedStreams[];
}

export function closeEnds(ends: ProcessEnds): void {
  for (const fd of [ends.standin, ends.stdin, ends.stdout, ends.stderr, ends.streamsEnd, ...ends.passed]) if (fd !== undefined) close(fd);
}
