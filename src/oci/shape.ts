/**
 * One small interpreter that turns unknown JSON into typed values by tables. A table is plain data and is checked
 * against the interface it stands for: `Shape<Process>` does not compile when a property is missing or has the wrong kind.
 */
import { Fault } from "../base/fault.ts";
import type { Int64 } from "./spec.ts";

export type IntegerRule = "int32" | "uint8" | "uint16" | "uint32" | "int64" | "uint64";

/** A string with one of these values. */
export interface Words<T extends string = string> {
  readonly words: readonly T[];
}
export interface List<E = unknown> {
  readonly list: RuleOf<E>;
}
export interface Dictionary<V = unknown> {
  readonly values: RuleOf<V>;
}
type RequiredKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T];
/** The properties that must be there, and those that may; anything else in the JSON is ignored. */
export interface Shape<T = unknown> {
  readonly required: { readonly [K in RequiredKeys<T>]: RuleOf<T[K]> };
  readonly optional: { readonly [K in Exclude<keyof T, RequiredKeys<T>>]-?: RuleOf<NonNullable<T[K]>> };
  /** What an absent required property counts as, where decoders written in Go let a zero value pass. */
  readonly absent?: Partial<T>;
}

/** The rules that can stand for a value of type T. */
export type RuleOf<T> = unknown extends T
  ? Rule
  : [T] extends [boolean]
    ? "bool"
    : [T] extends [string]
      ? "text" | Words<T>
      : [T] extends [number]
        ? Exclude<IntegerRule, "int64" | "uint64">
        : [T] extends [Int64]
          ? IntegerRule
          : [T] extends [readonly (infer E)[]]
            ? List<E>
            : string extends keyof T
              ? T extends Readonly<Record<string, infer V>>
                ? unknown extends V
                  ? "object"
                  : Dictionary<V>
                : never
              : Shape<T>;

interface AnyShape {
  readonly required: Readonly<Record<string, Rule>>;
  readonly optional: Readonly<Record<string, Rule>>;
  readonly absent?: object;
}
export type Rule = "bool" | "text" | "object" | IntegerRule | Words | { readonly list: Rule } | { readonly values: Rule } | AnyShape;

/** What the interpreter keeps while it walks: where it is, and whether it met an integer that JSON.parse had rounded. */
export class Walk {
  readonly #path: (string | number)[] = [];
  readonly #where: string;
  /** An integer beyond 2^53 was seen: parse again with `parseExactJson`. */
  rounded = false;

  constructor(where: string) {
    this.#where = where;
  }

  /** The value of that rule, without unknown properties and nulls. Throws a Fault that names the property. */
  check(rule: Rule, value: unknown): unknown {
    if (typeof rule === "string") return this.#scalar(rule, value);
    if ("list" in rule) return this.#list(rule.list, value);
    if ("values" in rule) return this.#dictionary(rule.values, value);
    if ("words" in rule) return this.#word(rule, value);
    return this.#object(rule, value);
  }

