/**
 * The log of one command. Engines read `--log` as one JSON object or take its last error, and the command's standard
 * error as text: so without --debug a command that fails writes exactly one record, the error it ends with. One that does
 * not fail leaves its warnings in the file, and never on standard error, which is the container's. Everything from level
 * info on goes to the system's log.
 */
import { createLogger, type Fields, type Logger } from "../../base/log.ts";
import { productCommit, productVersion } from "../../base/version.ts";
import type { RecordOutlet, TextOutlet } from "./outlets.ts";
import { type Format, type LogRecord, recordLine } from "./record.ts";

export interface CommandLog {
  readonly logger: Logger;
  /** The error that the command ends with: one record, and on standard error the bare message when the record is in a file. */
  fail(message: string, fields?: Fields): void;
  /** The command has not failed. */
  succeed(): void;
}

export interface CommandLogOptions {
  readonly format: Format;
  readonly debug: boolean;
  /** In every record: `command`, `container`, `sandbox` as far as they are known. */
  readonly fields: Fields;
  readonly outlets: {
    /** The file of `--log`. */
    readonly file: TextOutlet | undefined;
    readonly standardError: TextOutlet;
    readonly system: RecordOutlet;
  };
  readonly now: () => number;
}

/** Says at once which version of the program the command is. */
export function createCommandLog({ format, debug, fields, outlets, now }: CommandLogOptions): CommandLog {
  const visible = outlets.file ?? outlets.standardError;
  const standing: Fields = { source: "runtime", ...fields };
  const warnings: LogRecord[] = [];
  const logger = createLogger((level, message, of) => {
    const record: LogRecord = { level, message, timeMs: now(), fields: of };
    if (debug) visible(recordLine(format, record));
    else if (level === "warning") warnings.push(record);
    if (debug || level !== "debug") outlets.system(record);
  }, standing);
  logger.info("command begins", { version: productVersion, commit: productCommit });
  return {
    logger,
    fail: (message, of) => {
      const record: LogRecord = { level: "error", message, timeMs: now(), fields: { ...standing, ...of } };
      visible(recordLine(format, record));
      if (outlets.file) outlets.standardError(`${message}\n`);
      outlets.system(record);
    },
    succeed: () => {
      for (const record of warnings) outlets.file?.(recordLine(format, record));
    },
  };
}
