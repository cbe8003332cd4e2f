/** How a process is scheduled and where its memory comes from: sched_setattr(2), ioprio_set(2), set_mempolicy(2). */
import type { Call } from "./launch.ts";
import { raw } from "./native.ts";
import { check } from "./syscall.ts";

export interface SchedulerAttributes {
  /** SCHED_* of sched.h. */
  readonly policy: number;
  /** SCHED_FLAG_*. */
  readonly flags: number;
  readonly nice: number;
  /** Of the real-time policies. */
  readonly priority: number;
  /** Nanoseconds, of the deadline policy. */
  readonly runtime: bigint;
  readonly deadline: bigint;
  readonly period: bigint;
}

const attributeBytes = 48; // struct sched_attr, SCHED_ATTR_SIZE_VER0

export function schedulerCall(attributes: SchedulerAttributes): Call {
  const bytes = new Uint8Array(attributeBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, attributeBytes, true);
  view.setUint32(4, attributes.policy, true);
  view.setBigUint64(8, BigInt(attributes.flags), true);
  view.setInt32(16, attributes.nice, true);
  view.setUint32(20, attributes.priority, true);
  view.setBigUint64(24, attributes.runtime, true);
  view.setBigUint64(32, attributes.deadline, true);
  view.setBigUint64(40, attributes.period, true);
  return { name: "sched_setattr", args: [0, bytes, 0], operation: "sched_setattr", subject: `policy ${attributes.policy}` };
}

const ownProcess = 1; // IOPRIO_WHO_PROCESS

/** `ioClass` 1 real time, 2 best effort, 3 idle; `level` 0 (first) to 7. */
export function ioPriorityCall(ioClass: number, level: number): Call {
  const args = [ownProcess, 0, (ioClass << 13) | level];
  return { name: "ioprio_set", args, operation: "ioprio_set", subject: `class ${ioClass}, level ${level}` };
}

/** On which CPUs process `pid` may run, as bits; EINVAL when none of them is there and in its cpuset. */
export function setAffinity(pid: number, mask: Uint8Array): void {
  check(raw("sched_setaffinity", pid, mask.length, mask), "sched_setaffinity");
}

/** Where the process's memory comes from: MPOL_* with flags, and nodes as bits; no bytes for no nodes. */
export function memoryPolicyCall(mode: number, nodes: Uint8Array): Call {
  // the kernel takes one bit less than it is told
  const bits = nodes.length === 0 ? 0 : nodes.length * 8 + 1;
  const mask = bits === 0 ? null : new Uint8Array([...nodes, ...new Uint8Array(8)]);
  return { name: "set_mempolicy", args: [mode, mask, bits], operation: "set_mempolicy", subject: `0x${mode.toString(16)}` };
}

const processGroup = 1; // PRIO_PGRP

/** The nice value of every thread in the process group `group` (0: this process's own). */
export function setGroupNice(group: number, nice: number): void {
  check(raw("setpriority", processGroup, group, nice), "setpriority", `process group ${group}`);
}
