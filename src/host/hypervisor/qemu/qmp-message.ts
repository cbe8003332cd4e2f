/** What QEMU's monitor says, parsed: one JSON object a line (QEMU Machine Protocol specification, docs/interop/qmp-spec). */
import { Fault } from "../../../base/fault.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export type QmpMessage =
  | { readonly kind: "greeting"; readonly version: string }
  | { readonly kind: "return"; readonly id: Json | undefined; readonly value: Json }
  | { readonly kind: "error"; readonly id: Json | undefined; readonly class: string; readonly description: string }
  | { readonly kind: "event"; readonly name: string; readonly data: JsonObject };

export function parseQmpMessage(line: string): QmpMessage {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw broken(line, "is no JSON", cause);
  }
  if (!isObject(value)) throw broken(line, "is no object");
  const { QMP: greeting, event, error } = value;
  if (isObject(greeting)) return { kind: "greeting", version: versionText(greeting) };
  if (typeof event === "string") return { kind: "event", name: event, data: objectOr(value["data"]) };
  if (isObject(error))
    return {
      kind: "error",
      id: value["id"],
      class: textOr(error["class"], "GenericError"),
      description: textOr(error["desc"], "no reason given"),
    };
  if (value["return"] !== undefined) return { kind: "return", id: value["id"], value: value["return"] };
  throw broken(line, "is neither greeting, event, return nor error");
}

export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
export const objectOr = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
export const textOr = (value: Json | undefined, missing: string): string => (typeof value === "string" ? value : missing);

function versionText(greeting: JsonObject): string {
  const numbers = objectOr(objectOr(greeting["version"])["qemu"]);
  return [numbers["major"], numbers["minor"], numbers["micro"]].map((n) => (typeof n === "number" ? n : "?")).join(".");
}

function broken(line: string, what: string, cause?: unknown): Fault {
  return new Fault(`read monitor: ${JSON.stringify(line.slice(0, 80))} ${what}`, { component: "qemu", code: "protocol", cause });
}

/** Cuts a stream of bytes into lines; a line of more than `limit` bytes is a Fault. */
export class LineCutter {
  readonly #limit: number;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines that `chunk` ends, without their line feeds; the rest is kept as a copy, so `chunk` may be used again. */
  cut(chunk: Uint8Array): Uint8Array[] {
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      lines.push(this.#take(chunk.subarray(start, end)));
      start = end + 1;
    }
    this.#keep(chunk.slice(start));
    return lines;
  }

  #take(last: Uint8Array): Uint8Array {
    if (this.#length === 0) return last;
    this.#keep(last);
    const line = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      line.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#length = 0;
    return line;
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#length += part.length;
    if (this.#length > this.#limit)
      throw new Fault(`read monitor: a line of more than ${this.#limit} bytes`, { component: "qemu", code: "protocol" });
    this.#parts.push(part);
  }
}
