/** Processes: spawn, fork, wait, signals to them, ids, limits and capabilities. */
import { Fault } from "../base/fault.ts";
import { errnoName, errnoText } from "./errno.ts";
import { readTextFile } from "./file.ts";
import { floor, raw } from "./native.ts";
import { check, type Fd, isErrno, restart } from "./syscall.ts";

export interface SpawnOptions {
  readonly argv: readonly string[];
  /** `NAME=value` lines; nothing is inherited. */
  readonly env: readonly string[];
  /** Descriptor i of the child is `fds[i]` of this process; "null" is /dev/null. Every other descriptor is closed. */
  readonly fds: readonly (Fd | "null")[];
  readonly cwd?: string;
  /** A session (and process group) of its own. */
  readonly session?: boolean;
  /** Descriptor 0 becomes the controlling terminal; needs `session`. */
  readonly terminal?: boolean;
  /** The child gets this signal when this process ends. */
  readonly deathSignal?: number;
  /** Namespaces to enter, in order, before anything else. */
  readonly namespaces?: readonly Fd[];
  /** CLONE_NEW* flags. */
  readonly unshare?: number;
  /** CLONE_NEW* flags of namespaces that it is born in: of pids, which a process cannot change. */
  readonly born?: number;
  /** Open cgroup.procs files to join. */
  readonly cgroups?: readonly Fd[];
  readonly uid?: number;
  readonly gid?: number;
  readonly umask?: number;
}

/** Starts `file` (a path; no search). The pid, or a Fault that names the step that failed, `code` the errno name. */
export function spawn(file: string, options: SpawnOptions): number {
  const result = floor().spawn({
    file,
    argv: options.argv,
    env: options.env,
    fds: options.fds.map((fd) => (fd === "null" ? -1 : fd)),
    namespaces: options.namespaces ?? [],
    joins: options.cgroups ?? [],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.unshare !== undefined && { unshare: options.unshare }),
    ...(options.born !== undefined && { born: options.born }),
    ...(options.deathSignal !== undefined && { deathSignal: options.deathSignal }),
    ...(options.session && { session: 1 }),
    ...(options.terminal && { terminal: 1 }),
    ...(options.uid !== undefined && { uid: options.uid }),
    ...(options.gid !== undefined && { gid: options.gid }),
    ...(options.umask !== undefined && { umask: options.umask }),
  });
  if ("pid" in result) return result.pid;
  throw new Fault(`start ${file}: ${result.step}: ${errnoText(result.errno)}`, { code: errnoName(result.errno) });
}

export const SIGCHLD = 17;
export const SIGKILL = 9;
export const SIGTERM = 15;

/** 0 in the child, which goes on in this program: it must end by exec or `exit`, and use an event loop of its own. */
export function fork(flags = 0): number {
  return check(raw("clone", flags | SIGCHLD, 0, 0, 0, 0), "fork");
}

/** Ends the process at once: no exit handlers, nothing flushed. */
export function exit(code: number): never {
  raw("exit_group", code);
  throw new Error("exit_group returned");
}

/** How a process ended: exit code, or 128 + signal. */
export function statusToCode(status: number): number {
  return (status & 0x7f) === 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
}

const noHang = 1;

/** Exit code (128 + signal) of a child that ended, waiting for it; undefined when `wait` is false and it still runs. */
export function reap(pid: number, wait: boolean): number | undefined {
  const status = new Int32Array(1);
  const got = check(restart("wait4", pid, new Uint8Array(status.buffer), wait ? 0 : noHang, null), "wait", `pid ${pid}`);
  return got === 0 ? undefined : statusToCode(status[0] as number);
}

/** Any child that ended: its pid and code; undefined when none has. */
export function reapAny(): { pid: number; code: number } | undefined {
  const status = new Int32Array(1);
  const pid = restart("wait4", -1, new Uint8Array(status.buffer), noHang | 0x40000000, null); // __WALL
  return pid > 0 ? { pid, code: statusToCode(status[0] as number) } : undefined;
}

export function kill(pid: number, signal: number): void {
  check(raw("kill", pid, signal), "kill", `pid ${pid}`);
}

export function openPid(pid: number): Fd {
  return check(raw("pidfd_open", pid, 0), "pidfd_open", `pid ${pid}`) as Fd;
}

export function killPidFd(fd: Fd, signal: number): void {
  check(raw("pidfd_send_signal", fd, signal, null, 0), "kill", `pidfd ${fd}`);
}

/** Descriptor `number` of another process, as one of this process (close-on-exec). */
export function takeDescriptorOf(pidfd: Fd, number: number): Fd {
  return check(raw("pidfd_getfd", pidfd, number, 0), "pidfd_getfd", `fd ${number}`) as Fd;
}

