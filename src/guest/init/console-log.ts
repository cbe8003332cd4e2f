/** Log records on the guest's console, one line each: the host shows their tail when a machine does not come up. */
import type { Fields, Level, Sink } from "../../base/log.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { writeAll } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";

const order: readonly Level[] = ["debug", "info", "warning", "error"];
const stderr = 2 as Fd;

/** `level source message key=value`; a serial console costs about 0.1 ms a character under emulation, so lines are few and short. */
export function consoleSink(lowest: Level): Sink {
  return (level, message, fields) => {
    if (order.indexOf(level) < order.indexOf(lowest)) return;
    try {
      writeAll(stderr, encodeUtf8(`${recordText(level, message, fields)}\n`));
    } catch {
      // a console that takes nothing is no reason to stop
    }
  };
}

const longestRecord = 2000;

export function recordText(level: Level, message: string, fields: Fields): string {
  const { source = "agent", ...rest } = fields;
  const words = [level, String(source), message];
  for (const [key, value] of Object.entries(rest)) if (value !== undefined) words.push(`${key}=${JSON.stringify(value)}`);
  return words.join(" ").replace(/\n/g, "\\n").slice(0, longestRecord);
}
