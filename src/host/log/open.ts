/** The logs of the processes of this program, on the real outlets. */
import { createLogger, type Fields, type Logger } from "../../base/log.ts";
import { type CommandLog, createCommandLog } from "./command-log.ts";
import { fileOutlet, standardErrorOutlet, systemOutlet, type TextOutlet } from "./outlets.ts";
import type { Format } from "./record.ts";

export interface OpenCommandLogOptions {
  /** The file of `--log`; relative to the current directory, so open it before any chdir. */
  readonly file: string | undefined;
  readonly format: Format;
  readonly debug: boolean;
  readonly fields: Fields;
}

/** Throws when the file cannot be opened: the command must not go on without the log that its caller will read. */
export function openCommandLog({ file, format, debug, fields }: OpenCommandLogOptions): CommandLog {
  const outlet: TextOutlet | undefined = file === undefined ? undefined : fileOutlet(file);
  return createCommandLog({
    format,
    debug,
    fields,
    outlets: { file: outlet, standardError: standardErrorOutlet(), system: systemOutlet() },
    now: Date.now,
  });
}

/** For processes that nobody listens to: the sandbox process. `fields` are in every record. */
export function openSystemLog({ debug, fields }: { readonly debug: boolean; readonly fields: Fields }): Logger {
  const outlet = systemOutlet();
  return createLogger((level, message, of) => {
    if (debug || level !== "debug") outlet({ level, message, timeMs: Date.now(), fields: of });
  }, fields);
}
