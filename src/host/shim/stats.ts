/** A container's counters, as `events` prints them, in the messages that containerd's clients read. Pure. */
import { encodeV1Metrics, encodeV2Metrics, type V1MemoryEntry, type V1Network } from "../../protocol/gen/cgroups.ts";
import type { Any } from "../../protocol/gen/google/any.ts";
import { anyOf } from "./any.ts";

interface Entry {
  readonly usage?: number;
  readonly limit?: number;
  readonly max?: number;
  readonly failcnt?: number;
}

interface BlockEntry {
  readonly major?: number;
  readonly minor?: number;
  readonly op?: string;
  readonly value?: number;
}

/** Of the document that the sandbox process makes: absent is 0. */
interface Stats {
  readonly cpu?: {
    readonly usage?: { readonly total?: number; readonly kernel?: number; readonly user?: number };
    readonly throttling?: { readonly periods?: number; readonly throttledPeriods?: number; readonly throttledTime?: number };
  };
  readonly memory?: {
    readonly usage?: Entry;
    readonly swap?: Entry;
    readonly kernel?: Entry;
    readonly raw?: Readonly<Record<string, number>>;
  };
  readonly pids?: { readonly current?: number; readonly limit?: number };
  readonly blkio?: { readonly ioServiceBytesRecursive?: readonly BlockEntry[]; readonly ioServicedRecursive?: readonly BlockEntry[] };
  readonly hugetlb?: Readonly<Record<string, Entry>>;
  readonly network_interfaces?: readonly Readonly<Record<string, string | number>>[] | null;
}

/** What a limit of 2^64-1, "none", becomes: JSON numbers are not exact there. */
const most = (1n << 64n) - 1n;
const limitOf = (value: number | undefined): bigint => (value === undefined ? 0n : value >= 2 ** 63 ? most : BigInt(Math.round(value)));

/** `v2`: the host has cgroup v2, and readers look for that form; the guest's are always v2. */
export function statsAny(statsJson: string, v2: boolean): Any {
  const stats = JSON.parse(statsJson) as Stats;
  return v2
    ? anyOf("io.containerd.cgroups.v2.Metrics", encodeV2Metrics(v2Metrics(stats)))
    : anyOf("io.containerd.cgroups.v1.Metrics", encodeV1Metrics(v1Metrics(stats)));
}

function v1Metrics({ cpu, memory, pids, blkio, hugetlb, network_interfaces: network }: Stats): Parameters<typeof encodeV1Metrics>[0] {
  const raw = memory?.raw ?? {};
  const entry = (from: Entry | undefined): V1MemoryEntry => ({
    limit: limitOf(from?.limit),
    usage: from?.usage ?? 0,
    max: from?.max ?? 0,
    failcnt: from?.failcnt ?? 0,
  });
  const of = (name: string): number => raw[name] ?? 0;
  const own = {
    cache: of("file"),
    rss: of("anon"),
    mappedFile: of("file_mapped"),
    dirty: of("file_dirty"),
    writeback: of("file_writeback"),
    pgFault: of("pgfault"),
    pgMajFault: of("pgmajfault"),
    inactiveAnon: of("inactive_anon"),
    activeAnon: of("active_anon"),
    inactiveFile: of("inactive_file"),
    activeFile: of("active_file"),
    unevictable: of("unevictable"),
  };
  const total = Object.fromEntries(Object.entries(own).map(([name, value]) => [`total${name[0]?.toUpperCase()}${name.slice(1)}`, value]));
  return {
    hugetlb: Object.entries(hugetlb ?? {}).map(([pagesize, { usage, max, failcnt }]) => ({
      pagesize,
      usage: usage ?? 0,
      max: max ?? 0,
      failcnt: failcnt ?? 0,
    })),
    pids: pidsOf(pids),
    cpu: {
      usage: { total: cpu?.usage?.total ?? 0, kernel: cpu?.usage?.kernel ?? 0, user: cpu?.usage?.user ?? 0 },
      throttling: {
        periods: cpu?.throttling?.periods ?? 0,
        throttledPeriods: cpu?.throttling?.throttledPeriods ?? 0,
        throttledTime: cpu?.throttling?.throttledTime ?? 0,
      },
    },
    memory: {
      ...own,
      ...total,
      hierarchicalMemoryLimit: limitOf(memory?.usage?.limit),
      usage: entry(memory?.usage),
      swap: entry(memory?.swap),
      kernel: entry(memory?.kernel),
      kernelTcp: entry(undefined),
    },
    blkio: {
      ioServiceBytesRecursive: (blkio?.ioServiceBytesRecursive ?? []).map(blockEntry),
      ioServicedRecursive: (blkio?.ioServicedRecursive ?? []).map(blockEntry),
    },
    network: (network ?? []).map(networkEntry),
    memoryOomControl: { oomKill: 0 },
  };
}

