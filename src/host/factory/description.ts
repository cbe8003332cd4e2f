/** What is written beside a template's memory and state. */

import { readTextFile } from "../../sys/file.ts";
import type { Extent } from "../../sys/sparse.ts";
import { isErrno } from "../../sys/syscall.ts";
import type { FileFacts, TemplateIdentity } from "./identity.ts";

export interface Description {
  readonly identity: TemplateIdentity;
  readonly memoryBytes: number;
  readonly stateBytes: number;
  /** What of the memory is no hole. */
  readonly data: readonly Extent[];
}

const descriptionLimit = 1 << 20;

/** Of one that is damaged: it fits nothing. */
const unknown: Description = { identity: { runtime: "", files: [], machine: "" }, memoryBytes: 0, stateBytes: 0, data: [] };

/** undefined: there is no template in the directory. */
export function readDescription(directory: string): Description | undefined {
  let text: string;
  try {
    text = readTextFile(`${directory}/template.json`, descriptionLimit);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    return unknown;
  }
  return parseDescription(text) ?? unknown;
}

/** undefined when it is none. Pure. */
export function parseDescription(text: string): Description | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isObject(value["identity"])) return undefined;
  const { identity, memoryBytes, stateBytes, data } = value;
  const { runtime, machine, files } = identity;
  const right =
    typeof memoryBytes === "number" &&
    typeof stateBytes === "number" &&
    typeof runtime === "string" &&
    typeof machine === "string" &&
    Array.isArray(files) &&
    files.every(isFileFacts) &&
    Array.isArray(data) &&
    data.every(isExtent);
  return right ? (value as unknown as Description) : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isExtent = (value: unknown): value is Extent =>
  Array.isArray(value) && value.length === 2 && value.every((each) => Number.isSafeInteger(each) && each >= 0) && value[0] < value[1];

const isFileFacts = (value: unknown): value is FileFacts =>
  isObject(value) &&
  typeof value["path"] === "string" &&
  typeof value["size"] === "number" &&
  typeof value["mtimeNs"] === "string" &&
  typeof value["inode"] === "number";
