/** IP addresses between text and bytes (RFC 4291, RFC 5952). */
import { Fault } from "./fault.ts";

export interface IpAddress {
  readonly version: 4 | 6;
  /** 4 or 16, in network order. */
  readonly bytes: Uint8Array;
}

/** `10.0.0.1`, `fe80::1`, `::ffff:10.0.0.1`. Throws a Fault for anything else; zones (`%eth0`) are not addresses. */
export function parseIp(text: string): IpAddress {
  const bytes = text.includes(":") ? parseIpv6(text) : parseIpv4(text);
  if (!bytes) throw new Fault(`address ${JSON.stringify(text)}: must be an IPv4 or IPv6 address`, { code: "invalid-argument" });
  return { version: bytes.length === 4 ? 4 : 6, bytes };
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  const numbers = parts.map((part) => (/^(0|[1-9][0-9]{0,2})$/.test(part) ? Number(part) : 256));
  return parts.length === 4 && numbers.every((number) => number < 256) ? Uint8Array.from(numbers) : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  const head = parseGroups(halves[0] ?? "");
  const tail = parseGroups(halves[1] ?? "");
  if (halves.length > 2 || !head || !tail) return undefined;
  const missing = 16 - head.length - tail.length;
  // `::` stands for at least one group.
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined;
  return Uint8Array.from([...head, ...new Array<number>(missing).fill(0), ...tail]);
}

/** The bytes of groups between colons; the last may be an IPv4 address. Undefined when one is none. */
function parseGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [i, group] of groups.entries()) {
    const v4 = i === groups.length - 1 && group.includes(".") ? parseIpv4(group) : undefined;
    if (v4) bytes.push(...v4);
    else if (/^[0-9a-fA-F]{1,4}$/.test(group)) bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return bytes;
}

/** The canonical text of 4 or 16 bytes. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const { start, length } = longestZeros(groups);
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(":");
  return length < 2 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (start + length < groups.length && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

export interface IpPrefix extends IpAddress {
  /** Leading bits that count. */
  readonly length: number;
}

/** `10.0.0.0/8`; an address alone is a prefix of its full length. */
export function parsePrefix(text: string): IpPrefix {
  const [address = "", bits, ...more] = text.split("/");
  const ip = parseIp(address);
  const most = ip.bytes.length * 8;
  const length = bits === undefined ? most : /^[0-9]{1,3}$/.test(bits) ? Number(bits) : most + 1;
  if (more.length > 0 || length > most)
    throw new Fault(`prefix ${JSON.stringify(text)}: must be ADDRESS/LENGTH with at most ${most} bits`, { code: "invalid-argument" });
  return { ...ip, length };
}

/** `02:00:00:00:00:01` to six bytes. */
export function parseMac(text: string): Uint8Array {
  const parts = text.split(":");
  if (parts.length !== 6 || !parts.every((part) => /^[0-9a-fA-F]{2}$/.test(part)))
    throw new Fault(`hardware address ${JSON.stringify(text)}: must be like 02:00:00:00:00:01`, { code: "invalid-argument" });
  return Uint8Array.from(parts, (part) => Number.parseInt(part, 16));
}

export function formatMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}
