/** Interfaces and routes as the kata-network commands read and write them: JSON with Kata 1.x's names. */
import { Fault } from "../../base/fault.ts";
import { parseIp, parseMac, parsePrefix } from "../../base/ip.ts";
import { type Interface, IPFamily, type Route } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";

type Fields = ReadonlyMap<string, unknown>;

/** Throws a Fault that names the field. Names are taken in any case, as Go's decoder does. */
export function parseInterface(text: string): Init<Interface> {
  const fields = fieldsOf(parseJson(text), "interface", [
    "device",
    "name",
    "ipaddresses",
    "mtu",
    "hwaddr",
    "pcipath",
    "pciaddr",
    "devicepath",
    "type",
    "linktype",
    "raw_flags",
    "rawflags",
  ]);
  const name = textOf(fields, "name");
  const device = textOf(fields, "device") || name;
  if (device === "") throw invalid("interface: device is missing, must name a link of the sandbox's network namespace");
  const hwAddr = textOf(fields, "hwaddr");
  if (hwAddr !== "") parseMac(hwAddr);
  return {
    device,
    name: name || device,
    hwAddr,
    mtu: numberOf(fields, "mtu"),
    ipAddresses: listOf(fields.get("ipaddresses"), "IPAddresses").map(parseAddress),
    type: textOf(fields, "type") || textOf(fields, "linktype"),
    rawFlags: numberOf(fields, "raw_flags") || numberOf(fields, "rawflags"),
  };
}

function parseAddress(value: unknown): Init<Interface["ipAddresses"][number]> {
  const fields = fieldsOf(value, "IPAddresses", ["family", "address", "mask"]);
  const address = textOf(fields, "address");
  const prefix = parsePrefix(`${address}/${String(fields.get("mask") ?? "")}`);
  return { family: prefix.version === 4 ? IPFamily.v4 : IPFamily.v6, address, mask: String(prefix.length) };
}

export function parseRoutes(text: string): Init<Route>[] {
  return listOf(parseJson(text), "routes").map(parseRoute);
}

function parseRoute(value: unknown): Init<Route> {
  const fields = fieldsOf(value, "route", ["dest", "gateway", "device", "source", "scope", "family", "flags", "mtu", "metric", "type"]);
  const [dest, gateway, source] = [textOf(fields, "dest"), textOf(fields, "gateway"), textOf(fields, "source")];
  if (dest !== "" && dest !== "default") parsePrefix(dest);
  for (const address of [gateway, source]) if (address !== "") parseIp(address);
  return {
    dest,
    gateway,
    device: textOf(fields, "device"),
    source,
    scope: numberOf(fields, "scope"),
    family: familyOf(fields.get("family"), `${dest}${gateway}${source}`),
    flags: numberOf(fields, "flags"),
    mtu: numberOf(fields, "mtu"),
    metric: numberOf(fields, "metric"),
    type: numberOf(fields, "type"),
  };
}

/** What is not said follows from the addresses. */
function familyOf(value: unknown, addresses: string): number {
  if (value === undefined) return addresses.includes(":") ? IPFamily.v6 : IPFamily.v4;
  if (value === 0 || value === "v4") return IPFamily.v4;
  if (value === 1 || value === "v6") return IPFamily.v6;
  throw invalid(`route: family is ${JSON.stringify(value)}, must be 0 or "v4", 1 or "v6"`);
}

export function interfaceJson({ device, name, ipAddresses, mtu, hwAddr, devicePath, type, rawFlags }: Interface): object {
  return {
    device,
    name,
    IPAddresses: ipAddresses.map(({ family, address, mask }) => ({ Family: family, Address: address, Mask: mask })),
    mtu,
    hwAddr,
    ...(devicePath !== "" && { devicePath }),
    ...(type !== "" && { type }),
    ...(rawFlags !== 0 && { raw_flags: rawFlags }),
  };
}

export function routeJson({ dest, gateway, device, source, scope, family, flags, mtu, metric, type }: Route): object {
  return {
    dest,
    gateway,
    device,
    source,
    scope,
    family,
    ...(flags !== 0 && { flags }),
    ...(mtu !== 0 && { mtu }),
    ...(metric !== 0 && { metric }),
    ...(type > unicast && { type }),
  };
}

const unicast = 1;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault("network JSON: is no JSON", { component: "network", code: "invalid-argument", cause });
  }
}

function fieldsOf(value: unknown, what: string, known: readonly string[]): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${what}: must be a JSON object`);
  const fields = new Map<string, unknown>();
  for (const [key, member] of Object.entries(value)) {
    const name = key.toLowerCase();
    if (!known.includes(name)) throw invalid(`${what}: field ${JSON.stringify(key.slice(0, 40))} is unknown`);
    if (member !== null) fields.set(name, member);
  }
  return fields;
}

function textOf(fields: Fields, name: string): string {
  const value = fields.get(name) ?? "";
  if (typeof value === "string") return value;
  throw invalid(`field ${name} is ${JSON.stringify(value)}, must be a text`);
}

function numberOf(fields: Fields, name: string): number {
  const value = fields.get(name) ?? 0;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value;
  throw invalid(`field ${name} is ${JSON.stringify(value)}, must be a whole number from 0`);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`${what}: must be a JSON array`);
  return value as readonly unknown[];
}

const invalid = (text: string): Fault => new Fault(`network JSON: ${text}`, { component: "network", code: "invalid-argument" });
