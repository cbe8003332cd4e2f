/** What a sandbox takes, in Prometheus' text format and under Kata's names: its processes on the host, and the guest's own figures. */
import { Fault, hasCode } from "../../base/fault.ts";
import { listDirectory } from "../../sys/directory.ts";
import { readTextFile } from "../../sys/file.ts";
import { isErrno } from "../../sys/syscall.ts";
import type { Runtime } from "./context.ts";
import { type ProcessFiles, processMetrics } from "./process-metrics.ts";
import { connectSandbox } from "./sandbox-client.ts";

/** A guest that does not answer in this time is left out. */
const guestMs = 5000;

/** Throws `not-found` when there is no such sandbox. */
export async function sandboxMetrics(rt: Runtime, sandboxId: string): Promise<string> {
  const record = rt.store.readSandbox(sandboxId);
  if (!record) throw new Fault(`sandbox ${sandboxId}: does not exist`, { component: "store", code: "not-found" });
  const pidOf = (role: string): number | undefined => record.helpers.find((helper) => helper.role === role)?.pid;
  return [
    processMetrics("kata_shim", filesOf(record.process.pid)),
    processMetrics("kata_hypervisor", filesOf(pidOf("vmm"))),
    processMetrics("kata_virtiofsd", filesOf(pidOf("share"))),
    await guestMetrics(rt, sandboxId),
  ].join("");
}

async function guestMetrics(rt: Runtime, sandboxId: string): Promise<string> {
  const sandbox = connectSandbox(rt, sandboxId);
  try {
    return lines((await sandbox.api.metrics({}, { timeoutMs: guestMs })).text);
  } catch (error) {
    if (hasCode(error, "failed-precondition")) return ""; // in reserve
    throw error;
  } finally {
    sandbox.close();
  }
}

const longestText = 1 << 20;
const line =
  /^(?:# (?:HELP|TYPE) [a-z_][a-z0-9_]* [ -~]*|kata_(?:guest|agent)_[a-z0-9_]+(?:\{[a-z_]+="[^"\\\n]*"(?:,[a-z_]+="[^"\\\n]*")*\})? [-+.0-9eE]+)$/;

/** The guest's text is hostile: what is no line of metrics under its own names is left out. */
function lines(text: string): string {
  const kept = text
    .slice(0, longestText)
    .split("\n")
    .filter((each) => line.test(each));
  return kept.map((each) => `${each}\n`).join("");
}

/** Empty texts for a process that has ended, or never was. */
function filesOf(pid: number | undefined): ProcessFiles {
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
