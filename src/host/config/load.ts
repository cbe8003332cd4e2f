/** Finds configuration.toml and its drop-ins, reads them, fills in what they leave open. */
import { parse, TomlError } from "smol-toml";
import { Fault } from "../../base/fault.ts";
import { findAssets, type Places } from "./assets.ts";
import { checkDocument, type Settings } from "./check.ts";
import type { Configuration, HypervisorKeys } from "./configuration.ts";
import { type KeyTable, usedRows } from "./keys.ts";
import { hypervisorTable } from "./keys-hypervisor.ts";
import { agentTable, factoryTable, runtimeTable } from "./keys-runtime.ts";
import { configurationFiles } from "./search.ts";

/** What the loader needs of the host. */
export interface ConfigurationHost extends Places {
  /** The text of a file; undefined when there is none. Throws when it cannot be read or is too large. */
  readText(path: string): string | undefined;
  /** Names in a directory; empty when there is none. */
  list(directory: string): readonly string[];
}

export interface Loaded {
  readonly configuration: Configuration;
  /** Sentences for the debug log: keys that are set and have no effect. */
  readonly idle: readonly string[];
}

/**
 * `path` is the file that the user named; absent: the first of the default places that is there, or built-in defaults.
 * Throws a Fault of component `config` that names the file and, for what is in it, the line.
 */
export function loadConfiguration(host: ConfigurationHost, path?: string): Loaded {
  const files = configurationFiles(host, path);
  const settings = mergeSettings(files.map((file) => readSettings(host, file)));
  const hypervisor: HypervisorKeys = { ...defaults(hypervisorTable), ...settings.hypervisor };
  const named = files.length === 0 ? "the configuration file" : files.join(", ");
  return {
    configuration: {
      files,
      hypervisor: { ...hypervisor, ...findAssets(host, hypervisor, named), driver: "qemu" },
      agent: { ...defaults(agentTable), ...settings.agent },
      runtime: { ...defaults(runtimeTable), ...settings.runtime },
      factory: { ...defaults(factoryTable), ...settings.factory },
    },
    idle: settings.idle,
  };
}

/** What one file sets, checked. */
export function readSettings(host: ConfigurationHost, file: string): Settings {
  const text = host.readText(file);
  if (text === undefined) throw new Fault(`read configuration ${file}: no such file or directory`, { code: "ENOENT", component: "config" });
  return checkDocument(parseToml(text, file), { file, text });
}

/** Arrays and inline tables deeper than this are no configuration of ours; the parser's own default overflows the engine's stack. */
const deepest = 16;

function parseToml(text: string, file: string): unknown {
  try {
    return parse(text, { maxDepth: deepest, integersAsBigInt: "asNeeded" });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n")[0]?.replace("Invalid TOML document: ", "") ?? "";
    throw new Fault(`read configuration ${file}:${error.line}: not TOML: ${reason} (column ${error.column})`, {
      code: "invalid-configuration",
      component: "config",
    });
  }
}

/** Later files win, key by key. */
function mergeSettings(all: readonly Settings[]): Settings {
  let merged: Settings = { hypervisor: {}, agent: {}, runtime: {}, factory: {}, idle: [] };
  for (const each of all) {
    merged = {
      hypervisor: { ...merged.hypervisor, ...each.hypervisor },
      agent: { ...merged.agent, ...each.agent },
      runtime: { ...merged.runtime, ...each.runtime },
      factory: { ...merged.factory, ...each.factory },
      idle: [...merged.idle, ...each.idle],
    };
  }
  return merged;
}

export function defaults<T>(table: KeyTable<T>): T {
  return Object.fromEntries(usedRows(table).map(([property, row]) => [property, row.default])) as T;
}
