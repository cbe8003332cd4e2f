/** One process in the guest as the host holds it: its standard streams, its stand-in, its end. */
import { featurePassedDescriptors } from "../../protocol/features.ts";
import type { HandedOn } from "../../protocol/gen/agent.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { wallClockNs } from "../../sys/loop.ts";
import type { FdStream } from "../../sys/stream.ts";
import { isTerminal } from "../../sys/tty.ts";
import type { Agent } from "../agent/agent.ts";
import { Dialling, type GuestStreams } from "./guest-streams.ts";
import { PassedDescriptor } from "./passed-descriptor.ts";
import { type OpenEnds, Opening, type ProcessEnds } from "./process-ends.ts";
import { OutputPump, pumpInput } from "./pumps.ts";
import { StandinLink } from "./standin-link.ts";

export interface ProcessName {
  readonly containerId: string;
  /** Of a container's first process: the container's id. */
  readonly execId: string;
}

export interface Exit {
  /** The exit code, or 128 + signal. */
  readonly status: number;
  readonly exitedAtNs: bigint;
  /** Of a container's first process: how often processes of the container had been killed for want of memory, as the guest says. */
  readonly oomEvents: number;
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

  private constructor(loop: EventLoop, agent: Agent, name: ProcessName, ends: OpenEnds, streams: GuestStreams) {
    this.name = name;
    this.#agent = agent;
    this.#streams = streams;
    // comes first: it alone can fail, and nothing moves yet
    this.#link =
      ends.standin === undefined
        ? undefined
        : new StandinLink(loop, ends.standin, {
            onSignal: (signal) => this.#tellAgent(() => this.signal(signal)),
            onResize: (rows, columns) => this.#tellAgent(() => this.resize(rows, columns)),
            onGone: () => this.#tellAgent(() => this.signal(sigkill)),
          });
    this.#passed = ends.passed.map((each) => new PassedDescriptor(each));
    this.ports = {
      stdinPort: streams.stdin.localPort,
      stdoutPort: streams.stdout.localPort,
      stderrPort: streams.stderr?.localPort ?? 0,
      passed: this.#passed.map(({ ports }) => ports),
    };
    this.exited = new Promise((resolve) => {
      this.#ended = resolve;
    });
    this.#stdin = ends.stdin;
    this.#stdinIsTerminal = ends.stdinIsTerminal;
    this.#stdout = new OutputPump(streams.stdout, ends.stdout);
    if (streams.stderr) this.#stderr = new OutputPump(streams.stderr, ends.stderr);
    const { streamsEnd } = ends;
    if (streamsEnd !== undefined) void this.#outputsEnded().then(() => close(streamsEnd));
  }

  /** Opens the streams to the guest. Takes the descriptors over, also when it fails. */
  static async open(loop: EventLoop, agent: Agent, name: ProcessName, ends: ProcessEnds, terminal: boolean): Promise<GuestProcess> {
    const opening = new Opening(loop, ends);
    const dialling = new Dialling(agent);
    try {
      if (ends.passed.length > 0 && !agent.details.extraFeatures.includes(featurePassedDescriptors))
        throw new RpcError(rpcCode.unimplemented, "option --preserve-fds: not supported by this guest's agent");
      const streams = await dialling.dial(ends.passed, terminal);
      return new GuestProcess(loop, agent, name, opening.open(streams), streams);
    } catch (error) {
      opening.close();
      dialling.giveUp();

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
      const { status, handedOn, oomEvents } = await this.#agent.api.waitProcess({ ...this.name }, { waits: true });
      if (handedOn) await this.#handedOn(handedOn);
      else await this.#outputsEnded();
      this.#end(status & 0xff, oomEvents);
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

  #end(status: number, oomEvents = 0): void {
    if (this.#exit) return;
    this.#exit = { status, exitedAtNs: wallClockNs(), oomEvents };
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
