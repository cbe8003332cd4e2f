/** What a sandbox takes, in Prometheus' text format and under Kata's names: its processes on the host, and the guest's own figures. */
import { chainMessage, Fault } from "../../base/fault.ts";
import { listDirectory } from "../../sys/directory.ts";
import { readTextFile } from "../../sys/file.ts";
import { isErrno } from "../../sys/syscall.ts";
import { type HelperRole, isAlive, type ProcessRef } from "../store/record.ts";
import type { Runtime } from "./context.ts";
import { guestLines, type ProcessFiles, processMetrics } from "./process-metrics.ts";
import { connectSandbox } from "./sandbox-client.ts";

const guestMs = 5000;

/** Throws `not-found` when there is no such sandbox. */
export async function sandboxMetrics(rt: Runtime, sandboxId: string): Promise<string> {
  const record = rt.store.readSandbox(sandboxId);
  if (!record) throw new Fault(`sandbox ${sandboxId}: does not exist`, { component: "store", code: "not-found" });
  const helper = (role: HelperRole): ProcessRef | undefined => record.helpers.find((each) => each.role === role);
  return [
    processMetrics("kata_shim", filesOf(record.process)),
    processMetrics("kata_hypervisor", filesOf(helper("vmm"))),
    processMetrics("kata_virtiofsd", filesOf(helper("share"))),
    await guestMetrics(rt, sandboxId),
  ].join("");
}

/** A guest that does not answer is left out: what its host says of it is wanted then most of all. */
async function guestMetrics(rt: Runtime, sandboxId: string): Promise<string> {
  try {
    const sandbox = connectSandbox(rt, sandboxId);
    try {
      return guestLines((await sandbox.api.metrics({}, { timeoutMs: guestMs })).text);
    } finally {
      sandbox.close();
    }
  } catch (error) {
    rt.logger.warning(`the guest's own metrics are missing: ${chainMessage(error)}`);
    return "";
  }
}

/** Empty texts for a process that has ended, or never was. */
function filesOf(process: ProcessRef | undefined): ProcessFiles {
  const pid = process && isAlive(process) ? process.pid : undefined; // a number may be another's by now
  const read = (name: string): string => (pid === undefined ? "" : unlessGone(() => readTextFile(`/proc/${pid}/${name}`), ""));
  const descriptors = pid === undefined ? 0 : unlessGone(() => listDirectory(`/proc/${pid}/fd`).length, 0);
  return { status: read("status"), stat: read("stat"), io: read("io"), descriptors };
}

function unlessGone<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES")) return otherwise;
    throw error;
  }
}
