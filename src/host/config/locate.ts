/** Where in a TOML text a key stands: the parser keeps no positions, and a message without a line is half a message. */

/** A walk over a document that is known to be valid TOML. */
class Scan {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.at >= this.#text.length;
  }

  get line(): number {
    let line = 1;
    for (let i = this.#text.indexOf("\n"); i >= 0 && i < this.at; i = this.#text.indexOf("\n", i + 1)) line++;
    return line;
  }

  is(token: string): boolean {
    return this.#text.startsWith(token, this.at);
  }

  /** Blanks, line ends and comments. */
  skipVoid(): void {
    for (;;) {
      const blanks = /[ \t\r\n\uFEFF]*/y;
      this.#match(blanks);
      if (!this.is("#")) return;
      this.#to("\n");
    }
  }

  /** A dotted key up to (not including) `=` or `]`. */
  key(): string[] {
    const parts: string[] = [];
    for (;;) {
      this.#match(/[ \t.]*/y);
      if (this.done || this.is("=") || this.is("]")) return parts;
      const part = this.is('"') || this.is("'") ? unquote(this.#string()) : this.#match(/[A-Za-z0-9_-]+/y);
      if (part === "") return parts;
      parts.push(part);
    }
  }

  /** A value and what follows it on its line. */
  skipValue(): void {
    for (let depth = 0; !this.done; ) {
      if (this.is('"') || this.is("'")) this.#string();
      else if (this.is("#")) this.#to("\n");
      else if (this.is("\n") && depth === 0) return;
      else {
        if (this.is("[") || this.is("{")) depth++;
        if (this.is("]") || this.is("}")) depth--;
        this.at++;
        this.#match(/[^"'#\n[\]{}]*/y);
      }
    }
  }

  #string(): string {
    const start = this.at;
    const quote = this.#text[start] as string;
    const long = this.#text.startsWith(quote.repeat(3), start);
    if (long) this.#match(quote === '"' ? /"""(?:[^\\]|\\[\s\S])*?"{3,5}/y : /'''[\s\S]*?'{3,5}/y);
    else this.#match(quote === '"' ? /"(?:[^"\\\n]|\\.)*"/y : /'[^'\n]*'/y);
    if (this.at === start) this.at = this.#text.length;
    return this.#text.slice(start, this.at);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  #to(token: string): void {
    const found = this.#text.indexOf(token, this.at);
    this.at = found < 0 ? this.#text.length : found;
  }
}

function unquote(quoted: string): string {
  if (quoted.startsWith("'")) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1); // an escape that only TOML has
  }
}

/**
 * The line (from 1) on which `path` (the names of a key and the tables around it) is set, or as much of it as is
 * written there: an inline table's key is on the table's line. undefined when no part of it is there.
 */
export function locateKey(text: string, path: readonly string[]): number | undefined {
  const scan = new Scan(text);
  let table: readonly string[] = [];
  let best = 0;
  let line: number | undefined;
  const consider = (key: readonly string[]): void => {
    const common = Math.min(key.length, path.length);
    if (common <= best || !path.slice(0, common).every((name, i) => name === key[i])) return;
    best = common;
    line = scan.line;
  };
  for (scan.skipVoid(); !scan.done; scan.skipVoid()) {
    const before = scan.at;
    if (scan.is("[")) {
      scan.at += scan.is("[[") ? 2 : 1;
      table = scan.key();
      consider(table);
      scan.at += scan.is("]]") ? 2 : 1;
    } else consider([...table, ...scan.key()]);
    scan.skipValue();
    if (scan.at === before) scan.at++;
  }
  return line;
}
