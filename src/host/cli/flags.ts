/** Reads options from an argument list by the rules of Go's flag package, which engines and people know from runc. */
import { camelCase, type Option } from "./option.ts";

export type Value = boolean | string | number | string[];

export interface ParsedFlags {
  /** By camel-cased name; absent ones have their defaults. */
  readonly values: Readonly<Record<string, Value | undefined>>;
  readonly operands: readonly string[];
  /** What is wrong, in Go's words; the rest holds what was read before it. */
  readonly error?: string;
}

/**
 * One or two dashes alike, `--x v` and `--x=v`, `--x[=true|false]` for booleans, no clusters; `--` ends the options.
 * `interspersed`: known options may also follow operands, and what is unknown there is an operand; else the first
 * operand ends the options.
 */
export function parseFlags(options: readonly Option[], args: readonly string[], interspersed: boolean): ParsedFlags {
  const values: Record<string, Value | undefined> = {};
  for (const option of options) values[camelCase(option.name)] = initialValue(option);
  const operands: string[] = [];
  for (let i = 0; i < args.length; ) {
    const arg = args[i] as string;
    if (arg === "--" || (operands.length > 0 && !interspersed)) {
      // Behind an operand `--` is one itself: only the first argument that is no option can end them.
      const rest = args.slice(operands.length === 0 ? i + 1 : i);
      return { values, operands: [...operands, ...rest] };
    }
    const read = readFlag(options, arg, args[i + 1], values);
    if (read === "operand" || (read === "unknown" && operands.length > 0)) operands.push(arg);
    else if (read === "unknown") return { values, operands, error: unknownFlag(arg) };
    else if (typeof read === "object") return { values, operands, error: read.error };
    i += read === "flag and value" ? 2 : 1;
  }
  return { values, operands };
}

type Read = "operand" | "unknown" | "flag" | "flag and value" | { readonly error: string };

/** One argument, and the next where it is this one's value. */
function readFlag(options: readonly Option[], arg: string, next: string | undefined, values: Record<string, Value | undefined>): Read {
  const dashes = leadingDashes(arg);
  if (dashes === 0) return "operand";
  const { name, attached } = splitFlag(arg.slice(dashes));
  const option = options.find((candidate) => candidate.name === name || candidate.alias === name);
  if (option === undefined) return "unknown";
  const ownValue = attached ?? (option.kind === "bool" ? "true" : undefined);
  const text = ownValue ?? next;
  if (text === undefined) return { error: `flag needs an argument: -${name}` };
  const error = store(values, option, name, text);
  if (error !== undefined) return { error };
  return ownValue === undefined ? "flag and value" : "flag";
}

function unknownFlag(arg: string): string {
  const { name } = splitFlag(arg.slice(leadingDashes(arg)));
  return name === "" || name.startsWith("-") ? `bad flag syntax: ${arg}` : `flag provided but not defined: -${name}`;
}

function leadingDashes(arg: string): 0 | 1 | 2 {
  if (!arg.startsWith("-") || arg === "-") return 0;
  return arg.startsWith("--") ? 2 : 1;
}

function splitFlag(text: string): { name: string; attached: string | undefined } {
  const equals = text.indexOf("=");
  return equals < 0 ? { name: text, attached: undefined } : { name: text.slice(0, equals), attached: text.slice(equals + 1) };
}

function initialValue(option: Option): Value | undefined {
  if (option.kind === "bool") return false;
  if (option.kind === "texts") return [];
  return option.kind === "duration" && typeof option.default === "string" ? parseDuration(option.default) : option.default;
}

/** The error when `text` is no value for the option. */
function store(values: Record<string, Value | undefined>, option: Option, name: string, text: string): string | undefined {
  const key = camelCase(option.name);
  if (option.kind === "texts") {
    const list = values[key];
    if (Array.isArray(list)) list.push(text);
    return undefined;
  }
  const value = parseValue(option.kind, text);
  if (value !== undefined) {
    values[key] = value;
    return undefined;
  }
  return option.kind === "bool"
    ? `invalid boolean value ${JSON.stringify(text)} for -${name}: parse error`
    : `invalid value ${JSON.stringify(text)} for flag -${name}: parse error`;
}

function parseValue(kind: "bool" | "text" | "integer" | "duration", text: string): Value | undefined {
  switch (kind) {
    case "bool":
      return parseBool(text);
    case "text":
      return text;
    case "integer":
      return /^[+-]?[0-9]+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
    case "duration":
      return parseDuration(text);
  }
}

function parseBool(text: string): boolean | undefined {
  if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
  return ["0", "f", "F", "false", "FALSE", "False"].includes(text) ? false : undefined;
}

/** Milliseconds of `1h2m3.5s`, `100ms`, `-1s`, `0`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  const match = /^([+-]?)((?:[0-9]+(?:\.[0-9]*)?(?:ns|us|µs|ms|s|m|h))+)$/.exec(text);
  if (!match) return undefined;
  let ms = 0;
  for (const [, count, unit] of (match[2] ?? "").matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h)/g)) ms += Number(count) * unitMs(unit ?? "");
  return match[1] === "-" ? -ms : ms;
}

function unitMs(unit: string): number {
  switch (unit) {
    case "h":
      return 3_600_000;
    case "m":
      return 60_000;
    case "s":
      return 1000;
    case "ms":
      return 1;
    case "ns":
      return 1e-6;
    default:
      return 1e-3;
  }
}
