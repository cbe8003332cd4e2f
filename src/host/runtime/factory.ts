/** The factory as people see it: made, looked at, removed. */
import { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import { decodeUtf8 } from "../../base/text.ts";
import { pipe, setNonBlocking } from "../../sys/descriptor.ts";
import { close, readTextFile } from "../../sys/file.ts";
import { FdStream } from "../../sys/stream.ts";
import { isErrno } from "../../sys/syscall.ts";
import { listTemplates, type StoredTemplate } from "../factory/template-place.ts";
import { closeTemplate } from "../factory/template-store.ts";
import type { FactoryParameters, SandboxParameters } from "../sandbox/parameters.ts";
import { startReserve } from "../sandbox/refill.ts";
import { listReserves, type ReserveFacts } from "../sandbox/reserve-place.ts";
import { reserveKey, templateStore } from "../sandbox/template.ts";
import type { Runtime } from "./context.ts";
import { sandboxParameters } from "./sandbox-parameters.ts";

/** Of a machine for nobody in particular; `factory` is absent when the configuration has it off. */
export async function factoryParameters(rt: Runtime): Promise<SandboxParameters> {
  return sandboxParameters(await rt.configuration(), { id: "reserve", root: rt.store.root, hostname: "reserve", kind: "single" });
}

const longestLine = 64 << 10;

/**
 * Makes the template, and a sandbox in reserve when any are wanted, in a process that outlives this one. Resolves when both
 * are there; `onWarning` hears of what is not as it should be. False: the configuration has the factory off.
 */
export async function initFactory(rt: Runtime, onWarning: (text: string) => void): Promise<boolean> {
  const parameters = await factoryParameters(rt);
  if (!parameters.factory) return false;
  const cleanup = new Cleanup();
  try {
    const [ours, theirs] = pipe();
    setNonBlocking(ours);
    const stream = new FdStream(rt.loop, ours, { socket: false });
    cleanup.add("progress", () => stream.close());
    try {
      startReserve(parameters, theirs);
    } finally {
      close(theirs);
    }
    const lines = await readLines(stream);
    for (const line of lines) if (line.startsWith("warning ")) onWarning(line.slice("warning ".length));
    const failure = lines.find((line) => line.startsWith("failed "));
    if (failure !== undefined) throw new Fault(failure.slice("failed ".length), { component: "factory" });
    if (!lines.includes("template")) throw new Fault("build template: the builder was killed", { component: "factory" });
    return true;
  } finally {
    await cleanup.run();
  }
}

async function readLines(stream: FdStream): Promise<string[]> {
  const lines: string[] = [];
  let text = "";
  for (;;) {
    const bytes = await stream.read();
    if (bytes === undefined) return lines;
    text += decodeUtf8(bytes);
    if (text.length > longestLine) throw new Fault(`build template: a line of more than ${longestLine} bytes`, { component: "factory" });
    const complete = text.split("\n");
    text = complete.pop() ?? "";
    lines.push(...complete);
  }
}

export interface ReserveStatus extends ReserveFacts {
  /** Of the configuration in force. */
  readonly current: boolean;
  /** undefined when it has none yet, or it was killed. */
  readonly vmPid: number | undefined;
  /** Proportional set size of its processes, memory that they share divided among them. */
  readonly memoryKib: number;
}

export interface TemplateStatus extends StoredTemplate {
  readonly current: boolean;
}

export interface FactoryStatus {
  readonly parameters: SandboxParameters & { readonly factory: FactoryParameters };
  /** A machine would go on from a template now. */
  readonly on: boolean;
  readonly templates: readonly TemplateStatus[];
  readonly reserves: readonly ReserveStatus[];
}

/** undefined: the configuration has the factory off. */
export async function factoryStatus(rt: Runtime): Promise<FactoryStatus | undefined> {
  const parameters = await factoryParameters(rt);
  const { factory } = parameters;
  if (!factory) return undefined;
  const templates = templateStore(parameters, factory);
  const key = reserveKey(parameters, templates);
  const opened = templates.open((why) => rt.logger.warning(why, { source: "factory" }));
  if (opened) closeTemplate(opened);
  return {
    parameters: { ...parameters, factory },
    on: opened !== undefined,
    templates: listTemplates(factory.templatePath).map((each) => ({ ...each, current: each.key === templates.key })),
    reserves: listReserves(factory.reservePath).map((each) => reserveStatus(each, key)),
  };
}

function reserveStatus(facts: ReserveFacts, key: string): ReserveStatus {
  const pids = facts.state === "broken" ? [] : [facts.process.pid, ...facts.helpers.map(({ pid }) => pid)];
  return {
    ...facts,
    current: facts.key === key,
    vmPid: facts.state === "broken" ? undefined : facts.helpers.find(({ role }) => role === "vmm")?.pid,
    memoryKib: pids.reduce((sum, pid) => sum + memoryKib(pid), 0),
  };
}

function memoryKib(pid: number): number {
  const text = ofProcess(() => readTextFile(`/proc/${pid}/smaps_rollup`)) ?? "";
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
}

/** It may have ended meanwhile. */
function ofProcess(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES")) return undefined;
    throw error;
  }
}
