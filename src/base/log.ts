/** Structured logging as the code sees it: levels, one component per logger, fields. Sinks are `host/log`'s and the agent's. */
export type Level = "debug" | "info" | "warning" | "error";
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warning(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** A logger of the same sink for a part of the machine (`source` in the record) or with more standing fields. */
  with(fields: Fields): Logger;
}

export type Sink = (level: Level, message: string, fields: Fields) => void;

export function createLogger(sink: Sink, standing: Fields = {}): Logger {
  const at = (level: Level) => (message: string, fields?: Fields) => sink(level, message, fields ? { ...standing, ...fields } : standing);
  return {
    debug: at("debug"),
    info: at("info"),
    warning: at("warning"),
    error: at("error"),
    with: (fields) => createLogger(sink, { ...standing, ...fields }),
  };
}
