/** What a sandbox takes, under Kata's names: its processes on the host, its network, and the guest's own figures. */
import { chainMessage, Fault } from "../../base/fault.ts";
import type { Overhead } from "../../protocol/gen/sandbox.ts";
import { listDirectory } from "../../sys/directory.ts";
import { readlink, readTextFile } from "../../sys/file.ts";
import { isErrno } from "../../sys/syscall.ts";
import { type HelperRole, isAlive, type ProcessRef } from "../store/record.ts";
import { callFamilies } from "./call-metrics.ts";
import type { Runtime } from "./context.ts";
import { guestFamilies } from "./guest-metrics.ts";
import { type Family, family, metricsPage } from "./metric-family.ts";
import { collectorMetrics, networkMetrics, type ProcessFiles, processMetrics } from "./process-metrics.ts";
import { connectSandbox } from "./sandbox-client.ts";

const guestMs = 5000;

export interface SandboxFigures {
  readonly families: readonly Family[];
  /** Why the guest's own are not among them. */
  readonly missing?: unknown;
}

/** In Prometheus' text format. Throws `not-found` when there is no such sandbox. */
export async function sandboxMetrics(rt: Runtime, sandboxId: string): Promise<string> {
  const { families, missing } = await sandboxFigures(rt, sandboxId, guestMs);
  if (missing !== undefined) rt.logger.warning(`the guest's own metrics are missing: ${chainMessage(missing)}`);
  return metricsPage([{ labels: "", families }]);
}

/** Takes about `timeoutMs` when the guest is silent: what its host says of it is wanted then most of all. */
export async function sandboxFigures(rt: Runtime, sandboxId: string, timeoutMs: number): Promise<SandboxFigures> {
  const record = rt.store.readSandbox(sandboxId);
  if (!record) throw new Fault(`sandbox ${sandboxId}: does not exist`, { component: "store", code: "not-found" });
  const helper = (role: HelperRole): ProcessRef | undefined => record.helpers.find((each) => each.role === role);
  const own = filesOf(record.process);
  const host = [
    ...processMetrics("kata_shim", own),
    ...collectorMetrics("kata_shim", own, bootTime()),
    ...processMetrics("kata_hypervisor", filesOf(helper("vmm"))),
    ...networkMetrics("kata_hypervisor", networkOf(rt, sandboxId)),
    ...processMetrics("kata_virtiofsd", filesOf(helper("share"))),
  ];
  try {
    const sandbox = connectSandbox(rt, sandboxId);
    try {
      const [calls, guest] = await Promise.allSettled([sandbox.api.calls({}, { timeoutMs }), sandbox.api.metrics({}, { timeoutMs })]);
      const timed = calls.status === "fulfilled" ? callFamilies(calls.value) : []; // a sandbox of an older version has none
      if (guest.status === "rejected") return { families: [...host, ...timed], missing: guest.reason };
      const { text, overhead } = guest.value;
      return { families: [...host, ...timed, ...overheadFamilies(overhead), ...guestFamilies(text)] };
    } finally {
      sandbox.close();
    }
  } catch (error) {
    return { families: host, missing: error };
  }
}

function overheadFamilies(overhead: Overhead | undefined): Family[] {
  if (!overhead) return [];
  const gauge = (name: string, help: string, value: number): Family[] =>
    family(`kata_shim_pod_overhead_${name}`, "gauge", help, [["", value]]);
  return [
    ...gauge("cpu", "Processor time beyond the containers', in percent of one processor.", overhead.cpuPercent),
    ...gauge("memory_in_bytes", "Resident memory beyond the containers'.", overhead.memoryBytes),
  ];
}

/** What `prefix` stands for is this process. */
export function ownFigures(prefix: string): Family[] {
  const own = processFiles("self");
  return [...processMetrics(prefix, own), ...collectorMetrics(prefix, own, bootTime())];
}

/** Empty texts for a process that has ended, or never was. */
function filesOf(process: ProcessRef | undefined): ProcessFiles {
  // a number may be another's by now
  return process && isAlive(process) ? processFiles(process.pid) : { status: "", stat: "", io: "", limits: "", descriptors: 0 };
}

function processFiles(pid: number | "self"): ProcessFiles {
  const read = (name: string): string => unlessGone(() => readTextFile(`/proc/${pid}/${name}`), "");
  const descriptors = unlessGone(() => listDirectory(`/proc/${pid}/fd`).length, 0);
  return { status: read("status"), stat: read("stat"), io: read("io"), limits: read("limits"), descriptors };
}

/** The VMM has no network of its own: the sandbox's is where the stand-in of its first container lives. */
function networkOf(rt: Runtime, sandboxId: string): string {
  const standIn = rt.store.read(sandboxId)?.process;
  if (!standIn || !isAlive(standIn)) return "";
  return unlessGone(() => {
    const shared = readlink(`/proc/${standIn.pid}/ns/net`) === readlink("/proc/self/ns/net");
    return shared ? "" : readTextFile(`/proc/${standIn.pid}/net/dev`);
  }, "");
}

/** Seconds since 1970. */
const bootTime = (): number => Number(/^btime (\d+)$/m.exec(readTextFile("/proc/stat"))?.[1] ?? 0);

function unlessGone<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES")) return otherwise;
    throw error;
  }
}
