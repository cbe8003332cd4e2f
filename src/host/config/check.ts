/** From parsed TOML, of unknown shape, to the values of the key tables; every mistake with file, line, table and key. */
import { Fault } from "../../base/fault.ts";
import type { Agent, Factory, HypervisorKeys, Runtime } from "./configuration.ts";
import { type AnyUsedKey, type KeyTable, kindOfValue, sameValue, usedRows, wrongKind } from "./keys.ts";
import { hypervisorTable } from "./keys-hypervisor.ts";
import { agentTable, factoryTable, goneTables, idleTables, runtimeTable } from "./keys-runtime.ts";
import { locateKey } from "./locate.ts";

/** What one or more files set; what they leave open is absent. */
export interface Settings {
  readonly hypervisor: Partial<HypervisorKeys>;
  readonly agent: Partial<Agent>;
  readonly runtime: Partial<Runtime>;
  readonly factory: Partial<Factory>;
  /** Keys that are set and have no effect: `hypervisor.qemu.msize_9p: why`. */
  readonly idle: readonly string[];
}

/** One file of configuration: what its errors say about places. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

type Table = Readonly<Record<string, unknown>>;

/** Throws a Fault (code `invalid-configuration`) for the first thing that is wrong. */
export function checkDocument(document: unknown, source: SourceText): Settings {
  const idle: string[] = [];
  const root = isTable(document) ? document : {};
  checkTableNames(root, [], source);
  return {
    hypervisor: readTable(hypervisorTable, root, source, idle),
    agent: readTable(agentTable, root, source, idle),
    runtime: readTable(runtimeTable, root, source, idle),
    factory: readTable(factoryTable, root, source, idle),
    idle: [...idleTables.flatMap((table) => readIdle(table, root, source)), ...idle],
  };
}

function knownTables(): string[] {
  return [hypervisorTable, agentTable, runtimeTable, factoryTable, ...idleTables]
    .map((table) => table.name)
    .concat(Object.keys(goneTables));
}

/** Every table must be a known one, or lead to one. */
function checkTableNames(table: Table, path: readonly string[], source: SourceText): void {
  const known = knownTables();
  for (const [name, value] of Object.entries(table)) {
    const here = [...path, name];
    const dotted = here.join(".");
    const leads = known.some((candidate) => candidate.startsWith(`${dotted}.`));
    if (!known.includes(dotted) && !leads) {
      if (path.length > 0 && known.includes(path.join("."))) continue; // a key: readTable judges it
      throw fault(source, here, `table ${dotted} is unknown, must be ${siblings(known, path)}`);
    }
    if (!isTable(value)) throw fault(source, here, `${dotted} is ${shown(value)}, must be a table`);
    if (leads) checkTableNames(value, here, source);
  }
}

function siblings(known: readonly string[], path: readonly string[]): string {
  const prefix = path.map((name) => `${name}.`).join("");
  const inner = (name: string): boolean => known.some((outer) => name.startsWith(`${outer}.`));
  const names = known.filter((name) => name.startsWith(prefix) && !inner(name));
  return names.length === 1 ? (names[0] as string) : `one of ${names.join(", ")}`;
}

function readIdle(table: KeyTable<object>, root: Table, source: SourceText): string[] {
  const idle: string[] = [];
  readTable(table, root, source, idle);
  return idle;
}

function readTable<T>(table: KeyTable<T>, root: Table, source: SourceText, idle: string[]): Partial<T> {
  const path = table.name.split(".");
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(tableAt(root, path))) {
    const at = [...path, key];
    if (knownTables().includes(at.join("."))) continue;
    const used = usedKey(table, key);
    if (used) {
      checkUsed(used.row, value, source, at);
      result[used.property] = value;
    } else idle.push(checkOther(table, key, value, source, at));
  }
  return result as Partial<T>;
}

function usedKey<T>(table: KeyTable<T>, key: string): { property: string; row: AnyUsedKey } | undefined {
  for (const [property, row] of usedRows(table)) if (row.key === key) return { property, row };
  return undefined;
}

function checkUsed(row: AnyUsedKey, value: unknown, source: SourceText, at: readonly string[]): void {
  const right = wrongKind(row.kind, value) ?? wrongRange(row, value);
  if (right !== undefined) throw wrong(source, at, value, `${right}${row.unit ? ` (${row.unit})` : ""}`);
}

function wrongRange({ min, max }: AnyUsedKey, value: unknown): string | undefined {
  if (typeof value !== "number") return undefined;
  if (min !== undefined && value < min) return `at least ${min}`;
  return max !== undefined && value > max ? `at most ${max}` : undefined;
}

/** A key without effect: the sentence that says so. */
function checkOther<T>(table: KeyTable<T>, key: string, value: unknown, source: SourceText, at: readonly string[]): string {
  const ignored = Object.hasOwn(table.ignored, key) ? table.ignored[key] : undefined;
  if (ignored) {
    const right = wrongKind(ignored[0], value);
    if (right !== undefined) throw wrong(source, at, value, right);
    return `${at.join(".")}: ${ignored[1]}`;
  }
  const neutral = Object.hasOwn(table.neutral, key) ? table.neutral[key] : undefined;
  if (!neutral) throw fault(source, at, `key ${key} is unknown in table ${table.name}${suggestion(table, key)}`);
  const [only, reason] = neutral;
  const right = wrongKind(kindOfValue(only), value);
  if (right !== undefined) throw wrong(source, at, value, right);
  if (!sameValue(only, value)) throw wrong(source, at, value, `${shown(only)}: ${reason}`);
  return `${at.join(".")}: ${reason}`;
}

function suggestion<T>(table: KeyTable<T>, key: string): string {
  const names = [...usedRows(table).map(([, row]) => row.key), ...Object.keys(table.ignored), ...Object.keys(table.neutral)];
  const nearest = names.map((name) => ({ name, distance: distance(name, key) })).sort((a, b) => a.distance - b.distance)[0];
  return nearest && nearest.distance <= Math.max(2, key.length / 4) ? `, did you mean ${nearest.name}?` : "";
}

/** Levenshtein's, of short names. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function tableAt(root: Table, path: readonly string[]): Table {
  let table: Table = root;
  for (const name of path) {
    const inner = Object.hasOwn(table, name) ? table[name] : undefined;
    if (!isTable(inner)) return {};
    table = inner;
  }
  return table;
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function wrong(source: SourceText, at: readonly string[], value: unknown, right: string): Fault {
  return fault(source, at, `${at.at(-1)} of table ${at.slice(0, -1).join(".")} is ${shown(value)}, must be ${right}`);
}

function fault(source: SourceText, at: readonly string[], text: string): Fault {
  const line = locateKey(source.text, at);
  const place = line === undefined ? source.file : `${source.file}:${line}`;
  return new Fault(`read configuration ${place}: ${text}`, { code: "invalid-configuration", component: "config" });
}

function shown(value: unknown): string {
  if (isTable(value)) return "a table";
  const text = typeof value === "bigint" || value instanceof Date ? String(value) : JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
