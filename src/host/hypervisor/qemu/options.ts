/** QEMU's option syntax: `key=value` pairs joined by commas; a comma inside a value is written twice (qemu(1), "-device"). */
import { Fault } from "../../../base/fault.ts";

export type OptionValue = string | number | boolean | undefined;

/**
 * One option's argument: `driver` first when there is one, then the pairs whose value is not undefined; booleans are on
 * and off. Commas in values are doubled, so that a path or a name never becomes an option of its own.
 */
export function option(driver: string | undefined, values: Readonly<Record<string, OptionValue>>): string {
  const parts = driver === undefined ? [] : [driver];
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) parts.push(`${key}=${escapeValue(typeof value === "boolean" ? (value ? "on" : "off") : String(value))}`);
  }
  return parts.join(",");
}

/** A value with its commas doubled. A NUL would end the argument early. */
export function escapeValue(value: string): string {
  if (value.includes("\0"))
    throw new Fault(`option value ${JSON.stringify(value)}: contains a NUL`, { component: "qemu", code: "invalid" });
  return value.replaceAll(",", ",,");
}
