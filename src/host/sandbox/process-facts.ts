/** What the guest says about a container's processes, understood. Pure; the guest's texts are hostile. */

import { printable } from "../../base/output-tail.ts";
import { decodeUtf8 } from "../../base/text.ts";
import type { ListProcessesResponse, ProcessEntry } from "../../protocol/gen/agent.ts";
import type { GuestProcess } from "../../protocol/gen/sandbox.ts";

/** By pid. Entries that make no sense are left out. */
export function processFacts({ processes, uptimeMs }: ListProcessesResponse): GuestProcess[] {
  return processes.flatMap((entry) => parseEntry(entry, uptimeMs) ?? []).sort((a, b) => a.pid - b.pid);
}

/** USER_HZ, the unit of times in /proc/PID/stat, is 100 on every architecture that has virtual machines. */
const tickMs = 10;

/** /proc/PID/stat: `pid (name) state ppid ..`; the name may hold anything, blanks and parentheses too. */
function parseEntry(entry: ProcessEntry, uptimeMs: number): GuestProcess | undefined {
  const nameStart = entry.stat.indexOf("(");
  const nameEnd = entry.stat.lastIndexOf(")");
  if (nameStart < 0 || nameEnd < nameStart) return undefined;
  const fields = entry.stat.slice(nameEnd + 2).split(" ");
  const state = fields[0] ?? "";
  const numbers = fields.slice(1, 22).map(Number);
  if (!/^[A-Za-z]$/.test(state) || numbers.length < 21 || !numbers.every(Number.isSafeInteger)) return undefined;
  // proc(5) counts from 1 and the state is its third field, so `numbers` begins with its fourth
  const at = (field: number): number => numbers[field - 4] ?? 0;
  return {
    pid: entry.pid,
    parent: unsigned(at(4)),
    uid: entry.uid,
    gid: entry.gid,
    state,
    processGroup: unsigned(at(5)),
    session: unsigned(at(6)),
    terminal: terminalName(at(7)),
    cpuMs: unsigned(at(14) + at(15)) * tickMs,
    ageMs: Math.max(0, uptimeMs - at(22) * tickMs),
    priority: at(18) | 0,
    nice: at(19) | 0,
    threads: unsigned(at(20)),
    virtualKib: Math.floor(Number(fields[20]) / 1024) || 0,
    residentKib: entry.rssKib,
    name: clean(entry.stat.slice(nameStart + 1, nameEnd)),
    command: clean(decodeUtf8(entry.cmdline).replace(/\0+$/, "").replaceAll("\0", " ")),
  };
}

const unsigned = (value: number): number => Math.max(0, value);

/** One line that may be shown on a terminal. */
const clean = (text: string): string => printable(text.replace(/[\n\t]/g, " "));

/** dev_t as the kernel packs it: minor in bits 0-7 and 20-31, major in 8-19. */
function terminalName(device: number): string {
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`;
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`;
  return device === 0 ? "?" : `${major}:${minor}`;
}
