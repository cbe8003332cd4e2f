/** What takes this program to where it could not come back from is done by a copy of it, which says one thing and ends. */
import { chainMessage, Fault } from "../base/fault.ts";
import { decodeUtf8, encodeUtf8 } from "../base/text.ts";
import { cloneProcess } from "./clone.ts";
import { close } from "./file.ts";
import { exit, reap } from "./process.ts";
import { receiveMessage, SOCK, sendMessage, socketPair } from "./socket.ts";
import type { Fd } from "./syscall.ts";

type Answer<T> = { readonly done: T } | { readonly failed: string; readonly code: string | undefined };

/** Enough for the longest id mappings: 340 lines each. */
const longestAnswer = 65_536;

/**
 * What `work` returns, plain data, or throws in a copy of this process; waits for its end. `work` may clone that copy: in the
 * clone, which goes on from here, it returns undefined, and so does this.
 */
export function sendCopy<T extends object>(work: () => T | undefined): T | undefined {
  const [ours, theirs] = socketPair(SOCK.seqpacket, { blocking: true });
  let pid: number;
  try {
    pid = cloneProcess({});
  } catch (error) {
    close(ours);
    close(theirs);
    throw error;
  }
  close(pid === 0 ? ours : theirs);
  if (pid === 0) {
    answer(work, theirs);
    close(theirs);
    return undefined;
  }
  try {
    return hear<T>(ours);
  } finally {
    reap(pid, true);
    close(ours);
  }
}

/** Comes back in the copy's own clone alone. */
function answer<T extends object>(work: () => T | undefined, line: Fd): void {
  try {
    const done = work();
    if (done === undefined) return;
    say<T>(line, { done });
  } catch (error) {
    say<T>(line, { failed: chainMessage(error), code: error instanceof Fault ? error.code : undefined });
  }
}

function say<T>(line: Fd, what: Answer<T>): never {
  try {
    sendMessage(line, encodeUtf8(JSON.stringify(what)));
  } catch {
    // nobody listens, who then knows
  }
  return exit(0);
}

function hear<T>(line: Fd): T {
  const buffer = new Uint8Array(longestAnswer);
  const length = receiveMessage(line, buffer, { wait: true })?.length ?? 0;
  if (length === 0) throw new Fault("a copy of this process ended before it answered", { code: "internal" });
  const heard = JSON.parse(decodeUtf8(buffer.subarray(0, length))) as Answer<T>; // this very program wrote it
  if ("done" in heard) return heard.done;
  throw new Fault(heard.failed, heard.code === undefined ? {} : { code: heard.code });
}
