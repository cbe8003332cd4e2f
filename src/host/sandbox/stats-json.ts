/** A container's counters as `events` prints them: the names, order and omissions of runc's JSON. Pure. */
import { stringifyExactJson } from "../../oci/shape.ts";
import type {
  BlkioStats,
  BlkioStatsEntry,
  CgroupStats,
  CpuStats,
  MemoryData,
  MemoryStats,
  NetworkStats,
  StatsContainerResponse,
} from "../../protocol/gen/agent.ts";

/** The `data` of a `stats` record, on one line. Numbers are exact up to 2^64. */
export function statsJson({ cgroupStats, networkStats, pressure }: StatsContainerResponse): string {
  const stats: Partial<CgroupStats> = cgroupStats ?? {};
  return stringifyExactJson({
    cpu: { ...cpuDocument(stats.cpuStats), ...pressureOf(pressure["cpu.pressure"]) },
    cpuset,
    memory: { ...memoryDocument(stats.memoryStats), ...pressureOf(pressure["memory.pressure"]) },
    pids: nonZero({ current: stats.pidsStats?.current, limit: stats.pidsStats?.limit }),
    blkio: { ...blockDocument(stats.blkioStats), ...pressureOf(pressure["io.pressure"]) },
    hugetlb: hugetlbDocument(stats.hugetlbStats ?? {}),
    intel_rdt: {},
    network_interfaces: networkStats.length === 0 ? null : networkStats.map(networkDocument),
  });
}

/** cgroup v2 has no such counters, and the flags are never left out. */
const cpuset = {
  cpu_exclusive: 0,
  mem_hardwall: 0,
  mem_exclusive: 0,
  memory_migrate: 0,
  memory_spread_page: 0,
  memory_spread_slab: 0,
  memory_pressure: 0,
  sched_load_balance: 0,
  sched_relax_domain_level: 0,
};

type Numbers = Readonly<Record<string, bigint | number | undefined>>;

/** As Go's `omitempty`. */
function nonZero(numbers: Numbers): Numbers {
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined && value !== 0 && value !== 0n));
}

function cpuDocument(cpu: CpuStats | undefined): object {
  const { cpuUsage, throttlingData } = cpu ?? {};
  const percpu = cpuUsage?.percpuUsage ?? [];
  return {
    usage: {
      ...nonZero({ total: cpuUsage?.totalUsage }),
      ...(percpu.length > 0 && { percpu }),
      kernel: cpuUsage?.usageInKernelmode ?? 0,
      user: cpuUsage?.usageInUsermode ?? 0,
    },
    throttling: nonZero({
      periods: throttlingData?.periods,
      throttledPeriods: throttlingData?.throttledPeriods,
      throttledTime: throttlingData?.throttledTime,
    }),
  };
}

const most = (1n << 64n) - 1n;

function memoryDocument(memory: MemoryStats | undefined): object {
  const raw = Object.entries(memory?.stats ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...nonZero({ cache: memory?.cache }),
    usage: memoryEntry(memory?.usage),
    swap: memoryEntry(withMemory(memory?.swapUsage, memory?.usage)),
    kernel: memoryEntry(memory?.kernelUsage),
    kernelTCP: memoryEntry(undefined),
    ...(raw.length > 0 && { raw: Object.fromEntries(raw) }),
  };
}

/** Readers expect v1's counter, which is memory and swap together. */
function withMemory(swap: MemoryData | undefined, memory: MemoryData | undefined): MemoryData | undefined {
  if (!swap || !memory) return swap;
  const limit = swap.limit === most || memory.limit === most ? most : swap.limit + memory.limit;
  return { usage: swap.usage + memory.usage, limit, maxUsage: 0n, failcnt: swap.failcnt };
}

function memoryEntry(data: MemoryData | undefined): object {
  return { limit: data?.limit ?? 0, ...nonZero({ usage: data?.usage, max: data?.maxUsage }), failcnt: data?.failcnt ?? 0 };
}

function blockDocument(block: BlkioStats | undefined): object {
  const lists: readonly (readonly [string, readonly BlkioStatsEntry[]])[] = [
    ["ioServiceBytesRecursive", block?.ioServiceBytesRecursive ?? []],
    ["ioServicedRecursive", block?.ioServicedRecursive ?? []],
    ["ioQueueRecursive", block?.ioQueuedRecursive ?? []],
    ["ioServiceTimeRecursive", block?.ioServiceTimeRecursive ?? []],
    ["ioWaitTimeRecursive", block?.ioWaitTimeRecursive ?? []],
    ["ioMergedRecursive", block?.ioMergedRecursive ?? []],
    ["ioTimeRecursive", block?.ioTimeRecursive ?? []],
    ["sectorsRecursive", block?.sectorsRecursive ?? []],
  ];
  return Object.fromEntries(lists.filter(([, entries]) => entries.length > 0).map(([name, entries]) => [name, entries.map(blockEntry)]));
}

function blockEntry({ major, minor, op, value }: BlkioStatsEntry): object {
  return { ...nonZero({ major, minor }), ...(op !== "" && { op }), ...nonZero({ value }) };
}

function hugetlbDocument(sizes: CgroupStats["hugetlbStats"]): object {
  const sorted = Object.entries(sizes).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    sorted.map(([size, { usage, maxUsage, failcnt }]) => [size, { ...nonZero({ usage, max: maxUsage }), failcnt }]),
  );
}

function networkDocument(network: NetworkStats): object {
  const { name, rxBytes, rxPackets, rxErrors, rxDropped, txBytes, txPackets, txErrors, txDropped } = network;
  return {
    Name: name,
    RxBytes: rxBytes,
    RxPackets: rxPackets,
    RxErrors: rxErrors,
    RxDropped: rxDropped,
    TxBytes: txBytes,
    TxPackets: txPackets,
    TxErrors: txErrors,
    TxDropped: txDropped,
  };
}

/** `some avg10=0.00 avg60=0.00 avg300=0.00 total=0`, and the same of `full`; absent when the guest's kernel keeps none. */
function pressureOf(text: string | undefined): object {
  const psi: Record<string, Record<string, number>> = {};
  for (const line of (text ?? "").split("\n")) {
    const match = /^(some|full) avg10=([\d.]+) avg60=([\d.]+) avg300=([\d.]+) total=(\d+)$/.exec(line);
    if (!match) continue;
    const [, kind = "", avg10, avg60, avg300, total] = match;
    psi[kind] = { avg10: Number(avg10), avg60: Number(avg60), avg300: Number(avg300), total: Number(total) };
  }
  return Object.keys(psi).length > 0 ? { psi } : {};
}
