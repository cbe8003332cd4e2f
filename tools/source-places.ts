/** From places in the chunks of a program back to places in its TypeScript. */
import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join, relative, resolve } from "node:path";

/** `file:line:column`, counted from 1, of a place in a chunk; undefined when it is unknown. */
export type Places = (chunk: string, line: number, column: number) => string | undefined;

/** Places by the *.js.map of a directory; sources are named relative to `root`. */
export function sourceMaps(directory: string, root: string): Places {
  const maps = new Map<string, SourceMap | undefined>();
  const mapOf = (chunk: string): SourceMap | undefined => {
    const path = join(directory, `${chunk}.map`);
    if (!maps.has(chunk)) maps.set(chunk, existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, "utf8"))) : undefined);
    return maps.get(chunk);
  };
  return (chunk, line, column) => {
    const entry = mapOf(chunk)?.findEntry(line - 1, column - 1);
    if (entry === undefined || !("originalSource" in entry)) return undefined;
    const source = relative(root, resolve(directory, entry.originalSource));
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  };
}

/** The text with every place in a chunk that is known replaced by its place in TypeScript. */
export function symbolize(text: string, places: Places): string {
  return text.replaceAll(/([\w.-]+\.js):(\d+)(?::(\d+))?/g, (place: string, chunk: string, line: string, column?: string) => {
    return places(chunk, Number(line), Number(column ?? "1")) ?? place;
  });
}