  #object(shape: AnyShape, value: unknown): unknown {
    if (!isObject(value)) throw this.#wrong(value, "an object");
    const result: Record<string, unknown> = shape.absent === undefined ? {} : { ...shape.absent };
    for (const key of Object.keys(value)) {
      const rule = Object.hasOwn(shape.required, key)
        ? shape.required[key]
        : Object.hasOwn(shape.optional, key)
          ? shape.optional[key]
          : undefined;
      const property = value[key];
      if (rule === undefined || property === null) continue;
      this.#path.push(key);
      result[key] = this.check(rule, property);
      this.#path.pop();
    }
    for (const key in shape.required) {
      if (Object.hasOwn(result, key)) continue;
      this.#path.push(key);
      throw this.#fault(`is missing, must be ${describe(shape.required[key] as Rule)}`);
    }
    return result;
  }

  #list(rule: Rule, value: unknown): unknown {
    if (!Array.isArray(value)) throw this.#wrong(value, "a list");
    const items: readonly unknown[] = value;
    const result: unknown[] = [];
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      // The common case (hundreds of system call names) without a call per item.
      if (rule === "text" && typeof item === "string" && !isOdd(item)) {
        result.push(item);
        continue;
      }
      this.#path.push(i);
      result.push(this.check(rule, item));
      this.#path.pop();
    }
    return result;
  }

  #dictionary(rule: Rule, value: unknown): unknown {
    if (!isObject(value)) throw this.#wrong(value, "an object");
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      // Assigning to `__proto__` would not make a property.
      if (value[key] === null || key === "__proto__") continue;
      this.#path.push(key);
      result[key] = this.check(rule, value[key]);
      this.#path.pop();
    }
    return result;
  }

  #word(rule: Words, value: unknown): unknown {
    if (typeof value !== "string" || !rule.words.includes(value)) throw this.#wrong(value, describe(rule));
    return value;
  }

  #scalar(rule: "bool" | "text" | "object" | IntegerRule, value: unknown): unknown {
    switch (rule) {
      case "bool":
        if (typeof value !== "boolean") throw this.#wrong(value, describe(rule));
        return value;
      case "text":
        if (typeof value !== "string" || exactDigits(value) !== undefined) throw this.#wrong(value, describe(rule));
        if (value.includes("\0")) throw this.#wrong(value, "a string without NUL");
        return value;
      case "object":
        if (!isObject(value)) throw this.#wrong(value, describe(rule));
        return {}; // only that it is there counts
      default:
        return this.#integer(rule, value);
    }
  }

  #integer(rule: IntegerRule, value: unknown): Int64 {
    const digits = typeof value === "string" ? exactDigits(value) : undefined;
    if (digits === undefined && (typeof value !== "number" || !Number.isInteger(value))) throw this.#wrong(value, describe(rule));
    if (typeof value === "number" && Number.isSafeInteger(value)) {
      if (!inRange(rule, value)) throw this.#wrong(value, describe(rule));
      return value === 0 ? 0 : value;
    }
    if (digits === undefined) {
      this.rounded = true;
      return 0;
    }
    const exact = BigInt(digits);
    if (!inRange(rule, exact)) throw this.#wrong(value, describe(rule));
    const small = Number(exact);
    return Number.isSafeInteger(small) ? small : exact;
  }

  #wrong(value: unknown, right: string): Fault {
    return this.#fault(`is ${show(value)}, must be ${right}`);
  }

  #fault(text: string): Fault {
    const path = pathText(this.#path);
    return new Fault(`parse ${this.#where}: ${path === "" ? "the document" : path} ${text}`, { code: "invalid-spec" });
  }
}

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;

function pathText(path: readonly (string | number)[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "string" && plainName.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${typeof step === "string" ? clip(JSON.stringify(step)) : step}]`;
  }
  return text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOdd(text: string): boolean {
  return text.includes("\0");
}

const exactMark = "\0integer:";

/** The digits behind a number that `parseExactJson` kept as text. */
function exactDigits(text: string): string | undefined {
  return text.startsWith(exactMark) ? text.slice(exactMark.length) : undefined;
}

/** JSON.parse that keeps long integers as marked strings; several times slower, so only for documents that have them. */
export function parseExactJson(text: string): unknown {
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?[0-9]{16,}(?![0-9.eE])/g, (token) =>
    token.startsWith('"') ? token : `"\\u0000integer:${token}"`,
  );
  return JSON.parse(marked);
}

/** JSON of a value that may hold bigints, written as plain numbers; what `parseSpec` reads back without loss. */
export function stringifyExactJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? `${exactMark}${item}` : item));
  return text.includes("\\u0000integer:") ? text.replace(/"\\u0000integer:(-?[0-9]+)"/g, "$1") : text;
}

function inRange(rule: IntegerRule, value: Int64): boolean {
  switch (rule) {
    case "int32":
      return value >= -0x8000_0000 && value <= 0x7fff_ffff;
    case "uint8":
      return value >= 0 && value <= 0xff;
    case "uint16":
      return value >= 0 && value <= 0xffff;
    case "uint32":
      return value >= 0 && value <= 0xffff_ffff;
    case "int64":
      return typeof value === "number" || (value >= -0x8000_0000_0000_0000n && value <= 0x7fff_ffff_ffff_ffffn);
    case "uint64":
      return value >= 0 && (typeof value === "number" || value <= 0xffff_ffff_ffff_ffffn);
  }
}

function describe(rule: Rule): string {
  if (typeof rule === "string") {
    switch (rule) {
      case "bool":
        return "true or false";
      case "text":
        return "a string";
      case "object":
        return "an object";
      case "int32":
        return "a whole number (32 bits, signed)";
      case "uint8":
        return "a whole number from 0 to 255";
      case "uint16":
        return "a whole number from 0 to 65535";
      case "uint32":
        return "a whole number from 0 to 4294967295";
      case "int64":
        return "a whole number (64 bits, signed)";
      case "uint64":
        return "a whole number from 0 to 18446744073709551615";
    }
  }
  if ("list" in rule) return "a list";
  if ("words" in rule) return `one of ${rule.words.filter((word) => word !== "").join(", ")}`;
  return "an object";
}

/** A JSON value as it may stand in a message: short, on one line, its type evident. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "string") {
    const digits = exactDigits(value);
    return clip(digits ?? JSON.stringify(value));
  }
  if (isObject(value)) return "an object";
  return String(value);
}

/** A message is for people: of what is long its beginning is enough. */
export function clip(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 76)}...${text.endsWith('"') ? '"' : ""}`;
}
