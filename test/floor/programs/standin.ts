/** The stand-in: relays signals and the terminal's size, holds no stream, ends as it is told to or alone. */
import { sleep } from "../../../src/base/timers.ts";
import { pipe, readAvailable, setNonBlocking } from "../../../src/sys/descriptor.ts";
import { close, readTextFile } from "../../../src/sys/file.ts";
import { EPOLL, EventLoop } from "../../../src/sys/loop.ts";
import { kill, ownProgram, processFacts, spawn } from "../../../src/sys/process.ts";
import { receiveMessage, SOCK, sendMessage, socketPair } from "../../../src/sys/socket.ts";
import type { Fd } from "../../../src/sys/syscall.ts";
import { openPty, setWindowSize } from "../../../src/sys/tty.ts";
import { equal, finish, holds } from "../checks.ts";

const closeOnExec = 0o2000000;
const [SIGNAL, RESIZE, EXIT] = [1, 2, 3];
const [sigint, sigusr2, sigterm, sigwinch] = [2, 12, 15, 28];
const lost = 255;
const loop = new EventLoop((error) => {
  throw error;
});

function start(stdin: Fd | "null", stdout: Fd | "null", session: boolean): { pid: number; control: Fd } {
  const [control, theirs] = socketPair(SOCK.seqpacket);
  const fds = [stdin, stdout, stdout, theirs];
  const pid = spawn(ownProgram, { argv: ["stand-in"], env: ["KATA_ROLE=stand-in"], fds, session, terminal: session });
  close(theirs);
  return { pid, control };
}

/** The three words of the next message. */
function next(control: Fd): Promise<readonly number[]> {
  return new Promise((resolve) => {
    const watch = loop.watch(control, EPOLL.in, () => {
      watch.stop();
      const words = new Uint32Array(3);
      const length = receiveMessage(control, new Uint8Array(words.buffer))?.length;
      resolve(length === 12 ? [...words] : []);
    });
  });
}

function message(...words: readonly number[]): Uint8Array {
  return new Uint8Array(new Uint32Array(words).buffer);
}

/** It takes signals from when it has blocked them. */
async function ready(pid: number): Promise<void> {
  while (/SigBlk:\t0+\n/.test(readTextFile(`/proc/${pid}/status`))) await sleep(loop, 1);
}

const [output, theirOutput] = pipe(closeOnExec);
setNonBlocking(output);
const first = start("null", theirOutput, false);
close(theirOutput);
await new Promise<void>((resolve) => {
  const watch = loop.watch(output, EPOLL.in, () => {
    watch.stop();
    resolve();
  });
});
equal("a reader of its output sees the end at once", readAvailable(output, new Uint8Array(8)), 0);
for (const signal of [sigterm, sigusr2, sigint]) {
  const told = next(first.control);
  kill(first.pid, signal);
  equal(`signal ${signal} is relayed`, await told, [SIGNAL, signal, 0]);
}
sendMessage(first.control, message(99, 1, 0));
sendMessage(first.control, message(EXIT).subarray(0, 4));
equal("messages of no meaning do not end it", processFacts(first.pid)?.state !== "Z", true);
sendMessage(first.control, message(EXIT, 42, 0));
equal("it exits with the status it is told", await loop.childExit(first.pid), 42);
close(first.control);

const second = start("null", "null", false);
close(second.control);
equal("without a sandbox process it ends by itself", await loop.childExit(second.pid), lost);

const pty = openPty();
setWindowSize(pty.master, { rows: 20, columns: 70 });
const third = start(pty.slave, pty.slave, true);
close(pty.slave);
await ready(third.pid);
const resized = next(third.control);
setWindowSize(pty.master, { rows: 50, columns: 132 });
equal("a new size of its terminal is relayed", await resized, [RESIZE, 50, 132]);
const asked = next(third.control);
kill(third.pid, sigwinch);
equal("SIGWINCH from anybody tells the size again", await asked, [RESIZE, 50, 132]);
close(pty.master);
holds("a terminal that hangs up is a signal like others", (await next(third.control))[0] === SIGNAL);
sendMessage(third.control, message(EXIT, 0, 0));
equal("and it still ends as told", await loop.childExit(third.pid), 0);
finish();
