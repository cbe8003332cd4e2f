/**
 * Lets memory run out in a cgroup, to a child that the kernel prefers to any other (oom_score_adj 1000).
 *
 * v1: the kernel tells, and kills nobody: with its killing switched off whoever needs memory waits until the limit is lifted.
 * v2: the limit is lowered by less than the child holds, so that its end alone is enough. Each step gives up page cache or
 * kills it; nothing that the machine needs is in question.
 * This process is outside that cgroup, and puts back what it changed.
 */
import { close, readInto, readTextFile, writeAll, writeKnob } from "../../sys/file.ts";
import { monotonicMs, sleepBlocking } from "../../sys/loop.ts";
import { exit, fork, kill, reap, SIGKILL } from "../../sys/process.ts";
import { SOCK, socketPair } from "../../sys/socket.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";

export const deadlineMs = 3000;
const lookMs = 2;
const mib = 1 << 20;
/** v1: between what is in use and the limit meanwhile. */
const leewayBytes = 4 * mib;
/** v2: what the child holds; half of it is asked back at a time. */
const heldMib = 64;
/** A cgroup that has room for more has no limit. */
const mostMib = 4096;

/** `[name, version, directory of the cgroup]` */
export function runOutOfMemory([, version, directory = ""]: readonly string[]): never {
  const [line, theirs] = socketPair(SOCK.stream, { blocking: true });
  const holdsAtFirst = version === "1" ? 0 : heldMib;
  const child = fork();
  if (child === 0) {
    close(line);
    beChild(theirs, directory, holdsAtFirst);
  }
  let happened = false;
  try {
    readInto(line, new Uint8Array(1)); // it is there, and holds what it should
    const go = (): void => writeAll(line, new Uint8Array(1));
    happened = version === "1" ? waitInVain(directory, go) : dieAtTheLimit(directory);
  } finally {
    kill(child, SIGKILL);
    reap(child, true);
  }
  exit(happened ? 0 : 1);
}

function beChild(line: Fd, directory: string, holdsAtFirst: number): never {
  writeKnob("/proc/self/oom_score_adj", "1000");
  writeKnob(`${directory}/cgroup.procs`, "0");
  const held: Uint8Array[] = [];
  const take = (): void => void held.push(new Uint8Array(mib).fill(1));
  while (held.length < holdsAtFirst) take();
  const byte = new Uint8Array(1);
  writeAll(line, byte);
  if (readInto(line, byte) === 0) exit(1); // its maker has died
  while (held.length < mostMib) take();
  exit(1);
}

function waitInVain(directory: string, go: () => void): boolean {
  const control = `${directory}/memory.oom_control`;
  const word = (name: string): string => new RegExp(`^${name} (\\d+)$`, "m").exec(readTextFile(control))?.[1] ?? "0";
  const restore = [
    ...["limit_in_bytes", "swappiness"].map((name) => knob(`${directory}/memory.${name}`)),
    { path: control, value: word("oom_kill_disable") },
  ];
  try {
    writeKnob(control, "1");
    writeKnob(`${directory}/memory.swappiness`, "0");
    const used = (): number => Number(readTextFile(`${directory}/memory.usage_in_bytes`));
    if (!until(() => tryWrite(`${directory}/memory.limit_in_bytes`, used() + leewayBytes))) return false;
    go();
    return until(() => word("under_oom") === "1");
  } finally {
    for (const { path, value } of restore) writeKnob(path, value);
  }
}

function dieAtTheLimit(directory: string): boolean {
  const { path, value } = knob(`${directory}/memory.max`);
  const kills = (): number => Number(/^oom_kill (\d+)$/m.exec(readTextFile(`${directory}/memory.events`))?.[1] ?? "0");
  const before = kills();
  try {
    return until(() => {
      writeKnob(path, String(Number(readTextFile(`${directory}/memory.current`)) - (heldMib / 2) * mib));
      return kills() > before; // counted before the write returns: not once more, there is nobody left to be killed for it
    });
  } finally {
    writeKnob(path, value);
  }
}

const knob = (path: string): { path: string; value: string } => ({ path, value: readTextFile(path).trim() });

/** False when more was in use by then. */
function tryWrite(path: string, bytes: number): boolean {
  try {
    writeKnob(path, String(bytes));
    return true;
  } catch (error) {
    if (isErrno(error, "EBUSY")) return false;
    throw error;
  }
}

function until(condition: () => boolean): boolean {
  const end = monotonicMs() + deadlineMs;
  while (!condition()) {
    if (monotonicMs() > end) return false;
    sleepBlocking(lookMs);
  }
  return true;
}
