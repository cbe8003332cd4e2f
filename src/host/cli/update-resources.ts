/** The limits that the options of `update` ask for, in runc's notation and with its words for what is none. Pure. */
import { Fault } from "../../base/fault.ts";
import type { Int64 } from "../../oci/spec.ts";
import type { CpuResources, MemoryResources, Resources } from "../../oci/spec-linux.ts";
import type { InvocationOf } from "./invocation.ts";

type UpdateOptions = InvocationOf<"update">["options"];

/** An option that is absent or empty is absent in the result. */
export function resourcesOfOptions(options: UpdateOptions): Resources {
  refuseRdt(options);
  const cpu = cpuOf(options);
  const memory = memoryOf(options);
  const { blkioWeight, pidsLimit } = options;
  return {
    ...(Object.keys(cpu).length > 0 && { cpu }),
    ...(Object.keys(memory).length > 0 && { memory }),
    ...(blkioWeight !== undefined && { blockIO: { weight: weight(blkioWeight) } }),
    ...(pidsLimit !== undefined && { pids: { limit: pidsLimit } }),
  };
}

function cpuOf(options: UpdateOptions): CpuResources {
  const { cpuShare, cpuQuota, cpuPeriod, cpuBurst, cpuRtRuntime, cpuRtPeriod, cpusetCpus, cpusetMems, cpuIdle } = options;
  return {
    ...(cpuShare && { shares: unsigned("cpu-share", cpuShare) }),
    ...(cpuQuota && { quota: signed("cpu-quota", cpuQuota) }),
    ...(cpuPeriod && { period: unsigned("cpu-period", cpuPeriod) }),
    ...(cpuBurst && { burst: unsigned("cpu-burst", cpuBurst) }),
    ...(cpuRtRuntime && { realtimeRuntime: signed("cpu-rt-runtime", cpuRtRuntime) }),
    ...(cpuRtPeriod && { realtimePeriod: unsigned("cpu-rt-period", cpuRtPeriod) }),
    ...(cpusetCpus && { cpus: cpusetCpus }),
    ...(cpusetMems && { mems: cpusetMems }),
    ...(cpuIdle && { idle: signed("cpu-idle", cpuIdle) }),
  };
}

/** `kernel-memory` and `kernel-memory-tcp` have had no effect since runc 1.0, nor in the kernel. */
function memoryOf({ memory, memoryReservation, memorySwap }: UpdateOptions): MemoryResources {
  return {
    ...(memory && { limit: size("memory", memory) }),
    ...(memoryReservation && { reservation: size("memory-reservation", memoryReservation) }),
    ...(memorySwap && { swap: size("memory-swap", memorySwap) }),
  };
}

function refuseRdt({ l3CacheSchema, memBwSchema }: UpdateOptions): void {
  const option = l3CacheSchema ? "l3-cache-schema" : memBwSchema ? "mem-bw-schema" : undefined;
  if (option === undefined) return;
  throw new Fault(`option --${option}: Intel RDT is not supported, it divides caches of the host that a guest does not see`, {
    component: "cli",
    code: "unsupported",
  });
}

function weight(value: number): number {
  if (value === 0 || (value >= 10 && value <= 1000)) return value;
  throw invalid("blkio-weight", `${value} must be from 10 to 1000`);
}

const mostSigned = 2n ** 63n - 1n;
const mostUnsigned = 2n ** 64n - 1n;

function unsigned(option: string, text: string): Int64 {
  return integer(option, text, { pattern: /^\+?\d+$/, parser: "ParseUint", least: 0n, most: mostUnsigned });
}

function signed(option: string, text: string): Int64 {
  return integer(option, text, { pattern: /^[+-]?\d+$/, parser: "ParseInt", least: -mostSigned - 1n, most: mostSigned });
}

interface IntegerRule {
  readonly pattern: RegExp;
  /** Go's function, which runc's message names. */
  readonly parser: string;
  readonly least: bigint;
  readonly most: bigint;
}

function integer(option: string, text: string, { pattern, parser, least, most }: IntegerRule): Int64 {
  const refuse = (reason: string): Fault => invalid(option, `strconv.${parser}: parsing ${JSON.stringify(text)}: ${reason}`);
  if (!pattern.test(text)) throw refuse("invalid syntax");
  const value = BigInt(text.replace(/^\+/, ""));
  if (value < least || value > most) throw refuse("value out of range");
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/** Bytes of `512`, `64m`, `1.5 GiB`: powers of 1024 whatever the unit's spelling; -1 is unlimited. */
function size(option: string, text: string): number {
  if (text === "-1") return -1;
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp])?i?b?$/i.exec(text);
  const [, count = "", unit = ""] = match ?? [];
  const bytes = Math.floor(Number(count) * 1024 ** "kmgtp".indexOf(unit.toLowerCase() || "k") * (unit === "" ? 1 : 1024));
  if (!match || !Number.isSafeInteger(bytes)) throw invalid(option, `invalid size: '${text}'`);
  return bytes;
}

function invalid(option: string, reason: string): Fault {
  return new Fault(`invalid value for ${option}: ${reason}`, { component: "cli", code: "invalid-option" });
}
