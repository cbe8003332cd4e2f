/** `process.scheduler`, `process.ioPriority` and `linux.personality` in the kernel's numbers. */
import { Fault } from "../../base/fault.ts";
import { bitMask, parseBitList } from "../../oci/bit-list.ts";
import { memoryPolicyNumbers } from "../../oci/memory-policy.ts";
import type { Process, Scheduler } from "../../oci/spec.ts";
import type { MemoryPolicy, Personality } from "../../oci/spec-linux.ts";
import type { Call } from "../../sys/launch.ts";
import { personalityCall } from "../../sys/process-calls.ts";
import { ioPriorityCall, memoryPolicyCall, type SchedulerAttributes, schedulerCall, setAffinity } from "../../sys/scheduler.ts";
import { isErrno } from "../../sys/syscall.ts";

/** Index is the number of sched.h; 4 is not in use. */
const policies = ["SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE"];
const flags: Readonly<Record<string, number>> = {
  SCHED_FLAG_RESET_ON_FORK: 1,
  SCHED_FLAG_RECLAIM: 2,
  SCHED_FLAG_DL_OVERRUN: 4,
  SCHED_FLAG_KEEP_POLICY: 8,
  SCHED_FLAG_KEEP_PARAMS: 16,
  SCHED_FLAG_UTIL_CLAMP_MIN: 32,
  SCHED_FLAG_UTIL_CLAMP_MAX: 64,
};
const ioClasses = ["", "IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"];

/** While the process still has CAP_SYS_NICE. */
export function schedulingCalls(process: Process): Call[] {
  const calls = process.scheduler ? [schedulerCall(schedulerAttributes(process.scheduler))] : [];
  if (!process.ioPriority) return calls;
  const { class: name = "", priority = 0 } = process.ioPriority;
  const ioClass = ioClasses.indexOf(name);
  if (ioClass < 1) throw wrong("ioPriority.class", name, `one of ${ioClasses.slice(1).join(", ")}`);
  if (priority < 0 || priority > 7) throw wrong("ioPriority.priority", String(priority), "from 0 to 7");
  return [...calls, ioPriorityCall(ioClass, priority)];
}

export function schedulerAttributes(scheduler: Scheduler): SchedulerAttributes {
  const policy = policies.indexOf(scheduler.policy);
  if (policy < 0) throw wrong("scheduler.policy", scheduler.policy, `one of ${policies.join(", ")}`);
  const realTime = scheduler.policy === "SCHED_FIFO" || scheduler.policy === "SCHED_RR";
  if (scheduler.priority && !realTime)
    throw wrong("scheduler.priority", String(scheduler.priority), "absent without SCHED_FIFO or SCHED_RR");
  const { runtime = 0, deadline = 0, period = 0 } = scheduler;
  if ((runtime || deadline || period) && scheduler.policy !== "SCHED_DEADLINE")
    throw wrong("scheduler.policy", scheduler.policy, "SCHED_DEADLINE where runtime, deadline or period are set");
  let bits = 0;
  for (const name of scheduler.flags ?? []) {
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined) throw wrong("scheduler.flags", name, `one of ${Object.keys(flags).join(", ")}`);
    bits |= flag;
  }
  return {
    policy,
    flags: bits,
    nice: scheduler.nice ?? 0,
    priority: scheduler.priority ?? 0,
    runtime: BigInt(runtime),
    deadline: BigInt(deadline),
    period: BigInt(period),
  };
}

/**
 * CPUs are the guest's; false for a list of which the guest has none, or none for the container: it is as good as none.
 * For process `pid`.
 */
export function applyAffinity(pid: number, list: string | undefined): boolean {
  const cpus = list === undefined || list === "" ? undefined : parseBitList(list);
  if (!cpus) return true;
  try {
    setAffinity(pid, bitMask(cpus));
    return true;
  } catch (error) {
    if (isErrno(error, "EINVAL")) return false;
    throw error;
  }
}

export function memoryPolicyCalls(policy: MemoryPolicy | undefined): Call[] {
  if (!policy) return [];
  const { mode, nodes } = memoryPolicyNumbers(policy);
  const refusal = "linux.memoryPolicy: the virtual machine cannot follow it, its nodes are not the host's";
  return [{ ...memoryPolicyCall(mode, nodes.length === 0 ? new Uint8Array() : bitMask(nodes)), refusal }];
}

const personalities = { LINUX: 0, LINUX32: 8 } as const;

export function personalityCalls(personality: Personality | undefined): Call[] {
  return personality ? [personalityCall(personalities[personality.domain])] : [];
}

function wrong(field: string, value: string, right: string): Fault {
  return new Fault(`process.${field} is ${JSON.stringify(value)}, must be ${right}`, { component: "agent", code: "invalid-argument" });
}
