/** The last steps of every process of a container, first or additional: identity, working directory, program. */
import { Fault } from "../../base/fault.ts";
import type { Process } from "../../oci/spec.ts";
import type { Linux } from "../../oci/spec-linux.ts";
import { chdir, currentDirectory, setUmask } from "../../sys/file.ts";
import { execute, installSeccomp, PR, prctl, resetSignals, SIGPIPE } from "../../sys/process.ts";
import { isErrno } from "../../sys/syscall.ts";
import { parseCapabilities } from "./capabilities.ts";
import { applyLimits, becomeUser, readPasswd, uniqueEnvironment, withHome } from "./identity.ts";
import { findProgram, realFiles } from "./program.ts";
import type { Reporter } from "./report.ts";
import { applyMemoryPolicy, applyPersonality, applyScheduling } from "./scheduling.ts";

export interface Seccomp {
  /** struct sock_filter[] */
  readonly program: Uint8Array;
  /** Flags of seccomp(2). */
  readonly flags: number;
}

export interface ProcessStart {
  readonly process: Process;
  readonly line: Reporter;
  readonly seccomp: Seccomp | undefined;
  /** The container's, which count for each of its processes. */
  readonly linux: Linux | undefined;
  /** Runs last of all, as confined as the program itself and in its environment. */
  readonly startHooks?: (env: readonly string[]) => void;
}

const defaultUmask = 0o022;

/** Inside the container's namespaces and root, streams in place. Reports `ready`, waits for the agent's word, executes. */
export function runProcess({ process, line, seccomp, linux, startHooks }: ProcessStart): never {
  const sets = parseCapabilities(process.capabilities ?? {});
  if (sets.unknown.length > 0) line.warning(`process.capabilities: unknown to this guest, ignored: ${sets.unknown.join(", ")}`);
  setUmask(process.user.umask ?? defaultUmask);
  const env = withHome(uniqueEnvironment(process.env ?? []), process.user.uid, readPasswd());
  applyLimits(process.rlimits ?? []);
  applyScheduling(process);
  applyPersonality(linux?.personality);
  applyMemoryPolicy(linux?.memoryPolicy);
  const entered = enterDirectory(process.cwd, false);
  if (process.noNewPrivileges) prctl(PR.setNoNewPrivs, 1);
  // Without no_new_privs only a process with CAP_SYS_ADMIN may install a filter: then it has to come before the user does.
  if (seccomp && !process.noNewPrivileges) installSeccomp(seccomp.program, seccomp.flags);
  becomeUser(process.user, sets);
  if (!entered) enterDirectory(process.cwd, true);
  assertInside(process.cwd);
  const program = findProgram(process.args[0] ?? "", env, realFiles);
  line.ready();
  line.waitForStart();
  // Process 1 begins with every signal at its default, and the engine's main program ignores this one alone.
  resetSignals([SIGPIPE]);
  if (seccomp && process.noNewPrivileges) installSeccomp(seccomp.program, seccomp.flags);
  startHooks?.(env);
  return execute(program, process.args, env);
}

/** False when root may not go there: the user perhaps may (a network file system that maps root to nobody). */
function enterDirectory(path: string, last: boolean): boolean {
  try {
    chdir(path);
    return true;
  } catch (error) {
    if (!last && isErrno(error, "EACCES")) return false;
    const reason = isErrno(error, "ENOENT")
      ? "no such file or directory"
      : error instanceof Error
        ? error.message.split(": ").at(-1)
        : String(error);
    throw new Fault(`chdir to cwd (${JSON.stringify(path)}) set in config.json failed: ${reason}`, {
      component: "agent",
      ...(error instanceof Fault && error.code !== undefined && { code: error.code }),
    });
  }
}

/** A working directory by way of /proc/self/fd could lie outside of the root (CVE-2024-21626). */
function assertInside(cwd: string): void {
  let path: string;
  try {
    path = currentDirectory();
  } catch {
    path = "";
  }
  if (path.startsWith("/")) return;
  throw new Fault(`current working directory is outside of container mount namespace root, process.cwd is ${JSON.stringify(cwd)}`, {
    component: "agent",
    code: "permission-denied",
  });
}
