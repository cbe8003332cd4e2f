/** A cgroup's counters as the agent API has them (its fields are cgroup v1's). */
import { parseLinkCounters } from "../../base/link-counters.ts";
import type { StatsContainerResponse } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";
import { listSubdirectories } from "../../sys/directory.ts";
import { readTextFile } from "../../sys/file.ts";
import type { Cgroup } from "../container/cgroup.ts";

/** A kernel without pressure stall information has none of them. */
const pressureFiles = ["cpu.pressure", "memory.pressure", "io.pressure"] as const;

type Stats = Init<StatsContainerResponse>;

export function statsOf(cgroup: Cgroup): Stats {
  return {
    cgroupStats: {
      cpuStats: cpuStats(keyed(cgroup.read("cpu.stat"))),
      memoryStats: memoryStats(cgroup),
      pidsStats: { current: number(cgroup.read("pids.current")), limit: number(cgroup.read("pids.max")) },
      blkioStats: blockStats(cgroup.read("io.stat")),
      hugetlbStats: hugetlbStats(cgroup),
    },
    networkStats: networkStats(),
    pressure: Object.fromEntries(pressureFiles.map((file) => [file, cgroup.read(file)]).filter(([, text]) => text !== "")),
  };
}

/** Times are microseconds there and nanoseconds here. */
function cpuStats(stat: ReadonlyMap<string, bigint>) {
  const nanoseconds = (key: string) => (stat.get(key) ?? 0n) * 1000n;
  return {
    cpuUsage: {
      totalUsage: nanoseconds("usage_usec"),
      usageInKernelmode: nanoseconds("system_usec"),
      usageInUsermode: nanoseconds("user_usec"),
    },
    throttlingData: {
      periods: stat.get("nr_periods") ?? 0n,
      throttledPeriods: stat.get("nr_throttled") ?? 0n,
      throttledTime: nanoseconds("throttled_usec"),
    },
  };
}

function memoryStats(cgroup: Cgroup) {
  const stat = keyed(cgroup.read("memory.stat"));
  const events = keyed(cgroup.read("memory.events"));
  return {
    cache: stat.get("file") ?? 0n,
    usage: {
      usage: number(cgroup.read("memory.current")),
      maxUsage: number(cgroup.read("memory.peak")),
      failcnt: events.get("max") ?? 0n,
      limit: number(cgroup.read("memory.max")),
    },
    swapUsage: { usage: number(cgroup.read("memory.swap.current")), limit: number(cgroup.read("memory.swap.max")) },
    useHierarchy: true,
    stats: { ...Object.fromEntries(stat), oom_kill: events.get("oom_kill") ?? 0n },
  };
}

/** `8:0 rbytes=1 wbytes=2 rios=3 wios=4 ..` */
function blockStats(text: string) {
  const bytes = [];
  const operations = [];
  for (const line of text.split("\n").filter(Boolean)) {
    const [device = "", ...pairs] = line.split(" ");
    const [major = 0, minor = 0] = device.split(":").map(Number);
    const values = new Map(pairs.map((pair) => pair.split("=", 2) as [string, string]));
    const entry = (op: string, key: string) => ({ major, minor, op, value: number(values.get(key) ?? "0") });
    bytes.push(entry("Read", "rbytes"), entry("Write", "wbytes"));
    operations.push(entry("Read", "rios"), entry("Write", "wios"));
  }
  return { ioServiceBytesRecursive: bytes, ioServicedRecursive: operations };
}

/** Page sizes in the kernel's words: `2MB` of `hugetlb.2MB.current`. */
function hugetlbStats(cgroup: Cgroup) {
  const stats: Record<string, { usage: bigint; failcnt: bigint }> = {};
  for (const directory of hugepageDirectories()) {
    const kilobytes = Number(/^hugepages-(\d+)kB$/.exec(directory)?.[1] ?? 0);
    const size = kilobytes >= 1 << 20 ? `${kilobytes >> 20}GB` : kilobytes >= 1024 ? `${kilobytes >> 10}MB` : `${kilobytes}KB`;
    const usage = cgroup.read(`hugetlb.${size}.current`);
    if (usage !== "") stats[size] = { usage: number(usage), failcnt: keyed(cgroup.read(`hugetlb.${size}.events`)).get("max") ?? 0n };
  }
  return stats;
}

function hugepageDirectories(): string[] {
  try {
    return listSubdirectories("/sys/kernel/mm/hugepages");
  } catch {
    return []; // a kernel without huge pages
  }
}

/** The pod's interfaces, which are the guest's. */
function networkStats() {
  return parseLinkCounters(readTextFile("/proc/net/dev")).map(({ link: name, values }) => {
    const [rxBytes, rxPackets, rxErrors, rxDropped, , , , , txBytes, txPackets, txErrors, txDropped] = values.map(number);
    return { name, rxBytes, rxPackets, rxErrors, rxDropped, txBytes, txPackets, txErrors, txDropped };
  });
}

/** `key value` lines. */
function keyed(text: string): ReadonlyMap<string, bigint> {
  const map = new Map<string, bigint>();
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    if (space > 0) map.set(line.slice(0, space), number(line.slice(space + 1)));
  }
  return map;
}

const unlimited = (1n << 64n) - 1n;

/** `max` is the largest number; what is missing or is none is 0. */
function number(text: string): bigint {
  const trimmed = text.trim();
  if (trimmed === "max") return unlimited;
  return /^[0-9]+$/.test(trimmed) ? BigInt(trimmed) : 0n;
}
