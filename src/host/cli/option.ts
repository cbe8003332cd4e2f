/**
 * The command line as data. One row per option; parser, help, man page and completion are made from the rows, and the
 * types of the parsed values follow from them.
 */

export interface Option {
  readonly name: string;
  /** A second, short name. */
  readonly alias?: string;
  /** `texts` may be repeated; `duration` is Go's notation (5s, 1m30s), parsed to milliseconds. */
  readonly kind: "bool" | "text" | "texts" | "integer" | "duration";
  /** What an absent option counts as; without it, it is undefined. */
  readonly default?: string | number;
  readonly meaning: string;
  /** Accepted for compatibility, not shown. */
  readonly hidden?: true;
}

export type Arity = { readonly exactly: 0 | 1 } | { readonly least: 1; readonly most?: 2 } | { readonly least: 2; readonly most: 3 };

export interface Command {
  /** The line in the list of commands. */
  readonly summary: string;
  /** What stands after the options in the usage line. */
  readonly operands: string;
  readonly arity: Arity;
  /** What the rest of the line means is the first operand's affair: options end with it. */
  readonly endsAtOperand?: true;
  /** Why the command always fails, its help too: engines take help that succeeds for support. */
  readonly unsupported?: string;
  /** Paragraphs for help and manual. */
  readonly about?: readonly string[];
  readonly options: readonly Option[];
}

type Camel<S extends string> = S extends `${infer Head}-${infer Rest}` ? `${Head}${Capitalize<Camel<Rest>>}` : S;

interface Kinds {
  bool: boolean;
  text: string;
  texts: readonly string[];
  integer: number;
  duration: number;
}

type ValueOf<O extends Option> = O["kind"] extends "bool" | "texts"
  ? Kinds[O["kind"]]
  : O extends { readonly default: string | number }
    ? Kinds[O["kind"]]
    : Kinds[O["kind"]] | undefined;

/** `pid-file` of the table is `pidFile` here. */
export type OptionValues<Rows extends readonly Option[]> = { readonly [O in Rows[number] as Camel<O["name"]>]: ValueOf<O> };

export type Operands<A extends Arity> = A extends { readonly exactly: 0 }
  ? readonly []
  : A extends { readonly exactly: 1 }
    ? readonly [string]
    : A extends { readonly least: 2 }
      ? readonly [string, string, string?]
      : A extends { readonly most: 2 }
        ? readonly [string, string?]
        : readonly [string, ...string[]];

/** `pidFile` for `pid-file`. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
}