export const processId = (): number => raw("getpid");
export const parentId = (): number => raw("getppid");
export const effectiveUid = (): number => raw("geteuid");
export const effectiveGid = (): number => raw("getegid");

export interface ProcessFacts {
  readonly pid: number;
  /** One letter of proc(5): R S D Z T X .. */
  readonly state: string;
  readonly parent: number;
  /** Clock ticks since boot: pid and start time together name a process for good. */
  readonly startTime: number;
}

/** From /proc/PID/stat; undefined when there is no such process. */
export function processFacts(pid: number): ProcessFacts | undefined {
  let text: string;
  try {
    text = readTextFile(`/proc/${pid}/stat`, 4096);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { pid, state: fields[0] ?? "?", parent: Number(fields[1]), startTime: Number(fields[19]) };
}

/** Does that very process (pid and start time) still run? A zombie does not. */
export function processAlive(pid: number, startTime: number): boolean {
  const facts = pid > 0 ? processFacts(pid) : undefined;
  return facts !== undefined && facts.startTime === startTime && facts.state !== "Z" && facts.state !== "X";
}

/** Children of the process's first thread (CONFIG_PROC_CHILDREN); none when it has ended. */
export function children(pid: number): number[] {
  try {
    return readTextFile(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return [];
    throw error;
  }
}

export function newSession(): void {
  check(raw("setsid"), "setsid");
}

export const SIGPIPE = 13;

/** prctl(2) with up to four more arguments. */
export function prctl(option: number, a = 0, b = 0, c = 0, d = 0): number {
  return check(raw("prctl", option, a, b, c, d), `prctl ${option}`);
}

export const PR = {
  setDeathSignal: 1,
  getDumpable: 3,
  setDumpable: 4,
  setKeepCaps: 8,
  setName: 15,
  capbsetRead: 23,
  capbsetDrop: 24,
  setChildSubreaper: 36,
  setNoNewPrivs: 38,
  capAmbient: 47,
} as const;

export function setName(name: string): void {
  raw("prctl", PR.setName, name, 0, 0, 0);
}

/** RLIM_INFINITY is 2^64-1: limits are bigints. `pid` 0 is this process. */
export function setLimit(resource: number, soft: bigint, hard: bigint, pid = 0): void {
  const limit = new BigUint64Array([soft, hard]);
  check(raw("prlimit64", pid, resource, new Uint8Array(limit.buffer), null), "setrlimit", String(resource));
}

export function getLimit(resource: number): { soft: bigint; hard: bigint } {
  const limit = new BigUint64Array(2);
  check(raw("prlimit64", 0, resource, null, new Uint8Array(limit.buffer)), "getrlimit", String(resource));
  return { soft: limit[0] as bigint, hard: limit[1] as bigint };
}

const openFiles = 7; // RLIMIT_NOFILE

/** As many descriptors as the hard limit allows, for this process and its children from now on. */
export function raiseOpenFileLimit(): void {
  const { hard } = getLimit(openFiles);
  setLimit(openFiles, hard, hard);
}

const resourceLimits = 16; // RLIM_NLIMITS

/** The limits that process `pid` has, as far as this one may set them. */
export function adoptLimits(pid: number): void {
  const limit = new Uint8Array(16);
  for (let resource = 0; resource < resourceLimits; resource++) {
    if (raw("prlimit64", pid, resource, null, limit) === 0) raw("prlimit64", 0, resource, limit, null);
  }
}

const seccompFilter = 1; // SECCOMP_SET_MODE_FILTER

/**
 * Confines this process and what it becomes to a classic BPF program (struct sock_filter[]); `flags` as in seccomp(2).
 * Needs no_new_privs or CAP_SYS_ADMIN.
 */
export function installSeccomp(program: Uint8Array, flags: number): void {
  const header = new Uint8Array(16); // struct sock_fprog
  const view = new DataView(header.buffer);
  view.setUint16(0, program.length / 8, true);
  view.setBigUint64(8, BigInt(floor().address(program)), true);
  check(raw("seccomp", seccompFilter, flags, header), "seccomp");
}

/** This program's own file, for starting it again in another role. */
export const ownProgram = "/proc/self/exe";

export function environment(): Map<string, string> {
  const map = new Map<string, string>();
  for (const line of floor().environment()) {
    const equals = line.indexOf("=");
    if (equals > 0) map.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return map;
}

export const argumentsOf = (): readonly string[] => floor().argv;
export const architecture = (): string => floor().architecture;
export const limitMemory = (bytes: number): void => floor().limitMemory(bytes);
export const trimMemory = (): void => floor().trim();
