/** Resources of config.json, which speaks cgroup v1, as files of cgroup v2 (the conversions are runc's). Pure. */
import { Fault } from "../../base/fault.ts";
import type { Int64 } from "../../oci/spec.ts";
import type { BlockIo, CpuResources, MemoryResources, Resources, ThrottleDevice } from "../../oci/spec-linux.ts";

export interface CgroupWrite {
  readonly file: string;
  readonly value: string;
  /** Tried when the first file does not exist. */
  readonly otherwise?: { readonly file: string; readonly value: string };
}

/** What to write, in order. Absent values and 0 mean: leave as it is. */
export function cgroupWrites(resources: Resources): CgroupWrite[] {
  const writes = [
    ...cpuWrites(resources.cpu ?? {}),
    ...memoryWrites(resources.memory ?? {}),
    ...ioWrites(resources.blockIO ?? {}),
    ...hugepageWrites(resources.hugepageLimits ?? []),
  ];
  const pids = resources.pids?.limit;
  // 0 is a limit of its own since runtime specification 1.3; as in runc it acts as 1, for the kernel takes 0 as "no fork at all".
  if (pids !== undefined) writes.push({ file: "pids.max", value: pids < 0 ? "max" : String(pids || 1) });
  for (const [file, value] of Object.entries(resources.unified ?? {})) writes.push({ file: unifiedName(file), value });
  return writes;
}

/** -1 is no limit. */
const orMax = (value: Int64): string => (value === -1 || value === -1n ? "max" : String(value));
const isSet = (value: Int64 | undefined): value is Int64 => value !== undefined && value !== 0 && value !== 0n;

function cpuWrites(cpu: CpuResources): CgroupWrite[] {
  const writes: CgroupWrite[] = [];
  if (isSet(cpu.cpus === "" ? undefined : cpu.cpus?.length)) writes.push({ file: "cpuset.cpus", value: cpu.cpus ?? "" });
  if (isSet(cpu.mems?.length)) writes.push({ file: "cpuset.mems", value: cpu.mems ?? "" });
  if (cpu.idle !== undefined) writes.push({ file: "cpu.idle", value: String(cpu.idle) });
  // the kernel refuses a weight for a group that is idle, which has the least of all
  if (isSet(cpu.shares) && !isSet(cpu.idle)) writes.push({ file: "cpu.weight", value: String(cpuWeight(cpu.shares)) });
  const max = cpuMax(cpu);
  if (max !== undefined) writes.push({ file: "cpu.max", value: max });
  if (isSet(cpu.burst)) writes.push({ file: "cpu.max.burst", value: String(cpu.burst) });
  return writes;
}

/** `QUOTA PERIOD`; a period alone keeps the quota (one word keeps the other in cpu.max, the quota has to come first). */
function cpuMax({ quota, period }: CpuResources): string | undefined {
  if (!isSet(quota) && !isSet(period)) return undefined;
  const first = isSet(quota) && quota > 0 ? String(quota) : "max";
  return isSet(period) ? `${first} ${period}` : first;
}

/** 2..262144 to 1..10000 (KEP-2254). */
export function cpuWeight(shares: Int64): number {
  const bounded = Math.min(Math.max(Number(shares), 2), 262144);
  return 1 + Math.floor(((bounded - 2) * 9999) / 262142);
}

function memoryWrites(memory: MemoryResources): CgroupWrite[] {
  const writes: CgroupWrite[] = [];
  const swap = swapLimit(memory);
  if (swap !== undefined) writes.push({ file: "memory.swap.max", value: swap });
  if (isSet(memory.limit)) writes.push({ file: "memory.max", value: orMax(memory.limit) });
  if (isSet(memory.reservation)) writes.push({ file: "memory.low", value: orMax(memory.reservation) });
  return writes;
}

/** v1's swap limit counts memory as well, v2's counts swap alone. */
function swapLimit({ limit, swap }: MemoryResources): string | undefined {
  if (!isSet(swap)) return limit === -1 || limit === -1n ? "max" : undefined;
  if (swap < 0) return "max";
  if (!isSet(limit) || limit < 0) throw wrong("memory.swap", swap, "come with a memory.limit, which it counts as well");
  if (BigInt(swap) < BigInt(limit)) throw wrong("memory.swap", swap, `be at least memory.limit, ${limit}`);
  return String(BigInt(swap) - BigInt(limit));
}

function ioWrites(io: BlockIo): CgroupWrite[] {
  const writes: CgroupWrite[] = [];
  if (isSet(io.weight)) writes.push(ioWeight("default", io.weight));
  for (const { major, minor, weight } of io.weightDevice ?? []) if (isSet(weight)) writes.push(ioWeight(`${major}:${minor}`, weight));
  const throttle = (devices: readonly ThrottleDevice[] | undefined, key: string) => {
    for (const { major, minor, rate } of devices ?? [])
      writes.push({ file: "io.max", value: `${major}:${minor} ${key}=${isSet(rate) ? rate : "max"}` });
  };
  throttle(io.throttleReadBpsDevice, "rbps");
  throttle(io.throttleWriteBpsDevice, "wbps");
  throttle(io.throttleReadIOPSDevice, "riops");
  throttle(io.throttleWriteIOPSDevice, "wiops");
  return writes;
}

/** BFQ takes v1's numbers; io.weight wants 10..1000 stretched to 1..10000. */
function ioWeight(device: string, weight: number): CgroupWrite {
  const stretched = 1 + Math.floor(((Math.min(Math.max(weight, 10), 1000) - 10) * 9999) / 990);
  return { file: "io.bfq.weight", value: `${device} ${weight}`, otherwise: { file: "io.weight", value: `${device} ${stretched}` } };
}

function hugepageWrites(limits: NonNullable<Resources["hugepageLimits"]>): CgroupWrite[] {
  return limits.map(({ pageSize, limit }) => {
    if (!/^[0-9]+[KMG]B$/.test(pageSize)) throw wrong("hugepageLimits.pageSize", JSON.stringify(pageSize), "be like 2MB");
    return { file: `hugetlb.${pageSize}.max`, value: String(limit) };
  });
}

function unifiedName(file: string): string {
  if (!/^[a-z][A-Za-z0-9_]*\.[A-Za-z0-9_.-]+$/.test(file))
    throw wrong("unified", JSON.stringify(file), "name a file of a cgroup, like memory.high");
  return file;
}

function wrong(field: string, value: Int64 | string, right: string): Fault {
  return new Fault(`linux.resources.${field}: is ${value}, must ${right}`, { component: "agent", code: "invalid-argument" });
}
