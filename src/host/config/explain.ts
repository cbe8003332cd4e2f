/** Where each value of the configuration comes from. */
import type { Configuration } from "./configuration.ts";
import { type KeyTable, sameValue, usedRows, type Value } from "./keys.ts";
import { hypervisorTable } from "./keys-hypervisor.ts";
import { agentTable, factoryTable, runtimeTable } from "./keys-runtime.ts";
import { type ConfigurationHost, loadConfiguration, readSettings } from "./load.ts";
import { locateKey } from "./locate.ts";

export interface ExplainedValue {
  /** Dotted, as in the file. */
  readonly table: string;
  readonly key: string;
  /** What counts: a file that was looked for is here with its path. */
  readonly value: Value;
  /** `FILE:LINE`, `default`, or that the default was worked out for this host. */
  readonly origin: string;
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly settings: Readonly<Record<"hypervisor" | "agent" | "runtime" | "factory", Readonly<Record<string, unknown>>>>;
}

/** Every key that has an effect. Throws as `loadConfiguration` does. */
export function explainConfiguration(host: ConfigurationHost, path?: string): ExplainedValue[] {
  const { configuration } = loadConfiguration(host, path);
  const sources = configuration.files.map((file): Source => {
    const { hypervisor, agent, runtime, factory } = readSettings(host, file);
    return {
      file,
      text: host.readText(file) ?? "",
      settings: { hypervisor: { ...hypervisor }, agent: { ...agent }, runtime: { ...runtime }, factory: { ...factory } },
    };
  });
  return [
    ...explainTable(hypervisorTable, "hypervisor", configuration, sources),
    ...explainTable(agentTable, "agent", configuration, sources),
    ...explainTable(runtimeTable, "runtime", configuration, sources),
    ...explainTable(factoryTable, "factory", configuration, sources),
  ];
}

function explainTable<T>(
  table: KeyTable<T>,
  part: keyof Source["settings"],
  all: Configuration,
  sources: readonly Source[],
): ExplainedValue[] {
  const values = all[part] as unknown as Readonly<Record<string, Value>>;
  return usedRows(table).map(([property, row]) => {
    const value = values[property] as Value;
    const setBy = sources.findLast(({ settings }) => Object.hasOwn(settings[part], property));
    const worked = setBy === undefined && !sameValue(row.default, value);
    const origin = setBy ? placeOf(setBy, [...table.name.split("."), row.key]) : worked ? "default, worked out" : "default";
    return { table: table.name, key: row.key, value, origin };
  });
}

function placeOf({ file, text }: Source, key: readonly string[]): string {
  const line = locateKey(text, key);
  return line === undefined ? file : `${file}:${line}`;
}
