/** `--pidfd-socket`: the caller hears of the process by a descriptor of it, which no later process can be mistaken for. */
import type { Cleanup } from "../../base/cleanup.ts";
import { Fault } from "../../base/fault.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { close } from "../../sys/file.ts";
import { openPid } from "../../sys/process.ts";
import { connectUnix, sendMessage } from "../../sys/socket.ts";
import type { Fd } from "../../sys/syscall.ts";

export interface PidFdReceiver {
  /** runc's message: a word that says what the process is, and its pidfd. */
  send(pid: number): void;
}

/** Connects before anything is made, so that a wrong path is told at once. Closed by `cleanup`. */
export function connectPidFdSocket(path: string, word: "standard" | "setns", cleanup: Cleanup): PidFdReceiver {
  let socket: Fd;
  try {
    socket = connectUnix(path, { blocking: true });
  } catch (cause) {
    throw new Fault(`pidfd socket ${path}`, { component: "cli", cause });
  }
  cleanup.add("pidfd socket", () => close(socket));
  return {
    send: (pid) => {
      const fd = openPid(pid);
      try {
        sendMessage(socket, encodeUtf8(word), [fd]);
      } catch (cause) {
        throw new Fault(`pidfd socket ${path}`, { component: "cli", cause });
      } finally {
        close(fd);
      }
    },
  };
}
