/** The files of /proc of one process as metrics. Pure. */

export interface ProcessFiles {
  /** "" when the process has ended. */
  readonly status: string;
  readonly stat: string;
  readonly io: string;
  /** How many it has open. */
  readonly descriptors: number;
}

/** `prefix`: kata_shim, kata_hypervisor, ... "" when there is no such process. */
export function processMetrics(prefix: string, { status, stat, io, descriptors }: ProcessFiles): string {
  if (status === "") return "";
  return [
    gauge(`${prefix}_fds`, "Open descriptors.", [["", descriptors]]),
    gauge(`${prefix}_threads`, "Threads.", [["", numberIn(status, "Threads")]]),
    gauge(`${prefix}_proc_status`, "Memory and context switches of /proc/PID/status, in bytes and counts.", statusItems(status)),
    gauge(`${prefix}_proc_stat`, "Processor time of /proc/PID/stat, in clock ticks.", statItems(stat)),
    gauge(`${prefix}_io_stat`, "/proc/PID/io.", ioItems(io)),
  ].join("");
}

type Sample = readonly [item: string, value: number];

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return "";
  const rows = samples.map(([item, value]) => `${name}${item === "" ? "" : `{item="${item}"}`} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${rows.join("")}`;
}

const numberIn = (text: string, key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);

function statusItems(status: string): Sample[] {
  const kib = ["VmPeak", "VmSize", "VmHWM", "VmRSS", "RssAnon", "RssFile", "RssShmem", "VmData", "VmSwap"];
  const memory = kib.map((key): Sample => [key.toLowerCase(), numberIn(status, key) * 1024]);
  return [
    ...memory,
    ["voluntary_ctxt_switches", numberIn(status, "voluntary_ctxt_switches")],
    ["nonvoluntary_ctxt_switches", numberIn(status, "nonvoluntary_ctxt_switches")],
  ];
}

function statItems(stat: string): Sample[] {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const items = { utime: 11, stime: 12, cutime: 13, cstime: 14 };
  return stat === "" ? [] : Object.entries(items).map(([item, at]): Sample => [item, Number(fields[at] ?? 0)]);
}

function ioItems(io: string): Sample[] {
  return [...io.matchAll(/^(\w+): (\d+)$/gm)].map(([, key = "", value]): Sample => [key.replaceAll("_", ""), Number(value)]);
}
