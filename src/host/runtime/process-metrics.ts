/** The files of /proc of one process as metrics. Pure. */
import { linkCounters, parseLinkCounters } from "../../base/link-counters.ts";
import { type Family, family, labelText, type Sample } from "./metric-family.ts";

export interface ProcessFiles {
  /** "" when the process has ended. */
  readonly status: string;
  readonly stat: string;
  readonly io: string;
  readonly limits: string;
  /** How many it has open. */
  readonly descriptors: number;
}

/** `prefix`: kata_shim, kata_hypervisor, ... Nothing when there is no such process. */
export function processMetrics(prefix: string, { status, stat, io, descriptors }: ProcessFiles): Family[] {
  if (status === "") return [];
  return [
    ...family(`${prefix}_fds`, "gauge", "Open descriptors.", [["", descriptors]]),
    ...family(`${prefix}_threads`, "gauge", "Threads.", [["", numberIn(status, "Threads")]]),
    ...family(
      `${prefix}_proc_status`,
      "gauge",
      "Memory and context switches of /proc/PID/status, in bytes and counts.",
      statusItems(status),
    ),
    ...family(`${prefix}_proc_stat`, "gauge", "Processor time of /proc/PID/stat, in clock ticks.", statItems(stat)),
    ...family(`${prefix}_io_stat`, "gauge", "/proc/PID/io.", ioItems(io)),
  ];
}

/** What the kernel tells programs is in ticks of this length, whatever its own are (include/asm-generic/param.h). */
const ticksPerSecond = 100;

/** What Prometheus' own client libraries say of the process they live in. `bootTime`: seconds since 1970. */
export function collectorMetrics(prefix: string, { status, stat, limits, descriptors }: ProcessFiles, bootTime: number): Family[] {
  if (status === "" || stat === "") return [];
  const ticks = statItems(stat);
  const own = (ticks[0]?.[1] ?? 0) + (ticks[1]?.[1] ?? 0);
  const startTicks = Number(statFields(stat)[19] ?? 0);
  const most = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  const name = (rest: string): string => `${prefix}_process_${rest}`;
  return [
    ...family(name("cpu_seconds_total"), "counter", "Processor time, user and system, in seconds.", [["", own / ticksPerSecond]]),
    ...family(name("open_fds"), "gauge", "Open descriptors.", [["", descriptors]]),
    ...family(name("max_fds"), "gauge", "Most descriptors that it may open.", most === undefined ? [] : [["", Number(most)]]),
    ...family(name("resident_memory_bytes"), "gauge", "Resident memory.", [["", numberIn(status, "VmRSS") * 1024]]),
    ...family(name("virtual_memory_bytes"), "gauge", "Virtual memory.", [["", numberIn(status, "VmSize") * 1024]]),
    ...family(name("start_time_seconds"), "gauge", "When it was started, in seconds since 1970.", [
      ["", bootTime + startTicks / ticksPerSecond],
    ]),
  ];
}

const numberIn = (text: string, key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);

function statusItems(status: string): [string, number][] {
  const kib = ["VmPeak", "VmSize", "VmHWM", "VmRSS", "RssAnon", "RssFile", "RssShmem", "VmData", "VmSwap"];
  const memory = kib.map((key): [string, number] => [key.toLowerCase(), numberIn(status, key) * 1024]);
  return [
    ...memory,
    ["voluntary_ctxt_switches", numberIn(status, "voluntary_ctxt_switches")],
    ["nonvoluntary_ctxt_switches", numberIn(status, "nonvoluntary_ctxt_switches")],
  ];
}

/** From the state on: the name before it may have blanks and brackets. */
const statFields = (stat: string): string[] => stat.slice(stat.lastIndexOf(")") + 2).split(" ");

function statItems(stat: string): [string, number][] {
  const fields = statFields(stat);
  const items = { utime: 11, stime: 12, cutime: 13, cstime: 14 };
  return stat === "" ? [] : Object.entries(items).map(([item, at]): [string, number] => [item, Number(fields[at] ?? 0)]);
}

function ioItems(io: string): [string, number][] {
  return [...io.matchAll(/^(\w+): (\d+)$/gm)].map(([, key = "", value]): [string, number] => [key.replaceAll("_", ""), Number(value)]);
}

/** /proc/PID/net/dev: the links of the process's network namespace. */
export function networkMetrics(prefix: string, text: string): Family[] {
  const samples = parseLinkCounters(text).flatMap(({ link, values }): Sample[] =>
    values.flatMap((value, i) => {
      const item = linkCounters[i];
      return item === undefined ? [] : [{ labels: labelText({ interface: link, item }), value }];
    }),
  );
  if (samples.length === 0) return [];
  return [{ name: `${prefix}_netdev`, type: "gauge", help: "/proc/PID/net/dev of the sandbox's network namespace.", samples }];
}
