/** Where records go: a file, standard error, journald or syslog. Nothing here waits, and nothing fails a command. */
import { encodeUtf8 } from "../../base/text.ts";
import { O, open, writeAll } from "../../sys/file.ts";
import { processId } from "../../sys/process.ts";
import { AF, SOCK, sendDatagram, socket } from "../../sys/socket.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { LogRecord } from "./record.ts";
import { journalMessage, syslogMessage } from "./system-messages.ts";

/** A place for text that is not told when writing fails: there is nobody left to tell. */
export type TextOutlet = (text: string) => void;
export type RecordOutlet = (record: LogRecord) => void;

/** Appends, each record written through (O_SYNC): the engine reads it right after the exit. Throws when it cannot be opened. */
export function fileOutlet(path: string): TextOutlet {
  return outletOf(open(path, O.WRONLY | O.CREAT | O.APPEND | O.SYNC, { mode: 0o644 }));
}

export function standardErrorOutlet(): TextOutlet {
  return outletOf(2 as Fd);
}

function outletOf(fd: Fd): TextOutlet {
  return (text) => {
    try {
      writeAll(fd, encodeUtf8(text));
    } catch {
      // a full disk or a reader that is gone must not change what the command answers
    }
  };
}

const journalSocket = "/run/systemd/journal/socket";
const syslogSocket = "/dev/log";

/** journald where its socket is, else syslog, else nothing; a full socket loses the record rather than wait. */
export function systemOutlet(): RecordOutlet {
  let fd: Fd | undefined;
  return (record) => {
    try {
      fd ??= socket(AF.unix, SOCK.datagram);
      const pid = processId();
      // kata-log-parser wants both in every record.
      const named = { ...record, fields: { name: "kata-runtime", pid, ...record.fields } };
      if (sendDatagram(fd, journalSocket, encodeUtf8(journalMessage(named)))) return;
      sendDatagram(fd, syslogSocket, encodeUtf8(syslogMessage(named, pid)));
    } catch {
      // no descriptor left: the command's own error will say it
    }
  };
}
