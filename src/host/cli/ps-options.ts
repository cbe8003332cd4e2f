/** The options of ps(1) that `ps` takes behind the container: those that choose columns. Which processes is decided by the container. */
import { Fault } from "../../base/fault.ts";
import { psColumns } from "./ps-columns.ts";

export interface PsColumn {
  /** Of `psColumns`. */
  readonly name: string;
  /** In place of the column's own; all empty: no line of headers. */
  readonly header?: string;
}

export interface PsWishes {
  readonly columns: readonly PsColumn[];
  readonly headers: boolean;
}

const plain: readonly PsColumn[] = ["pid", "tty", "time"].map((name) => ({ name })).concat(named("comm", "CMD"));
const full: readonly PsColumn[] = [
  named("user", "UID"),
  ...["pid", "ppid", "c", "stime", "tty", "time"].map((name) => ({ name })),
  named("args", "CMD"),
];
const userOriented: readonly PsColumn[] = ["user", "pid", "pcpu", "pmem", "vsz", "rss", "tty", "stat", "start_time", "bsdtime", "args"].map(
  (name) => ({ name }),
);

function named(name: string, header: string): { name: string; header: string } {
  return { name, header };
}

/** None: as runc, which asks for `-ef`. Throws for what this ps does not do. */
export function parsePsOptions(args: readonly string[]): PsWishes {
  if (args.length === 0) return { columns: full, headers: true };
  const reader = new Reader(args);
  for (let arg = reader.next(); arg !== undefined; arg = reader.next()) reader.read(arg);
  return reader.wishes;
}

class Reader {
  readonly #args: readonly string[];
  #at = 0;
  #columns: PsColumn[] = [];
  #style: readonly PsColumn[] = plain;
  #headers = true;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  get wishes(): PsWishes {
    const columns = this.#columns.length > 0 ? this.#columns : this.#style;
    return { columns, headers: this.#headers && columns.some(({ header }) => header !== "") };
  }

  next(): string | undefined {
    return this.#args[this.#at++];
  }

  read(arg: string): void {
    const [long, value] = splitOnce(arg, "=");
    if (long === "--no-headers" || long === "--no-heading") this.#headers = false;
    else if (long === "--format") this.#add(value ?? this.#value(arg));
    else if (arg.startsWith("--")) throw unknown(arg);
    else this.#readLetters(arg, arg.startsWith("-") ? "-" : "");
  }

  /** With a dash the options are System V's, without one BSD's: `u` and `-u` are different things. */
  #readLetters(arg: string, dash: "-" | ""): void {
    const letters = arg.slice(dash.length);
    if (letters === "") throw unknown(arg);
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i] as string;
      if (letter === "o") {
        this.#add(letters.slice(i + 1) || this.#value(`${dash}o`));
        return;
      }
      if (dash === "-" && letter === "f") this.#style = full;
      else if (dash === "" && letter === "u") this.#style = userOriented;
      else if (!(dash === "-" ? "eAaxw" : "axw").includes(letter)) throw unknown(`${dash}${letter}`);
    }
  }

  #value(option: string): string {
    const value = this.next();
    if (value === undefined) throw new Fault(`ps: option ${option}: needs a list of columns`, { component: "cli", code: "invalid-option" });
    return value;
  }

  /** `pid,comm=NAME`: a header takes everything behind its equals sign, commas too. */
  #add(list: string): void {
    const known = psColumns();
    const [names, header] = splitOnce(list, "=");
    const words = names.split(/[ ,]+/).filter((word) => word !== "");
    for (const [i, word] of words.entries()) {
      if (!Object.hasOwn(known, word))
        throw new Fault(`ps: column ${JSON.stringify(word)}: is unknown, must be one of ${Object.keys(known).sort().join(", ")}`, {
          component: "cli",
          code: "invalid-option",
        });
      this.#columns.push({ name: word, ...(header !== undefined && i === words.length - 1 && { header }) });
    }
  }
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function unknown(option: string): Fault {
  return new Fault(`ps: option ${option}: is not supported, must be one of -e -A -a -x -f -w -o, a x u w o, --no-headers, --format`, {
    component: "cli",
    code: "invalid-option",
  });
}
