/** The last steps of every process of a container, first or additional: identity, working directory, program. */
import { Fault } from "../../base/fault.ts";
import type { Process } from "../../oci/spec.ts";
import type { Linux } from "../../oci/spec-linux.ts";
import { directoryFlag, O, open, withFd } from "../../sys/file.ts";
import { type Call, performCalls } from "../../sys/launch.ts";
import { keepCalls, PR, prctlCall, resetSignalCalls, SIGPIPE, seccompCall } from "../../sys/process-calls.ts";
import { firstPassed } from "./bare-process.ts";
import { type CapabilitySets, parseCapabilities } from "./capabilities.ts";
import { limitCalls, readPasswd, uniqueEnvironment, userCalls, withHome } from "./identity.ts";
import { filesIn, findPrograms, programRefusal } from "./program.ts";
import type { Reporter } from "./report.ts";
import { memoryPolicyCalls, personalityCalls, schedulingCalls } from "./scheduling.ts";

export interface Seccomp {
  /** struct sock_filter[] */
  readonly program: Uint8Array;
  /** Flags of seccomp(2). */
  readonly flags: number;
}

export interface ProcessPlan {
  readonly process: Process;
  readonly sets: CapabilitySets;
  /** Complete, with HOME. */
  readonly env: readonly string[];
  readonly seccomp: Seccomp | undefined;
  /** The container's, which count for each of its processes. */
  readonly linux: Linux | undefined;
  /** How many descriptors beyond the standard streams, which are in place, the program gets. */
  readonly passed: number;
}

const defaultUmask = 0o022;

/** Inside the container's namespaces and root, streams in place: everything up to the program. */
export function identityCalls({ process, sets, seccomp, linux, passed }: ProcessPlan): Call[] {
  const directory = directoryCalls(process.cwd);
  return [
    ...keepCalls(firstPassed, passed),
    { name: "umask", args: [process.user.umask ?? defaultUmask], operation: "umask" },
    ...directory.asRoot, // its sign is a high descriptor
    ...limitCalls(process.rlimits ?? []),
    ...schedulingCalls(process),
    ...personalityCalls(linux?.personality),
    ...memoryPolicyCalls(linux?.memoryPolicy),
    ...(process.noNewPrivileges ? [prctlCall(PR.setNoNewPrivs, 1)] : []),
    // Without no_new_privs only a process with CAP_SYS_ADMIN may install a filter: then it has to come before the user does.
    ...(seccomp && !process.noNewPrivileges ? [seccompCall(seccomp.program, seccomp.flags)] : []),
    ...userCalls(process.user, sets),
    ...directory.asUser,
  ];
}

/** A warning about the process, for the log. */
export function processWarning({ unknown }: CapabilitySets): string | undefined {
  return unknown.length > 0 ? `process.capabilities: unknown to this guest, ignored: ${unknown.join(", ")}` : undefined;
}

/** Of no use to anything but as a sign that this descriptor is open. */
const sign = 63;

let pathBuffer: Uint8Array | undefined;

/**
 * The working directory, once more as the user when root may not go there (a network file system that maps root to nobody).
 * One by way of /proc/self/fd could lie outside of the root (CVE-2024-21626).
 */
function directoryCalls(cwd: string): { readonly asRoot: Call[]; readonly asUser: Call[] } {
  const quoted = JSON.stringify(cwd);
  pathBuffer ??= new Uint8Array(4096);
  const buffer = pathBuffer;
  const outside = `current working directory is outside of container mount namespace root, process.cwd is ${quoted}`;
  const chdir: Call = { name: "chdir", args: [cwd], operation: `chdir to cwd (${quoted}) set in config.json failed` };
  return {
    asRoot: [
      { ...chdir, onError: 0, onDone: 1 },
      { name: "dup3", args: [0, sign, 0o2000000], operation: "dup" },
    ],
    asUser: [
      { name: "fcntl", args: [sign, 1, 0], operation: "fcntl", onError: 1 },
      chdir,
      { name: "getcwd", args: [buffer, buffer.length], operation: "getcwd", refusal: outside },
      { name: "expect", args: [buffer, 0x2f], operation: "getcwd", refusal: outside },
    ],
  };
}

/** Whether the user may execute one of `programs`; the first that is there decides when it starts. */
export function accessCalls(name: string, programs: readonly string[]): Call[] {
  return programs.map((path, i) => {
    const last = i === programs.length - 1;
    const check: Call = {
      name: "faccessat2",
      args: [-100, path, 1, 0x200],
      operation: "access",
      subject: path,
      onDone: programs.length - 1 - i,
    };
    return last ? { ...check, refusal: programRefusal(name, "forbidden") } : { ...check, onError: 0 };
  });
}

export interface ProcessStart extends Omit<ProcessPlan, "env" | "sets"> {
  readonly line: Reporter;
  /** Runs last of all, as confined as the program itself and in its environment. */
  readonly startHooks: (env: readonly string[]) => void;
}

/** In the process itself: all of this, with `ready` reported and the agent's word waited for before the program. */
export function runProcess({ process, line, startHooks, ...start }: ProcessStart): never {
  const sets = parseCapabilities(process.capabilities ?? {});
  const warning = processWarning(sets);
  if (warning !== undefined) line.warning(warning);
  const { env, programs } = lookAround(process);
  const plan = { ...start, process, sets, env };
  performCalls([...identityCalls(plan), ...accessCalls(process.args[0] ?? "", programs)]);
  line.ready();
  line.waitForStart();
  performCalls(confinementCalls(plan));
  startHooks(env);
  performCalls(programCalls(plan, programs));
  throw new Fault("execve returned", { component: "agent", code: "internal" });
}

export interface Surrounding {
  /** Complete, with HOME. */
  readonly env: readonly string[];
  /** What the process's first argument names: one path at least. */
  readonly programs: readonly string[];
}

/** Home and program as the files of this root have them, now that all of them are there. */
export function lookAround(process: Process): Surrounding {
  const root = open("/", O.PATH | directoryFlag());
  return withFd(root, () => {
    const env = withHome(uniqueEnvironment(process.env ?? []), process.user.uid, () => readPasswd(root));
    return { env, programs: findPrograms(process.args[0] ?? "", env, filesIn(root, process.cwd)) };
  });
}

export const executeOperation = "exec";

/** The first of `programs` that can be executed is. */
export function executeCalls(plan: ProcessPlan, programs: readonly string[]): Call[] {
  return [...confinementCalls(plan), ...programCalls(plan, programs)];
}

function confinementCalls({ process, seccomp }: ProcessPlan): Call[] {
  return [
    // Process 1 begins with every signal at its default, and the engine's main program ignores this one alone.
    ...resetSignalCalls([SIGPIPE]),
    ...(seccomp && process.noNewPrivileges ? [seccompCall(seccomp.program, seccomp.flags)] : []),
  ];
}

function programCalls({ process, env }: ProcessPlan, programs: readonly string[]): Call[] {
  const argv = [...process.args, 0];
  const envp = [...env, 0];
  return programs.map((path, i): Call => {
    const call: Call = { name: "execve", args: [path, argv, envp], operation: executeOperation, subject: path };
    return i === programs.length - 1 ? call : { ...call, onError: 0 };
  });
}
