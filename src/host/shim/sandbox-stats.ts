/** Counters of a sandbox: those of all its containers together. */
import { parseContainerId } from "../../oci/container-id.ts";
import type { Runtime } from "../runtime/context.ts";
import { containerStats } from "../runtime/events.ts";
import { listContainers } from "../runtime/query.ts";

/** JSON as of one container. One that ends meanwhile is left out. */
export async function sandboxStats(runtime: Runtime, sandboxId: string): Promise<string> {
  const all = listContainers(runtime.store, (error) => runtime.logger.debug(String(error)));
  const running = all.filter(({ record, status }) => record.sandboxId === sandboxId && status !== "stopped" && status !== "creating");
  const samples = await Promise.all(
    running.map(({ record }) => containerStats(runtime, parseContainerId(record.id)).catch(() => undefined)),
  );
  const documents = samples.flatMap((sample): unknown[] => (sample?.type === "stats" ? [JSON.parse(sample.data)] : []));
  return JSON.stringify(documents.reduce(sum, {}));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Of two counters. Limits are not added up: the larger one counts; the machine's network is the same in all. */
export function sum(a: unknown, b: unknown): unknown {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (!isObject(a) || !isObject(b)) return a ?? b;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, sumOf(name, a[name], b[name])]));
}

function sumOf(name: string, a: unknown, b: unknown): unknown {
  if (name === "network_interfaces") return a ?? b;
  if (name === "limit" && typeof a === "number" && typeof b === "number") return Math.max(a, b);
  return sum(a, b);
}
