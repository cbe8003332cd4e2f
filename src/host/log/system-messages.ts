/** A record as a datagram for journald's own socket, and for syslog's. */
import type { Level } from "../../base/log.ts";
import { type LogRecord, systemLine } from "./record.ts";

/** What `journalctl -t` selects. */
export const identifier = "kata";

/** Datagrams beyond the socket's buffer (some 200 KB) are refused as a whole; a truncated record is better than none. */
const longest = 32 * 1024;

/** Field per line (systemd's native protocol); ours are upper case with a prefix, for `journalctl KATA_SANDBOX=x`. */
export function journalMessage(record: LogRecord): string {
  let text = `PRIORITY=${priority(record.level)}\nSYSLOG_IDENTIFIER=${identifier}\nMESSAGE=${clip(systemLine(record))}\n`;
  for (const key of ["source", "sandbox", "container", "command"]) {
    const value = record.fields[key];
    if (value !== undefined) text += `KATA_${key.toUpperCase()}=${clip(oneLine(String(value)))}\n`;
  }
  return text;
}

/** RFC 3164 without a time, which the receiver adds; facility daemon. */
export function syslogMessage(record: LogRecord, processId: number): string {
  return `<${3 * 8 + priority(record.level)}>${identifier}[${processId}]: ${clip(systemLine(record))}`;
}

function priority(level: Level): number {
  switch (level) {
    case "error":
      return 3;
    case "warning":
      return 4;
    case "info":
      return 6;
    case "debug":
      return 7;
  }
}

/** A line end would begin another field. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, " ");
}

function clip(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}...`;
}
