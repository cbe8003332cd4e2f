/**
 * Forks a process of a container that goes on in TypeScript, because what it has to do cannot be done from outside: born in
 * its cgroup and namespaces, with standard streams and a line to report on.
 */
import { Cleanup } from "../../base/cleanup.ts";
import { cloneProcess } from "../../sys/clone.ts";
import { closeAllExcept, duplicate } from "../../sys/descriptor.ts";
import { close } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { cloneInside, type Join } from "../../sys/namespace.ts";
import { exit } from "../../sys/process.ts";
import type { Fd } from "../../sys/syscall.ts";
import { firstExtra } from "./bare-process.ts";
import { makePassed, makePipes, type PassedEnds, type PassedWish, type PipeEnds } from "./pipes.ts";
import { Reporter, type ReportReader, reportLine } from "./report.ts";

export interface LaunchOptions {
  /** Standard streams come from a terminal that the process itself opens: no pipes. */
  readonly terminal: boolean;
  /** CLONE_NEW* flags of the namespaces to be born in. */
  readonly namespaces: number;
  /** Those of others to be born in, in this order. */
  readonly joins: readonly Join[];
  readonly cgroup: Fd | undefined;
  /** Descriptors that `main` needs; all others of the agent are closed before it runs. */
  readonly keep: readonly Fd[];
  /** Runs in the agent before the new process goes on. */
  readonly admit?: ((pid: number) => void) | undefined;
  /** What it is to have beyond the standard streams. */
  readonly passed: readonly PassedWish[];
  /** Who is to own the pipes. */
  readonly streamOwner: number;
  /** What the new process does: it ends by executing a program or by `line.fail`. */
  readonly main: (line: Reporter, descriptors: ChildDescriptors) => never;
}

/** The new process's own, which `main` puts in their places. */
export interface ChildDescriptors {
  readonly stdio: readonly Fd[];
  /** Above the numbers that these are to have. */
  readonly passed: readonly Fd[];
}

export interface Launched {
  readonly pid: number;
  readonly reports: ReportReader;
  readonly pipes: PipeEnds | undefined;
  readonly passed: readonly PassedEnds[];
}

export function launch(loop: EventLoop, options: LaunchOptions): Launched {
  const undo = new Cleanup();
  const { agent, processFd } = reportLine(loop);
  undo.add("report line", () => agent.close());
  const theirs: Fd[] = [processFd];
  try {
    const pipes = options.terminal ? undefined : makePipes(theirs, undo, options.streamOwner);
    const stdio = theirs.slice(1);
    const passed = makePassed(options.passed, theirs, undo, options.streamOwner);
    const { namespaces, joins, cgroup } = options;
    const birth = { namespaces, ...(cgroup !== undefined && { cgroup }) };
    const pid = joins.length > 0 ? cloneInside(joins, birth) : cloneProcess(birth);
    if (pid === 0) runChild(options, processFd, { stdio, passed: theirs.slice(1 + stdio.length) });
    admit(options, pid, agent);
    undo.release();
    return { pid, reports: agent, pipes, passed };
  } catch (error) {
    void undo.run();
    throw error;
  } finally {
    for (const fd of theirs) close(fd);
  }
}

/** One that is not admitted ends with its line. */
function admit(options: LaunchOptions, pid: number, agent: ReportReader): void {
  if (!options.admit) return;
  options.admit(pid);
  agent.release();
}

/** The new process. An exception must never take it back into the agent's event loop. */
function runChild(options: LaunchOptions, processFd: Fd, { stdio, passed }: ChildDescriptors): never {
  const place = firstExtra(options.passed); // what is needed to the end leaves the numbers of what is passed
  const line = new Reporter(passed.length === 0 ? processFd : duplicate(processFd, place));
  try {
    const moved = passed.map((fd) => duplicate(fd, place));
    closeAllExcept([0, 1, 2, line.fd, ...stdio, ...moved, ...options.keep]);
    if (options.admit) line.waitForStart();
    return options.main(line, { stdio, passed: moved });
  } catch (error) {
    line.fail(error);
  }
  return exit(1);
}
