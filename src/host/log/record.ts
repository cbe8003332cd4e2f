/** One record of the log, and how it is written: the two formats of runc (logrus), which engines parse. */
import { goJson } from "../../base/go-json.ts";
import type { Fields, Level } from "../../base/log.ts";

export interface LogRecord {
  readonly level: Level;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly fields: Fields;
}

export type Format = "text" | "json";

/** For `--log` and standard error: one line, time in seconds, keys as runc has them and ours beside them. */
export function recordLine(format: Format, record: LogRecord): string {
  const time = `${isoTime(record.timeMs).slice(0, 19)}Z`;
  return `${format === "json" ? jsonRecord(record, time) : textRecord(record, time)}\n`;
}

/** For journald and syslog: text with the time to the millisecond, as Kata's log tools read it. */
export function systemLine(record: LogRecord): string {
  return textRecord(record, isoTime(record.timeMs));
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Keys sorted, as Go sorts a map's. */
function jsonRecord({ level, message, fields }: LogRecord, time: string): string {
  const all: Record<string, unknown> = { ...fields, level, msg: message, time };
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(all).sort()) sorted[key] = all[key];
  return goJson(sorted);
}

function textRecord({ level, message, fields }: LogRecord, time: string): string {
  let text = `time=${quoted(time)} level=${level} msg=${quoted(message)}`;
  for (const key of Object.keys(fields).sort()) {
    const value = fields[key];
    if (value !== undefined) text += ` ${key}=${quoted(String(value))}`;
  }
  return text;
}

function quoted(text: string): string {
  return /^[A-Za-z0-9\-._/@^+]*$/.test(text) ? text : JSON.stringify(text);
}
