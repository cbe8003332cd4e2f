/** A further process in a container. */
import { Cleanup } from "../../base/cleanup.ts";
import { chainMessage, Fault } from "../../base/fault.ts";
import { encodeUtf8 } from "../../base/text.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import { stringifyExactJson } from "../../oci/shape.ts";
import type { Process, Spec } from "../../oci/spec.ts";
import { canExec } from "../../oci/state.ts";
import { findUnsupportedProcess } from "../../oci/unsupported.ts";
import { randomHex } from "../../sys/random.ts";
import type { Fd } from "../../sys/syscall.ts";
import { descriptorName } from "../sandbox/descriptors.ts";
import { readSpec } from "./bundle.ts";
import type { Runtime } from "./context.ts";
import { enterForeground, type Foreground } from "./foreground.ts";
import { openNetworkOf } from "./network-namespace.ts";
import { writePidFile } from "./pid-file.ts";
import { connectPidFdSocket } from "./pidfd-socket.ts";
import { findContainer } from "./query.ts";
import { connectSandbox } from "./sandbox-client.ts";
import { startStandIn } from "./stand-in.ts";
import { type GivenStreams, openStreams, passedDescriptors } from "./streams.ts";

export interface ExecRequest {
  readonly id: ContainerId;
  /** Makes the process of the command line's options; `spec` reads the bundle's present config.json. */
  readonly process: (spec: () => Spec) => Process;
  readonly detached: boolean;
  /** Absent: the command's own. */
  readonly streams?: GivenStreams;
  readonly ignorePaused: boolean;
  /** Below the container's own cgroup in the guest; absent: that itself. */
  readonly cgroup?: string;
  /** Absolute. */
  readonly consoleSocket?: string;
  /** Absolute. */
  readonly pidfdSocket?: string;
  /** Absolute. */
  readonly pidFile?: string;
  /** Descriptor 3 of the process and those after it. */
  readonly passed?: readonly Fd[];
}

/** The status of the process, 0 when detached. */
export async function execInContainer(rt: Runtime, request: ExecRequest): Promise<number> {
  const { foreground } = await startExec(rt, request);
  return (await foreground?.wait()) ?? 0;
}

export interface StartedExec {
  /** The process that stands for it. */
  readonly pid: number;
  /** By this the sandbox process knows it. */
  readonly execId: string;
  /** Absent: detached. */
  readonly foreground?: Foreground;
}

/** On failure nothing is left. */
export async function startExec(rt: Runtime, request: ExecRequest): Promise<StartedExec> {
  const cleanup = new Cleanup();
  const passing = new Cleanup();
  const onError = (what: string, reason: unknown): void => rt.logger.warning(`undo ${what}: ${chainMessage(reason)}`);
  try {
    const started = await start(rt, request, cleanup, passing);
    await passing.run(onError);
    return started;
  } catch (error) {
    await passing.run(onError);
    await cleanup.run(onError);
    throw error;
  }
}

async function start(rt: Runtime, request: ExecRequest, cleanup: Cleanup, passing: Cleanup): Promise<StartedExec> {
  const { id, detached } = request;
  const { record, status } = findContainer(rt.store, id);
  if (!canExec(status, request.ignorePaused)) {
    const paused = status === "paused";
    throw new Fault(paused ? "cannot exec in a paused container (use --ignore-paused to override)" : "cannot exec in a stopped container", {
      component: "runtime",
      code: status,
    });
  }
  const process = request.process(() => readSpec(record.bundle));
  const { fields } = findUnsupportedProcess(process);
  if (fields.length > 0) throw new Fault(`process: not supported: ${fields.join(", ")}`, { component: "oci", code: "unsupported" });
  const terminal = process.terminal ?? false;
  const pidfd = request.pidfdSocket === undefined ? undefined : connectPidFdSocket(request.pidfdSocket, "setns", passing);
  const { consoleSocket, streams: given } = request;
  const streams = openStreams({ given, terminal, detached, consoleSocket, consoleSize: process.consoleSize }, passing);
  const network = { kind: "join", fd: openNetworkOf(record.process.pid, passing) } as const;
  const standIn = startStandIn({ argv: process.args, network, ...(streams.terminal && { terminal: streams.terminal }) }, cleanup, passing);
  const { streamsEnd } = streams;
  const enter = (): Foreground => enterForeground(rt, { pid: standIn.pid, terminal, ...(streamsEnd !== undefined && { streamsEnd }) });
  const early = terminal && !detached ? enter() : undefined; // bytes pass as they are from the first output on
  if (early) cleanup.add("terminal", () => early.leave());
  const sandbox = connectSandbox(rt, record.sandboxId);
  passing.add("sandbox connection", () => sandbox.close());
  const execId = randomHex(16);
  const sized = streams.size ? { ...process, consoleSize: { height: streams.size.rows, width: streams.size.columns } } : process;
  await sandbox.api.exec({
    id,
    execId,
    processJson: encodeUtf8(stringifyExactJson(sized)),
    terminal,
    standinPid: standIn.pid,
    ignorePaused: request.ignorePaused,
    cgroup: request.cgroup ?? "",
    descriptors: sandbox.attach([
      { name: descriptorName.standin, fd: standIn.link },
      ...streams.descriptors,
      ...passedDescriptors(request.passed ?? [], passing),
    ]),
  });
  pidfd?.send(standIn.pid);
  if (request.pidFile !== undefined) writePidFile(request.pidFile, standIn.pid);
  await sandbox.api.commit({ id, execId });
  return { pid: standIn.pid, execId, ...(!detached && { foreground: early ?? enter() }) };
}
