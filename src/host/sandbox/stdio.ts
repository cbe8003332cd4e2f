/**
 * The container's standard streams on the host. They are the caller's: shared with it and with others, so their flags are
 * never changed. A pipe or device is opened anew (through /proc) to be read without waiting; a socket is told per call.
 */
import { isNonBlocking } from "../../sys/descriptor.ts";
import { close, fileType, fstat, O, open } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { FdStream } from "../../sys/stream.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { isTerminal } from "../../sys/tty.ts";

/** Bytes moved at once: a pipe's default capacity. */
const chunk = 65536;

/** Takes the descriptor over, also when it fails. undefined: whoever was at the other end of a pipe has gone already. */
export function openStdio(loop: EventLoop, fd: Fd, direction: "read" | "write"): FdStream | undefined {
  let kind: number;
  let own: Fd | undefined;
  try {
    kind = fstat(fd).mode & fileType.mask;
    own = kind === fileType.fifo || kind === fileType.character ? reopen(fd, direction) : fd;
  } catch (error) {
    close(fd);
    throw error;
  }
  if (own !== fd) close(fd);
  if (own === undefined) return undefined;
  return new FdStream(loop, own, { bufferSize: chunk, ...(kind === fileType.socket ? { dontWait: true } : { socket: false }) });
}

/** /dev/tty is nothing to this process: it comes opened for it, not to wait, and stays as it is. */
function reopen(fd: Fd, direction: "read" | "write"): Fd | undefined {
  try {
    return open(`/proc/self/fd/${fd}`, (direction === "read" ? O.RDONLY : O.WRONLY) | O.NONBLOCK | O.NOCTTY);
  } catch (error) {
    if (isErrno(error, "ENXIO") && isTerminal(fd) && isNonBlocking(fd)) return fd;
    // ENXIO: a pipe to write to without a reader, or a terminal that was hung up
    if (isErrno(error, "ENXIO", "EIO")) return undefined;
    throw error;
  }
}
