/** The service manager that started this command, when it waits for word that a container is ready (sd_notify(3)). */
import { encodeUtf8 } from "../../base/text.ts";
import { within } from "../../base/timers.ts";
import { pipe } from "../../sys/descriptor.ts";
import { close, O } from "../../sys/file.ts";
import type { EventLoop } from "../../sys/loop.ts";
import { environment } from "../../sys/process.ts";
import { connectUnix, SOCK, sendMessage } from "../../sys/socket.ts";
import { FdStream } from "../../sys/stream.ts";

/** Where it listens; undefined when nobody waits. */
export function notifySocket(): string | undefined {
  return environment().get("NOTIFY_SOCKET") || undefined;
}

const barrierMs = 30_000;

/** Tells that process `pid` is ready, and waits until that is taken in: what comes next may depend on it. */
export async function notifyReady(loop: EventLoop, path: string, pid: number): Promise<void> {
  const socket = connectUnix(path.replace(/^@/, "\0"), { type: SOCK.datagram });
  try {
    sendMessage(socket, encodeUtf8(`MAINPID=${pid}\nREADY=1\n`));
    const [read, write] = pipe(O.NONBLOCK);
    const barrier = new FdStream(loop, read, { socket: false });
    try {
      sendMessage(socket, encodeUtf8("BARRIER=1"), [write]);
    } finally {
      close(write);
    }
    await within(loop, barrierMs, barrier.read());
    barrier.close();
  } finally {
    close(socket);
  }
}
