/** The terminal of a detached process: a pseudo-terminal whose master goes to the caller's socket. */
import type { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { close } from "../../sys/file.ts";
import { connectUnix, sendMessage } from "../../sys/socket.ts";
import type { Fd } from "../../sys/syscall.ts";
import { makeRaw, openPty, setWindowSize, type WindowSize } from "../../sys/tty.ts";

/**
 * The slave, closed by `cleanup`. It passes bytes as they are: the guest's own terminal does what a terminal does. The
 * message is runc's: the pty's name with the master as its one descriptor.
 */
export function openConsole(socketPath: string, size: WindowSize | undefined, cleanup: Cleanup): Fd {
  let socket: Fd;
  try {
    socket = connectUnix(socketPath, { blocking: true });
  } catch (cause) {
    throw new Fault(`console socket ${socketPath}`, { component: "cli", cause });
  }
  try {
    const { master, slave, name } = openPty();
    cleanup.add("console", () => close(slave));
    try {
      makeRaw(slave);
      if (size && size.rows > 0 && size.columns > 0) setWindowSize(master, size);
      sendMessage(socket, encodeUtf8(name), [master]);
    } finally {
      close(master);
    }
    return slave;
  } finally {
    close(socket);
  }
}