/** No limit is 0, as the kernel's "max" reads in both versions. */
const pidsOf = (pids: Stats["pids"]): { current: number; limit: number } => ({
  current: pids?.current ?? 0,
  limit: pids?.limit === undefined || pids.limit > Number.MAX_SAFE_INTEGER ? 0 : pids.limit,
});

const blockEntry = ({ major = 0, minor = 0, op = "", value = 0 }: BlockEntry) => ({ major, minor, op, value, device: "" });

function networkEntry(of: Readonly<Record<string, string | number>>): V1Network {
  const count = (name: string): number => Number(of[name] ?? 0);
  return {
    name: String(of["Name"] ?? ""),
    rxBytes: count("RxBytes"),
    rxPackets: count("RxPackets"),
    rxErrors: count("RxErrors"),
    rxDropped: count("RxDropped"),
    txBytes: count("TxBytes"),
    txPackets: count("TxPackets"),
    txErrors: count("TxErrors"),
    txDropped: count("TxDropped"),
  };
}

const micro = (ns: number | undefined): number => Math.floor((ns ?? 0) / 1000);

function v2Metrics({ cpu, memory, pids, blkio, hugetlb, network_interfaces: network }: Stats): Parameters<typeof encodeV2Metrics>[0] {
  const raw = memory?.raw ?? {};
  const of = (name: string): number => raw[name] ?? 0;
  return {
    pids: pidsOf(pids),
    cpu: {
      usageUsec: micro(cpu?.usage?.total),
      userUsec: micro(cpu?.usage?.user),
      systemUsec: micro(cpu?.usage?.kernel),
      nrPeriods: cpu?.throttling?.periods ?? 0,
      nrThrottled: cpu?.throttling?.throttledPeriods ?? 0,
      throttledUsec: micro(cpu?.throttling?.throttledTime),
    },
    memory: {
      anon: of("anon"),
      file: of("file"),
      kernelStack: of("kernel_stack"),
      slab: of("slab"),
      sock: of("sock"),
      shmem: of("shmem"),
      fileMapped: of("file_mapped"),
      fileDirty: of("file_dirty"),
      fileWriteback: of("file_writeback"),
      inactiveAnon: of("inactive_anon"),
      activeAnon: of("active_anon"),
      inactiveFile: of("inactive_file"),
      activeFile: of("active_file"),
      unevictable: of("unevictable"),
      pgfault: of("pgfault"),
      pgmajfault: of("pgmajfault"),
      usage: memory?.usage?.usage ?? 0,
      usageLimit: limitOf(memory?.usage?.limit),
      swapUsage: Math.max(0, (memory?.swap?.usage ?? 0) - (memory?.usage?.usage ?? 0)),
      swapLimit: limitOf(memory?.swap?.limit),
      maxUsage: memory?.usage?.max ?? 0,
    },
    io: { usage: ioUsage(blkio) },
    hugetlb: Object.entries(hugetlb ?? {}).map(([pagesize, { usage, max }]) => ({ pagesize, current: usage ?? 0, max: max ?? 0 })),
    memoryEvents: {},
    network: (network ?? []).map(networkEntry),
  };
}

function ioUsage(blkio: Stats["blkio"]): { major: number; minor: number; rbytes: number; wbytes: number; rios: number; wios: number }[] {
  const devices = new Map<string, { major: number; minor: number; rbytes: number; wbytes: number; rios: number; wios: number }>();
  const add = (entries: readonly BlockEntry[] | undefined, read: "rbytes" | "rios", write: "wbytes" | "wios"): void => {
    for (const { major = 0, minor = 0, op = "", value = 0 } of entries ?? []) {
      const key = `${major}:${minor}`;
      const device = devices.get(key) ?? { major, minor, rbytes: 0, wbytes: 0, rios: 0, wios: 0 };
      devices.set(key, device);
      if (/^read$/i.test(op)) device[read] += value;
      else if (/^write$/i.test(op)) device[write] += value;
    }
  };
  add(blkio?.ioServiceBytesRecursive, "rbytes", "wbytes");
  add(blkio?.ioServicedRecursive, "rios", "wios");
  return [...devices.values()];
}
