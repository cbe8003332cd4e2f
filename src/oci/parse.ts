/** config.json, process.json and resources.json: from text to typed values. */
import { Fault } from "../base/fault.ts";
import { parseExactJson, type Rule, show, Walk } from "./shape.ts";
import { processShape, specShape } from "./shapes.ts";
import { resourcesShape } from "./shapes-linux.ts";
import type { Process, Spec } from "./spec.ts";
import type { Resources } from "./spec-linux.ts";
import { validateProcess, validateSpec } from "./validate.ts";

/** The largest config.json, process.json or resources.json that is read; Docker's are about 30 KB. */
export const maxSpecBytes = 16 * 1024 * 1024;

/** For the reader of the file, before it reads. Throws when `bytes` is beyond `maxSpecBytes`. */
export function checkSpecSize(bytes: number, where: string): void {
  if (bytes <= maxSpecBytes) return;
  throw new Fault(`read ${where}: ${bytes} bytes, must be at most ${maxSpecBytes}`, { code: "invalid-spec" });
}

/** The error for a bundle without config.json, in the words that engines know. */
export function specNotFound(fileName: string): Fault {
  return new Fault(`JSON specification file ${fileName} not found`, { code: "ENOENT" });
}

/**
 * The specification in `text`, types and values checked; unknown properties are dropped, as the specification asks.
 * Throws a Fault (code `invalid-spec`) that names the property, the value seen and what would be right; `where` is the
 * file's name in it. What the file says may still be unsupported here: see `findUnsupported`.
 */
export function parseSpec(text: string, where: string): Spec {
  const document = parseJson(text, where);
  if (typeof document === "object" && document !== null && !Array.isArray(document)) {
    const { process, root } = document as { process?: unknown; root?: unknown };
    if (process === undefined || process === null) throw new Fault("process property must not be empty", { code: "invalid-spec" });
    if (root === undefined || root === null) throw new Fault("root must be specified", { code: "invalid-spec" });
  }
  const spec = typed(specShape, document, text, where) as Spec;
  validateSpec(spec, where);
  return spec;
}

/** A process as `exec --process` has it in a file: the `process` object of config.json alone. */
export function parseProcess(text: string, where: string): Process {
  const process = typed(processShape, parseJson(text, where), text, where) as Process;
  validateProcess(process, where, "");
  return process;
}

/** The resources that `update --resources` reads: the `linux.resources` object of config.json alone. */
export function parseResources(text: string, where: string): Resources {
  return typed(resourcesShape, parseJson(text, where), text, where) as Resources;
}

function typed(rule: Rule, document: unknown, text: string, where: string): unknown {
  const walk = new Walk(where);
  const value = walk.check(rule, document);
  if (!walk.rounded) return value;
  return new Walk(where).check(rule, parseExactJson(text));
}

function parseJson(text: string, where: string): unknown {
  if (text.trim() === "") throw new Fault(`parse ${where}: empty, must be a JSON object`, { code: "invalid-spec" });
  try {
    const document: unknown = JSON.parse(text);
    return document;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault(`parse ${where}: not JSON: ${reason}, in a document that begins with ${show(text.slice(0, 40))}`, {
      code: "invalid-spec",
    });
  }
}
