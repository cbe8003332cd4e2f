/**
 * Prints the default configuration.toml, made from the table of keys: node --import tsx tools/config-template.ts
 * Every value in it is commented out, so an upgrade that changes a default changes it for everybody who did not choose.
 */
import { type AnyUsedKey, type KeyTable, usedRows, type Value } from "../src/host/config/keys.ts";
import { hypervisorTable } from "../src/host/config/keys-hypervisor.ts";
import { agentTable, factoryTable, runtimeTable } from "../src/host/config/keys-runtime.ts";

const width = 118;

/** `# ` lines of at most `width` characters. */
function comment(text: string): string {
  const lines: string[] = [];
  let line = "#";
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > width) {
      lines.push(line);
      line = "#";
    }
    line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}

function value(of: Value): string {
  return typeof of === "object" ? `[${of.map((item) => JSON.stringify(item)).join(", ")}]` : JSON.stringify(of);
}

function entry(row: AnyUsedKey): string {
  const unit = row.unit === undefined ? "" : ` In ${row.unit}.`;
  const shown = row.default === "" ? "" : ` ${value(row.default)}`;
  const standing = row.stands === undefined ? shown : `${shown === "" ? "" : `${shown}:`} ${row.stands}`;
  const fallback = standing === "" ? " Default: none." : ` Default:${standing}.`;
  return `${comment(row.meaning + unit + fallback)}\n#${row.key} = ${value(row.default)}\n`;
}

function section<T>(table: KeyTable<T>): string {
  return `[${table.name}]\n\n${usedRows(table)
    .map(([, row]) => entry(row))
    .join("\n")}`;
}

export function configurationTemplate(): string {
  const head = [
    "Configuration of the Kata Containers runtime.",
    "Files in config.d beside this one (*.toml, in the order of their names) override single keys.",
    "A key that is unknown or has a value of the wrong type is an error.",
  ];
  return `${head.map(comment).join("\n")}\n\n${[section(hypervisorTable), section(agentTable), section(runtimeTable), section(factoryTable)].join("\n")}`;
}

if (import.meta.url === `file://${process.argv[1]}`) process.stdout.write(configurationTemplate());
