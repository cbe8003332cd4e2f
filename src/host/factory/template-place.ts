/** All templates of a place, whoever made them. */
import type { Timers } from "../../base/timers.ts";
import { listDirectory, removeTree } from "../../sys/directory.ts";
import { close, statIfPresent } from "../../sys/file.ts";
import { type Description, readDescription } from "./description.ts";
import { fileFacts, type TemplateIdentity } from "./identity.ts";
import { lockFile, removeLockFile, tryLockFile } from "./lock-file.ts";

export const templateDirectory = (place: string, key: string): string => `${place}/${key}`;
export const buildingDirectory = (place: string, key: string): string => `${place}/.${key}.new`;
export const lockPath = (place: string, key: string): string => `${place}/${key}.lock`;

export interface StoredTemplate extends Description {
  readonly key: string;
  /** What memory and state take of the place. */
  readonly allocatedBytes: number;
  /** Seconds since 1970. */
  readonly builtAt: number;
  /** Why no machine will go on from it; undefined: one may. */
  readonly stale: string | undefined;
}

/** More than a few configurations at a time are an accident; each costs some 50 MB. */
const mostTemplates = 8;

export function listTemplates(place: string): StoredTemplate[] {
  return templateKeys(place).flatMap((key) => {
    const directory = templateDirectory(place, key);
    const described = readDescription(directory);
    if (!described) return [];
    const allocated = (name: string): number => statIfPresent(`${directory}/${name}`)?.allocated ?? 0;
    const builtNs = statIfPresent(`${directory}/template.json`)?.mtimeNs ?? 0n;
    return {
      ...described,
      key,
      allocatedBytes: allocated("memory") + allocated("state"),
      builtAt: Number(builtNs / 1_000_000_000n),
      stale: staleReason(described.identity),
    };
  });
}

/** Keys of everything that is there, complete or not; empty when the place is missing. */
export function templateKeys(place: string): string[] {
  if (!statIfPresent(place)) return [];
  const keys = listDirectory(place).map((name) => /^\.?([0-9a-f]{16})(?:\.lock|\.new)?$/.exec(name)?.[1]);
  return [...new Set(keys.filter((key) => key !== undefined))].sort();
}

/**
 * Beside the template of `current`: removes what can never be gone on from, what another version of the runtime made of the
 * same files (it was replaced, since the agent's image is its own), and the oldest of too many. Those that somebody builds
 * just now stay.
 */
export function removeStaleTemplates(place: string, currentKey: string, current: TemplateIdentity): void {
  const others = listTemplates(place)
    .filter(({ key }) => key !== currentKey)
    .sort((a, b) => b.builtAt - a.builtAt);
  for (const [index, { key, stale, identity }] of others.entries()) {
    const replaced = identity.runtime !== current.runtime && JSON.stringify(identity.files) === JSON.stringify(current.files);
    if (stale === undefined && !replaced && index < mostTemplates - 1) continue;
    const guard = tryLockFile(lockPath(place, key));
    if (guard === undefined) continue;
    removeTree(templateDirectory(place, key));
    removeLockFile(lockPath(place, key), guard);
  }
}

/** Removes all of `key`, waiting for a builder. */
export async function removeTemplate(place: string, key: string, timers: Timers, timeoutMs: number): Promise<void> {
  const path = lockPath(place, key);
  const guard = await lockFile(path, timers, timeoutMs);
  try {
    removeTree(templateDirectory(place, key));
    removeTree(buildingDirectory(place, key));
  } catch (error) {
    close(guard);
    throw error;
  }
  removeLockFile(path, guard);
}

function staleReason({ files }: TemplateIdentity): string | undefined {
  if (files.length === 0) return "its description is damaged";
  for (const { path, ...facts } of files) {
    if (!statIfPresent(path)) return `${path} is gone`;
    const { path: _, ...now } = fileFacts(path);
    if (JSON.stringify(now) !== JSON.stringify(facts)) return `${path} has changed`;
  }
  return undefined;
}
