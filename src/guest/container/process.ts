/** One process of a container, from its fork to the moment somebody has its status. */
import { deferred } from "../../base/deferred.ts";
import { Fault } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { sleep, type Timers } from "../../base/timers.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { kill, SIGKILL } from "../../sys/process.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import type { Launched } from "./launch.ts";
import { type HostStreams, ProcessIo } from "./process-io.ts";
import type { ReportReader } from "./report.ts";

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

/** How long a reader may still find bytes after the end, when other processes keep the streams open. */
const readAfterExitMs = 500;

export class ContainerProcess {
  readonly pid: number;
  readonly io: ProcessIo;
  /** Exit code, or 128 + signal. */
  readonly exit: Promise<number>;
  /** The same, once what the process wrote is handed on. */
  readonly finished: Promise<number>;
  readonly #reports: ReportReader;
  readonly #timers: Timers;
  readonly #readersOver = deferred();
  #exitCode: number | undefined;

  private constructor(pid: number, io: ProcessIo, reports: ReportReader, exit: Promise<number>, timers: Timers) {
    this.pid = pid;
    this.io = io;
    this.#reports = reports;
    this.#timers = timers;
    this.exit = exit;
    this.finished = this.#finish();
  }

  /** Waits until the new process is ready to execute its program; rejects with its own words when it cannot. */
  static async prepare({ pid, reports, pipes }: Launched, around: Surroundings): Promise<ContainerProcess> {
    const exit = around.reaper.exitOf(pid);
    let alive = true;
    void exit.then(() => {
      alive = false;
    });
    let master: Fd | undefined;
    try {
      for (;;) {
        const report = await reports.next();
        if (report.kind === "console") master = report.master;
        else if (report.kind === "warning") around.logger.warning(report.message);
        else if (report.kind === "failed")
          throw new Fault(report.message, { component: "agent", ...(report.code !== undefined && { code: report.code }) });
        else if (report.kind === "gone")
          throw new Fault(`start process: it ended with ${await exit} before it was ready`, { component: "agent", code: "internal" });
        else break;
      }
      const source = master ?? pipes;
      if (source === undefined) throw new Fault("start process: it reported no terminal", { component: "agent", code: "internal" });
      return new ContainerProcess(pid, new ProcessIo(around.loop, source), reports, exit, around.timers);
    } catch (error) {
      abandon({ pid, reports, pipes }, master);
      if (alive) kill(pid, SIGKILL);
      await exit;
      throw error;
    }
  }

  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  relay(streams: HostStreams): void {
    this.io.relay(streams);
  }

  /** Lets it execute its program; rejects when the kernel refuses that. */
  async start(): Promise<void> {
    if (this.#exitCode === undefined) this.#reports.release();
    const report = await this.#reports.next();
    this.#reports.close();
    if (report.kind === "failed")
      throw new Fault(report.message, { component: "agent", ...(report.code !== undefined && { code: report.code }) });
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
    this.#reports.close();
    this.io.release();
  }

  close(): void {
    this.#reports.close();
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
function abandon({ reports, pipes }: Launched, master: Fd | undefined): void {
  reports.close();
  for (const fd of pipes ? [pipes.stdin, pipes.stdout, pipes.stderr] : []) close(fd);
  if (master !== undefined) close(master);
}
