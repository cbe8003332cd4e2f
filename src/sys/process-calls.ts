/** What a process does to itself before it executes a program, as calls; see launch.ts. */
import type { Call } from "./launch.ts";
import { PR } from "./process.ts";

export { PR, SIGPIPE } from "./process.ts";

/** prctl(2) with one more argument or two. */
export function prctlCall(option: number, a: number, b = 0): Call {
  return { name: "prctl", args: [option, a, b, 0, 0], operation: `prctl ${option}` };
}

/** Makes `count` descriptors from `first` on outlive the next exec. */
export function keepCalls(first: number, count: number): Call[] {
  return Array.from(
    { length: count },
    (_, i): Call => ({ name: "fcntl", args: [first + i, 2, 0], operation: "keep", subject: `fd ${first + i}` }),
  );
}

/** Signals at their defaults and none blocked, as a new program expects; exec(2) forgets handlers by itself but not what is ignored. */
export function resetSignalCalls(ignored: readonly number[]): Call[] {
  const action = new Uint8Array(32); // struct kernel_sigaction with SIG_DFL
  return [
    ...ignored.map((signal): Call => ({ name: "rt_sigaction", args: [signal, action, null, 8], operation: "reset signal" })),
    { name: "rt_sigprocmask", args: [2, new Uint8Array(8), null, 8], operation: "unblock signals" },
  ];
}

const seccompFilter = 1; // SECCOMP_SET_MODE_FILTER

/** A classic BPF program (struct sock_filter[]); `flags` as in seccomp(2). Needs no_new_privs or CAP_SYS_ADMIN. */
export function seccompCall(program: Uint8Array, flags: number): Call {
  // struct sock_fprog: a u16 and an address
  return { name: "seccomp", args: [seccompFilter, flags, [program.length / 8, program]], operation: "seccomp" };
}

/** RLIM_INFINITY is 2^64-1: limits are bigints. */
export function limitCall(resource: number, soft: bigint, hard: bigint, operation: string): Call {
  return { name: "prlimit64", args: [0, resource, new Uint8Array(new BigUint64Array([soft, hard]).buffer), null], operation };
}

/** Groups, then user, keeping the permitted capabilities. */
export function identityCalls(uid: number, gid: number, groups: readonly number[]): Call[] {
  const list = new Uint8Array(new Uint32Array(groups).buffer);
  return [
    prctlCall(PR.setKeepCaps, 1),
    { name: "setgroups", args: [groups.length, groups.length > 0 ? list : null], operation: "setgroups" },
    { name: "setresgid", args: [gid, gid, gid], operation: "setgid", subject: String(gid) },
    { name: "setresuid", args: [uid, uid, uid], operation: "setuid", subject: String(uid) },
    prctlCall(PR.setKeepCaps, 0),
  ];
}

/** In a user namespace that was just entered: from nobody to root. */
export function becomeRootCalls(): Call[] {
  return [
    { name: "setgroups", args: [0, null], operation: "setgroups" },
    { name: "setresgid", args: [0, 0, 0], operation: "setgid", subject: "0" },
    { name: "setresuid", args: [0, 0, 0], operation: "setuid", subject: "0" },
  ];
}

/** Effective, permitted and inheritable sets as bits by capability number (capset(2), version 3: 64 bits). */
export function capabilityCall(effective: bigint, permitted: bigint, inheritable: bigint): Call {
  const header = new Uint8Array(new Uint32Array([0x20080522, 0]).buffer);
  const low = (set: bigint) => Number(set & 0xffffffffn);
  const high = (set: bigint) => Number(set >> 32n);
  const data = new Uint32Array([low(effective), low(permitted), low(inheritable), high(effective), high(permitted), high(inheritable)]);
  return { name: "capset", args: [header, new Uint8Array(data.buffer)], operation: "capset" };
}

export function personalityCall(persona: number): Call {
  return { name: "personality", args: [persona], operation: "personality", subject: `0x${persona.toString(16)}` };
}

const TIOCSCTTY = 0x540e;

/** Makes the terminal the session's own; the process leads a session without one. */
export function controllingTerminalCall(fd: number): Call {
  return { name: "ioctl", args: [fd, TIOCSCTTY, 0], operation: "set controlling terminal" };
}
