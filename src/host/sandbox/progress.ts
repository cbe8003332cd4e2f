/** What whoever started the preparation of a reserve hears of it: lines on an inherited pipe, which ends with the work. */
import { encodeUtf8 } from "../../base/text.ts";
import { close, writeAll } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";

export interface Progress {
  /** Whether somebody waits. */
  readonly wanted: boolean;
  /** `template`: it is there; `reserve`: a sandbox waits in reserve. */
  say(stage: "template" | "reserve"): void;
  warn(message: string): void;
  fail(message: string): void;
  /** Nothing more will be said. Idempotent. */
  end(): void;
}

/** Takes `fd` over. Nobody need listen. */
export function openProgress(fd: Fd, wanted: boolean): Progress {
  let open = true;
  const write = (line: string): void => {
    try {
      if (open) writeAll(fd, encodeUtf8(`${line.replaceAll("\n", " ")}\n`));
    } catch {
      // who waited has gone away
    }
  };
  return {
    wanted,
    say: (stage) => write(stage),
    warn: (message) => write(`warning ${message}`),
    fail: (message) => write(`failed ${message}`),
    end: () => {
      if (open) close(fd);
      open = false;
    },
  };
}
