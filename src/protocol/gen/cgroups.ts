// Generated from proto/cgroups.proto by tools/protogen.ts. Do not edit.
import { decode, encode, type Init } from "../wire.ts";
import type { Reader } from "../wire-reader.ts";
import type { Writer } from "../wire-writer.ts";

export interface V1Metrics {
  hugetlb: V1Hugetlb[];
  pids: V1Pids | undefined;
  cpu: V1Cpu | undefined;
  memory: V1Memory | undefined;
  blkio: V1BlkIO | undefined;
  network: V1Network[];
  memoryOomControl: V1MemoryOomControl | undefined;
}

export function readV1Metrics(r: Reader, end: number, m: V1Metrics = { hugetlb: [], pids: undefined, cpu: undefined, memory: undefined, blkio: undefined, network: [], memoryOomControl: undefined }): V1Metrics {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.hugetlb, r.message(readV1Hugetlb)); break;
      case 18: m.pids = r.message(readV1Pids, m.pids); break;
      case 26: m.cpu = r.message(readV1Cpu, m.cpu); break;
      case 34: m.memory = r.message(readV1Memory, m.memory); break;
      case 42: m.blkio = r.message(readV1BlkIO, m.blkio); break;
      case 58: r.add(m.network, r.message(readV1Network)); break;
      case 74: m.memoryOomControl = r.message(readV1MemoryOomControl, m.memoryOomControl); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV1Metrics(w: Writer, m: Init<V1Metrics>): void {
  w.messages(10, m.hugetlb, writeV1Hugetlb);
  w.message(18, m.pids, writeV1Pids);
  w.message(26, m.cpu, writeV1Cpu);
  w.message(34, m.memory, writeV1Memory);
  w.message(42, m.blkio, writeV1BlkIO);
  w.messages(58, m.network, writeV1Network);
  w.message(74, m.memoryOomControl, writeV1MemoryOomControl);
}

export function encodeV1Metrics(m: Init<V1Metrics>): Uint8Array {
  return encode(m, writeV1Metrics);
}

export function decodeV1Metrics(bytes: Uint8Array): V1Metrics {
  return decode(bytes, readV1Metrics);
}

export interface V1Hugetlb {
  usage: number;
  max: number;
  failcnt: number;
  pagesize: string;
}

