/** `io.katacontainers.config.*`: what the annotations of a sandbox change of its configuration, as far as the configuration lets them. */
import { Fault } from "../../base/fault.ts";
import { findAssets, type Places } from "./assets.ts";
import { checkDocument, type Settings } from "./check.ts";
import type { Configuration, HypervisorKeys } from "./configuration.ts";
import { type AnyUsedKey, type KeyTable, type Kind, kindOfValue, usedRows } from "./keys.ts";
import { hypervisorTable } from "./keys-hypervisor.ts";
import { agentTable, runtimeTable } from "./keys-runtime.ts";

export const configAnnotations = "io.katacontainers.config.";

/** The tables that annotations reach, by the part of the annotation's name. */
const tables: Readonly<Record<string, KeyTable<object>>> = { hypervisor: hypervisorTable, runtime: runtimeTable, agent: agentTable };

/** Keys that Kata writes otherwise in annotations than in the file. */
const spelled: ReadonlyMap<string, string> = new Map([["default_max_vcpus", "default_maxvcpus"]]);

/** Which list of the configuration a path must match; paths without one are free once they are enabled. */
const pathLists: Readonly<Record<string, "validProgramPaths" | "validVirtioFsDaemonPaths">> = {
  path: "validProgramPaths",
  virtio_fs_daemon: "validVirtioFsDaemonPaths",
};

/** Throws for an annotation that is unknown, not enabled or has a wrong value, by its name. Other annotations are passed over. */
export function applyAnnotations(
  places: Places,
  configuration: Configuration,
  annotations: Readonly<Record<string, string>>,
): Configuration {
  let changed = configuration;
  for (const [name, text] of Object.entries(annotations)) {
    if (!name.startsWith(configAnnotations)) continue;
    const settings = readAnnotation(name, text, configuration.hypervisor);
    changed = {
      ...changed,
      hypervisor: { ...changed.hypervisor, ...settings.hypervisor },
      runtime: { ...changed.runtime, ...settings.runtime },
      agent: { ...changed.agent, ...settings.agent },
    };
  }
  if (changed === configuration) return configuration;
  return { ...changed, hypervisor: { ...changed.hypervisor, ...findAssets(places, changed.hypervisor, "the sandbox's annotations") } };
}

function readAnnotation(name: string, text: string, hypervisor: HypervisorKeys): Settings {
  const [part = "", key = "", ...more] = name.slice(configAnnotations.length).split(".");
  const table = Object.hasOwn(tables, part) ? tables[part] : undefined;
  const written = spelled.get(key) ?? key;
  const kind = table && more.length === 0 ? kindOf(table, written) : undefined;
  if (!table || kind === undefined) throw refused(`annotation ${name} is unknown`);
  if (part === "hypervisor") checkAllowed(name, key, text, hypervisor);
  const document = table.name
    .split(".")
    .reduceRight<unknown>((inner, each) => ({ [each]: inner }), { [written]: parseValue(name, text, kind) });
  return checkDocument(document, { file: `annotation ${name}`, text: "" });
}

function kindOf(table: KeyTable<object>, key: string): Kind | undefined {
  const used: AnyUsedKey | undefined = usedRows(table).find(([, row]) => row.key === key)?.[1];
  if (used) return used.kind;
  if (Object.hasOwn(table.ignored, key)) return table.ignored[key]?.[0];
  const neutral = Object.hasOwn(table.neutral, key) ? table.neutral[key] : undefined;
  return neutral && kindOfValue(neutral[0]);
}

/** What decides about annotations is not for annotations to decide. */
const never = /^(?:enable_annotations|valid_.*)$/;

function checkAllowed(name: string, key: string, text: string, hypervisor: HypervisorKeys): void {
  if (never.test(key) || !hypervisor.enableAnnotations.some((pattern) => matches(pattern, key)))
    throw refused(`annotation ${name} is not enabled: enable_annotations of table hypervisor.qemu must have a pattern for ${key}`);
  const list = Object.hasOwn(pathLists, key) ? pathLists[key] : undefined;
  if (list === undefined) return;
  const own = key === "path" ? hypervisor.program : hypervisor.virtioFsDaemon;
  if (text !== own && !hypervisor[list].some((glob) => globPattern(glob).test(text)))
    throw refused(
      `annotation ${name}: ${JSON.stringify(text)} is not allowed, must match one of ${JSON.stringify([own, ...hypervisor[list]])}`,
    );
}

/** As Kata's: found anywhere in the name. */
function matches(pattern: string, key: string): boolean {
  try {
    return new RegExp(pattern).test(key);
  } catch (cause) {
    throw new Fault(`enable_annotations of table hypervisor.qemu: ${JSON.stringify(pattern)} is no regular expression`, {
      component: "config",
      code: "invalid-configuration",
      cause,
    });
  }
}

/** `*` and `?` do not go beyond a slash, as in the shell. */
function globPattern(glob: string): RegExp {
  const escaped = glob
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*/g, "[^/]*")
    .replace(/\?/g, "[^/]");
  return new RegExp(`^${escaped}$`);
}

function parseValue(name: string, text: string, kind: Kind): unknown {
  switch (kind) {
    case "bool":
      if (text !== "true" && text !== "false") throw refused(`annotation ${name}: ${JSON.stringify(text)} must be true or false`);
      return text === "true";
    case "integer":
    case "number":
      if (!/^-?\d+(?:\.\d+)?$/.test(text)) throw refused(`annotation ${name}: ${JSON.stringify(text)} must be a number`);
      return Number(text);
    case "texts":
      return listOf(name, text);
    default:
      return text;
  }
}

function listOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault(`annotation ${name}: ${JSON.stringify(text)} must be a list of strings in JSON`, {
      component: "config",
      code: "invalid-configuration",
      cause,
    });
  }
}

const refused = (message: string): Fault => new Fault(message, { component: "config", code: "invalid-configuration" });
