/**
 * Direct volumes: a storage driver says of a directory that its volume is a device, which no host mounts; a bind mount of the
 * directory is then a disk of the guest. Kept where and how the Kata runtime keeps it: drivers write there themselves.
 */
import { base64Url } from "../../base/base64.ts";
import { Fault } from "../../base/fault.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { removeTree } from "../../sys/directory.ts";
import { mkdirAll, readTextFile, replaceFile, statIfPresent } from "../../sys/file.ts";

const place = "/run/kata-containers/shared/direct-volumes";
const mostBytes = 1 << 16;

export interface DirectVolume {
  /** A block device or an image, absolute. */
  readonly device: string;
  /** "" when it was not said. */
  readonly fstype: string;
  readonly options: readonly string[];
  /** Who may write beside the owner; 0: nobody in particular. */
  readonly group: number;
}

const directoryOf = (volumePath: string): string => `${place}/${base64Url(volumePath)}`;
const fileOf = (volumePath: string): string => `${directoryOf(volumePath)}/mountInfo.json`;

/** undefined: the path is none. Throws a Fault that names the file and what is wrong in it. */
export function findDirectVolume(volumePath: string): DirectVolume | undefined {
  if (!statIfPresent(place)) return undefined; // nobody ever said so
  const path = fileOf(volumePath);
  return statIfPresent(path) ? parseDirectVolume(readTextFile(path, mostBytes), path) : undefined;
}

/** Throws when `json` is not what `findDirectVolume` could use. One that is there is replaced. */
export function addDirectVolume(volumePath: string, json: string): void {
  parseDirectVolume(json, "--mount-info");
  mkdirAll(directoryOf(volumePath), 0o700);
  replaceFile(fileOf(volumePath), encodeUtf8(json), { mode: 0o600 });
}

/** Containers that have it go on. One that is not there is fine. */
export function removeDirectVolume(volumePath: string): void {
  if (statIfPresent(directoryOf(volumePath))) removeTree(directoryOf(volumePath));
}

const types: readonly string[] = ["block", "blk", "directvol"];

/** Pure. `where` is for messages. */
export function parseDirectVolume(text: string, where: string): DirectVolume {
  const info = objectIn(text, where);
  const type = textIn(info, "volume-type", where);
  if (!types.includes(type)) throw wrong(where, "volume-type", type, `must be one of ${types.join(", ")}`);
  const device = textIn(info, "device", where);
  if (!device.startsWith("/")) throw wrong(where, "device", device, "must be an absolute path");
  const options = info["options"] ?? [];
  if (!Array.isArray(options) || !options.every((option) => typeof option === "string"))
    throw wrong(where, "options", options, "must be a list of strings");
  const metadata = info["metadata"] ?? {};
  if (typeof metadata !== "object" || metadata === null) throw wrong(where, "metadata", metadata, "must be an object");
  const said = metadata as Record<string, unknown>;
  for (const key of ["encryptionKey", "createFilesystem"])
    if (said[key] !== undefined && said[key] !== "" && said[key] !== "false")
      throw wrong(where, `metadata.${key}`, said[key], "is not supported");
  const group = Number(said["fsGroup"] ?? 0);
  if (!Number.isSafeInteger(group) || group < 0) throw wrong(where, "metadata.fsGroup", said["fsGroup"], "must be a group's number");
  return { device, fstype: textIn(info, "fstype", where), options, group };
}

function objectIn(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Fault(`${where}: is no JSON`, { component: "disk", code: "invalid", cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(where, "the document", value, "must be an object");
  return value as Record<string, unknown>;
}

function textIn(info: Record<string, unknown>, key: string, where: string): string {
  const value = info[key] ?? "";
  if (typeof value !== "string") throw wrong(where, key, value, "must be a string");
  return value;
}

function wrong(where: string, key: string, value: unknown, rule: string): Fault {
  return new Fault(`${where}: ${key} is ${JSON.stringify(value)}, ${rule}`, { component: "disk", code: "invalid" });
}