export function readV1Hugetlb(r: Reader, end: number, m: V1Hugetlb = { usage: 0, max: 0, failcnt: 0, pagesize: "" }): V1Hugetlb {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.usage = r.u64Number(); break;
      case 16: m.max = r.u64Number(); break;
      case 24: m.failcnt = r.u64Number(); break;
      case 34: m.pagesize = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV1Hugetlb(w: Writer, m: Init<V1Hugetlb>): void {
  w.u64Number(8, m.usage);
  w.u64Number(16, m.max);
  w.u64Number(24, m.failcnt);
  w.string(34, m.pagesize);
}

export function encodeV1Hugetlb(m: Init<V1Hugetlb>): Uint8Array {
  return encode(m, writeV1Hugetlb);
}

export function decodeV1Hugetlb(bytes: Uint8Array): V1Hugetlb {
  return decode(bytes, readV1Hugetlb);
}

export interface V1Pids {
  current: number;
  limit: number;
}

export function readV1Pids(r: Reader, end: number, m: V1Pids = { current: 0, limit: 0 }): V1Pids {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.current = r.u64Number(); break;
      case 16: m.limit = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV1Pids(w: Writer, m: Init<V1Pids>): void {
  w.u64Number(8, m.current);
  w.u64Number(16, m.limit);
}

export function encodeV1Pids(m: Init<V1Pids>): Uint8Array {
  return encode(m, writeV1Pids);
}

export function decodeV1Pids(bytes: Uint8Array): V1Pids {
  return decode(bytes, readV1Pids);
}

export interface V1Cpu {
  usage: V1CpuUsage | undefined;
  throttling: V1Throttle | undefined;
}

export function readV1Cpu(r: Reader, end: number, m: V1Cpu = { usage: undefined, throttling: undefined }): V1Cpu {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.usage = r.message(readV1CpuUsage, m.usage); break;
      case 18: m.throttling = r.message(readV1Throttle, m.throttling); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV1Cpu(w: Writer, m: Init<V1Cpu>): void {
  w.message(10, m.usage, writeV1CpuUsage);
  w.message(18, m.throttling, writeV1Throttle);
}

export function encodeV1Cpu(m: Init<V1Cpu>): Uint8Array {
  return encode(m, writeV1Cpu);
}

export function decodeV1Cpu(bytes: Uint8Array): V1Cpu {
  return decode(bytes, readV1Cpu);
}

export interface V1CpuUsage {
  total: number;
  kernel: number;
  user: number;
}

export function readV1CpuUsage(r: Reader, end: number, m: V1CpuUsage = { total: 0, kernel: 0, user: 0 }): V1CpuUsage {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.total = r.u64Number(); break;
      case 16: m.kernel = r.u64Number(); break;
      case 24: m.user = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV1CpuUsage(w: Writer, m: Init<V1CpuUsage>): void {
  w.u64Number(8, m.total);
  w.u64Number(16, m.kernel);
  w.u64Number(24, m.user);
}

export function encodeV1CpuUsage(m: Init<V1CpuUsage>): Uint8Array {
  return encode(m, writeV1CpuUsage);
}

export function decodeV1CpuUsage(bytes: Uint8Array): V1CpuUsage {
  return decode(bytes, readV1CpuUsage);
}

export interface V1Throttle {
  periods: number;
  throttledPeriods: number;
  throttledTime: number;
}

export function readV1Throttle(r: Reader, end: number, m: V1Throttle = { periods: 0, throttledPeriods: 0, throttledTime: 0 }): V1Throttle {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.periods = r.u64Number(); break;
      case 16: m.throttledPeriods = r.u64Number(); break;
      case 24: m.throttledTime = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV1Throttle(w: Writer, m: Init<V1Throttle>): void {
  w.u64Number(8, m.periods);
  w.u64Number(16, m.throttledPeriods);
  w.u64Number(24, m.throttledTime);
}

export function encodeV1Throttle(m: Init<V1Throttle>): Uint8Array {
  return encode(m, writeV1Throttle);
}

export function decodeV1Throttle(bytes: Uint8Array): V1Throttle {
  return decode(bytes, readV1Throttle);
}

export interface V1Memory {
  cache: number;
  rss: number;
  mappedFile: number;
  dirty: number;
  writeback: number;
  pgFault: number;
  pgMajFault: number;
  inactiveAnon: number;
  activeAnon: number;
  inactiveFile: number;
  activeFile: number;
  unevictable: number;
  hierarchicalMemoryLimit: bigint;
  totalCache: number;
  totalRss: number;
  totalMappedFile: number;
  totalDirty: number;
  totalWriteback: number;
  totalPgFault: number;
  totalPgMajFault: number;
  totalInactiveAnon: number;
  totalActiveAnon: number;
  totalInactiveFile: number;
  totalActiveFile: number;
  totalUnevictable: number;
  usage: V1MemoryEntry | undefined;
  swap: V1MemoryEntry | undefined;
  kernel: V1MemoryEntry | undefined;
  kernelTcp: V1MemoryEntry | undefined;
}

export function readV1Memory(r: Reader, end: number, m: V1Memory = { cache: 0, rss: 0, mappedFile: 0, dirty: 0, writeback: 0, pgFault: 0, pgMajFault: 0, inactiveAnon: 0, activeAnon: 0, inactiveFile: 0, activeFile: 0, unevictable: 0, hierarchicalMemoryLimit: 0n, totalCache: 0, totalRss: 0, totalMappedFile: 0, totalDirty: 0, totalWriteback: 0, totalPgFault: 0, totalPgMajFault: 0, totalInactiveAnon: 0, totalActiveAnon: 0, totalInactiveFile: 0, totalActiveFile: 0, totalUnevictable: 0, usage: undefined, swap: undefined, kernel: undefined, kernelTcp: undefined }): V1Memory {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.cache = r.u64Number(); break;
      case 16: m.rss = r.u64Number(); break;
      case 32: m.mappedFile = r.u64Number(); break;
      case 40: m.dirty = r.u64Number(); break;
      case 48: m.writeback = r.u64Number(); break;
      case 72: m.pgFault = r.u64Number(); break;
      case 80: m.pgMajFault = r.u64Number(); break;
      case 88: m.inactiveAnon = r.u64Number(); break;
      case 96: m.activeAnon = r.u64Number(); break;
      case 104: m.inactiveFile = r.u64Number(); break;
      case 112: m.activeFile = r.u64Number(); break;
      case 120: m.unevictable = r.u64Number(); break;
      case 128: m.hierarchicalMemoryLimit = r.u64(); break;
      case 144: m.totalCache = r.u64Number(); break;
      case 152: m.totalRss = r.u64Number(); break;
      case 168: m.totalMappedFile = r.u64Number(); break;
      case 176: m.totalDirty = r.u64Number(); break;
      case 184: m.totalWriteback = r.u64Number(); break;
      case 208: m.totalPgFault = r.u64Number(); break;
      case 216: m.totalPgMajFault = r.u64Number(); break;
      case 224: m.totalInactiveAnon = r.u64Number(); break;
      case 232: m.totalActiveAnon = r.u64Number(); break;
      case 240: m.totalInactiveFile = r.u64Number(); break;
      case 248: m.totalActiveFile = r.u64Number(); break;
      case 256: m.totalUnevictable = r.u64Number(); break;
      case 266: m.usage = r.message(readV1MemoryEntry, m.usage); break;
      case 274: m.swap = r.message(readV1MemoryEntry, m.swap); break;
      case 282: m.kernel = r.message(readV1MemoryEntry, m.kernel); break;
      case 290: m.kernelTcp = r.message(readV1MemoryEntry, m.kernelTcp); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV1Memory(w: Writer, m: Init<V1Memory>): void {
  w.u64Number(8, m.cache);
  w.u64Number(16, m.rss);
  w.u64Number(32, m.mappedFile);
  w.u64Number(40, m.dirty);
  w.u64Number(48, m.writeback);
  w.u64Number(72, m.pgFault);
  w.u64Number(80, m.pgMajFault);
  w.u64Number(88, m.inactiveAnon);
  w.u64Number(96, m.activeAnon);
  w.u64Number(104, m.inactiveFile);
  w.u64Number(112, m.activeFile);
  w.u64Number(120, m.unevictable);
  w.u64(128, m.hierarchicalMemoryLimit);
  w.u64Number(144, m.totalCache);
  w.u64Number(152, m.totalRss);
  w.u64Number(168, m.totalMappedFile);
  w.u64Number(176, m.totalDirty);
  w.u64Number(184, m.totalWriteback);
  w.u64Number(208, m.totalPgFault);
  w.u64Number(216, m.totalPgMajFault);
  w.u64Number(224, m.totalInactiveAnon);
  w.u64Number(232, m.totalActiveAnon);
  w.u64Number(240, m.totalInactiveFile);
  w.u64Number(248, m.totalActiveFile);
  w.u64Number(256, m.totalUnevictable);
  w.message(266, m.usage, writeV1MemoryEntry);
  w.message(274, m.swap, writeV1MemoryEntry);
  w.message(282, m.kernel, writeV1MemoryEntry);
  w.message(290, m.kernelTcp, writeV1MemoryEntry);
}

export function encodeV1Memory(m: Init<V1Memory>): Uint8Array {
  return encode(m, writeV1Memory);
}

export function decodeV1Memory(bytes: Uint8Array): V1Memory {
  return decode(bytes, readV1Memory);
}

export interface V1MemoryEntry {
  limit: bigint;
  usage: number;
  max: number;
  failcnt: number;
}

export function readV1MemoryEntry(r: Reader, end: number, m: V1MemoryEntry = { limit: 0n, usage: 0, max: 0, failcnt: 0 }): V1MemoryEntry {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.limit = r.u64(); break;
      case 16: m.usage = r.u64Number(); break;
      case 24: m.max = r.u64Number(); break;
      case 32: m.failcnt = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV1MemoryEntry(w: Writer, m: Init<V1MemoryEntry>): void {
  w.u64(8, m.limit);
  w.u64Number(16, m.usage);
  w.u64Number(24, m.max);
  w.u64Number(32, m.failcnt);
}

export function encodeV1MemoryEntry(m: Init<V1MemoryEntry>): Uint8Array {
  return encode(m, writeV1MemoryEntry);
}

export function decodeV1MemoryEntry(bytes: Uint8Array): V1MemoryEntry {
  return decode(bytes, readV1MemoryEntry);
}

export interface V1MemoryOomControl {
  oomKillDisable: number;
  underOom: number;
  oomKill: number;
}

export function readV1MemoryOomControl(r: Reader, end: number, m: V1MemoryOomControl = { oomKillDisable: 0, underOom: 0, oomKill: 0 }): V1MemoryOomControl {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.oomKillDisable = r.u64Number(); break;
      case 16: m.underOom = r.u64Number(); break;
      case 24: m.oomKill = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV1MemoryOomControl(w: Writer, m: Init<V1MemoryOomControl>): void {
  w.u64Number(8, m.oomKillDisable);
  w.u64Number(16, m.underOom);
  w.u64Number(24, m.oomKill);
}

export function encodeV1MemoryOomControl(m: Init<V1MemoryOomControl>): Uint8Array {
  return encode(m, writeV1MemoryOomControl);
}

export function decodeV1MemoryOomControl(bytes: Uint8Array): V1MemoryOomControl {
  return decode(bytes, readV1MemoryOomControl);
}

export interface V1BlkIO {
  ioServiceBytesRecursive: V1BlkIOEntry[];
  ioServicedRecursive: V1BlkIOEntry[];
}

export function readV1BlkIO(r: Reader, end: number, m: V1BlkIO = { ioServiceBytesRecursive: [], ioServicedRecursive: [] }): V1BlkIO {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.ioServiceBytesRecursive, r.message(readV1BlkIOEntry)); break;
      case 18: r.add(m.ioServicedRecursive, r.message(readV1BlkIOEntry)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV1BlkIO(w: Writer, m: Init<V1BlkIO>): void {
  w.messages(10, m.ioServiceBytesRecursive, writeV1BlkIOEntry);
  w.messages(18, m.ioServicedRecursive, writeV1BlkIOEntry);
}

export function encodeV1BlkIO(m: Init<V1BlkIO>): Uint8Array {
  return encode(m, writeV1BlkIO);
}

export function decodeV1BlkIO(bytes: Uint8Array): V1BlkIO {
  return decode(bytes, readV1BlkIO);
}

export interface V1BlkIOEntry {
  op: string;
  device: string;
  major: number;
  minor: number;
  value: number;
}

export function readV1BlkIOEntry(r: Reader, end: number, m: V1BlkIOEntry = { op: "", device: "", major: 0, minor: 0, value: 0 }): V1BlkIOEntry {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.op = r.string(); break;
      case 18: m.device = r.string(); break;
      case 24: m.major = r.u64Number(); break;
      case 32: m.minor = r.u64Number(); break;
      case 40: m.value = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV1BlkIOEntry(w: Writer, m: Init<V1BlkIOEntry>): void {
  w.string(10, m.op);
  w.string(18, m.device);
  w.u64Number(24, m.major);
  w.u64Number(32, m.minor);
  w.u64Number(40, m.value);
}

export function encodeV1BlkIOEntry(m: Init<V1BlkIOEntry>): Uint8Array {
  return encode(m, writeV1BlkIOEntry);
}

export function decodeV1BlkIOEntry(bytes: Uint8Array): V1BlkIOEntry {
  return decode(bytes, readV1BlkIOEntry);
}

export interface V1Network {
  name: string;
  rxBytes: number;
  rxPackets: number;
  rxErrors: number;
  rxDropped: number;
  txBytes: number;
  txPackets: number;
  txErrors: number;
  txDropped: number;
}

export function readV1Network(r: Reader, end: number, m: V1Network = { name: "", rxBytes: 0, rxPackets: 0, rxErrors: 0, rxDropped: 0, txBytes: 0, txPackets: 0, txErrors: 0, txDropped: 0 }): V1Network {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.name = r.string(); break;
      case 16: m.rxBytes = r.u64Number(); break;
      case 24: m.rxPackets = r.u64Number(); break;
      case 32: m.rxErrors = r.u64Number(); break;
      case 40: m.rxDropped = r.u64Number(); break;
      case 48: m.txBytes = r.u64Number(); break;
      case 56: m.txPackets = r.u64Number(); break;
      case 64: m.txErrors = r.u64Number(); break;
      case 72: m.txDropped = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV1Network(w: Writer, m: Init<V1Network>): void {
  w.string(10, m.name);
  w.u64Number(16, m.rxBytes);
  w.u64Number(24, m.rxPackets);
  w.u64Number(32, m.rxErrors);
  w.u64Number(40, m.rxDropped);
  w.u64Number(48, m.txBytes);
  w.u64Number(56, m.txPackets);
  w.u64Number(64, m.txErrors);
  w.u64Number(72, m.txDropped);
}

export function encodeV1Network(m: Init<V1Network>): Uint8Array {
  return encode(m, writeV1Network);
}

export function decodeV1Network(bytes: Uint8Array): V1Network {
  return decode(bytes, readV1Network);
}

export interface V2Metrics {
  pids: V2Pids | undefined;
  cpu: V2Cpu | undefined;
  memory: V2Memory | undefined;
  io: V2IO | undefined;
  hugetlb: V2HugeTlb[];
  memoryEvents: V2MemoryEvents | undefined;
  network: V1Network[];
}

export function readV2Metrics(r: Reader, end: number, m: V2Metrics = { pids: undefined, cpu: undefined, memory: undefined, io: undefined, hugetlb: [], memoryEvents: undefined, network: [] }): V2Metrics {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.pids = r.message(readV2Pids, m.pids); break;
      case 18: m.cpu = r.message(readV2Cpu, m.cpu); break;
      case 34: m.memory = r.message(readV2Memory, m.memory); break;
      case 50: m.io = r.message(readV2IO, m.io); break;
      case 58: r.add(m.hugetlb, r.message(readV2HugeTlb)); break;
      case 66: m.memoryEvents = r.message(readV2MemoryEvents, m.memoryEvents); break;
      case 74: r.add(m.network, r.message(readV1Network)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV2Metrics(w: Writer, m: Init<V2Metrics>): void {
  w.message(10, m.pids, writeV2Pids);
  w.message(18, m.cpu, writeV2Cpu);
  w.message(34, m.memory, writeV2Memory);
  w.message(50, m.io, writeV2IO);
  w.messages(58, m.hugetlb, writeV2HugeTlb);
  w.message(66, m.memoryEvents, writeV2MemoryEvents);
  w.messages(74, m.network, writeV1Network);
}

export function encodeV2Metrics(m: Init<V2Metrics>): Uint8Array {
  return encode(m, writeV2Metrics);
}

export function decodeV2Metrics(bytes: Uint8Array): V2Metrics {
  return decode(bytes, readV2Metrics);
}

export interface V2Pids {
  current: number;
  limit: number;
}

export function readV2Pids(r: Reader, end: number, m: V2Pids = { current: 0, limit: 0 }): V2Pids {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.current = r.u64Number(); break;
      case 16: m.limit = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV2Pids(w: Writer, m: Init<V2Pids>): void {
  w.u64Number(8, m.current);
  w.u64Number(16, m.limit);
}

export function encodeV2Pids(m: Init<V2Pids>): Uint8Array {
  return encode(m, writeV2Pids);
}

export function decodeV2Pids(bytes: Uint8Array): V2Pids {
  return decode(bytes, readV2Pids);
}

export interface V2Cpu {
  usageUsec: number;
  userUsec: number;
  systemUsec: number;
  nrPeriods: number;
  nrThrottled: number;
  throttledUsec: number;
}

export function readV2Cpu(r: Reader, end: number, m: V2Cpu = { usageUsec: 0, userUsec: 0, systemUsec: 0, nrPeriods: 0, nrThrottled: 0, throttledUsec: 0 }): V2Cpu {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.usageUsec = r.u64Number(); break;
      case 16: m.userUsec = r.u64Number(); break;
      case 24: m.systemUsec = r.u64Number(); break;
      case 32: m.nrPeriods = r.u64Number(); break;
      case 40: m.nrThrottled = r.u64Number(); break;
      case 48: m.throttledUsec = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV2Cpu(w: Writer, m: Init<V2Cpu>): void {
  w.u64Number(8, m.usageUsec);
  w.u64Number(16, m.userUsec);
  w.u64Number(24, m.systemUsec);
  w.u64Number(32, m.nrPeriods);
  w.u64Number(40, m.nrThrottled);
  w.u64Number(48, m.throttledUsec);
}

export function encodeV2Cpu(m: Init<V2Cpu>): Uint8Array {
  return encode(m, writeV2Cpu);
}

export function decodeV2Cpu(bytes: Uint8Array): V2Cpu {
  return decode(bytes, readV2Cpu);
}

export interface V2Memory {
  anon: number;
  file: number;
  kernelStack: number;
  slab: number;
  sock: number;
  shmem: number;
  fileMapped: number;
  fileDirty: number;
  fileWriteback: number;
  inactiveAnon: number;
  activeAnon: number;
  inactiveFile: number;
  activeFile: number;
  unevictable: number;
  pgfault: number;
  pgmajfault: number;
  usage: number;
  usageLimit: bigint;
  swapUsage: number;
  swapLimit: bigint;
  maxUsage: number;
}

export function readV2Memory(r: Reader, end: number, m: V2Memory = { anon: 0, file: 0, kernelStack: 0, slab: 0, sock: 0, shmem: 0, fileMapped: 0, fileDirty: 0, fileWriteback: 0, inactiveAnon: 0, activeAnon: 0, inactiveFile: 0, activeFile: 0, unevictable: 0, pgfault: 0, pgmajfault: 0, usage: 0, usageLimit: 0n, swapUsage: 0, swapLimit: 0n, maxUsage: 0 }): V2Memory {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.anon = r.u64Number(); break;
      case 16: m.file = r.u64Number(); break;
      case 24: m.kernelStack = r.u64Number(); break;
      case 32: m.slab = r.u64Number(); break;
      case 40: m.sock = r.u64Number(); break;
      case 48: m.shmem = r.u64Number(); break;
      case 56: m.fileMapped = r.u64Number(); break;
      case 64: m.fileDirty = r.u64Number(); break;
      case 72: m.fileWriteback = r.u64Number(); break;
      case 88: m.inactiveAnon = r.u64Number(); break;
      case 96: m.activeAnon = r.u64Number(); break;
      case 104: m.inactiveFile = r.u64Number(); break;
      case 112: m.activeFile = r.u64Number(); break;
      case 120: m.unevictable = r.u64Number(); break;
      case 144: m.pgfault = r.u64Number(); break;
      case 152: m.pgmajfault = r.u64Number(); break;
      case 256: m.usage = r.u64Number(); break;
      case 264: m.usageLimit = r.u64(); break;
      case 272: m.swapUsage = r.u64Number(); break;
      case 280: m.swapLimit = r.u64(); break;
      case 288: m.maxUsage = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV2Memory(w: Writer, m: Init<V2Memory>): void {
  w.u64Number(8, m.anon);
  w.u64Number(16, m.file);
  w.u64Number(24, m.kernelStack);
  w.u64Number(32, m.slab);
  w.u64Number(40, m.sock);
  w.u64Number(48, m.shmem);
  w.u64Number(56, m.fileMapped);
  w.u64Number(64, m.fileDirty);
  w.u64Number(72, m.fileWriteback);
  w.u64Number(88, m.inactiveAnon);
  w.u64Number(96, m.activeAnon);
  w.u64Number(104, m.inactiveFile);
  w.u64Number(112, m.activeFile);
  w.u64Number(120, m.unevictable);
  w.u64Number(144, m.pgfault);
  w.u64Number(152, m.pgmajfault);
  w.u64Number(256, m.usage);
  w.u64(264, m.usageLimit);
  w.u64Number(272, m.swapUsage);
  w.u64(280, m.swapLimit);
  w.u64Number(288, m.maxUsage);
}

export function encodeV2Memory(m: Init<V2Memory>): Uint8Array {
  return encode(m, writeV2Memory);
}

export function decodeV2Memory(bytes: Uint8Array): V2Memory {
  return decode(bytes, readV2Memory);
}

export interface V2IO {
  usage: V2IOEntry[];
}

export function readV2IO(r: Reader, end: number, m: V2IO = { usage: [] }): V2IO {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.usage, r.message(readV2IOEntry)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV2IO(w: Writer, m: Init<V2IO>): void {
  w.messages(10, m.usage, writeV2IOEntry);
}

export function encodeV2IO(m: Init<V2IO>): Uint8Array {
  return encode(m, writeV2IO);
}

export function decodeV2IO(bytes: Uint8Array): V2IO {
  return decode(bytes, readV2IO);
}

export interface V2IOEntry {
  major: number;
  minor: number;
  rbytes: number;
  wbytes: number;
  rios: number;
  wios: number;
}

export function readV2IOEntry(r: Reader, end: number, m: V2IOEntry = { major: 0, minor: 0, rbytes: 0, wbytes: 0, rios: 0, wios: 0 }): V2IOEntry {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.major = r.u64Number(); break;
      case 16: m.minor = r.u64Number(); break;
      case 24: m.rbytes = r.u64Number(); break;
      case 32: m.wbytes = r.u64Number(); break;
      case 40: m.rios = r.u64Number(); break;
      case 48: m.wios = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV2IOEntry(w: Writer, m: Init<V2IOEntry>): void {
  w.u64Number(8, m.major);
  w.u64Number(16, m.minor);
  w.u64Number(24, m.rbytes);
  w.u64Number(32, m.wbytes);
  w.u64Number(40, m.rios);
  w.u64Number(48, m.wios);
}

export function encodeV2IOEntry(m: Init<V2IOEntry>): Uint8Array {
  return encode(m, writeV2IOEntry);
}

export function decodeV2IOEntry(bytes: Uint8Array): V2IOEntry {
  return decode(bytes, readV2IOEntry);
}

export interface V2HugeTlb {
  current: number;
  max: number;
  pagesize: string;
}

export function readV2HugeTlb(r: Reader, end: number, m: V2HugeTlb = { current: 0, max: 0, pagesize: "" }): V2HugeTlb {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.current = r.u64Number(); break;
      case 16: m.max = r.u64Number(); break;
      case 26: m.pagesize = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV2HugeTlb(w: Writer, m: Init<V2HugeTlb>): void {
  w.u64Number(8, m.current);
  w.u64Number(16, m.max);
  w.string(26, m.pagesize);
}

export function encodeV2HugeTlb(m: Init<V2HugeTlb>): Uint8Array {
  return encode(m, writeV2HugeTlb);
}

export function decodeV2HugeTlb(bytes: Uint8Array): V2HugeTlb {
  return decode(bytes, readV2HugeTlb);
}

export interface V2MemoryEvents {
  low: number;
  high: number;
  max: number;
  oom: number;
  oomKill: number;
}

export function readV2MemoryEvents(r: Reader, end: number, m: V2MemoryEvents = { low: 0, high: 0, max: 0, oom: 0, oomKill: 0 }): V2MemoryEvents {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.low = r.u64Number(); break;
      case 16: m.high = r.u64Number(); break;
      case 24: m.max = r.u64Number(); break;
      case 32: m.oom = r.u64Number(); break;
      case 40: m.oomKill = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeV2MemoryEvents(w: Writer, m: Init<V2MemoryEvents>): void {
  w.u64Number(8, m.low);
  w.u64Number(16, m.high);
  w.u64Number(24, m.max);
  w.u64Number(32, m.oom);
  w.u64Number(40, m.oomKill);
}

export function encodeV2MemoryEvents(m: Init<V2MemoryEvents>): Uint8Array {
  return encode(m, writeV2MemoryEvents);
}

export function decodeV2MemoryEvents(bytes: Uint8Array): V2MemoryEvents {
  return decode(bytes, readV2MemoryEvents);
}
