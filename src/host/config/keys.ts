/**
 * One row per key of configuration.toml: what it is called, its type, what it does here. The loader, the default file
 * that is installed and the documentation are made from these rows. `UsedKeys` ties them to the interfaces: a property
 * without a row, or of another type, does not compile.
 */

export interface Words<T extends string = string> {
  readonly words: readonly T[];
}
export type Kind = "bool" | "integer" | "number" | "text" | "texts" | Words;
export type Value = boolean | number | string | readonly string[];

type KindOf<V> = [V] extends [boolean]
  ? "bool"
  : [V] extends [number]
    ? "integer" | "number"
    : [V] extends [string]
      ? string extends V
        ? "text"
        : Words<V>
      : "texts";

export interface UsedKey<V> {
  readonly key: string;
  readonly kind: KindOf<V>;
  readonly default: V;
  /** A sentence or two for the comment in the default file. */
  readonly meaning: string;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  /** What the default stands for where it is worked out, e.g. where a file is looked for. */
  readonly stands?: string;
}

export type UsedKeys<T> = { readonly [P in keyof T]-?: UsedKey<T[P]> };

/** Keys of Kata's that are understood but not acted upon. */
export interface KeyTable<T> {
  /** Dotted, as in the file. */
  readonly name: string;
  readonly used: UsedKeys<T>;
  /** Any value of the type is accepted: [type, why ignoring it does no harm]. */
  readonly ignored: Readonly<Record<string, readonly [Kind, string]>>;
  /** Only this value is accepted, any other would be a promise that is not kept: [value, why]. */
  readonly neutral: Readonly<Record<string, readonly [Value, string]>>;
}

/** A row of `used` whose type is not of interest. */
export interface AnyUsedKey {
  readonly key: string;
  readonly kind: Kind;
  readonly default: Value;
  readonly meaning: string;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly stands?: string;
}

/** [property of the interface, row] of each used key. */
export function usedRows<T>(table: KeyTable<T>): readonly (readonly [string, AnyUsedKey])[] {
  return Object.entries(table.used as Readonly<Record<string, AnyUsedKey>>);
}

/** What would be right, e.g. `true or false`; undefined when `value` is of that kind. */
export function wrongKind(kind: Kind, value: unknown): string | undefined {
  switch (kind) {
    case "bool":
      return typeof value === "boolean" ? undefined : "true or false";
    case "integer":
      return typeof value === "number" && Number.isSafeInteger(value) ? undefined : "a whole number";
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? undefined : "a number";
    case "text":
      return typeof value === "string" && !value.includes("\0") ? undefined : "a string";
    case "texts":
      return Array.isArray(value) && value.every((item) => wrongKind("text", item) === undefined) ? undefined : "a list of strings";
    default:
      return typeof value === "string" && kind.words.includes(value)
        ? undefined
        : `one of ${kind.words.map((word) => JSON.stringify(word)).join(", ")}`;
  }
}

export function kindOfValue(value: Value): Kind {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return "number";
  return typeof value === "string" ? "text" : "texts";
}

export function sameValue(a: Value, b: unknown): boolean {
  if (typeof a !== "object") return a === b;
  return Array.isArray(b) && a.length === b.length && a.every((item, i) => item === b[i]);
}
