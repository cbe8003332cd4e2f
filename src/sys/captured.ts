/** Programs that read what they are given and whose output is wanted whole: over files in memory, so that nobody waits for a pipe. */
import { decodeUtf8 } from "../base/text.ts";
import { emptyMemoryFile, memoryFile, readFromStart } from "./descriptor.ts";
import { errnoNumber, errnoText } from "./errno.ts";
import { close } from "./file.ts";
import { raw } from "./native.ts";
import { kill, openPid, reap, SIGKILL, type SpawnOptions, spawn } from "./process.ts";
import { check, isErrno } from "./syscall.ts";

export interface CapturedStreams {
  /** Standard input, output and error. */
  readonly fds: Pick<SpawnOptions, "fds">;
  /** What was written, the beginning of it. */
  output(): { readonly stdout: string; readonly stderr: string };
  close(): void;
}

const mostOutput = 16 * 1024;

export function captureStreams(input: Uint8Array): CapturedStreams {
  const files = [memoryFile("stdin", input), emptyMemoryFile("stdout"), emptyMemoryFile("stderr")] as const;
  const beginning = (fd: (typeof files)[number]): string => {
    const buffer = new Uint8Array(mostOutput);
    return decodeUtf8(buffer.subarray(0, readFromStart(fd, buffer)));
  };
  return {
    fds: { fds: files },
    output: () => ({ stdout: beginning(files[1]), stderr: beginning(files[2]) }),
    close: () => {
      for (const fd of files) close(fd);
    },
  };
}

/** The text of the errno with which `spawn` failed. */
export function spawnReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const number = errnoNumber(code);
  return number === undefined ? String(error) : errnoText(number);
}

/** Kills the program and what it has started in its session. Nothing happens when all have ended. */
export function killSession(pid: number): void {
  try {
    kill(-pid, SIGKILL);
  } catch (error) {
    if (!isErrno(error, "ESRCH")) throw error;
  }
}

/** Runs a program in a session of its own, without an event loop; undefined when it took longer and was killed. */
export function runCaptured(file: string, options: Omit<SpawnOptions, "session">, timeoutMs: number | undefined): number | undefined {
  const pid = spawn(file, { ...options, session: true });
  const inTime = timeoutMs === undefined || endsWithin(pid, timeoutMs);
  if (!inTime) killSession(pid);
  const code = reap(pid, true);
  return inTime ? code : undefined;
}

const pollIn = 1;

function endsWithin(pid: number, timeoutMs: number): boolean {
  const pidfd = openPid(pid);
  try {
    const poll = new Uint8Array(8); // struct pollfd
    const view = new DataView(poll.buffer);
    view.setInt32(0, pidfd, true);
    view.setInt16(4, pollIn, true);
    const time = new BigInt64Array([BigInt(Math.floor(timeoutMs / 1000)), BigInt((timeoutMs % 1000) * 1_000_000)]);
    return check(raw("ppoll", poll, 1, new Uint8Array(time.buffer), null, 0), "poll", `pid ${pid}`) > 0;
  } finally {
    close(pidfd);
  }
}
