/** The files of /proc of one process as metrics, and what may be believed of a guest's own. Pure. */

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

const longestText = 1 << 20;
const comment = /^# (HELP|TYPE) (kata_(?:guest|agent)_[a-z0-9_]+) ([ -~]*)$/;
const sample = /^(kata_(?:guest|agent)_[a-z0-9_]+(?:\{[a-z_]+="[^"\\]*"(?:,[a-z_]+="[^"\\]*")*\})?) (\S+)$/;
const types = new Set(["counter", "gauge", "histogram", "summary", "untyped"]);

/**
 * The guest's text is hostile, and a page that breaks the format's rules is thrown away whole by who reads it. What is no line under the
 * guest's own names, a second time of the same, an unknown type or no number is left out.
 */
export function guestLines(text: string): string {
  const seen = new Set<string>();
  const kept = text
    .slice(0, longestText)
    .split("\n")
    .filter((line) => {
      const [, key, value = ""] = sample.exec(line) ?? [];
      const [, kind, name, rest = ""] = comment.exec(line) ?? [];
      const what = key ?? (name === undefined ? undefined : `${kind} ${name}`);
      const right = key === undefined ? kind === "HELP" || types.has(rest) : /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(value);
      if (what === undefined || !right || seen.has(what)) return false;
      seen.add(what);
      return true;
    });
  return kept.map((line) => `${line}\n`).join("");
}
