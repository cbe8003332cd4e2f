/** The guest's own figures in Prometheus' text format, under the names of the Kata agent. */
import { linkCounters, parseLinkCounters } from "../../base/link-counters.ts";
import { listDirectory } from "../../sys/directory.ts";
import { readTextFile, statIfPresent } from "../../sys/file.ts";
import { getLimit } from "../../sys/process.ts";

type Sample = readonly [labels: string, value: number | string];

export class GuestMetrics {
  #scrapes = 0;

  text(): string {
    this.#scrapes++;
    return [
      ...guest(),
      ...agent(),
      ...metric("kata_agent_scrape_count", "counter", "Times that these were asked for.", [["", this.#scrapes]]),
    ]
      .join("\n")
      .concat("\n");
  }
}

function metric(name: string, type: "counter" | "gauge", help: string, samples: readonly Sample[]): string[] {
  if (samples.length === 0) return [];
  const rows = samples.map(([labels, value]) => `${name}${labels === "" ? "" : `{${labels}}`} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...rows];
}

const gauge = (name: string, help: string, samples: readonly Sample[]): string[] => metric(name, "gauge", help, samples);
const item = (name: string): string => `item="${name}"`;

function guest(): string[] {
  const statistics = readTextFile("/proc/stat");
  return [
    ...gauge("kata_guest_meminfo", "Statistics about memory usage in the system.", memory()),
    ...gauge("kata_guest_vm_stat", "Statistics of the guest's virtual memory.", pairs(readTextFile("/proc/vmstat"))),
    ...gauge("kata_guest_load", "Guest system load.", load()),
    ...gauge("kata_guest_tasks", "Tasks of the guest.", tasks()),
    ...gauge("kata_guest_cpu_time", "Processor time of the guest, in clock ticks.", processorTimes(statistics)),
    ...gauge("kata_guest_diskstat", "Disks of the guest.", disks()),
    ...gauge("kata_guest_netdev_stat", "Network links of the guest.", links()),
  ];
}

/** `MemTotal:  248132 kB`; in KiB, as the kernel has it. */
function memory(): Sample[] {
  return [...readTextFile("/proc/meminfo").matchAll(/^([^:\n]+):\s+(\d+)/gm)].map(
    ([, name = "", value = ""]): Sample => [item(snake(name)), value],
  );
}

const snake = (name: string): string => name.replace(/\(/g, "_").replace(/\)/g, "").toLowerCase();

/** `nr_free_pages 1234` */
function pairs(text: string): Sample[] {
  return [...text.matchAll(/^(\w+) (\d+)$/gm)].map(([, name = "", value = ""]): Sample => [item(name), value]);
}

function load(): Sample[] {
  const values = readTextFile("/proc/loadavg").split(" ");
  return ["load1", "load5", "load15"].map((name, i): Sample => [item(name), values[i] ?? 0]);
}

/** `0.00 0.00 0.00 1/57 89`: running and all of them. */
function tasks(): Sample[] {
  const [, current = "0", most = "0"] = /(\d+)\/(\d+)/.exec(readTextFile("/proc/loadavg")) ?? [];
  return [
    [item("cur"), current],
    [item("max"), most],
  ];
}

const processorColumns = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest", "guest_nice"];

function processorTimes(statistics: string): Sample[] {
  return [...statistics.matchAll(/^cpu(\d*) +(.*)$/gm)].flatMap(([, number = "", values = ""]) =>
    columns(values, processorColumns, `cpu="${number === "" ? "total" : number}"`),
  );
}

function columns(values: string, names: readonly string[], labels: string): Sample[] {
  return values
    .trim()
    .split(/\s+/)
    .slice(0, names.length)
    .map((value, i): Sample => [`${labels},${item(names[i] ?? "")}`, value]);
}

const diskColumns = [
  ...["reads", "reads_merged", "sectors_read", "time_reading", "writes", "writes_merged", "sectors_written", "time_writing"],
  ...["in_progress", "time_in_progress", "weighted_time_in_progress", "discards", "discards_merged", "sectors_discarded"],
  ...["time_discarding", "flushes", "time_flushing"],
];

/** Ram and loop disks that nothing has used say nothing. */
function disks(): Sample[] {
  return [...readTextFile("/proc/diskstats").matchAll(/^ *\d+ +\d+ (\S+) (.*)$/gm)].flatMap(([, disk = "", values = ""]) =>
    /[1-9]/.test(values) ? columns(values, diskColumns, `disk="${disk}"`) : [],
  );
}

/** The pod's links: the agent lives in their namespace. */
function links(): Sample[] {
  return parseLinkCounters(readTextFile("/proc/self/net/dev")).flatMap(({ link, values }) =>
    columns(values.join(" "), linkCounters, `interface="${link}"`),
  );
}

const pageBytes = 4096;
/** What the kernel tells programs is in ticks of this length (include/asm-generic/param.h). */
const ticksPerSecond = 100;
const openFiles = 7; // RLIMIT_NOFILE

/** The agent's own process. */
function agent(): string[] {
  const text = readTextFile("/proc/self/stat");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const at = (index: number): number => Number(fields[index] ?? 0);
  const [size = 0, resident = 0] = readTextFile("/proc/self/statm")
    .split(" ")
    .map((pages) => Number(pages) * pageBytes);
  const bootTime = Number(/^btime (\d+)$/m.exec(readTextFile("/proc/stat"))?.[1] ?? 0);
  const ticks = at(11) + at(12);
  const name = (rest: string): string => `kata_agent_${rest}`;
  return [
    ...gauge(name("total_vm"), "Agent process total VM size.", [["", size]]),
    ...gauge(name("total_rss"), "Agent process total RSS size.", [["", resident]]),
    ...gauge(name("total_time"), "Agent process total time, in clock ticks.", [["", ticks]]),
    ...gauge(name("proc_stat"), "Agent process time, in clock ticks.", [
      [item("utime"), at(11)],
      [item("stime"), at(12)],
      [item("cutime"), at(13)],
      [item("cstime"), at(14)],
    ]),
    ...gauge(name("proc_status"), "Agent process memory in bytes, and context switches.", status()),
    ...gauge(name("io_stat"), "Agent process I/O.", inputOutput()),
    ...metric(name("process_cpu_seconds_total"), "counter", "Processor time, user and system, in seconds.", [["", ticks / ticksPerSecond]]),
    ...gauge(name("process_open_fds"), "Open descriptors.", [["", listDirectory("/proc/self/fd").length]]),
    ...gauge(name("process_max_fds"), "Most descriptors that it may open.", [["", String(getLimit(openFiles).soft)]]),
    ...gauge(name("process_resident_memory_bytes"), "Resident memory.", [["", resident]]),
    ...gauge(name("process_virtual_memory_bytes"), "Virtual memory.", [["", size]]),
    ...gauge(name("process_start_time_seconds"), "When it was started, in seconds since 1970.", [["", bootTime + at(19) / ticksPerSecond]]),
  ];
}

function status(): Sample[] {
  return [...readTextFile("/proc/self/status").matchAll(/^(Vm\w+|Rss\w+|\w*ctxt_switches):\s+(\d+)( kB)?$/gm)].map(
    ([, name = "", value, unit]): Sample => [item(name.toLowerCase()), Number(value) * (unit === undefined ? 1 : 1024)],
  );
}

/** Not there where the kernel does not count it. */
function inputOutput(): Sample[] {
  return statIfPresent("/proc/self/io")
    ? [...readTextFile("/proc/self/io").matchAll(/^(\w+): (\d+)$/gm)].map(
        ([, name = "", value = ""]): Sample => [item(name.replaceAll("_", "")), value],
      )
    : [];
}
