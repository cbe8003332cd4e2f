/** One process of a container, from its fork to the moment somebody has its status. */
import { deferred } from "../../base/deferred.ts";
import { Fault } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { sleep, type Timers } from "../../base/timers.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { kill, SIGKILL } from "../../sys/process.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import type { PassedEnds, PipeEnds } from "./pipes.ts";
import { type HostStreams, ProcessIo } from "./process-io.ts";

/** Tells how children of the agent end. Ask in the same turn of the event loop in which the child was forked. */
export interface Reaper {
  exitOf(pid: number): Promise<number>;
}

/** What every process needs of the agent. */
export interface Surroundings {
  readonly loop: EventLoop;
  readonly timers: Timers;
  readonly reaper: Reaper;
  readonly logger: Logger;
}

/** A process that was just made. */
export interface Begun {
  readonly pid: number;
  readonly pipes: PipeEnds | undefined;
  readonly passed: readonly PassedEnds[];
  /** It ends when its line is closed before it executes its program. */
  readonly line: { close(): void };
}

/** A process that is ready for its program. */
export interface Ready {
  /** The terminal's, owned from now on; its streams are pipes without one. */
  readonly master: Fd | undefined;
  /** Lets it execute its program; rejects when the kernel refuses that. */
  start(): Promise<void>;
}

/** How long a reader may still find bytes after the end, when other processes keep the streams open. */
const readAfterExitMs = 500;

export class ContainerProcess {
  readonly pid: number;
  readonly io: ProcessIo;
  /** Exit code, or 128 + signal. */
  readonly exit: Promise<number>;
  /** The same, once what the process wrote is handed on. */
  readonly finished: Promise<number>;
  readonly #line: Begun["line"];
  /** Until it starts: what is kept for that is not small. */
  #start: (() => Promise<void>) | undefined;
  readonly #timers: Timers;
  readonly #readersOver = deferred();
  #exitCode: number | undefined;

  private constructor(begun: Begun, ready: Ready, exit: Promise<number>, { loop, timers }: Surroundings) {
    const source = ready.master ?? begun.pipes;
    if (source === undefined)
      throw new Fault("start process: it has neither pipes nor a terminal", { component: "agent", code: "internal" });
    this.pid = begun.pid;
    this.io = new ProcessIo(loop, source, begun.passed);
    this.#line = begun.line;
    this.#start = () => ready.start();
    this.#timers = timers;
    this.exit = exit;
    this.finished = this.#finish();
  }

  /** `getReady` does what there is to do before the program; when it rejects, nothing is left of the process. */
  static async prepare(begun: Begun, getReady: () => Promise<Ready>, around: Surroundings): Promise<ContainerProcess> {
    const exit = around.reaper.exitOf(begun.pid);
    let alive = true;
    void exit.then(() => {
      alive = false;
    });
    let master: Fd | undefined;
    try {
      const ready = await getReady();
      master = ready.master;
      return new ContainerProcess(begun, ready, exit, around);
    } catch (error) {
      abandon(begun, master);
      if (alive) kill(begun.pid, SIGKILL);
      await exit;
      throw error;
    }
  }

  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** What it writes is handed on once `after` has settled. */
  relay(streams: HostStreams, after?: Promise<void>): void {
    this.io.relay(streams, after);
  }

  /** Lets it execute its program; rejects when the kernel refuses that. */
  async start(): Promise<void> {
    const start = this.#start;
    this.#start = undefined;
    try {
      await start?.();
    } finally {
      this.#line.close();
    }
  }

  /** A process that has ended already takes any signal. */
  signal(signal: number): void {
    if (this.#exitCode !== undefined) return;
    try {
      kill(this.pid, signal);
    } catch (error) {
      if (!isErrno(error, "ESRCH")) throw error;
    }
  }

  readStdout(limit: number): Promise<Uint8Array> {
    return this.io.stdout.read(limit, this.#readersOver.promise);
  }

  readStderr(limit: number): Promise<Uint8Array> {
    return this.io.stderr ? this.io.stderr.read(limit, this.#readersOver.promise) : Promise.resolve(new Uint8Array());
  }

  /** Keeps only the relays that still have something to hand on. */
  release(): void {
    this.#line.close();
    this.io.release();
  }

  close(): void {
    this.#line.close();
    this.io.close();
  }

  async #finish(): Promise<number> {
    this.#exitCode = await this.exit;
    this.io.stdin.close();
    await this.io.drained();
    void sleep(this.#timers, readAfterExitMs).then(() => this.#readersOver.resolve());
    return this.#exitCode;
  }
}

/** Nobody will ever use what was made for this process. */
function abandon({ line, pipes, passed }: Begun, master: Fd | undefined): void {
  line.close();
  for (const fd of passed.flatMap(({ input, output }) => [input, output])) if (fd !== undefined) close(fd);
  for (const fd of pipes ? [pipes.stdin, pipes.stdout, pipes.stderr] : []) close(fd);
  if (master !== undefined) close(master);
}
