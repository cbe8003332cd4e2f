// Generated from proto/agent.proto by tools/protogen.ts. Do not edit.
import type { ClientService, ServerService, Service } from "../service.ts";
import { decode, encode, type Init } from "../wire.ts";
import type { Reader } from "../wire-reader.ts";
import type { Writer } from "../wire-writer.ts";
import { decodeEmpty, encodeEmpty } from "./google/empty.ts";

export const IPFamily = {
  v4: 0,
  v6: 1,
} as const;

export const FSGroupChangePolicy = {
  always: 0,
  onRootMismatch: 1,
} as const;

export const VolumeUsageUnit = {
  unitUnknown: 0,
  bytes: 1,
  inodes: 2,
} as const;

export const ServingStatus = {
  servingUnknown: 0,
  serving: 1,
  notServing: 2,
} as const;

export interface CreateContainerRequest {
  containerId: string;
  execId: string;
  stringUser: StringUser | undefined;
  devices: Device[];
  storages: Storage[];
  oci: Spec | undefined;
  sandboxPidns: boolean;
  sharedMounts: SharedMount[];
  stdinPort: number;
  stdoutPort: number;
  stderrPort: number;
  ociJson: Uint8Array;
  seccompBpf: Uint8Array;
  seccompFlags: number;
  bundle: string;
  notifySocket: boolean;
  pause: boolean;
  passed: PassedDescriptor[];
}

export function readCreateContainerRequest(r: Reader, end: number, m: CreateContainerRequest = { containerId: "", execId: "", stringUser: undefined, devices: [], storages: [], oci: undefined, sandboxPidns: false, sharedMounts: [], stdinPort: 0, stdoutPort: 0, stderrPort: 0, ociJson: new Uint8Array(), seccompBpf: new Uint8Array(), seccompFlags: 0, bundle: "", notifySocket: false, pause: false, passed: [] }): CreateContainerRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 18: m.execId = r.string(); break;
      case 26: m.stringUser = r.message(readStringUser, m.stringUser); break;
      case 34: r.add(m.devices, r.message(readDevice)); break;
      case 42: r.add(m.storages, r.message(readStorage)); break;
      case 50: m.oci = r.message(readSpec, m.oci); break;
      case 56: m.sandboxPidns = r.bool(); break;
      case 66: r.add(m.sharedMounts, r.message(readSharedMount)); break;
      case 72: m.stdinPort = r.u32(); break;
      case 80: m.stdoutPort = r.u32(); break;
      case 88: m.stderrPort = r.u32(); break;
      case 8002: m.ociJson = r.bytes(); break;
      case 8010: m.seccompBpf = r.bytes(); break;
      case 8016: m.seccompFlags = r.u32(); break;
      case 8026: m.bundle = r.string(); break;
      case 8032: m.notifySocket = r.bool(); break;
      case 8040: m.pause = r.bool(); break;
      case 8050: r.add(m.passed, r.message(readPassedDescriptor)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCreateContainerRequest(w: Writer, m: Init<CreateContainerRequest>): void {
  w.string(10, m.containerId);
  w.string(18, m.execId);
  w.message(26, m.stringUser, writeStringUser);
  w.messages(34, m.devices, writeDevice);
  w.messages(42, m.storages, writeStorage);
  w.message(50, m.oci, writeSpec);
  w.bool(56, m.sandboxPidns);
  w.messages(66, m.sharedMounts, writeSharedMount);
  w.u32(72, m.stdinPort);
  w.u32(80, m.stdoutPort);
  w.u32(88, m.stderrPort);
  w.bytes(8002, m.ociJson);
  w.bytes(8010, m.seccompBpf);
  w.u32(8016, m.seccompFlags);
  w.string(8026, m.bundle);
  w.bool(8032, m.notifySocket);
  w.bool(8040, m.pause);
  w.messages(8050, m.passed, writePassedDescriptor);
}

export function encodeCreateContainerRequest(m: Init<CreateContainerRequest>): Uint8Array {
  return encode(m, writeCreateContainerRequest);
}

export function decodeCreateContainerRequest(bytes: Uint8Array): CreateContainerRequest {
  return decode(bytes, readCreateContainerRequest);
}

export interface PassedDescriptor {
  inputPort: number;
  outputPort: number;
}

export function readPassedDescriptor(r: Reader, end: number, m: PassedDescriptor = { inputPort: 0, outputPort: 0 }): PassedDescriptor {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.inputPort = r.u32(); break;
      case 16: m.outputPort = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writePassedDescriptor(w: Writer, m: Init<PassedDescriptor>): void {
  w.u32(8, m.inputPort);
  w.u32(16, m.outputPort);
}

export function encodePassedDescriptor(m: Init<PassedDescriptor>): Uint8Array {
  return encode(m, writePassedDescriptor);
}

export function decodePassedDescriptor(bytes: Uint8Array): PassedDescriptor {
  return decode(bytes, readPassedDescriptor);
}

export interface WaitReadyRequest {
  containerId: string;
}

export function readWaitReadyRequest(r: Reader, end: number, m: WaitReadyRequest = { containerId: "" }): WaitReadyRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeWaitReadyRequest(w: Writer, m: Init<WaitReadyRequest>): void {
  w.string(10, m.containerId);
}

export function encodeWaitReadyRequest(m: Init<WaitReadyRequest>): Uint8Array {
  return encode(m, writeWaitReadyRequest);
}

export function decodeWaitReadyRequest(bytes: Uint8Array): WaitReadyRequest {
  return decode(bytes, readWaitReadyRequest);
}

export interface StartContainerRequest {
  containerId: string;
}

export function readStartContainerRequest(r: Reader, end: number, m: StartContainerRequest = { containerId: "" }): StartContainerRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStartContainerRequest(w: Writer, m: Init<StartContainerRequest>): void {
  w.string(10, m.containerId);
}

export function encodeStartContainerRequest(m: Init<StartContainerRequest>): Uint8Array {
  return encode(m, writeStartContainerRequest);
}

export function decodeStartContainerRequest(bytes: Uint8Array): StartContainerRequest {
  return decode(bytes, readStartContainerRequest);
}

export interface PauseContainerRequest {
  containerId: string;
}

export function readPauseContainerRequest(r: Reader, end: number, m: PauseContainerRequest = { containerId: "" }): PauseContainerRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writePauseContainerRequest(w: Writer, m: Init<PauseContainerRequest>): void {
  w.string(10, m.containerId);
}

export function encodePauseContainerRequest(m: Init<PauseContainerRequest>): Uint8Array {
  return encode(m, writePauseContainerRequest);
}

export function decodePauseContainerRequest(bytes: Uint8Array): PauseContainerRequest {
  return decode(bytes, readPauseContainerRequest);
}

export interface ResumeContainerRequest {
  containerId: string;
}

export function readResumeContainerRequest(r: Reader, end: number, m: ResumeContainerRequest = { containerId: "" }): ResumeContainerRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeResumeContainerRequest(w: Writer, m: Init<ResumeContainerRequest>): void {
  w.string(10, m.containerId);
}

export function encodeResumeContainerRequest(m: Init<ResumeContainerRequest>): Uint8Array {
  return encode(m, writeResumeContainerRequest);
}

export function decodeResumeContainerRequest(bytes: Uint8Array): ResumeContainerRequest {
  return decode(bytes, readResumeContainerRequest);
}

export interface RemoveContainerRequest {
  containerId: string;
  timeout: number;
}

export function readRemoveContainerRequest(r: Reader, end: number, m: RemoveContainerRequest = { containerId: "", timeout: 0 }): RemoveContainerRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 16: m.timeout = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeRemoveContainerRequest(w: Writer, m: Init<RemoveContainerRequest>): void {
  w.string(10, m.containerId);
  w.u32(16, m.timeout);
}

export function encodeRemoveContainerRequest(m: Init<RemoveContainerRequest>): Uint8Array {
  return encode(m, writeRemoveContainerRequest);
}

export function decodeRemoveContainerRequest(bytes: Uint8Array): RemoveContainerRequest {
  return decode(bytes, readRemoveContainerRequest);
}

export interface CloseStdinRequest {
  containerId: string;
  execId: string;
}

export function readCloseStdinRequest(r: Reader, end: number, m: CloseStdinRequest = { containerId: "", execId: "" }): CloseStdinRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 18: m.execId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCloseStdinRequest(w: Writer, m: Init<CloseStdinRequest>): void {
  w.string(10, m.containerId);
  w.string(18, m.execId);
}

export function encodeCloseStdinRequest(m: Init<CloseStdinRequest>): Uint8Array {
  return encode(m, writeCloseStdinRequest);
}

export function decodeCloseStdinRequest(bytes: Uint8Array): CloseStdinRequest {
  return decode(bytes, readCloseStdinRequest);
}

export interface WaitProcessRequest {
  containerId: string;
  execId: string;
}

export function readWaitProcessRequest(r: Reader, end: number, m: WaitProcessRequest = { containerId: "", execId: "" }): WaitProcessRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 18: m.execId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeWaitProcessRequest(w: Writer, m: Init<WaitProcessRequest>): void {
  w.string(10, m.containerId);
  w.string(18, m.execId);
}

export function encodeWaitProcessRequest(m: Init<WaitProcessRequest>): Uint8Array {
  return encode(m, writeWaitProcessRequest);
}

export function decodeWaitProcessRequest(bytes: Uint8Array): WaitProcessRequest {
  return decode(bytes, readWaitProcessRequest);
}

export interface WaitProcessResponse {
  status: number;
  handedOn: HandedOn | undefined;
  oomEvents: number;
}

export function readWaitProcessResponse(r: Reader, end: number, m: WaitProcessResponse = { status: 0, handedOn: undefined, oomEvents: 0 }): WaitProcessResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.status = r.i32(); break;
      case 8002: m.handedOn = r.message(readHandedOn, m.handedOn); break;
      case 8008: m.oomEvents = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeWaitProcessResponse(w: Writer, m: Init<WaitProcessResponse>): void {
  w.i32(8, m.status);
  w.message(8002, m.handedOn, writeHandedOn);
  w.u32(8008, m.oomEvents);
}

export function encodeWaitProcessResponse(m: Init<WaitProcessResponse>): Uint8Array {
  return encode(m, writeWaitProcessResponse);
}

export function decodeWaitProcessResponse(bytes: Uint8Array): WaitProcessResponse {
  return decode(bytes, readWaitProcessResponse);
}

export interface HandedOn {
  stdout: number;
  stderr: number;
  passed: number[];
}

export function readHandedOn(r: Reader, end: number, m: HandedOn = { stdout: 0, stderr: 0, passed: [] }): HandedOn {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.stdout = r.u64Number(); break;
      case 16: m.stderr = r.u64Number(); break;
      case 24: r.add(m.passed, r.u64Number()); break;
      case 26: r.packed(m.passed, () => r.u64Number()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeHandedOn(w: Writer, m: Init<HandedOn>): void {
  w.u64Number(8, m.stdout);
  w.u64Number(16, m.stderr);
  w.u64Numbers(26, m.passed);
}

export function encodeHandedOn(m: Init<HandedOn>): Uint8Array {
  return encode(m, writeHandedOn);
}

export function decodeHandedOn(bytes: Uint8Array): HandedOn {
  return decode(bytes, readHandedOn);
}

export interface ExecProcessRequest {
  containerId: string;
  execId: string;
  stringUser: StringUser | undefined;
  process: Process | undefined;
  stdinPort: number;
  stdoutPort: number;
  stderrPort: number;
  ociJson: Uint8Array;
  ignorePaused: boolean;
  cgroup: string;
  passed: PassedDescriptor[];
}

export function readExecProcessRequest(r: Reader, end: number, m: ExecProcessRequest = { containerId: "", execId: "", stringUser: undefined, process: undefined, stdinPort: 0, stdoutPort: 0, stderrPort: 0, ociJson: new Uint8Array(), ignorePaused: false, cgroup: "", passed: [] }): ExecProcessRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 18: m.execId = r.string(); break;
      case 26: m.stringUser = r.message(readStringUser, m.stringUser); break;
      case 34: m.process = r.message(readProcess, m.process); break;
      case 40: m.stdinPort = r.u32(); break;
      case 48: m.stdoutPort = r.u32(); break;
      case 56: m.stderrPort = r.u32(); break;
      case 8002: m.ociJson = r.bytes(); break;
      case 8008: m.ignorePaused = r.bool(); break;
      case 8018: m.cgroup = r.string(); break;
      case 8026: r.add(m.passed, r.message(readPassedDescriptor)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeExecProcessRequest(w: Writer, m: Init<ExecProcessRequest>): void {
  w.string(10, m.containerId);
  w.string(18, m.execId);
  w.message(26, m.stringUser, writeStringUser);
  w.message(34, m.process, writeProcess);
  w.u32(40, m.stdinPort);
  w.u32(48, m.stdoutPort);
  w.u32(56, m.stderrPort);
  w.bytes(8002, m.ociJson);
  w.bool(8008, m.ignorePaused);
  w.string(8018, m.cgroup);
  w.messages(8026, m.passed, writePassedDescriptor);
}

export function encodeExecProcessRequest(m: Init<ExecProcessRequest>): Uint8Array {
  return encode(m, writeExecProcessRequest);
}

export function decodeExecProcessRequest(bytes: Uint8Array): ExecProcessRequest {
  return decode(bytes, readExecProcessRequest);
}

export interface SignalProcessRequest {
  containerId: string;
  execId: string;
  signal: number;
}

export function readSignalProcessRequest(r: Reader, end: number, m: SignalProcessRequest = { containerId: "", execId: "", signal: 0 }): SignalProcessRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 18: m.execId = r.string(); break;
      case 24: m.signal = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSignalProcessRequest(w: Writer, m: Init<SignalProcessRequest>): void {
  w.string(10, m.containerId);
  w.string(18, m.execId);
  w.u32(24, m.signal);
}

export function encodeSignalProcessRequest(m: Init<SignalProcessRequest>): Uint8Array {
  return encode(m, writeSignalProcessRequest);
}

export function decodeSignalProcessRequest(bytes: Uint8Array): SignalProcessRequest {
  return decode(bytes, readSignalProcessRequest);
}

export interface UpdateContainerRequest {
  containerId: string;
  resources: LinuxResources | undefined;
  ociJson: Uint8Array;
}

export function readUpdateContainerRequest(r: Reader, end: number, m: UpdateContainerRequest = { containerId: "", resources: undefined, ociJson: new Uint8Array() }): UpdateContainerRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 18: m.resources = r.message(readLinuxResources, m.resources); break;
      case 8002: m.ociJson = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeUpdateContainerRequest(w: Writer, m: Init<UpdateContainerRequest>): void {
  w.string(10, m.containerId);
  w.message(18, m.resources, writeLinuxResources);
  w.bytes(8002, m.ociJson);
}

export function encodeUpdateContainerRequest(m: Init<UpdateContainerRequest>): Uint8Array {
  return encode(m, writeUpdateContainerRequest);
}

export function decodeUpdateContainerRequest(bytes: Uint8Array): UpdateContainerRequest {
  return decode(bytes, readUpdateContainerRequest);
}

export interface WriteStreamRequest {
  containerId: string;
  execId: string;
  data: Uint8Array;
}

export function readWriteStreamRequest(r: Reader, end: number, m: WriteStreamRequest = { containerId: "", execId: "", data: new Uint8Array() }): WriteStreamRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 18: m.execId = r.string(); break;
      case 26: m.data = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeWriteStreamRequest(w: Writer, m: Init<WriteStreamRequest>): void {
  w.string(10, m.containerId);
  w.string(18, m.execId);
  w.bytes(26, m.data);
}

export function encodeWriteStreamRequest(m: Init<WriteStreamRequest>): Uint8Array {
  return encode(m, writeWriteStreamRequest);
}

export function decodeWriteStreamRequest(bytes: Uint8Array): WriteStreamRequest {
  return decode(bytes, readWriteStreamRequest);
}

export interface WriteStreamResponse {
  len: number;
}

export function readWriteStreamResponse(r: Reader, end: number, m: WriteStreamResponse = { len: 0 }): WriteStreamResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.len = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeWriteStreamResponse(w: Writer, m: Init<WriteStreamResponse>): void {
  w.u32(8, m.len);
}

export function encodeWriteStreamResponse(m: Init<WriteStreamResponse>): Uint8Array {
  return encode(m, writeWriteStreamResponse);
}

export function decodeWriteStreamResponse(bytes: Uint8Array): WriteStreamResponse {
  return decode(bytes, readWriteStreamResponse);
}

export interface ReadStreamRequest {
  containerId: string;
  execId: string;
  len: number;
}

export function readReadStreamRequest(r: Reader, end: number, m: ReadStreamRequest = { containerId: "", execId: "", len: 0 }): ReadStreamRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 18: m.execId = r.string(); break;
      case 24: m.len = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeReadStreamRequest(w: Writer, m: Init<ReadStreamRequest>): void {
  w.string(10, m.containerId);
  w.string(18, m.execId);
  w.u32(24, m.len);
}

export function encodeReadStreamRequest(m: Init<ReadStreamRequest>): Uint8Array {
  return encode(m, writeReadStreamRequest);
}

export function decodeReadStreamRequest(bytes: Uint8Array): ReadStreamRequest {
  return decode(bytes, readReadStreamRequest);
}

export interface ReadStreamResponse {
  data: Uint8Array;
}

export function readReadStreamResponse(r: Reader, end: number, m: ReadStreamResponse = { data: new Uint8Array() }): ReadStreamResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.data = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeReadStreamResponse(w: Writer, m: Init<ReadStreamResponse>): void {
  w.bytes(10, m.data);
}

export function encodeReadStreamResponse(m: Init<ReadStreamResponse>): Uint8Array {
  return encode(m, writeReadStreamResponse);
}

export function decodeReadStreamResponse(bytes: Uint8Array): ReadStreamResponse {
  return decode(bytes, readReadStreamResponse);
}

export interface TtyWinResizeRequest {
  containerId: string;
  execId: string;
  row: number;
  column: number;
}

export function readTtyWinResizeRequest(r: Reader, end: number, m: TtyWinResizeRequest = { containerId: "", execId: "", row: 0, column: 0 }): TtyWinResizeRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 18: m.execId = r.string(); break;
      case 24: m.row = r.u32(); break;
      case 32: m.column = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeTtyWinResizeRequest(w: Writer, m: Init<TtyWinResizeRequest>): void {
  w.string(10, m.containerId);
  w.string(18, m.execId);
  w.u32(24, m.row);
  w.u32(32, m.column);
}

export function encodeTtyWinResizeRequest(m: Init<TtyWinResizeRequest>): Uint8Array {
  return encode(m, writeTtyWinResizeRequest);
}

export function decodeTtyWinResizeRequest(bytes: Uint8Array): TtyWinResizeRequest {
  return decode(bytes, readTtyWinResizeRequest);
}

export interface StatsContainerRequest {
  containerId: string;
}

export function readStatsContainerRequest(r: Reader, end: number, m: StatsContainerRequest = { containerId: "" }): StatsContainerRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStatsContainerRequest(w: Writer, m: Init<StatsContainerRequest>): void {
  w.string(10, m.containerId);
}

export function encodeStatsContainerRequest(m: Init<StatsContainerRequest>): Uint8Array {
  return encode(m, writeStatsContainerRequest);
}

export function decodeStatsContainerRequest(bytes: Uint8Array): StatsContainerRequest {
  return decode(bytes, readStatsContainerRequest);
}

export interface StatsContainerResponse {
  cgroupStats: CgroupStats | undefined;
  networkStats: NetworkStats[];
  pressure: Record<string, string>;
}

export function readStatsContainerResponse(r: Reader, end: number, m: StatsContainerResponse = { cgroupStats: undefined, networkStats: [], pressure: {} }): StatsContainerResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.cgroupStats = r.message(readCgroupStats, m.cgroupStats); break;
      case 18: r.add(m.networkStats, r.message(readNetworkStats)); break;
      case 8002: r.entry(m.pressure, () => r.string(), () => ""); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStatsContainerResponse(w: Writer, m: Init<StatsContainerResponse>): void {
  w.message(10, m.cgroupStats, writeCgroupStats);
  w.messages(18, m.networkStats, writeNetworkStats);
  w.entries(8002, m.pressure, (v) => w.string(18, v));
}

export function encodeStatsContainerResponse(m: Init<StatsContainerResponse>): Uint8Array {
  return encode(m, writeStatsContainerResponse);
}

export function decodeStatsContainerResponse(bytes: Uint8Array): StatsContainerResponse {
  return decode(bytes, readStatsContainerResponse);
}

export interface ListProcessesRequest {
  containerId: string;
}

export function readListProcessesRequest(r: Reader, end: number, m: ListProcessesRequest = { containerId: "" }): ListProcessesRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeListProcessesRequest(w: Writer, m: Init<ListProcessesRequest>): void {
  w.string(10, m.containerId);
}

export function encodeListProcessesRequest(m: Init<ListProcessesRequest>): Uint8Array {
  return encode(m, writeListProcessesRequest);
}

export function decodeListProcessesRequest(bytes: Uint8Array): ListProcessesRequest {
  return decode(bytes, readListProcessesRequest);
}

export interface ListProcessesResponse {
  processes: ProcessEntry[];
  uptimeMs: number;
  memoryKib: number;
}

export function readListProcessesResponse(r: Reader, end: number, m: ListProcessesResponse = { processes: [], uptimeMs: 0, memoryKib: 0 }): ListProcessesResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8002: r.add(m.processes, r.message(readProcessEntry)); break;
      case 8008: m.uptimeMs = r.u64Number(); break;
      case 8016: m.memoryKib = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeListProcessesResponse(w: Writer, m: Init<ListProcessesResponse>): void {
  w.messages(8002, m.processes, writeProcessEntry);
  w.u64Number(8008, m.uptimeMs);
  w.u64Number(8016, m.memoryKib);
}

export function encodeListProcessesResponse(m: Init<ListProcessesResponse>): Uint8Array {
  return encode(m, writeListProcessesResponse);
}

export function decodeListProcessesResponse(bytes: Uint8Array): ListProcessesResponse {
  return decode(bytes, readListProcessesResponse);
}

export interface ProcessEntry {
  pid: number;
  stat: string;
  cmdline: Uint8Array;
  uid: number;
  gid: number;
  rssKib: number;
}

export function readProcessEntry(r: Reader, end: number, m: ProcessEntry = { pid: 0, stat: "", cmdline: new Uint8Array(), uid: 0, gid: 0, rssKib: 0 }): ProcessEntry {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.pid = r.u32(); break;
      case 18: m.stat = r.string(); break;
      case 26: m.cmdline = r.bytes(); break;
      case 32: m.uid = r.u32(); break;
      case 40: m.gid = r.u32(); break;
      case 48: m.rssKib = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeProcessEntry(w: Writer, m: Init<ProcessEntry>): void {
  w.u32(8, m.pid);
  w.string(18, m.stat);
  w.bytes(26, m.cmdline);
  w.u32(32, m.uid);
  w.u32(40, m.gid);
  w.u64Number(48, m.rssKib);
}

export function encodeProcessEntry(m: Init<ProcessEntry>): Uint8Array {
  return encode(m, writeProcessEntry);
}

export function decodeProcessEntry(bytes: Uint8Array): ProcessEntry {
  return decode(bytes, readProcessEntry);
}

export interface CgroupStats {
  cpuStats: CpuStats | undefined;
  memoryStats: MemoryStats | undefined;
  pidsStats: PidsStats | undefined;
  blkioStats: BlkioStats | undefined;
  hugetlbStats: Record<string, HugetlbStats>;
}

export function readCgroupStats(r: Reader, end: number, m: CgroupStats = { cpuStats: undefined, memoryStats: undefined, pidsStats: undefined, blkioStats: undefined, hugetlbStats: {} }): CgroupStats {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.cpuStats = r.message(readCpuStats, m.cpuStats); break;
      case 18: m.memoryStats = r.message(readMemoryStats, m.memoryStats); break;
      case 26: m.pidsStats = r.message(readPidsStats, m.pidsStats); break;
      case 34: m.blkioStats = r.message(readBlkioStats, m.blkioStats); break;
      case 42: r.entry(m.hugetlbStats, () => r.message(readHugetlbStats), () => readHugetlbStats(r, r.pos)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCgroupStats(w: Writer, m: Init<CgroupStats>): void {
  w.message(10, m.cpuStats, writeCpuStats);
  w.message(18, m.memoryStats, writeMemoryStats);
  w.message(26, m.pidsStats, writePidsStats);
  w.message(34, m.blkioStats, writeBlkioStats);
  w.entries(42, m.hugetlbStats, (v) => w.message(18, v, writeHugetlbStats));
}

export function encodeCgroupStats(m: Init<CgroupStats>): Uint8Array {
  return encode(m, writeCgroupStats);
}

export function decodeCgroupStats(bytes: Uint8Array): CgroupStats {
  return decode(bytes, readCgroupStats);
}

export interface CpuStats {
  cpuUsage: CpuUsage | undefined;
  throttlingData: ThrottlingData | undefined;
}

export function readCpuStats(r: Reader, end: number, m: CpuStats = { cpuUsage: undefined, throttlingData: undefined }): CpuStats {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.cpuUsage = r.message(readCpuUsage, m.cpuUsage); break;
      case 18: m.throttlingData = r.message(readThrottlingData, m.throttlingData); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCpuStats(w: Writer, m: Init<CpuStats>): void {
  w.message(10, m.cpuUsage, writeCpuUsage);
  w.message(18, m.throttlingData, writeThrottlingData);
}

export function encodeCpuStats(m: Init<CpuStats>): Uint8Array {
  return encode(m, writeCpuStats);
}

export function decodeCpuStats(bytes: Uint8Array): CpuStats {
  return decode(bytes, readCpuStats);
}

export interface CpuUsage {
  totalUsage: bigint;
  percpuUsage: bigint[];
  usageInKernelmode: bigint;
  usageInUsermode: bigint;
}

export function readCpuUsage(r: Reader, end: number, m: CpuUsage = { totalUsage: 0n, percpuUsage: [], usageInKernelmode: 0n, usageInUsermode: 0n }): CpuUsage {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.totalUsage = r.u64(); break;
      case 16: r.add(m.percpuUsage, r.u64()); break;
      case 18: r.packed(m.percpuUsage, () => r.u64()); break;
      case 24: m.usageInKernelmode = r.u64(); break;
      case 32: m.usageInUsermode = r.u64(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCpuUsage(w: Writer, m: Init<CpuUsage>): void {
  w.u64(8, m.totalUsage);
  w.u64s(18, m.percpuUsage);
  w.u64(24, m.usageInKernelmode);
  w.u64(32, m.usageInUsermode);
}

export function encodeCpuUsage(m: Init<CpuUsage>): Uint8Array {
  return encode(m, writeCpuUsage);
}

export function decodeCpuUsage(bytes: Uint8Array): CpuUsage {
  return decode(bytes, readCpuUsage);
}

export interface ThrottlingData {
  periods: bigint;
  throttledPeriods: bigint;
  throttledTime: bigint;
}

export function readThrottlingData(r: Reader, end: number, m: ThrottlingData = { periods: 0n, throttledPeriods: 0n, throttledTime: 0n }): ThrottlingData {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.periods = r.u64(); break;
      case 16: m.throttledPeriods = r.u64(); break;
      case 24: m.throttledTime = r.u64(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeThrottlingData(w: Writer, m: Init<ThrottlingData>): void {
  w.u64(8, m.periods);
  w.u64(16, m.throttledPeriods);
  w.u64(24, m.throttledTime);
}

export function encodeThrottlingData(m: Init<ThrottlingData>): Uint8Array {
  return encode(m, writeThrottlingData);
}

export function decodeThrottlingData(bytes: Uint8Array): ThrottlingData {
  return decode(bytes, readThrottlingData);
}

export interface PidsStats {
  current: bigint;
  limit: bigint;
}

export function readPidsStats(r: Reader, end: number, m: PidsStats = { current: 0n, limit: 0n }): PidsStats {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.current = r.u64(); break;
      case 16: m.limit = r.u64(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writePidsStats(w: Writer, m: Init<PidsStats>): void {
  w.u64(8, m.current);
  w.u64(16, m.limit);
}

export function encodePidsStats(m: Init<PidsStats>): Uint8Array {
  return encode(m, writePidsStats);
}

export function decodePidsStats(bytes: Uint8Array): PidsStats {
  return decode(bytes, readPidsStats);
}

export interface MemoryStats {
  cache: bigint;
  usage: MemoryData | undefined;
  swapUsage: MemoryData | undefined;
  kernelUsage: MemoryData | undefined;
  useHierarchy: boolean;
  stats: Record<string, bigint>;
}

export function readMemoryStats(r: Reader, end: number, m: MemoryStats = { cache: 0n, usage: undefined, swapUsage: undefined, kernelUsage: undefined, useHierarchy: false, stats: {} }): MemoryStats {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.cache = r.u64(); break;
      case 18: m.usage = r.message(readMemoryData, m.usage); break;
      case 26: m.swapUsage = r.message(readMemoryData, m.swapUsage); break;
      case 34: m.kernelUsage = r.message(readMemoryData, m.kernelUsage); break;
      case 40: m.useHierarchy = r.bool(); break;
      case 50: r.entry(m.stats, () => r.u64(), () => 0n); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeMemoryStats(w: Writer, m: Init<MemoryStats>): void {
  w.u64(8, m.cache);
  w.message(18, m.usage, writeMemoryData);
  w.message(26, m.swapUsage, writeMemoryData);
  w.message(34, m.kernelUsage, writeMemoryData);
  w.bool(40, m.useHierarchy);
  w.entries(50, m.stats, (v) => w.u64(16, v));
}

export function encodeMemoryStats(m: Init<MemoryStats>): Uint8Array {
  return encode(m, writeMemoryStats);
}

export function decodeMemoryStats(bytes: Uint8Array): MemoryStats {
  return decode(bytes, readMemoryStats);
}

export interface MemoryData {
  usage: bigint;
  maxUsage: bigint;
  failcnt: bigint;
  limit: bigint;
}

export function readMemoryData(r: Reader, end: number, m: MemoryData = { usage: 0n, maxUsage: 0n, failcnt: 0n, limit: 0n }): MemoryData {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.usage = r.u64(); break;
      case 16: m.maxUsage = r.u64(); break;
      case 24: m.failcnt = r.u64(); break;
      case 32: m.limit = r.u64(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeMemoryData(w: Writer, m: Init<MemoryData>): void {
  w.u64(8, m.usage);
  w.u64(16, m.maxUsage);
  w.u64(24, m.failcnt);
  w.u64(32, m.limit);
}

export function encodeMemoryData(m: Init<MemoryData>): Uint8Array {
  return encode(m, writeMemoryData);
}

export function decodeMemoryData(bytes: Uint8Array): MemoryData {
  return decode(bytes, readMemoryData);
}

export interface HugetlbStats {
  usage: bigint;
  maxUsage: bigint;
  failcnt: bigint;
}

export function readHugetlbStats(r: Reader, end: number, m: HugetlbStats = { usage: 0n, maxUsage: 0n, failcnt: 0n }): HugetlbStats {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.usage = r.u64(); break;
      case 16: m.maxUsage = r.u64(); break;
      case 24: m.failcnt = r.u64(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeHugetlbStats(w: Writer, m: Init<HugetlbStats>): void {
  w.u64(8, m.usage);
  w.u64(16, m.maxUsage);
  w.u64(24, m.failcnt);
}

export function encodeHugetlbStats(m: Init<HugetlbStats>): Uint8Array {
  return encode(m, writeHugetlbStats);
}

export function decodeHugetlbStats(bytes: Uint8Array): HugetlbStats {
  return decode(bytes, readHugetlbStats);
}

export interface BlkioStats {
  ioServiceBytesRecursive: BlkioStatsEntry[];
  ioServicedRecursive: BlkioStatsEntry[];
  ioQueuedRecursive: BlkioStatsEntry[];
  ioServiceTimeRecursive: BlkioStatsEntry[];
  ioWaitTimeRecursive: BlkioStatsEntry[];
  ioMergedRecursive: BlkioStatsEntry[];
  ioTimeRecursive: BlkioStatsEntry[];
  sectorsRecursive: BlkioStatsEntry[];
}

export function readBlkioStats(r: Reader, end: number, m: BlkioStats = { ioServiceBytesRecursive: [], ioServicedRecursive: [], ioQueuedRecursive: [], ioServiceTimeRecursive: [], ioWaitTimeRecursive: [], ioMergedRecursive: [], ioTimeRecursive: [], sectorsRecursive: [] }): BlkioStats {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.ioServiceBytesRecursive, r.message(readBlkioStatsEntry)); break;
      case 18: r.add(m.ioServicedRecursive, r.message(readBlkioStatsEntry)); break;
      case 26: r.add(m.ioQueuedRecursive, r.message(readBlkioStatsEntry)); break;
      case 34: r.add(m.ioServiceTimeRecursive, r.message(readBlkioStatsEntry)); break;
      case 42: r.add(m.ioWaitTimeRecursive, r.message(readBlkioStatsEntry)); break;
      case 50: r.add(m.ioMergedRecursive, r.message(readBlkioStatsEntry)); break;
      case 58: r.add(m.ioTimeRecursive, r.message(readBlkioStatsEntry)); break;
      case 66: r.add(m.sectorsRecursive, r.message(readBlkioStatsEntry)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeBlkioStats(w: Writer, m: Init<BlkioStats>): void {
  w.messages(10, m.ioServiceBytesRecursive, writeBlkioStatsEntry);
  w.messages(18, m.ioServicedRecursive, writeBlkioStatsEntry);
  w.messages(26, m.ioQueuedRecursive, writeBlkioStatsEntry);
  w.messages(34, m.ioServiceTimeRecursive, writeBlkioStatsEntry);
  w.messages(42, m.ioWaitTimeRecursive, writeBlkioStatsEntry);
  w.messages(50, m.ioMergedRecursive, writeBlkioStatsEntry);
  w.messages(58, m.ioTimeRecursive, writeBlkioStatsEntry);
  w.messages(66, m.sectorsRecursive, writeBlkioStatsEntry);
}

export function encodeBlkioStats(m: Init<BlkioStats>): Uint8Array {
  return encode(m, writeBlkioStats);
}

export function decodeBlkioStats(bytes: Uint8Array): BlkioStats {
  return decode(bytes, readBlkioStats);
}

export interface BlkioStatsEntry {
  major: number;
  minor: number;
  op: string;
  value: bigint;
}

export function readBlkioStatsEntry(r: Reader, end: number, m: BlkioStatsEntry = { major: 0, minor: 0, op: "", value: 0n }): BlkioStatsEntry {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.major = r.u64Number(); break;
      case 16: m.minor = r.u64Number(); break;
      case 26: m.op = r.string(); break;
      case 32: m.value = r.u64(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeBlkioStatsEntry(w: Writer, m: Init<BlkioStatsEntry>): void {
  w.u64Number(8, m.major);
  w.u64Number(16, m.minor);
  w.string(26, m.op);
  w.u64(32, m.value);
}

export function encodeBlkioStatsEntry(m: Init<BlkioStatsEntry>): Uint8Array {
  return encode(m, writeBlkioStatsEntry);
}

export function decodeBlkioStatsEntry(bytes: Uint8Array): BlkioStatsEntry {
  return decode(bytes, readBlkioStatsEntry);
}

export interface NetworkStats {
  name: string;
  rxBytes: bigint;
  rxPackets: bigint;
  rxErrors: bigint;
  rxDropped: bigint;
  txBytes: bigint;
  txPackets: bigint;
  txErrors: bigint;
  txDropped: bigint;
}

export function readNetworkStats(r: Reader, end: number, m: NetworkStats = { name: "", rxBytes: 0n, rxPackets: 0n, rxErrors: 0n, rxDropped: 0n, txBytes: 0n, txPackets: 0n, txErrors: 0n, txDropped: 0n }): NetworkStats {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.name = r.string(); break;
      case 16: m.rxBytes = r.u64(); break;
      case 24: m.rxPackets = r.u64(); break;
      case 32: m.rxErrors = r.u64(); break;
      case 40: m.rxDropped = r.u64(); break;
      case 48: m.txBytes = r.u64(); break;
      case 56: m.txPackets = r.u64(); break;
      case 64: m.txErrors = r.u64(); break;
      case 72: m.txDropped = r.u64(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeNetworkStats(w: Writer, m: Init<NetworkStats>): void {
  w.string(10, m.name);
  w.u64(16, m.rxBytes);
  w.u64(24, m.rxPackets);
  w.u64(32, m.rxErrors);
  w.u64(40, m.rxDropped);
  w.u64(48, m.txBytes);
  w.u64(56, m.txPackets);
  w.u64(64, m.txErrors);
  w.u64(72, m.txDropped);
}

export function encodeNetworkStats(m: Init<NetworkStats>): Uint8Array {
  return encode(m, writeNetworkStats);
}

export function decodeNetworkStats(bytes: Uint8Array): NetworkStats {
  return decode(bytes, readNetworkStats);
}

export interface CreateSandboxRequest {
  hostname: string;
  dns: string[];
  storages: Storage[];
  sandboxPidns: boolean;
  sandboxId: string;
  guestHookPath: string;
  kernelModules: KernelModule[];
}

export function readCreateSandboxRequest(r: Reader, end: number, m: CreateSandboxRequest = { hostname: "", dns: [], storages: [], sandboxPidns: false, sandboxId: "", guestHookPath: "", kernelModules: [] }): CreateSandboxRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.hostname = r.string(); break;
      case 18: r.add(m.dns, r.string()); break;
      case 26: r.add(m.storages, r.message(readStorage)); break;
      case 32: m.sandboxPidns = r.bool(); break;
      case 42: m.sandboxId = r.string(); break;
      case 50: m.guestHookPath = r.string(); break;
      case 58: r.add(m.kernelModules, r.message(readKernelModule)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCreateSandboxRequest(w: Writer, m: Init<CreateSandboxRequest>): void {
  w.string(10, m.hostname);
  w.strings(18, m.dns);
  w.messages(26, m.storages, writeStorage);
  w.bool(32, m.sandboxPidns);
  w.string(42, m.sandboxId);
  w.string(50, m.guestHookPath);
  w.messages(58, m.kernelModules, writeKernelModule);
}

export function encodeCreateSandboxRequest(m: Init<CreateSandboxRequest>): Uint8Array {
  return encode(m, writeCreateSandboxRequest);
}

export function decodeCreateSandboxRequest(bytes: Uint8Array): CreateSandboxRequest {
  return decode(bytes, readCreateSandboxRequest);
}

export interface KernelModule {
  name: string;
  parameters: string[];
}

export function readKernelModule(r: Reader, end: number, m: KernelModule = { name: "", parameters: [] }): KernelModule {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.name = r.string(); break;
      case 18: r.add(m.parameters, r.string()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeKernelModule(w: Writer, m: Init<KernelModule>): void {
  w.string(10, m.name);
  w.strings(18, m.parameters);
}

export function encodeKernelModule(m: Init<KernelModule>): Uint8Array {
  return encode(m, writeKernelModule);
}

export function decodeKernelModule(bytes: Uint8Array): KernelModule {
  return decode(bytes, readKernelModule);
}

export interface DestroySandboxRequest {
}

export function readDestroySandboxRequest(r: Reader, end: number, m: DestroySandboxRequest = {}): DestroySandboxRequest {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeDestroySandboxRequest(_w: Writer, _m: Init<DestroySandboxRequest>): void {
}

export function encodeDestroySandboxRequest(m: Init<DestroySandboxRequest>): Uint8Array {
  return encode(m, writeDestroySandboxRequest);
}

export function decodeDestroySandboxRequest(bytes: Uint8Array): DestroySandboxRequest {
  return decode(bytes, readDestroySandboxRequest);
}

export interface RemoveStaleVirtiofsShareMountsRequest {
}

export function readRemoveStaleVirtiofsShareMountsRequest(r: Reader, end: number, m: RemoveStaleVirtiofsShareMountsRequest = {}): RemoveStaleVirtiofsShareMountsRequest {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeRemoveStaleVirtiofsShareMountsRequest(_w: Writer, _m: Init<RemoveStaleVirtiofsShareMountsRequest>): void {
}

export function encodeRemoveStaleVirtiofsShareMountsRequest(m: Init<RemoveStaleVirtiofsShareMountsRequest>): Uint8Array {
  return encode(m, writeRemoveStaleVirtiofsShareMountsRequest);
}

export function decodeRemoveStaleVirtiofsShareMountsRequest(bytes: Uint8Array): RemoveStaleVirtiofsShareMountsRequest {
  return decode(bytes, readRemoveStaleVirtiofsShareMountsRequest);
}

export interface ListInterfacesRequest {
}

export function readListInterfacesRequest(r: Reader, end: number, m: ListInterfacesRequest = {}): ListInterfacesRequest {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeListInterfacesRequest(_w: Writer, _m: Init<ListInterfacesRequest>): void {
}

export function encodeListInterfacesRequest(m: Init<ListInterfacesRequest>): Uint8Array {
  return encode(m, writeListInterfacesRequest);
}

export function decodeListInterfacesRequest(bytes: Uint8Array): ListInterfacesRequest {
  return decode(bytes, readListInterfacesRequest);
}

export interface ListRoutesRequest {
}

export function readListRoutesRequest(r: Reader, end: number, m: ListRoutesRequest = {}): ListRoutesRequest {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeListRoutesRequest(_w: Writer, _m: Init<ListRoutesRequest>): void {
}

export function encodeListRoutesRequest(m: Init<ListRoutesRequest>): Uint8Array {
  return encode(m, writeListRoutesRequest);
}

export function decodeListRoutesRequest(bytes: Uint8Array): ListRoutesRequest {
  return decode(bytes, readListRoutesRequest);
}

export interface GetOOMEventRequest {
}

export function readGetOOMEventRequest(r: Reader, end: number, m: GetOOMEventRequest = {}): GetOOMEventRequest {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeGetOOMEventRequest(_w: Writer, _m: Init<GetOOMEventRequest>): void {
}

export function encodeGetOOMEventRequest(m: Init<GetOOMEventRequest>): Uint8Array {
  return encode(m, writeGetOOMEventRequest);
}

export function decodeGetOOMEventRequest(bytes: Uint8Array): GetOOMEventRequest {
  return decode(bytes, readGetOOMEventRequest);
}

export interface OOMEvent {
  containerId: string;
}

export function readOOMEvent(r: Reader, end: number, m: OOMEvent = { containerId: "" }): OOMEvent {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeOOMEvent(w: Writer, m: Init<OOMEvent>): void {
  w.string(10, m.containerId);
}

export function encodeOOMEvent(m: Init<OOMEvent>): Uint8Array {
  return encode(m, writeOOMEvent);
}

export function decodeOOMEvent(bytes: Uint8Array): OOMEvent {
  return decode(bytes, readOOMEvent);
}

export interface GetMetricsRequest {
}

export function readGetMetricsRequest(r: Reader, end: number, m: GetMetricsRequest = {}): GetMetricsRequest {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeGetMetricsRequest(_w: Writer, _m: Init<GetMetricsRequest>): void {
}

export function encodeGetMetricsRequest(m: Init<GetMetricsRequest>): Uint8Array {
  return encode(m, writeGetMetricsRequest);
}

export function decodeGetMetricsRequest(bytes: Uint8Array): GetMetricsRequest {
  return decode(bytes, readGetMetricsRequest);
}

export interface Metrics {
  metrics: string;
}

export function readMetrics(r: Reader, end: number, m: Metrics = { metrics: "" }): Metrics {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.metrics = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeMetrics(w: Writer, m: Init<Metrics>): void {
  w.string(10, m.metrics);
}

export function encodeMetrics(m: Init<Metrics>): Uint8Array {
  return encode(m, writeMetrics);
}

export function decodeMetrics(bytes: Uint8Array): Metrics {
  return decode(bytes, readMetrics);
}

export interface Storage {
  driver: string;
  driverOptions: string[];
  source: string;
  fstype: string;
  options: string[];
  mountPoint: string;
  fsGroup: FSGroup | undefined;
  shared: boolean;
}

export function readStorage(r: Reader, end: number, m: Storage = { driver: "", driverOptions: [], source: "", fstype: "", options: [], mountPoint: "", fsGroup: undefined, shared: false }): Storage {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.driver = r.string(); break;
      case 18: r.add(m.driverOptions, r.string()); break;
      case 26: m.source = r.string(); break;
      case 34: m.fstype = r.string(); break;
      case 42: r.add(m.options, r.string()); break;
      case 50: m.mountPoint = r.string(); break;
      case 58: m.fsGroup = r.message(readFSGroup, m.fsGroup); break;
      case 64: m.shared = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStorage(w: Writer, m: Init<Storage>): void {
  w.string(10, m.driver);
  w.strings(18, m.driverOptions);
  w.string(26, m.source);
  w.string(34, m.fstype);
  w.strings(42, m.options);
  w.string(50, m.mountPoint);
  w.message(58, m.fsGroup, writeFSGroup);
  w.bool(64, m.shared);
}

export function encodeStorage(m: Init<Storage>): Uint8Array {
  return encode(m, writeStorage);
}

export function decodeStorage(bytes: Uint8Array): Storage {
  return decode(bytes, readStorage);
}

export interface FSGroup {
  groupId: number;
  groupChangePolicy: number;
}

export function readFSGroup(r: Reader, end: number, m: FSGroup = { groupId: 0, groupChangePolicy: 0 }): FSGroup {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 16: m.groupId = r.u32(); break;
      case 24: m.groupChangePolicy = r.i32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeFSGroup(w: Writer, m: Init<FSGroup>): void {
  w.u32(16, m.groupId);
  w.i32(24, m.groupChangePolicy);
}

export function encodeFSGroup(m: Init<FSGroup>): Uint8Array {
  return encode(m, writeFSGroup);
}

export function decodeFSGroup(bytes: Uint8Array): FSGroup {
  return decode(bytes, readFSGroup);
}

export interface Device {
  id: string;
  type: string;
  vmPath: string;
  containerPath: string;
  options: string[];
}

export function readDevice(r: Reader, end: number, m: Device = { id: "", type: "", vmPath: "", containerPath: "", options: [] }): Device {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.type = r.string(); break;
      case 26: m.vmPath = r.string(); break;
      case 34: m.containerPath = r.string(); break;
      case 42: r.add(m.options, r.string()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeDevice(w: Writer, m: Init<Device>): void {
  w.string(10, m.id);
  w.string(18, m.type);
  w.string(26, m.vmPath);
  w.string(34, m.containerPath);
  w.strings(42, m.options);
}

export function encodeDevice(m: Init<Device>): Uint8Array {
  return encode(m, writeDevice);
}

export function decodeDevice(bytes: Uint8Array): Device {
  return decode(bytes, readDevice);
}

export interface SharedMount {
  name: string;
  srcCtr: string;
  srcPath: string;
  dstCtr: string;
  dstPath: string;
}

export function readSharedMount(r: Reader, end: number, m: SharedMount = { name: "", srcCtr: "", srcPath: "", dstCtr: "", dstPath: "" }): SharedMount {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.name = r.string(); break;
      case 18: m.srcCtr = r.string(); break;
      case 26: m.srcPath = r.string(); break;
      case 34: m.dstCtr = r.string(); break;
      case 42: m.dstPath = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSharedMount(w: Writer, m: Init<SharedMount>): void {
  w.string(10, m.name);
  w.string(18, m.srcCtr);
  w.string(26, m.srcPath);
  w.string(34, m.dstCtr);
  w.string(42, m.dstPath);
}

export function encodeSharedMount(m: Init<SharedMount>): Uint8Array {
  return encode(m, writeSharedMount);
}

export function decodeSharedMount(bytes: Uint8Array): SharedMount {
  return decode(bytes, readSharedMount);
}

export interface StringUser {
  uid: string;
  gid: string;
  additionalGids: string[];
}

export function readStringUser(r: Reader, end: number, m: StringUser = { uid: "", gid: "", additionalGids: [] }): StringUser {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.uid = r.string(); break;
      case 18: m.gid = r.string(); break;
      case 26: r.add(m.additionalGids, r.string()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStringUser(w: Writer, m: Init<StringUser>): void {
  w.string(10, m.uid);
  w.string(18, m.gid);
  w.strings(26, m.additionalGids);
}

export function encodeStringUser(m: Init<StringUser>): Uint8Array {
  return encode(m, writeStringUser);
}

export function decodeStringUser(bytes: Uint8Array): StringUser {
  return decode(bytes, readStringUser);
}

export interface UpdateInterfaceRequest {
  interface: Interface | undefined;
}

export function readUpdateInterfaceRequest(r: Reader, end: number, m: UpdateInterfaceRequest = { interface: undefined }): UpdateInterfaceRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.interface = r.message(readInterface, m.interface); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeUpdateInterfaceRequest(w: Writer, m: Init<UpdateInterfaceRequest>): void {
  w.message(10, m.interface, writeInterface);
}

export function encodeUpdateInterfaceRequest(m: Init<UpdateInterfaceRequest>): Uint8Array {
  return encode(m, writeUpdateInterfaceRequest);
}

export function decodeUpdateInterfaceRequest(bytes: Uint8Array): UpdateInterfaceRequest {
  return decode(bytes, readUpdateInterfaceRequest);
}

export interface UpdateRoutesRequest {
  routes: Routes | undefined;
}

export function readUpdateRoutesRequest(r: Reader, end: number, m: UpdateRoutesRequest = { routes: undefined }): UpdateRoutesRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.routes = r.message(readRoutes, m.routes); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeUpdateRoutesRequest(w: Writer, m: Init<UpdateRoutesRequest>): void {
  w.message(10, m.routes, writeRoutes);
}

export function encodeUpdateRoutesRequest(m: Init<UpdateRoutesRequest>): Uint8Array {
  return encode(m, writeUpdateRoutesRequest);
}

export function decodeUpdateRoutesRequest(bytes: Uint8Array): UpdateRoutesRequest {
  return decode(bytes, readUpdateRoutesRequest);
}

export interface Interfaces {
  interfaces: Interface[];
}

export function readInterfaces(r: Reader, end: number, m: Interfaces = { interfaces: [] }): Interfaces {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.interfaces, r.message(readInterface)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeInterfaces(w: Writer, m: Init<Interfaces>): void {
  w.messages(10, m.interfaces, writeInterface);
}

export function encodeInterfaces(m: Init<Interfaces>): Uint8Array {
  return encode(m, writeInterfaces);
}

export function decodeInterfaces(bytes: Uint8Array): Interfaces {
  return decode(bytes, readInterfaces);
}

export interface Routes {
  routes: Route[];
}

export function readRoutes(r: Reader, end: number, m: Routes = { routes: [] }): Routes {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.routes, r.message(readRoute)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeRoutes(w: Writer, m: Init<Routes>): void {
  w.messages(10, m.routes, writeRoute);
}

export function encodeRoutes(m: Init<Routes>): Uint8Array {
  return encode(m, writeRoutes);
}

export function decodeRoutes(bytes: Uint8Array): Routes {
  return decode(bytes, readRoutes);
}

export interface AddARPNeighborsRequest {
  neighbors: ARPNeighbors | undefined;
}

export function readAddARPNeighborsRequest(r: Reader, end: number, m: AddARPNeighborsRequest = { neighbors: undefined }): AddARPNeighborsRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.neighbors = r.message(readARPNeighbors, m.neighbors); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeAddARPNeighborsRequest(w: Writer, m: Init<AddARPNeighborsRequest>): void {
  w.message(10, m.neighbors, writeARPNeighbors);
}

export function encodeAddARPNeighborsRequest(m: Init<AddARPNeighborsRequest>): Uint8Array {
  return encode(m, writeAddARPNeighborsRequest);
}

export function decodeAddARPNeighborsRequest(bytes: Uint8Array): AddARPNeighborsRequest {
  return decode(bytes, readAddARPNeighborsRequest);
}

export interface ARPNeighbors {
  arpNeighbors: ARPNeighbor[];
}

export function readARPNeighbors(r: Reader, end: number, m: ARPNeighbors = { arpNeighbors: [] }): ARPNeighbors {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.arpNeighbors, r.message(readARPNeighbor)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeARPNeighbors(w: Writer, m: Init<ARPNeighbors>): void {
  w.messages(10, m.arpNeighbors, writeARPNeighbor);
}

export function encodeARPNeighbors(m: Init<ARPNeighbors>): Uint8Array {
  return encode(m, writeARPNeighbors);
}

export function decodeARPNeighbors(bytes: Uint8Array): ARPNeighbors {
  return decode(bytes, readARPNeighbors);
}

export interface Interface {
  device: string;
  name: string;
  ipAddresses: IPAddress[];
  mtu: number;
  hwAddr: string;
  devicePath: string;
  type: string;
  rawFlags: number;
  takeWaiting: boolean;
  putBack: boolean;
}

export function readInterface(r: Reader, end: number, m: Interface = { device: "", name: "", ipAddresses: [], mtu: 0, hwAddr: "", devicePath: "", type: "", rawFlags: 0, takeWaiting: false, putBack: false }): Interface {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.device = r.string(); break;
      case 18: m.name = r.string(); break;
      case 26: r.add(m.ipAddresses, r.message(readIPAddress)); break;
      case 32: m.mtu = r.u64Number(); break;
      case 42: m.hwAddr = r.string(); break;
      case 50: m.devicePath = r.string(); break;
      case 58: m.type = r.string(); break;
      case 64: m.rawFlags = r.u32(); break;
      case 8000: m.takeWaiting = r.bool(); break;
      case 8008: m.putBack = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeInterface(w: Writer, m: Init<Interface>): void {
  w.string(10, m.device);
  w.string(18, m.name);
  w.messages(26, m.ipAddresses, writeIPAddress);
  w.u64Number(32, m.mtu);
  w.string(42, m.hwAddr);
  w.string(50, m.devicePath);
  w.string(58, m.type);
  w.u32(64, m.rawFlags);
  w.bool(8000, m.takeWaiting);
  w.bool(8008, m.putBack);
}

export function encodeInterface(m: Init<Interface>): Uint8Array {
  return encode(m, writeInterface);
}

export function decodeInterface(bytes: Uint8Array): Interface {
  return decode(bytes, readInterface);
}

export interface IPAddress {
  family: number;
  address: string;
  mask: string;
}

export function readIPAddress(r: Reader, end: number, m: IPAddress = { family: 0, address: "", mask: "" }): IPAddress {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.family = r.i32(); break;
      case 18: m.address = r.string(); break;
      case 26: m.mask = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeIPAddress(w: Writer, m: Init<IPAddress>): void {
  w.i32(8, m.family);
  w.string(18, m.address);
  w.string(26, m.mask);
}

export function encodeIPAddress(m: Init<IPAddress>): Uint8Array {
  return encode(m, writeIPAddress);
}

export function decodeIPAddress(bytes: Uint8Array): IPAddress {
  return decode(bytes, readIPAddress);
}

export interface Route {
  dest: string;
  gateway: string;
  device: string;
  source: string;
  scope: number;
  family: number;
  flags: number;
  mtu: number;
  metric: number;
  type: number;
  metrics: Uint8Array;
}

export function readRoute(r: Reader, end: number, m: Route = { dest: "", gateway: "", device: "", source: "", scope: 0, family: 0, flags: 0, mtu: 0, metric: 0, type: 0, metrics: new Uint8Array() }): Route {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.dest = r.string(); break;
      case 18: m.gateway = r.string(); break;
      case 26: m.device = r.string(); break;
      case 34: m.source = r.string(); break;
      case 40: m.scope = r.u32(); break;
      case 48: m.family = r.i32(); break;
      case 56: m.flags = r.u32(); break;
      case 64: m.mtu = r.u32(); break;
      case 8000: m.metric = r.u32(); break;
      case 8008: m.type = r.u32(); break;
      case 8018: m.metrics = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeRoute(w: Writer, m: Init<Route>): void {
  w.string(10, m.dest);
  w.string(18, m.gateway);
  w.string(26, m.device);
  w.string(34, m.source);
  w.u32(40, m.scope);
  w.i32(48, m.family);
  w.u32(56, m.flags);
  w.u32(64, m.mtu);
  w.u32(8000, m.metric);
  w.u32(8008, m.type);
  w.bytes(8018, m.metrics);
}

export function encodeRoute(m: Init<Route>): Uint8Array {
  return encode(m, writeRoute);
}

export function decodeRoute(bytes: Uint8Array): Route {
  return decode(bytes, readRoute);
}

export interface ARPNeighbor {
  toIPAddress: IPAddress | undefined;
  device: string;
  lladdr: string;
  state: number;
  flags: number;
}

export function readARPNeighbor(r: Reader, end: number, m: ARPNeighbor = { toIPAddress: undefined, device: "", lladdr: "", state: 0, flags: 0 }): ARPNeighbor {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.toIPAddress = r.message(readIPAddress, m.toIPAddress); break;
      case 18: m.device = r.string(); break;
      case 26: m.lladdr = r.string(); break;
      case 32: m.state = r.i32(); break;
      case 40: m.flags = r.i32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeARPNeighbor(w: Writer, m: Init<ARPNeighbor>): void {
  w.message(10, m.toIPAddress, writeIPAddress);
  w.string(18, m.device);
  w.string(26, m.lladdr);
  w.i32(32, m.state);
  w.i32(40, m.flags);
}

export function encodeARPNeighbor(m: Init<ARPNeighbor>): Uint8Array {
  return encode(m, writeARPNeighbor);
}

export function decodeARPNeighbor(bytes: Uint8Array): ARPNeighbor {
  return decode(bytes, readARPNeighbor);
}

export interface UpdateEphemeralMountsRequest {
  storages: Storage[];
}

export function readUpdateEphemeralMountsRequest(r: Reader, end: number, m: UpdateEphemeralMountsRequest = { storages: [] }): UpdateEphemeralMountsRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.storages, r.message(readStorage)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeUpdateEphemeralMountsRequest(w: Writer, m: Init<UpdateEphemeralMountsRequest>): void {
  w.messages(10, m.storages, writeStorage);
}

export function encodeUpdateEphemeralMountsRequest(m: Init<UpdateEphemeralMountsRequest>): Uint8Array {
  return encode(m, writeUpdateEphemeralMountsRequest);
}

export function decodeUpdateEphemeralMountsRequest(bytes: Uint8Array): UpdateEphemeralMountsRequest {
  return decode(bytes, readUpdateEphemeralMountsRequest);
}

export interface GetIPTablesRequest {
  isIpv6: boolean;
}

export function readGetIPTablesRequest(r: Reader, end: number, m: GetIPTablesRequest = { isIpv6: false }): GetIPTablesRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.isIpv6 = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeGetIPTablesRequest(w: Writer, m: Init<GetIPTablesRequest>): void {
  w.bool(8, m.isIpv6);
}

export function encodeGetIPTablesRequest(m: Init<GetIPTablesRequest>): Uint8Array {
  return encode(m, writeGetIPTablesRequest);
}

export function decodeGetIPTablesRequest(bytes: Uint8Array): GetIPTablesRequest {
  return decode(bytes, readGetIPTablesRequest);
}

export interface GetIPTablesResponse {
  data: Uint8Array;
}

export function readGetIPTablesResponse(r: Reader, end: number, m: GetIPTablesResponse = { data: new Uint8Array() }): GetIPTablesResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.data = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeGetIPTablesResponse(w: Writer, m: Init<GetIPTablesResponse>): void {
  w.bytes(10, m.data);
}

export function encodeGetIPTablesResponse(m: Init<GetIPTablesResponse>): Uint8Array {
  return encode(m, writeGetIPTablesResponse);
}

export function decodeGetIPTablesResponse(bytes: Uint8Array): GetIPTablesResponse {
  return decode(bytes, readGetIPTablesResponse);
}

export interface SetIPTablesRequest {
  isIpv6: boolean;
  data: Uint8Array;
}

export function readSetIPTablesRequest(r: Reader, end: number, m: SetIPTablesRequest = { isIpv6: false, data: new Uint8Array() }): SetIPTablesRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.isIpv6 = r.bool(); break;
      case 18: m.data = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSetIPTablesRequest(w: Writer, m: Init<SetIPTablesRequest>): void {
  w.bool(8, m.isIpv6);
  w.bytes(18, m.data);
}

export function encodeSetIPTablesRequest(m: Init<SetIPTablesRequest>): Uint8Array {
  return encode(m, writeSetIPTablesRequest);
}

export function decodeSetIPTablesRequest(bytes: Uint8Array): SetIPTablesRequest {
  return decode(bytes, readSetIPTablesRequest);
}

export interface SetIPTablesResponse {
  data: Uint8Array;
}

export function readSetIPTablesResponse(r: Reader, end: number, m: SetIPTablesResponse = { data: new Uint8Array() }): SetIPTablesResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.data = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSetIPTablesResponse(w: Writer, m: Init<SetIPTablesResponse>): void {
  w.bytes(10, m.data);
}

export function encodeSetIPTablesResponse(m: Init<SetIPTablesResponse>): Uint8Array {
  return encode(m, writeSetIPTablesResponse);
}

export function decodeSetIPTablesResponse(bytes: Uint8Array): SetIPTablesResponse {
  return decode(bytes, readSetIPTablesResponse);
}

export interface OnlineCPUMemRequest {
  wait: boolean;
  nbCpus: number;
  cpuOnly: boolean;
  cpus: number;
  memoryBlocks: number;
}

export function readOnlineCPUMemRequest(r: Reader, end: number, m: OnlineCPUMemRequest = { wait: false, nbCpus: 0, cpuOnly: false, cpus: 0, memoryBlocks: 0 }): OnlineCPUMemRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.wait = r.bool(); break;
      case 16: m.nbCpus = r.u32(); break;
      case 24: m.cpuOnly = r.bool(); break;
      case 8000: m.cpus = r.u32(); break;
      case 8008: m.memoryBlocks = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeOnlineCPUMemRequest(w: Writer, m: Init<OnlineCPUMemRequest>): void {
  w.bool(8, m.wait);
  w.u32(16, m.nbCpus);
  w.bool(24, m.cpuOnly);
  w.u32(8000, m.cpus);
  w.u32(8008, m.memoryBlocks);
}

export function encodeOnlineCPUMemRequest(m: Init<OnlineCPUMemRequest>): Uint8Array {
  return encode(m, writeOnlineCPUMemRequest);
}

export function decodeOnlineCPUMemRequest(bytes: Uint8Array): OnlineCPUMemRequest {
  return decode(bytes, readOnlineCPUMemRequest);
}

export interface ReseedRandomDevRequest {
  data: Uint8Array;
}

export function readReseedRandomDevRequest(r: Reader, end: number, m: ReseedRandomDevRequest = { data: new Uint8Array() }): ReseedRandomDevRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 18: m.data = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeReseedRandomDevRequest(w: Writer, m: Init<ReseedRandomDevRequest>): void {
  w.bytes(18, m.data);
}

export function encodeReseedRandomDevRequest(m: Init<ReseedRandomDevRequest>): Uint8Array {
  return encode(m, writeReseedRandomDevRequest);
}

export function decodeReseedRandomDevRequest(bytes: Uint8Array): ReseedRandomDevRequest {
  return decode(bytes, readReseedRandomDevRequest);
}

export interface MemHotplugByProbeRequest {
  memHotplugProbeAddr: number[];
}

export function readMemHotplugByProbeRequest(r: Reader, end: number, m: MemHotplugByProbeRequest = { memHotplugProbeAddr: [] }): MemHotplugByProbeRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: r.add(m.memHotplugProbeAddr, r.u64Number()); break;
      case 10: r.packed(m.memHotplugProbeAddr, () => r.u64Number()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeMemHotplugByProbeRequest(w: Writer, m: Init<MemHotplugByProbeRequest>): void {
  w.u64Numbers(10, m.memHotplugProbeAddr);
}

export function encodeMemHotplugByProbeRequest(m: Init<MemHotplugByProbeRequest>): Uint8Array {
  return encode(m, writeMemHotplugByProbeRequest);
}

export function decodeMemHotplugByProbeRequest(bytes: Uint8Array): MemHotplugByProbeRequest {
  return decode(bytes, readMemHotplugByProbeRequest);
}

export interface SetGuestDateTimeRequest {
  sec: number;
  usec: number;
}

export function readSetGuestDateTimeRequest(r: Reader, end: number, m: SetGuestDateTimeRequest = { sec: 0, usec: 0 }): SetGuestDateTimeRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.sec = r.i64Number(); break;
      case 16: m.usec = r.i64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSetGuestDateTimeRequest(w: Writer, m: Init<SetGuestDateTimeRequest>): void {
  w.i64Number(8, m.sec);
  w.i64Number(16, m.usec);
}

export function encodeSetGuestDateTimeRequest(m: Init<SetGuestDateTimeRequest>): Uint8Array {
  return encode(m, writeSetGuestDateTimeRequest);
}

export function decodeSetGuestDateTimeRequest(bytes: Uint8Array): SetGuestDateTimeRequest {
  return decode(bytes, readSetGuestDateTimeRequest);
}

export interface GuestDetailsRequest {
  memBlockSize: boolean;
  memHotplugProbe: boolean;
}

export function readGuestDetailsRequest(r: Reader, end: number, m: GuestDetailsRequest = { memBlockSize: false, memHotplugProbe: false }): GuestDetailsRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.memBlockSize = r.bool(); break;
      case 16: m.memHotplugProbe = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeGuestDetailsRequest(w: Writer, m: Init<GuestDetailsRequest>): void {
  w.bool(8, m.memBlockSize);
  w.bool(16, m.memHotplugProbe);
}

export function encodeGuestDetailsRequest(m: Init<GuestDetailsRequest>): Uint8Array {
  return encode(m, writeGuestDetailsRequest);
}

export function decodeGuestDetailsRequest(bytes: Uint8Array): GuestDetailsRequest {
  return decode(bytes, readGuestDetailsRequest);
}

export interface GuestDetailsResponse {
  memBlockSizeBytes: number;
  agentDetails: AgentDetails | undefined;
  supportMemHotplugProbe: boolean;
}

export function readGuestDetailsResponse(r: Reader, end: number, m: GuestDetailsResponse = { memBlockSizeBytes: 0, agentDetails: undefined, supportMemHotplugProbe: false }): GuestDetailsResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.memBlockSizeBytes = r.u64Number(); break;
      case 18: m.agentDetails = r.message(readAgentDetails, m.agentDetails); break;
      case 24: m.supportMemHotplugProbe = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeGuestDetailsResponse(w: Writer, m: Init<GuestDetailsResponse>): void {
  w.u64Number(8, m.memBlockSizeBytes);
  w.message(18, m.agentDetails, writeAgentDetails);
  w.bool(24, m.supportMemHotplugProbe);
}

export function encodeGuestDetailsResponse(m: Init<GuestDetailsResponse>): Uint8Array {
  return encode(m, writeGuestDetailsResponse);
}

export function decodeGuestDetailsResponse(bytes: Uint8Array): GuestDetailsResponse {
  return decode(bytes, readGuestDetailsResponse);
}

export interface AgentDetails {
  version: string;
  initDaemon: boolean;
  deviceHandlers: string[];
  storageHandlers: string[];
  supportsSeccomp: boolean;
  extraFeatures: string[];
}

export function readAgentDetails(r: Reader, end: number, m: AgentDetails = { version: "", initDaemon: false, deviceHandlers: [], storageHandlers: [], supportsSeccomp: false, extraFeatures: [] }): AgentDetails {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.version = r.string(); break;
      case 16: m.initDaemon = r.bool(); break;
      case 26: r.add(m.deviceHandlers, r.string()); break;
      case 34: r.add(m.storageHandlers, r.string()); break;
      case 40: m.supportsSeccomp = r.bool(); break;
      case 50: r.add(m.extraFeatures, r.string()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeAgentDetails(w: Writer, m: Init<AgentDetails>): void {
  w.string(10, m.version);
  w.bool(16, m.initDaemon);
  w.strings(26, m.deviceHandlers);
  w.strings(34, m.storageHandlers);
  w.bool(40, m.supportsSeccomp);
  w.strings(50, m.extraFeatures);
}

export function encodeAgentDetails(m: Init<AgentDetails>): Uint8Array {
  return encode(m, writeAgentDetails);
}

export function decodeAgentDetails(bytes: Uint8Array): AgentDetails {
  return decode(bytes, readAgentDetails);
}

export interface CopyFileRequest {
  path: string;
  fileSize: number;
  fileMode: number;
  dirMode: number;
  uid: number;
  gid: number;
  offset: number;
  data: Uint8Array;
  gone: boolean;
}

export function readCopyFileRequest(r: Reader, end: number, m: CopyFileRequest = { path: "", fileSize: 0, fileMode: 0, dirMode: 0, uid: 0, gid: 0, offset: 0, data: new Uint8Array(), gone: false }): CopyFileRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.path = r.string(); break;
      case 16: m.fileSize = r.i64Number(); break;
      case 24: m.fileMode = r.u32(); break;
      case 32: m.dirMode = r.u32(); break;
      case 40: m.uid = r.i32(); break;
      case 48: m.gid = r.i32(); break;
      case 56: m.offset = r.i64Number(); break;
      case 66: m.data = r.bytes(); break;
      case 8000: m.gone = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCopyFileRequest(w: Writer, m: Init<CopyFileRequest>): void {
  w.string(10, m.path);
  w.i64Number(16, m.fileSize);
  w.u32(24, m.fileMode);
  w.u32(32, m.dirMode);
  w.i32(40, m.uid);
  w.i32(48, m.gid);
  w.i64Number(56, m.offset);
  w.bytes(66, m.data);
  w.bool(8000, m.gone);
}

export function encodeCopyFileRequest(m: Init<CopyFileRequest>): Uint8Array {
  return encode(m, writeCopyFileRequest);
}

export function decodeCopyFileRequest(bytes: Uint8Array): CopyFileRequest {
  return decode(bytes, readCopyFileRequest);
}

export interface AddSwapRequest {
  pciPath: number[];
}

export function readAddSwapRequest(r: Reader, end: number, m: AddSwapRequest = { pciPath: [] }): AddSwapRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: r.add(m.pciPath, r.u32()); break;
      case 10: r.packed(m.pciPath, () => r.u32()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeAddSwapRequest(w: Writer, m: Init<AddSwapRequest>): void {
  w.u32s(10, m.pciPath);
}

export function encodeAddSwapRequest(m: Init<AddSwapRequest>): Uint8Array {
  return encode(m, writeAddSwapRequest);
}

export function decodeAddSwapRequest(bytes: Uint8Array): AddSwapRequest {
  return decode(bytes, readAddSwapRequest);
}

export interface AddSwapPathRequest {
  path: string;
}

export function readAddSwapPathRequest(r: Reader, end: number, m: AddSwapPathRequest = { path: "" }): AddSwapPathRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.path = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeAddSwapPathRequest(w: Writer, m: Init<AddSwapPathRequest>): void {
  w.string(10, m.path);
}

export function encodeAddSwapPathRequest(m: Init<AddSwapPathRequest>): Uint8Array {
  return encode(m, writeAddSwapPathRequest);
}

export function decodeAddSwapPathRequest(bytes: Uint8Array): AddSwapPathRequest {
  return decode(bytes, readAddSwapPathRequest);
}

export interface SetPolicyRequest {
  policy: string;
}

export function readSetPolicyRequest(r: Reader, end: number, m: SetPolicyRequest = { policy: "" }): SetPolicyRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.policy = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSetPolicyRequest(w: Writer, m: Init<SetPolicyRequest>): void {
  w.string(10, m.policy);
}

export function encodeSetPolicyRequest(m: Init<SetPolicyRequest>): Uint8Array {
  return encode(m, writeSetPolicyRequest);
}

export function decodeSetPolicyRequest(bytes: Uint8Array): SetPolicyRequest {
  return decode(bytes, readSetPolicyRequest);
}

export interface GetDiagnosticDataRequest {
  logType: string;
  containerId: string;
}

export function readGetDiagnosticDataRequest(r: Reader, end: number, m: GetDiagnosticDataRequest = { logType: "", containerId: "" }): GetDiagnosticDataRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.logType = r.string(); break;
      case 18: m.containerId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeGetDiagnosticDataRequest(w: Writer, m: Init<GetDiagnosticDataRequest>): void {
  w.string(10, m.logType);
  w.string(18, m.containerId);
}

export function encodeGetDiagnosticDataRequest(m: Init<GetDiagnosticDataRequest>): Uint8Array {
  return encode(m, writeGetDiagnosticDataRequest);
}

export function decodeGetDiagnosticDataRequest(bytes: Uint8Array): GetDiagnosticDataRequest {
  return decode(bytes, readGetDiagnosticDataRequest);
}

export interface GetDiagnosticDataResponse {
  data: string;
}

export function readGetDiagnosticDataResponse(r: Reader, end: number, m: GetDiagnosticDataResponse = { data: "" }): GetDiagnosticDataResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.data = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeGetDiagnosticDataResponse(w: Writer, m: Init<GetDiagnosticDataResponse>): void {
  w.string(10, m.data);
}

export function encodeGetDiagnosticDataResponse(m: Init<GetDiagnosticDataResponse>): Uint8Array {
  return encode(m, writeGetDiagnosticDataResponse);
}

export function decodeGetDiagnosticDataResponse(bytes: Uint8Array): GetDiagnosticDataResponse {
  return decode(bytes, readGetDiagnosticDataResponse);
}

export interface ResizeVolumeRequest {
  volumeGuestPath: string;
  size: number;
}

export function readResizeVolumeRequest(r: Reader, end: number, m: ResizeVolumeRequest = { volumeGuestPath: "", size: 0 }): ResizeVolumeRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.volumeGuestPath = r.string(); break;
      case 16: m.size = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeResizeVolumeRequest(w: Writer, m: Init<ResizeVolumeRequest>): void {
  w.string(10, m.volumeGuestPath);
  w.u64Number(16, m.size);
}

export function encodeResizeVolumeRequest(m: Init<ResizeVolumeRequest>): Uint8Array {
  return encode(m, writeResizeVolumeRequest);
}

export function decodeResizeVolumeRequest(bytes: Uint8Array): ResizeVolumeRequest {
  return decode(bytes, readResizeVolumeRequest);
}

export interface VolumeStatsRequest {
  volumeGuestPath: string;
}

export function readVolumeStatsRequest(r: Reader, end: number, m: VolumeStatsRequest = { volumeGuestPath: "" }): VolumeStatsRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.volumeGuestPath = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeVolumeStatsRequest(w: Writer, m: Init<VolumeStatsRequest>): void {
  w.string(10, m.volumeGuestPath);
}

export function encodeVolumeStatsRequest(m: Init<VolumeStatsRequest>): Uint8Array {
  return encode(m, writeVolumeStatsRequest);
}

export function decodeVolumeStatsRequest(bytes: Uint8Array): VolumeStatsRequest {
  return decode(bytes, readVolumeStatsRequest);
}

export interface VolumeStatsResponse {
  usage: VolumeUsage[];
  volumeCondition: VolumeCondition | undefined;
}

export function readVolumeStatsResponse(r: Reader, end: number, m: VolumeStatsResponse = { usage: [], volumeCondition: undefined }): VolumeStatsResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.usage, r.message(readVolumeUsage)); break;
      case 18: m.volumeCondition = r.message(readVolumeCondition, m.volumeCondition); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeVolumeStatsResponse(w: Writer, m: Init<VolumeStatsResponse>): void {
  w.messages(10, m.usage, writeVolumeUsage);
  w.message(18, m.volumeCondition, writeVolumeCondition);
}

export function encodeVolumeStatsResponse(m: Init<VolumeStatsResponse>): Uint8Array {
  return encode(m, writeVolumeStatsResponse);
}

export function decodeVolumeStatsResponse(bytes: Uint8Array): VolumeStatsResponse {
  return decode(bytes, readVolumeStatsResponse);
}

export interface VolumeUsage {
  available: bigint;
  total: bigint;
  used: bigint;
  unit: number;
}

export function readVolumeUsage(r: Reader, end: number, m: VolumeUsage = { available: 0n, total: 0n, used: 0n, unit: 0 }): VolumeUsage {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.available = r.u64(); break;
      case 16: m.total = r.u64(); break;
      case 24: m.used = r.u64(); break;
      case 32: m.unit = r.i32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeVolumeUsage(w: Writer, m: Init<VolumeUsage>): void {
  w.u64(8, m.available);
  w.u64(16, m.total);
  w.u64(24, m.used);
  w.i32(32, m.unit);
}

export function encodeVolumeUsage(m: Init<VolumeUsage>): Uint8Array {
  return encode(m, writeVolumeUsage);
}

export function decodeVolumeUsage(bytes: Uint8Array): VolumeUsage {
  return decode(bytes, readVolumeUsage);
}

export interface VolumeCondition {
  abnormal: boolean;
  message: string;
}

export function readVolumeCondition(r: Reader, end: number, m: VolumeCondition = { abnormal: false, message: "" }): VolumeCondition {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.abnormal = r.bool(); break;
      case 18: m.message = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeVolumeCondition(w: Writer, m: Init<VolumeCondition>): void {
  w.bool(8, m.abnormal);
  w.string(18, m.message);
}

export function encodeVolumeCondition(m: Init<VolumeCondition>): Uint8Array {
  return encode(m, writeVolumeCondition);
}

export function decodeVolumeCondition(bytes: Uint8Array): VolumeCondition {
  return decode(bytes, readVolumeCondition);
}

export interface CheckRequest {
  service: string;
}

export function readCheckRequest(r: Reader, end: number, m: CheckRequest = { service: "" }): CheckRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.service = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCheckRequest(w: Writer, m: Init<CheckRequest>): void {
  w.string(10, m.service);
}

export function encodeCheckRequest(m: Init<CheckRequest>): Uint8Array {
  return encode(m, writeCheckRequest);
}

export function decodeCheckRequest(bytes: Uint8Array): CheckRequest {
  return decode(bytes, readCheckRequest);
}

export interface HealthCheckResponse {
  status: number;
}

export function readHealthCheckResponse(r: Reader, end: number, m: HealthCheckResponse = { status: 0 }): HealthCheckResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.status = r.i32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeHealthCheckResponse(w: Writer, m: Init<HealthCheckResponse>): void {
  w.i32(8, m.status);
}

export function encodeHealthCheckResponse(m: Init<HealthCheckResponse>): Uint8Array {
  return encode(m, writeHealthCheckResponse);
}

export function decodeHealthCheckResponse(bytes: Uint8Array): HealthCheckResponse {
  return decode(bytes, readHealthCheckResponse);
}

export interface VersionCheckResponse {
  grpcVersion: string;
  agentVersion: string;
}

export function readVersionCheckResponse(r: Reader, end: number, m: VersionCheckResponse = { grpcVersion: "", agentVersion: "" }): VersionCheckResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.grpcVersion = r.string(); break;
      case 18: m.agentVersion = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeVersionCheckResponse(w: Writer, m: Init<VersionCheckResponse>): void {
  w.string(10, m.grpcVersion);
  w.string(18, m.agentVersion);
}

export function encodeVersionCheckResponse(m: Init<VersionCheckResponse>): Uint8Array {
  return encode(m, writeVersionCheckResponse);
}

export function decodeVersionCheckResponse(bytes: Uint8Array): VersionCheckResponse {
  return decode(bytes, readVersionCheckResponse);
}

export interface MemAgentMemcgConfig {
  disabled: boolean | undefined;
  swap: boolean | undefined;
  swappinessMax: number | undefined;
  periodSecs: number | undefined;
  periodPsiPercentLimit: number | undefined;
  evictionPsiPercentLimit: number | undefined;
  evictionRunAgingCountMin: number | undefined;
}

export function readMemAgentMemcgConfig(r: Reader, end: number, m: MemAgentMemcgConfig = { disabled: undefined, swap: undefined, swappinessMax: undefined, periodSecs: undefined, periodPsiPercentLimit: undefined, evictionPsiPercentLimit: undefined, evictionRunAgingCountMin: undefined }): MemAgentMemcgConfig {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.disabled = r.bool(); break;
      case 16: m.swap = r.bool(); break;
      case 24: m.swappinessMax = r.u32(); break;
      case 32: m.periodSecs = r.u64Number(); break;
      case 40: m.periodPsiPercentLimit = r.u32(); break;
      case 48: m.evictionPsiPercentLimit = r.u32(); break;
      case 56: m.evictionRunAgingCountMin = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeMemAgentMemcgConfig(w: Writer, m: Init<MemAgentMemcgConfig>): void {
  w.bool(8, m.disabled, true);
  w.bool(16, m.swap, true);
  w.u32(24, m.swappinessMax, true);
  w.u64Number(32, m.periodSecs, true);
  w.u32(40, m.periodPsiPercentLimit, true);
  w.u32(48, m.evictionPsiPercentLimit, true);
  w.u64Number(56, m.evictionRunAgingCountMin, true);
}

export function encodeMemAgentMemcgConfig(m: Init<MemAgentMemcgConfig>): Uint8Array {
  return encode(m, writeMemAgentMemcgConfig);
}

export function decodeMemAgentMemcgConfig(bytes: Uint8Array): MemAgentMemcgConfig {
  return decode(bytes, readMemAgentMemcgConfig);
}

export interface MemAgentCompactConfig {
  disabled: boolean | undefined;
  periodSecs: number | undefined;
  periodPsiPercentLimit: number | undefined;
  compactPsiPercentLimit: number | undefined;
  compactSecMax: number | undefined;
  compactOrder: number | undefined;
  compactThreshold: number | undefined;
  compactForceTimes: number | undefined;
}

export function readMemAgentCompactConfig(r: Reader, end: number, m: MemAgentCompactConfig = { disabled: undefined, periodSecs: undefined, periodPsiPercentLimit: undefined, compactPsiPercentLimit: undefined, compactSecMax: undefined, compactOrder: undefined, compactThreshold: undefined, compactForceTimes: undefined }): MemAgentCompactConfig {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.disabled = r.bool(); break;
      case 16: m.periodSecs = r.u64Number(); break;
      case 24: m.periodPsiPercentLimit = r.u32(); break;
      case 32: m.compactPsiPercentLimit = r.u32(); break;
      case 40: m.compactSecMax = r.i64Number(); break;
      case 48: m.compactOrder = r.u32(); break;
      case 56: m.compactThreshold = r.u64Number(); break;
      case 64: m.compactForceTimes = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeMemAgentCompactConfig(w: Writer, m: Init<MemAgentCompactConfig>): void {
  w.bool(8, m.disabled, true);
  w.u64Number(16, m.periodSecs, true);
  w.u32(24, m.periodPsiPercentLimit, true);
  w.u32(32, m.compactPsiPercentLimit, true);
  w.i64Number(40, m.compactSecMax, true);
  w.u32(48, m.compactOrder, true);
  w.u64Number(56, m.compactThreshold, true);
  w.u64Number(64, m.compactForceTimes, true);
}

export function encodeMemAgentCompactConfig(m: Init<MemAgentCompactConfig>): Uint8Array {
  return encode(m, writeMemAgentCompactConfig);
}

export function decodeMemAgentCompactConfig(bytes: Uint8Array): MemAgentCompactConfig {
  return decode(bytes, readMemAgentCompactConfig);
}

export interface Spec {
  version: string;
  process: Process | undefined;
  root: Root | undefined;
  hostname: string;
  mounts: Mount[];
  hooks: Hooks | undefined;
  annotations: Record<string, string>;
  linux: Linux | undefined;
}

export function readSpec(r: Reader, end: number, m: Spec = { version: "", process: undefined, root: undefined, hostname: "", mounts: [], hooks: undefined, annotations: {}, linux: undefined }): Spec {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.version = r.string(); break;
      case 18: m.process = r.message(readProcess, m.process); break;
      case 26: m.root = r.message(readRoot, m.root); break;
      case 34: m.hostname = r.string(); break;
      case 42: r.add(m.mounts, r.message(readMount)); break;
      case 50: m.hooks = r.message(readHooks, m.hooks); break;
      case 58: r.entry(m.annotations, () => r.string(), () => ""); break;
      case 66: m.linux = r.message(readLinux, m.linux); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSpec(w: Writer, m: Init<Spec>): void {
  w.string(10, m.version);
  w.message(18, m.process, writeProcess);
  w.message(26, m.root, writeRoot);
  w.string(34, m.hostname);
  w.messages(42, m.mounts, writeMount);
  w.message(50, m.hooks, writeHooks);
  w.entries(58, m.annotations, (v) => w.string(18, v));
  w.message(66, m.linux, writeLinux);
}

export function encodeSpec(m: Init<Spec>): Uint8Array {
  return encode(m, writeSpec);
}

export function decodeSpec(bytes: Uint8Array): Spec {
  return decode(bytes, readSpec);
}

export interface Root {
  path: string;
  readonly: boolean;
}

export function readRoot(r: Reader, end: number, m: Root = { path: "", readonly: false }): Root {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.path = r.string(); break;
      case 16: m.readonly = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeRoot(w: Writer, m: Init<Root>): void {
  w.string(10, m.path);
  w.bool(16, m.readonly);
}

export function encodeRoot(m: Init<Root>): Uint8Array {
  return encode(m, writeRoot);
}

export function decodeRoot(bytes: Uint8Array): Root {
  return decode(bytes, readRoot);
}

export interface Mount {
  destination: string;
  source: string;
  type: string;
  options: string[];
}

export function readMount(r: Reader, end: number, m: Mount = { destination: "", source: "", type: "", options: [] }): Mount {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.destination = r.string(); break;
      case 18: m.source = r.string(); break;
      case 26: m.type = r.string(); break;
      case 34: r.add(m.options, r.string()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeMount(w: Writer, m: Init<Mount>): void {
  w.string(10, m.destination);
  w.string(18, m.source);
  w.string(26, m.type);
  w.strings(34, m.options);
}

export function encodeMount(m: Init<Mount>): Uint8Array {
  return encode(m, writeMount);
}

export function decodeMount(bytes: Uint8Array): Mount {
  return decode(bytes, readMount);
}

export interface Process {
  terminal: boolean;
  consoleSize: Box | undefined;
  user: User | undefined;
  args: string[];
  env: string[];
  cwd: string;
  capabilities: LinuxCapabilities | undefined;
  rlimits: POSIXRlimit[];
  noNewPrivileges: boolean;
  apparmorProfile: string;
  oomScoreAdj: number;
  selinuxLabel: string;
}

export function readProcess(r: Reader, end: number, m: Process = { terminal: false, consoleSize: undefined, user: undefined, args: [], env: [], cwd: "", capabilities: undefined, rlimits: [], noNewPrivileges: false, apparmorProfile: "", oomScoreAdj: 0, selinuxLabel: "" }): Process {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.terminal = r.bool(); break;
      case 18: m.consoleSize = r.message(readBox, m.consoleSize); break;
      case 26: m.user = r.message(readUser, m.user); break;
      case 34: r.add(m.args, r.string()); break;
      case 42: r.add(m.env, r.string()); break;
      case 50: m.cwd = r.string(); break;
      case 58: m.capabilities = r.message(readLinuxCapabilities, m.capabilities); break;
      case 66: r.add(m.rlimits, r.message(readPOSIXRlimit)); break;
      case 72: m.noNewPrivileges = r.bool(); break;
      case 82: m.apparmorProfile = r.string(); break;
      case 88: m.oomScoreAdj = r.i64Number(); break;
      case 98: m.selinuxLabel = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeProcess(w: Writer, m: Init<Process>): void {
  w.bool(8, m.terminal);
  w.message(18, m.consoleSize, writeBox);
  w.message(26, m.user, writeUser);
  w.strings(34, m.args);
  w.strings(42, m.env);
  w.string(50, m.cwd);
  w.message(58, m.capabilities, writeLinuxCapabilities);
  w.messages(66, m.rlimits, writePOSIXRlimit);
  w.bool(72, m.noNewPrivileges);
  w.string(82, m.apparmorProfile);
  w.i64Number(88, m.oomScoreAdj);
  w.string(98, m.selinuxLabel);
}

export function encodeProcess(m: Init<Process>): Uint8Array {
  return encode(m, writeProcess);
}

export function decodeProcess(bytes: Uint8Array): Process {
  return decode(bytes, readProcess);
}

export interface Box {
  height: number;
  width: number;
}

export function readBox(r: Reader, end: number, m: Box = { height: 0, width: 0 }): Box {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.height = r.u32(); break;
      case 16: m.width = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeBox(w: Writer, m: Init<Box>): void {
  w.u32(8, m.height);
  w.u32(16, m.width);
}

export function encodeBox(m: Init<Box>): Uint8Array {
  return encode(m, writeBox);
}

export function decodeBox(bytes: Uint8Array): Box {
  return decode(bytes, readBox);
}

export interface User {
  uid: number;
  gid: number;
  additionalGids: number[];
  username: string;
}

export function readUser(r: Reader, end: number, m: User = { uid: 0, gid: 0, additionalGids: [], username: "" }): User {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.uid = r.u32(); break;
      case 16: m.gid = r.u32(); break;
      case 24: r.add(m.additionalGids, r.u32()); break;
      case 26: r.packed(m.additionalGids, () => r.u32()); break;
      case 34: m.username = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeUser(w: Writer, m: Init<User>): void {
  w.u32(8, m.uid);
  w.u32(16, m.gid);
  w.u32s(26, m.additionalGids);
  w.string(34, m.username);
}

export function encodeUser(m: Init<User>): Uint8Array {
  return encode(m, writeUser);
}

export function decodeUser(bytes: Uint8Array): User {
  return decode(bytes, readUser);
}

export interface LinuxCapabilities {
  bounding: string[];
  effective: string[];
  inheritable: string[];
  permitted: string[];
  ambient: string[];
}

export function readLinuxCapabilities(r: Reader, end: number, m: LinuxCapabilities = { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] }): LinuxCapabilities {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.bounding, r.string()); break;
      case 18: r.add(m.effective, r.string()); break;
      case 26: r.add(m.inheritable, r.string()); break;
      case 34: r.add(m.permitted, r.string()); break;
      case 42: r.add(m.ambient, r.string()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxCapabilities(w: Writer, m: Init<LinuxCapabilities>): void {
  w.strings(10, m.bounding);
  w.strings(18, m.effective);
  w.strings(26, m.inheritable);
  w.strings(34, m.permitted);
  w.strings(42, m.ambient);
}

export function encodeLinuxCapabilities(m: Init<LinuxCapabilities>): Uint8Array {
  return encode(m, writeLinuxCapabilities);
}

export function decodeLinuxCapabilities(bytes: Uint8Array): LinuxCapabilities {
  return decode(bytes, readLinuxCapabilities);
}

export interface POSIXRlimit {
  type: string;
  hard: bigint;
  soft: bigint;
}

export function readPOSIXRlimit(r: Reader, end: number, m: POSIXRlimit = { type: "", hard: 0n, soft: 0n }): POSIXRlimit {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.type = r.string(); break;
      case 16: m.hard = r.u64(); break;
      case 24: m.soft = r.u64(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writePOSIXRlimit(w: Writer, m: Init<POSIXRlimit>): void {
  w.string(10, m.type);
  w.u64(16, m.hard);
  w.u64(24, m.soft);
}

export function encodePOSIXRlimit(m: Init<POSIXRlimit>): Uint8Array {
  return encode(m, writePOSIXRlimit);
}

export function decodePOSIXRlimit(bytes: Uint8Array): POSIXRlimit {
  return decode(bytes, readPOSIXRlimit);
}

export interface Hooks {
  prestart: Hook[];
  poststart: Hook[];
  poststop: Hook[];
  createRuntime: Hook[];
  createContainer: Hook[];
  startContainer: Hook[];
}

export function readHooks(r: Reader, end: number, m: Hooks = { prestart: [], poststart: [], poststop: [], createRuntime: [], createContainer: [], startContainer: [] }): Hooks {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.prestart, r.message(readHook)); break;
      case 18: r.add(m.poststart, r.message(readHook)); break;
      case 26: r.add(m.poststop, r.message(readHook)); break;
      case 34: r.add(m.createRuntime, r.message(readHook)); break;
      case 42: r.add(m.createContainer, r.message(readHook)); break;
      case 50: r.add(m.startContainer, r.message(readHook)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeHooks(w: Writer, m: Init<Hooks>): void {
  w.messages(10, m.prestart, writeHook);
  w.messages(18, m.poststart, writeHook);
  w.messages(26, m.poststop, writeHook);
  w.messages(34, m.createRuntime, writeHook);
  w.messages(42, m.createContainer, writeHook);
  w.messages(50, m.startContainer, writeHook);
}

export function encodeHooks(m: Init<Hooks>): Uint8Array {
  return encode(m, writeHooks);
}

export function decodeHooks(bytes: Uint8Array): Hooks {
  return decode(bytes, readHooks);
}

export interface Hook {
  path: string;
  args: string[];
  env: string[];
  timeout: number;
}

export function readHook(r: Reader, end: number, m: Hook = { path: "", args: [], env: [], timeout: 0 }): Hook {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.path = r.string(); break;
      case 18: r.add(m.args, r.string()); break;
      case 26: r.add(m.env, r.string()); break;
      case 32: m.timeout = r.i64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeHook(w: Writer, m: Init<Hook>): void {
  w.string(10, m.path);
  w.strings(18, m.args);
  w.strings(26, m.env);
  w.i64Number(32, m.timeout);
}

export function encodeHook(m: Init<Hook>): Uint8Array {
  return encode(m, writeHook);
}

export function decodeHook(bytes: Uint8Array): Hook {
  return decode(bytes, readHook);
}

export interface Linux {
  uidMappings: LinuxIDMapping[];
  gidMappings: LinuxIDMapping[];
  sysctl: Record<string, string>;
  resources: LinuxResources | undefined;
  cgroupsPath: string;
  namespaces: LinuxNamespace[];
  devices: LinuxDevice[];
  seccomp: LinuxSeccomp | undefined;
  rootfsPropagation: string;
  maskedPaths: string[];
  readonlyPaths: string[];
  mountLabel: string;
  intelRdt: LinuxIntelRdt | undefined;
}

export function readLinux(r: Reader, end: number, m: Linux = { uidMappings: [], gidMappings: [], sysctl: {}, resources: undefined, cgroupsPath: "", namespaces: [], devices: [], seccomp: undefined, rootfsPropagation: "", maskedPaths: [], readonlyPaths: [], mountLabel: "", intelRdt: undefined }): Linux {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.uidMappings, r.message(readLinuxIDMapping)); break;
      case 18: r.add(m.gidMappings, r.message(readLinuxIDMapping)); break;
      case 26: r.entry(m.sysctl, () => r.string(), () => ""); break;
      case 34: m.resources = r.message(readLinuxResources, m.resources); break;
      case 42: m.cgroupsPath = r.string(); break;
      case 50: r.add(m.namespaces, r.message(readLinuxNamespace)); break;
      case 58: r.add(m.devices, r.message(readLinuxDevice)); break;
      case 66: m.seccomp = r.message(readLinuxSeccomp, m.seccomp); break;
      case 74: m.rootfsPropagation = r.string(); break;
      case 82: r.add(m.maskedPaths, r.string()); break;
      case 90: r.add(m.readonlyPaths, r.string()); break;
      case 98: m.mountLabel = r.string(); break;
      case 106: m.intelRdt = r.message(readLinuxIntelRdt, m.intelRdt); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinux(w: Writer, m: Init<Linux>): void {
  w.messages(10, m.uidMappings, writeLinuxIDMapping);
  w.messages(18, m.gidMappings, writeLinuxIDMapping);
  w.entries(26, m.sysctl, (v) => w.string(18, v));
  w.message(34, m.resources, writeLinuxResources);
  w.string(42, m.cgroupsPath);
  w.messages(50, m.namespaces, writeLinuxNamespace);
  w.messages(58, m.devices, writeLinuxDevice);
  w.message(66, m.seccomp, writeLinuxSeccomp);
  w.string(74, m.rootfsPropagation);
  w.strings(82, m.maskedPaths);
  w.strings(90, m.readonlyPaths);
  w.string(98, m.mountLabel);
  w.message(106, m.intelRdt, writeLinuxIntelRdt);
}

export function encodeLinux(m: Init<Linux>): Uint8Array {
  return encode(m, writeLinux);
}

export function decodeLinux(bytes: Uint8Array): Linux {
  return decode(bytes, readLinux);
}

export interface LinuxIDMapping {
  hostID: number;
  containerID: number;
  size: number;
}

export function readLinuxIDMapping(r: Reader, end: number, m: LinuxIDMapping = { hostID: 0, containerID: 0, size: 0 }): LinuxIDMapping {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.hostID = r.u32(); break;
      case 16: m.containerID = r.u32(); break;
      case 24: m.size = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxIDMapping(w: Writer, m: Init<LinuxIDMapping>): void {
  w.u32(8, m.hostID);
  w.u32(16, m.containerID);
  w.u32(24, m.size);
}

export function encodeLinuxIDMapping(m: Init<LinuxIDMapping>): Uint8Array {
  return encode(m, writeLinuxIDMapping);
}

export function decodeLinuxIDMapping(bytes: Uint8Array): LinuxIDMapping {
  return decode(bytes, readLinuxIDMapping);
}

export interface LinuxNamespace {
  type: string;
  path: string;
}

export function readLinuxNamespace(r: Reader, end: number, m: LinuxNamespace = { type: "", path: "" }): LinuxNamespace {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.type = r.string(); break;
      case 18: m.path = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxNamespace(w: Writer, m: Init<LinuxNamespace>): void {
  w.string(10, m.type);
  w.string(18, m.path);
}

export function encodeLinuxNamespace(m: Init<LinuxNamespace>): Uint8Array {
  return encode(m, writeLinuxNamespace);
}

export function decodeLinuxNamespace(bytes: Uint8Array): LinuxNamespace {
  return decode(bytes, readLinuxNamespace);
}

export interface LinuxDevice {
  path: string;
  type: string;
  major: number;
  minor: number;
  fileMode: number;
  uid: number;
  gid: number;
}

export function readLinuxDevice(r: Reader, end: number, m: LinuxDevice = { path: "", type: "", major: 0, minor: 0, fileMode: 0, uid: 0, gid: 0 }): LinuxDevice {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.path = r.string(); break;
      case 18: m.type = r.string(); break;
      case 24: m.major = r.i64Number(); break;
      case 32: m.minor = r.i64Number(); break;
      case 40: m.fileMode = r.u32(); break;
      case 48: m.uid = r.u32(); break;
      case 56: m.gid = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxDevice(w: Writer, m: Init<LinuxDevice>): void {
  w.string(10, m.path);
  w.string(18, m.type);
  w.i64Number(24, m.major);
  w.i64Number(32, m.minor);
  w.u32(40, m.fileMode);
  w.u32(48, m.uid);
  w.u32(56, m.gid);
}

export function encodeLinuxDevice(m: Init<LinuxDevice>): Uint8Array {
  return encode(m, writeLinuxDevice);
}

export function decodeLinuxDevice(bytes: Uint8Array): LinuxDevice {
  return decode(bytes, readLinuxDevice);
}

export interface LinuxIntelRdt {
  l3CacheSchema: string;
}

export function readLinuxIntelRdt(r: Reader, end: number, m: LinuxIntelRdt = { l3CacheSchema: "" }): LinuxIntelRdt {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.l3CacheSchema = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxIntelRdt(w: Writer, m: Init<LinuxIntelRdt>): void {
  w.string(10, m.l3CacheSchema);
}

export function encodeLinuxIntelRdt(m: Init<LinuxIntelRdt>): Uint8Array {
  return encode(m, writeLinuxIntelRdt);
}

export function decodeLinuxIntelRdt(bytes: Uint8Array): LinuxIntelRdt {
  return decode(bytes, readLinuxIntelRdt);
}

export interface LinuxResources {
  devices: LinuxDeviceCgroup[];
  memory: LinuxMemory | undefined;
  cpu: LinuxCPU | undefined;
  pids: LinuxPids | undefined;
  blockIO: LinuxBlockIO | undefined;
  hugepageLimits: LinuxHugepageLimit[];
  network: LinuxNetwork | undefined;
}

export function readLinuxResources(r: Reader, end: number, m: LinuxResources = { devices: [], memory: undefined, cpu: undefined, pids: undefined, blockIO: undefined, hugepageLimits: [], network: undefined }): LinuxResources {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.devices, r.message(readLinuxDeviceCgroup)); break;
      case 18: m.memory = r.message(readLinuxMemory, m.memory); break;
      case 26: m.cpu = r.message(readLinuxCPU, m.cpu); break;
      case 34: m.pids = r.message(readLinuxPids, m.pids); break;
      case 42: m.blockIO = r.message(readLinuxBlockIO, m.blockIO); break;
      case 50: r.add(m.hugepageLimits, r.message(readLinuxHugepageLimit)); break;
      case 58: m.network = r.message(readLinuxNetwork, m.network); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxResources(w: Writer, m: Init<LinuxResources>): void {
  w.messages(10, m.devices, writeLinuxDeviceCgroup);
  w.message(18, m.memory, writeLinuxMemory);
  w.message(26, m.cpu, writeLinuxCPU);
  w.message(34, m.pids, writeLinuxPids);
  w.message(42, m.blockIO, writeLinuxBlockIO);
  w.messages(50, m.hugepageLimits, writeLinuxHugepageLimit);
  w.message(58, m.network, writeLinuxNetwork);
}

export function encodeLinuxResources(m: Init<LinuxResources>): Uint8Array {
  return encode(m, writeLinuxResources);
}

export function decodeLinuxResources(bytes: Uint8Array): LinuxResources {
  return decode(bytes, readLinuxResources);
}

export interface LinuxDeviceCgroup {
  allow: boolean;
  type: string;
  major: number;
  minor: number;
  access: string;
}

export function readLinuxDeviceCgroup(r: Reader, end: number, m: LinuxDeviceCgroup = { allow: false, type: "", major: 0, minor: 0, access: "" }): LinuxDeviceCgroup {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.allow = r.bool(); break;
      case 18: m.type = r.string(); break;
      case 24: m.major = r.i64Number(); break;
      case 32: m.minor = r.i64Number(); break;
      case 42: m.access = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxDeviceCgroup(w: Writer, m: Init<LinuxDeviceCgroup>): void {
  w.bool(8, m.allow);
  w.string(18, m.type);
  w.i64Number(24, m.major);
  w.i64Number(32, m.minor);
  w.string(42, m.access);
}

export function encodeLinuxDeviceCgroup(m: Init<LinuxDeviceCgroup>): Uint8Array {
  return encode(m, writeLinuxDeviceCgroup);
}

export function decodeLinuxDeviceCgroup(bytes: Uint8Array): LinuxDeviceCgroup {
  return decode(bytes, readLinuxDeviceCgroup);
}

export interface LinuxMemory {
  limit: bigint;
  reservation: bigint;
  swap: bigint;
  kernel: bigint;
  kernelTCP: bigint;
  swappiness: number;
  disableOOMKiller: boolean;
}

export function readLinuxMemory(r: Reader, end: number, m: LinuxMemory = { limit: 0n, reservation: 0n, swap: 0n, kernel: 0n, kernelTCP: 0n, swappiness: 0, disableOOMKiller: false }): LinuxMemory {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.limit = r.i64(); break;
      case 16: m.reservation = r.i64(); break;
      case 24: m.swap = r.i64(); break;
      case 32: m.kernel = r.i64(); break;
      case 40: m.kernelTCP = r.i64(); break;
      case 48: m.swappiness = r.u64Number(); break;
      case 56: m.disableOOMKiller = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxMemory(w: Writer, m: Init<LinuxMemory>): void {
  w.i64(8, m.limit);
  w.i64(16, m.reservation);
  w.i64(24, m.swap);
  w.i64(32, m.kernel);
  w.i64(40, m.kernelTCP);
  w.u64Number(48, m.swappiness);
  w.bool(56, m.disableOOMKiller);
}

export function encodeLinuxMemory(m: Init<LinuxMemory>): Uint8Array {
  return encode(m, writeLinuxMemory);
}

export function decodeLinuxMemory(bytes: Uint8Array): LinuxMemory {
  return decode(bytes, readLinuxMemory);
}

export interface LinuxCPU {
  shares: number;
  quota: number;
  period: number;
  realtimeRuntime: number;
  realtimePeriod: number;
  cpus: string;
  mems: string;
}

export function readLinuxCPU(r: Reader, end: number, m: LinuxCPU = { shares: 0, quota: 0, period: 0, realtimeRuntime: 0, realtimePeriod: 0, cpus: "", mems: "" }): LinuxCPU {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.shares = r.u64Number(); break;
      case 16: m.quota = r.i64Number(); break;
      case 24: m.period = r.u64Number(); break;
      case 32: m.realtimeRuntime = r.i64Number(); break;
      case 40: m.realtimePeriod = r.u64Number(); break;
      case 50: m.cpus = r.string(); break;
      case 58: m.mems = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxCPU(w: Writer, m: Init<LinuxCPU>): void {
  w.u64Number(8, m.shares);
  w.i64Number(16, m.quota);
  w.u64Number(24, m.period);
  w.i64Number(32, m.realtimeRuntime);
  w.u64Number(40, m.realtimePeriod);
  w.string(50, m.cpus);
  w.string(58, m.mems);
}

export function encodeLinuxCPU(m: Init<LinuxCPU>): Uint8Array {
  return encode(m, writeLinuxCPU);
}

export function decodeLinuxCPU(bytes: Uint8Array): LinuxCPU {
  return decode(bytes, readLinuxCPU);
}

export interface LinuxPids {
  limit: number;
}

export function readLinuxPids(r: Reader, end: number, m: LinuxPids = { limit: 0 }): LinuxPids {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.limit = r.i64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxPids(w: Writer, m: Init<LinuxPids>): void {
  w.i64Number(8, m.limit);
}

export function encodeLinuxPids(m: Init<LinuxPids>): Uint8Array {
  return encode(m, writeLinuxPids);
}

export function decodeLinuxPids(bytes: Uint8Array): LinuxPids {
  return decode(bytes, readLinuxPids);
}

export interface LinuxHugepageLimit {
  pagesize: string;
  limit: bigint;
}

export function readLinuxHugepageLimit(r: Reader, end: number, m: LinuxHugepageLimit = { pagesize: "", limit: 0n }): LinuxHugepageLimit {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.pagesize = r.string(); break;
      case 16: m.limit = r.u64(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxHugepageLimit(w: Writer, m: Init<LinuxHugepageLimit>): void {
  w.string(10, m.pagesize);
  w.u64(16, m.limit);
}

export function encodeLinuxHugepageLimit(m: Init<LinuxHugepageLimit>): Uint8Array {
  return encode(m, writeLinuxHugepageLimit);
}

export function decodeLinuxHugepageLimit(bytes: Uint8Array): LinuxHugepageLimit {
  return decode(bytes, readLinuxHugepageLimit);
}

export interface LinuxBlockIO {
  weight: number;
  leafWeight: number;
  weightDevice: LinuxWeightDevice[];
  throttleReadBpsDevice: LinuxThrottleDevice[];
  throttleWriteBpsDevice: LinuxThrottleDevice[];
  throttleReadIOPSDevice: LinuxThrottleDevice[];
  throttleWriteIOPSDevice: LinuxThrottleDevice[];
}

export function readLinuxBlockIO(r: Reader, end: number, m: LinuxBlockIO = { weight: 0, leafWeight: 0, weightDevice: [], throttleReadBpsDevice: [], throttleWriteBpsDevice: [], throttleReadIOPSDevice: [], throttleWriteIOPSDevice: [] }): LinuxBlockIO {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.weight = r.u32(); break;
      case 16: m.leafWeight = r.u32(); break;
      case 26: r.add(m.weightDevice, r.message(readLinuxWeightDevice)); break;
      case 34: r.add(m.throttleReadBpsDevice, r.message(readLinuxThrottleDevice)); break;
      case 42: r.add(m.throttleWriteBpsDevice, r.message(readLinuxThrottleDevice)); break;
      case 50: r.add(m.throttleReadIOPSDevice, r.message(readLinuxThrottleDevice)); break;
      case 58: r.add(m.throttleWriteIOPSDevice, r.message(readLinuxThrottleDevice)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxBlockIO(w: Writer, m: Init<LinuxBlockIO>): void {
  w.u32(8, m.weight);
  w.u32(16, m.leafWeight);
  w.messages(26, m.weightDevice, writeLinuxWeightDevice);
  w.messages(34, m.throttleReadBpsDevice, writeLinuxThrottleDevice);
  w.messages(42, m.throttleWriteBpsDevice, writeLinuxThrottleDevice);
  w.messages(50, m.throttleReadIOPSDevice, writeLinuxThrottleDevice);
  w.messages(58, m.throttleWriteIOPSDevice, writeLinuxThrottleDevice);
}

export function encodeLinuxBlockIO(m: Init<LinuxBlockIO>): Uint8Array {
  return encode(m, writeLinuxBlockIO);
}

export function decodeLinuxBlockIO(bytes: Uint8Array): LinuxBlockIO {
  return decode(bytes, readLinuxBlockIO);
}

export interface LinuxWeightDevice {
  major: number;
  minor: number;
  weight: number;
  leafWeight: number;
}

export function readLinuxWeightDevice(r: Reader, end: number, m: LinuxWeightDevice = { major: 0, minor: 0, weight: 0, leafWeight: 0 }): LinuxWeightDevice {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.major = r.i64Number(); break;
      case 16: m.minor = r.i64Number(); break;
      case 24: m.weight = r.u32(); break;
      case 32: m.leafWeight = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxWeightDevice(w: Writer, m: Init<LinuxWeightDevice>): void {
  w.i64Number(8, m.major);
  w.i64Number(16, m.minor);
  w.u32(24, m.weight);
  w.u32(32, m.leafWeight);
}

export function encodeLinuxWeightDevice(m: Init<LinuxWeightDevice>): Uint8Array {
  return encode(m, writeLinuxWeightDevice);
}

export function decodeLinuxWeightDevice(bytes: Uint8Array): LinuxWeightDevice {
  return decode(bytes, readLinuxWeightDevice);
}

export interface LinuxThrottleDevice {
  major: number;
  minor: number;
  rate: bigint;
}

export function readLinuxThrottleDevice(r: Reader, end: number, m: LinuxThrottleDevice = { major: 0, minor: 0, rate: 0n }): LinuxThrottleDevice {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.major = r.i64Number(); break;
      case 16: m.minor = r.i64Number(); break;
      case 24: m.rate = r.u64(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxThrottleDevice(w: Writer, m: Init<LinuxThrottleDevice>): void {
  w.i64Number(8, m.major);
  w.i64Number(16, m.minor);
  w.u64(24, m.rate);
}

export function encodeLinuxThrottleDevice(m: Init<LinuxThrottleDevice>): Uint8Array {
  return encode(m, writeLinuxThrottleDevice);
}

export function decodeLinuxThrottleDevice(bytes: Uint8Array): LinuxThrottleDevice {
  return decode(bytes, readLinuxThrottleDevice);
}

export interface LinuxNetwork {
  classID: number;
  priorities: LinuxInterfacePriority[];
}

export function readLinuxNetwork(r: Reader, end: number, m: LinuxNetwork = { classID: 0, priorities: [] }): LinuxNetwork {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.classID = r.u32(); break;
      case 18: r.add(m.priorities, r.message(readLinuxInterfacePriority)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxNetwork(w: Writer, m: Init<LinuxNetwork>): void {
  w.u32(8, m.classID);
  w.messages(18, m.priorities, writeLinuxInterfacePriority);
}

export function encodeLinuxNetwork(m: Init<LinuxNetwork>): Uint8Array {
  return encode(m, writeLinuxNetwork);
}

export function decodeLinuxNetwork(bytes: Uint8Array): LinuxNetwork {
  return decode(bytes, readLinuxNetwork);
}

export interface LinuxInterfacePriority {
  name: string;
  priority: number;
}

export function readLinuxInterfacePriority(r: Reader, end: number, m: LinuxInterfacePriority = { name: "", priority: 0 }): LinuxInterfacePriority {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.name = r.string(); break;
      case 16: m.priority = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxInterfacePriority(w: Writer, m: Init<LinuxInterfacePriority>): void {
  w.string(10, m.name);
  w.u32(16, m.priority);
}

export function encodeLinuxInterfacePriority(m: Init<LinuxInterfacePriority>): Uint8Array {
  return encode(m, writeLinuxInterfacePriority);
}

export function decodeLinuxInterfacePriority(bytes: Uint8Array): LinuxInterfacePriority {
  return decode(bytes, readLinuxInterfacePriority);
}

export interface LinuxSeccomp {
  defaultAction: string;
  architectures: string[];
  flags: string[];
  syscalls: LinuxSyscall[];
}

export function readLinuxSeccomp(r: Reader, end: number, m: LinuxSeccomp = { defaultAction: "", architectures: [], flags: [], syscalls: [] }): LinuxSeccomp {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.defaultAction = r.string(); break;
      case 18: r.add(m.architectures, r.string()); break;
      case 26: r.add(m.flags, r.string()); break;
      case 34: r.add(m.syscalls, r.message(readLinuxSyscall)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxSeccomp(w: Writer, m: Init<LinuxSeccomp>): void {
  w.string(10, m.defaultAction);
  w.strings(18, m.architectures);
  w.strings(26, m.flags);
  w.messages(34, m.syscalls, writeLinuxSyscall);
}

export function encodeLinuxSeccomp(m: Init<LinuxSeccomp>): Uint8Array {
  return encode(m, writeLinuxSeccomp);
}

export function decodeLinuxSeccomp(bytes: Uint8Array): LinuxSeccomp {
  return decode(bytes, readLinuxSeccomp);
}

export interface LinuxSyscall {
  names: string[];
  action: string;
  errnoret: number | undefined;
  args: LinuxSeccompArg[];
}

export function readLinuxSyscall(r: Reader, end: number, m: LinuxSyscall = { names: [], action: "", errnoret: undefined, args: [] }): LinuxSyscall {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.names, r.string()); break;
      case 18: m.action = r.string(); break;
      case 24: m.errnoret = r.u32(); break;
      case 34: r.add(m.args, r.message(readLinuxSeccompArg)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxSyscall(w: Writer, m: Init<LinuxSyscall>): void {
  w.strings(10, m.names);
  w.string(18, m.action);
  w.u32(24, m.errnoret, true);
  w.messages(34, m.args, writeLinuxSeccompArg);
}

export function encodeLinuxSyscall(m: Init<LinuxSyscall>): Uint8Array {
  return encode(m, writeLinuxSyscall);
}

export function decodeLinuxSyscall(bytes: Uint8Array): LinuxSyscall {
  return decode(bytes, readLinuxSyscall);
}

export interface LinuxSeccompArg {
  index: bigint;
  value: bigint;
  valueTwo: bigint;
  op: string;
}

export function readLinuxSeccompArg(r: Reader, end: number, m: LinuxSeccompArg = { index: 0n, value: 0n, valueTwo: 0n, op: "" }): LinuxSeccompArg {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.index = r.u64(); break;
      case 16: m.value = r.u64(); break;
      case 24: m.valueTwo = r.u64(); break;
      case 34: m.op = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxSeccompArg(w: Writer, m: Init<LinuxSeccompArg>): void {
  w.u64(8, m.index);
  w.u64(16, m.value);
  w.u64(24, m.valueTwo);
  w.string(34, m.op);
}

export function encodeLinuxSeccompArg(m: Init<LinuxSeccompArg>): Uint8Array {
  return encode(m, writeLinuxSeccompArg);
}

export function decodeLinuxSeccompArg(bytes: Uint8Array): LinuxSeccompArg {
  return decode(bytes, readLinuxSeccompArg);
}

export const AgentService = {
  name: "grpc.AgentService",
  methods: {
    createContainer: { name: "CreateContainer", encodeRequest: encodeCreateContainerRequest, decodeRequest: decodeCreateContainerRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    startContainer: { name: "StartContainer", encodeRequest: encodeStartContainerRequest, decodeRequest: decodeStartContainerRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    pauseContainer: { name: "PauseContainer", encodeRequest: encodePauseContainerRequest, decodeRequest: decodePauseContainerRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    resumeContainer: { name: "ResumeContainer", encodeRequest: encodeResumeContainerRequest, decodeRequest: decodeResumeContainerRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    removeContainer: { name: "RemoveContainer", encodeRequest: encodeRemoveContainerRequest, decodeRequest: decodeRemoveContainerRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    closeStdin: { name: "CloseStdin", encodeRequest: encodeCloseStdinRequest, decodeRequest: decodeCloseStdinRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    waitProcess: { name: "WaitProcess", encodeRequest: encodeWaitProcessRequest, decodeRequest: decodeWaitProcessRequest, encodeResponse: encodeWaitProcessResponse, decodeResponse: decodeWaitProcessResponse },
    execProcess: { name: "ExecProcess", encodeRequest: encodeExecProcessRequest, decodeRequest: decodeExecProcessRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    signalProcess: { name: "SignalProcess", encodeRequest: encodeSignalProcessRequest, decodeRequest: decodeSignalProcessRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    updateContainer: { name: "UpdateContainer", encodeRequest: encodeUpdateContainerRequest, decodeRequest: decodeUpdateContainerRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    writeStdin: { name: "WriteStdin", encodeRequest: encodeWriteStreamRequest, decodeRequest: decodeWriteStreamRequest, encodeResponse: encodeWriteStreamResponse, decodeResponse: decodeWriteStreamResponse },
    readStdout: { name: "ReadStdout", encodeRequest: encodeReadStreamRequest, decodeRequest: decodeReadStreamRequest, encodeResponse: encodeReadStreamResponse, decodeResponse: decodeReadStreamResponse },
    readStderr: { name: "ReadStderr", encodeRequest: encodeReadStreamRequest, decodeRequest: decodeReadStreamRequest, encodeResponse: encodeReadStreamResponse, decodeResponse: decodeReadStreamResponse },
    ttyWinResize: { name: "TtyWinResize", encodeRequest: encodeTtyWinResizeRequest, decodeRequest: decodeTtyWinResizeRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    statsContainer: { name: "StatsContainer", encodeRequest: encodeStatsContainerRequest, decodeRequest: decodeStatsContainerRequest, encodeResponse: encodeStatsContainerResponse, decodeResponse: decodeStatsContainerResponse },
    createSandbox: { name: "CreateSandbox", encodeRequest: encodeCreateSandboxRequest, decodeRequest: decodeCreateSandboxRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    destroySandbox: { name: "DestroySandbox", encodeRequest: encodeDestroySandboxRequest, decodeRequest: decodeDestroySandboxRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    removeStaleVirtiofsShareMounts: { name: "RemoveStaleVirtiofsShareMounts", encodeRequest: encodeRemoveStaleVirtiofsShareMountsRequest, decodeRequest: decodeRemoveStaleVirtiofsShareMountsRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    listInterfaces: { name: "ListInterfaces", encodeRequest: encodeListInterfacesRequest, decodeRequest: decodeListInterfacesRequest, encodeResponse: encodeInterfaces, decodeResponse: decodeInterfaces },
    listRoutes: { name: "ListRoutes", encodeRequest: encodeListRoutesRequest, decodeRequest: decodeListRoutesRequest, encodeResponse: encodeRoutes, decodeResponse: decodeRoutes },
    getOOMEvent: { name: "GetOOMEvent", encodeRequest: encodeGetOOMEventRequest, decodeRequest: decodeGetOOMEventRequest, encodeResponse: encodeOOMEvent, decodeResponse: decodeOOMEvent },
    getMetrics: { name: "GetMetrics", encodeRequest: encodeGetMetricsRequest, decodeRequest: decodeGetMetricsRequest, encodeResponse: encodeMetrics, decodeResponse: decodeMetrics },
    updateInterface: { name: "UpdateInterface", encodeRequest: encodeUpdateInterfaceRequest, decodeRequest: decodeUpdateInterfaceRequest, encodeResponse: encodeInterface, decodeResponse: decodeInterface },
    updateRoutes: { name: "UpdateRoutes", encodeRequest: encodeUpdateRoutesRequest, decodeRequest: decodeUpdateRoutesRequest, encodeResponse: encodeRoutes, decodeResponse: decodeRoutes },
    addARPNeighbors: { name: "AddARPNeighbors", encodeRequest: encodeAddARPNeighborsRequest, decodeRequest: decodeAddARPNeighborsRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    updateEphemeralMounts: { name: "UpdateEphemeralMounts", encodeRequest: encodeUpdateEphemeralMountsRequest, decodeRequest: decodeUpdateEphemeralMountsRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    getIPTables: { name: "GetIPTables", encodeRequest: encodeGetIPTablesRequest, decodeRequest: decodeGetIPTablesRequest, encodeResponse: encodeGetIPTablesResponse, decodeResponse: decodeGetIPTablesResponse },
    setIPTables: { name: "SetIPTables", encodeRequest: encodeSetIPTablesRequest, decodeRequest: decodeSetIPTablesRequest, encodeResponse: encodeSetIPTablesResponse, decodeResponse: decodeSetIPTablesResponse },
    onlineCPUMem: { name: "OnlineCPUMem", encodeRequest: encodeOnlineCPUMemRequest, decodeRequest: decodeOnlineCPUMemRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    reseedRandomDev: { name: "ReseedRandomDev", encodeRequest: encodeReseedRandomDevRequest, decodeRequest: decodeReseedRandomDevRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    memHotplugByProbe: { name: "MemHotplugByProbe", encodeRequest: encodeMemHotplugByProbeRequest, decodeRequest: decodeMemHotplugByProbeRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    setGuestDateTime: { name: "SetGuestDateTime", encodeRequest: encodeSetGuestDateTimeRequest, decodeRequest: decodeSetGuestDateTimeRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    getGuestDetails: { name: "GetGuestDetails", encodeRequest: encodeGuestDetailsRequest, decodeRequest: decodeGuestDetailsRequest, encodeResponse: encodeGuestDetailsResponse, decodeResponse: decodeGuestDetailsResponse },
    copyFile: { name: "CopyFile", encodeRequest: encodeCopyFileRequest, decodeRequest: decodeCopyFileRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    addSwap: { name: "AddSwap", encodeRequest: encodeAddSwapRequest, decodeRequest: decodeAddSwapRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    addSwapPath: { name: "AddSwapPath", encodeRequest: encodeAddSwapPathRequest, decodeRequest: decodeAddSwapPathRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    setPolicy: { name: "SetPolicy", encodeRequest: encodeSetPolicyRequest, decodeRequest: decodeSetPolicyRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    getDiagnosticData: { name: "GetDiagnosticData", encodeRequest: encodeGetDiagnosticDataRequest, decodeRequest: decodeGetDiagnosticDataRequest, encodeResponse: encodeGetDiagnosticDataResponse, decodeResponse: decodeGetDiagnosticDataResponse },
    resizeVolume: { name: "ResizeVolume", encodeRequest: encodeResizeVolumeRequest, decodeRequest: decodeResizeVolumeRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    getVolumeStats: { name: "GetVolumeStats", encodeRequest: encodeVolumeStatsRequest, decodeRequest: decodeVolumeStatsRequest, encodeResponse: encodeVolumeStatsResponse, decodeResponse: decodeVolumeStatsResponse },
    memAgentMemcgSet: { name: "MemAgentMemcgSet", encodeRequest: encodeMemAgentMemcgConfig, decodeRequest: decodeMemAgentMemcgConfig, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    memAgentCompactSet: { name: "MemAgentCompactSet", encodeRequest: encodeMemAgentCompactConfig, decodeRequest: decodeMemAgentCompactConfig, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    waitReady: { name: "WaitReady", encodeRequest: encodeWaitReadyRequest, decodeRequest: decodeWaitReadyRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    listProcesses: { name: "ListProcesses", encodeRequest: encodeListProcessesRequest, decodeRequest: decodeListProcessesRequest, encodeResponse: encodeListProcessesResponse, decodeResponse: decodeListProcessesResponse },
  },
} as const satisfies Service;

export const AgentServiceClient = {
  name: "grpc.AgentService",
  methods: {
    createContainer: { name: "CreateContainer", encodeRequest: encodeCreateContainerRequest, decodeResponse: decodeEmpty },
    startContainer: { name: "StartContainer", encodeRequest: encodeStartContainerRequest, decodeResponse: decodeEmpty },
    pauseContainer: { name: "PauseContainer", encodeRequest: encodePauseContainerRequest, decodeResponse: decodeEmpty },
    resumeContainer: { name: "ResumeContainer", encodeRequest: encodeResumeContainerRequest, decodeResponse: decodeEmpty },
    removeContainer: { name: "RemoveContainer", encodeRequest: encodeRemoveContainerRequest, decodeResponse: decodeEmpty },
    closeStdin: { name: "CloseStdin", encodeRequest: encodeCloseStdinRequest, decodeResponse: decodeEmpty },
    waitProcess: { name: "WaitProcess", encodeRequest: encodeWaitProcessRequest, decodeResponse: decodeWaitProcessResponse },
    execProcess: { name: "ExecProcess", encodeRequest: encodeExecProcessRequest, decodeResponse: decodeEmpty },
    signalProcess: { name: "SignalProcess", encodeRequest: encodeSignalProcessRequest, decodeResponse: decodeEmpty },
    updateContainer: { name: "UpdateContainer", encodeRequest: encodeUpdateContainerRequest, decodeResponse: decodeEmpty },
    writeStdin: { name: "WriteStdin", encodeRequest: encodeWriteStreamRequest, decodeResponse: decodeWriteStreamResponse },
    readStdout: { name: "ReadStdout", encodeRequest: encodeReadStreamRequest, decodeResponse: decodeReadStreamResponse },
    readStderr: { name: "ReadStderr", encodeRequest: encodeReadStreamRequest, decodeResponse: decodeReadStreamResponse },
    ttyWinResize: { name: "TtyWinResize", encodeRequest: encodeTtyWinResizeRequest, decodeResponse: decodeEmpty },
    statsContainer: { name: "StatsContainer", encodeRequest: encodeStatsContainerRequest, decodeResponse: decodeStatsContainerResponse },
    createSandbox: { name: "CreateSandbox", encodeRequest: encodeCreateSandboxRequest, decodeResponse: decodeEmpty },
    destroySandbox: { name: "DestroySandbox", encodeRequest: encodeDestroySandboxRequest, decodeResponse: decodeEmpty },
    removeStaleVirtiofsShareMounts: { name: "RemoveStaleVirtiofsShareMounts", encodeRequest: encodeRemoveStaleVirtiofsShareMountsRequest, decodeResponse: decodeEmpty },
    listInterfaces: { name: "ListInterfaces", encodeRequest: encodeListInterfacesRequest, decodeResponse: decodeInterfaces },
    listRoutes: { name: "ListRoutes", encodeRequest: encodeListRoutesRequest, decodeResponse: decodeRoutes },
    getOOMEvent: { name: "GetOOMEvent", encodeRequest: encodeGetOOMEventRequest, decodeResponse: decodeOOMEvent },
    getMetrics: { name: "GetMetrics", encodeRequest: encodeGetMetricsRequest, decodeResponse: decodeMetrics },
    updateInterface: { name: "UpdateInterface", encodeRequest: encodeUpdateInterfaceRequest, decodeResponse: decodeInterface },
    updateRoutes: { name: "UpdateRoutes", encodeRequest: encodeUpdateRoutesRequest, decodeResponse: decodeRoutes },
    addARPNeighbors: { name: "AddARPNeighbors", encodeRequest: encodeAddARPNeighborsRequest, decodeResponse: decodeEmpty },
    updateEphemeralMounts: { name: "UpdateEphemeralMounts", encodeRequest: encodeUpdateEphemeralMountsRequest, decodeResponse: decodeEmpty },
    getIPTables: { name: "GetIPTables", encodeRequest: encodeGetIPTablesRequest, decodeResponse: decodeGetIPTablesResponse },
    setIPTables: { name: "SetIPTables", encodeRequest: encodeSetIPTablesRequest, decodeResponse: decodeSetIPTablesResponse },
    onlineCPUMem: { name: "OnlineCPUMem", encodeRequest: encodeOnlineCPUMemRequest, decodeResponse: decodeEmpty },
    reseedRandomDev: { name: "ReseedRandomDev", encodeRequest: encodeReseedRandomDevRequest, decodeResponse: decodeEmpty },
    memHotplugByProbe: { name: "MemHotplugByProbe", encodeRequest: encodeMemHotplugByProbeRequest, decodeResponse: decodeEmpty },
    setGuestDateTime: { name: "SetGuestDateTime", encodeRequest: encodeSetGuestDateTimeRequest, decodeResponse: decodeEmpty },
    getGuestDetails: { name: "GetGuestDetails", encodeRequest: encodeGuestDetailsRequest, decodeResponse: decodeGuestDetailsResponse },
    copyFile: { name: "CopyFile", encodeRequest: encodeCopyFileRequest, decodeResponse: decodeEmpty },
    addSwap: { name: "AddSwap", encodeRequest: encodeAddSwapRequest, decodeResponse: decodeEmpty },
    addSwapPath: { name: "AddSwapPath", encodeRequest: encodeAddSwapPathRequest, decodeResponse: decodeEmpty },
    setPolicy: { name: "SetPolicy", encodeRequest: encodeSetPolicyRequest, decodeResponse: decodeEmpty },
    getDiagnosticData: { name: "GetDiagnosticData", encodeRequest: encodeGetDiagnosticDataRequest, decodeResponse: decodeGetDiagnosticDataResponse },
    resizeVolume: { name: "ResizeVolume", encodeRequest: encodeResizeVolumeRequest, decodeResponse: decodeEmpty },
    getVolumeStats: { name: "GetVolumeStats", encodeRequest: encodeVolumeStatsRequest, decodeResponse: decodeVolumeStatsResponse },
    memAgentMemcgSet: { name: "MemAgentMemcgSet", encodeRequest: encodeMemAgentMemcgConfig, decodeResponse: decodeEmpty },
    memAgentCompactSet: { name: "MemAgentCompactSet", encodeRequest: encodeMemAgentCompactConfig, decodeResponse: decodeEmpty },
    waitReady: { name: "WaitReady", encodeRequest: encodeWaitReadyRequest, decodeResponse: decodeEmpty },
    listProcesses: { name: "ListProcesses", encodeRequest: encodeListProcessesRequest, decodeResponse: decodeListProcessesResponse },
  },
} as const satisfies ClientService;

export const AgentServiceServer = {
  name: "grpc.AgentService",
  methods: {
    createContainer: { name: "CreateContainer", decodeRequest: decodeCreateContainerRequest, encodeResponse: encodeEmpty },
    startContainer: { name: "StartContainer", decodeRequest: decodeStartContainerRequest, encodeResponse: encodeEmpty },
    pauseContainer: { name: "PauseContainer", decodeRequest: decodePauseContainerRequest, encodeResponse: encodeEmpty },
    resumeContainer: { name: "ResumeContainer", decodeRequest: decodeResumeContainerRequest, encodeResponse: encodeEmpty },
    removeContainer: { name: "RemoveContainer", decodeRequest: decodeRemoveContainerRequest, encodeResponse: encodeEmpty },
    closeStdin: { name: "CloseStdin", decodeRequest: decodeCloseStdinRequest, encodeResponse: encodeEmpty },
    waitProcess: { name: "WaitProcess", decodeRequest: decodeWaitProcessRequest, encodeResponse: encodeWaitProcessResponse },
    execProcess: { name: "ExecProcess", decodeRequest: decodeExecProcessRequest, encodeResponse: encodeEmpty },
    signalProcess: { name: "SignalProcess", decodeRequest: decodeSignalProcessRequest, encodeResponse: encodeEmpty },
    updateContainer: { name: "UpdateContainer", decodeRequest: decodeUpdateContainerRequest, encodeResponse: encodeEmpty },
    writeStdin: { name: "WriteStdin", decodeRequest: decodeWriteStreamRequest, encodeResponse: encodeWriteStreamResponse },
    readStdout: { name: "ReadStdout", decodeRequest: decodeReadStreamRequest, encodeResponse: encodeReadStreamResponse },
    readStderr: { name: "ReadStderr", decodeRequest: decodeReadStreamRequest, encodeResponse: encodeReadStreamResponse },
    ttyWinResize: { name: "TtyWinResize", decodeRequest: decodeTtyWinResizeRequest, encodeResponse: encodeEmpty },
    statsContainer: { name: "StatsContainer", decodeRequest: decodeStatsContainerRequest, encodeResponse: encodeStatsContainerResponse },
    createSandbox: { name: "CreateSandbox", decodeRequest: decodeCreateSandboxRequest, encodeResponse: encodeEmpty },
    destroySandbox: { name: "DestroySandbox", decodeRequest: decodeDestroySandboxRequest, encodeResponse: encodeEmpty },
    removeStaleVirtiofsShareMounts: { name: "RemoveStaleVirtiofsShareMounts", decodeRequest: decodeRemoveStaleVirtiofsShareMountsRequest, encodeResponse: encodeEmpty },
    listInterfaces: { name: "ListInterfaces", decodeRequest: decodeListInterfacesRequest, encodeResponse: encodeInterfaces },
    listRoutes: { name: "ListRoutes", decodeRequest: decodeListRoutesRequest, encodeResponse: encodeRoutes },
    getOOMEvent: { name: "GetOOMEvent", decodeRequest: decodeGetOOMEventRequest, encodeResponse: encodeOOMEvent },
    getMetrics: { name: "GetMetrics", decodeRequest: decodeGetMetricsRequest, encodeResponse: encodeMetrics },
    updateInterface: { name: "UpdateInterface", decodeRequest: decodeUpdateInterfaceRequest, encodeResponse: encodeInterface },
    updateRoutes: { name: "UpdateRoutes", decodeRequest: decodeUpdateRoutesRequest, encodeResponse: encodeRoutes },
    addARPNeighbors: { name: "AddARPNeighbors", decodeRequest: decodeAddARPNeighborsRequest, encodeResponse: encodeEmpty },
    updateEphemeralMounts: { name: "UpdateEphemeralMounts", decodeRequest: decodeUpdateEphemeralMountsRequest, encodeResponse: encodeEmpty },
    getIPTables: { name: "GetIPTables", decodeRequest: decodeGetIPTablesRequest, encodeResponse: encodeGetIPTablesResponse },
    setIPTables: { name: "SetIPTables", decodeRequest: decodeSetIPTablesRequest, encodeResponse: encodeSetIPTablesResponse },
    onlineCPUMem: { name: "OnlineCPUMem", decodeRequest: decodeOnlineCPUMemRequest, encodeResponse: encodeEmpty },
    reseedRandomDev: { name: "ReseedRandomDev", decodeRequest: decodeReseedRandomDevRequest, encodeResponse: encodeEmpty },
    memHotplugByProbe: { name: "MemHotplugByProbe", decodeRequest: decodeMemHotplugByProbeRequest, encodeResponse: encodeEmpty },
    setGuestDateTime: { name: "SetGuestDateTime", decodeRequest: decodeSetGuestDateTimeRequest, encodeResponse: encodeEmpty },
    getGuestDetails: { name: "GetGuestDetails", decodeRequest: decodeGuestDetailsRequest, encodeResponse: encodeGuestDetailsResponse },
    copyFile: { name: "CopyFile", decodeRequest: decodeCopyFileRequest, encodeResponse: encodeEmpty },
    addSwap: { name: "AddSwap", decodeRequest: decodeAddSwapRequest, encodeResponse: encodeEmpty },
    addSwapPath: { name: "AddSwapPath", decodeRequest: decodeAddSwapPathRequest, encodeResponse: encodeEmpty },
    setPolicy: { name: "SetPolicy", decodeRequest: decodeSetPolicyRequest, encodeResponse: encodeEmpty },
    getDiagnosticData: { name: "GetDiagnosticData", decodeRequest: decodeGetDiagnosticDataRequest, encodeResponse: encodeGetDiagnosticDataResponse },
    resizeVolume: { name: "ResizeVolume", decodeRequest: decodeResizeVolumeRequest, encodeResponse: encodeEmpty },
    getVolumeStats: { name: "GetVolumeStats", decodeRequest: decodeVolumeStatsRequest, encodeResponse: encodeVolumeStatsResponse },
    memAgentMemcgSet: { name: "MemAgentMemcgSet", decodeRequest: decodeMemAgentMemcgConfig, encodeResponse: encodeEmpty },
    memAgentCompactSet: { name: "MemAgentCompactSet", decodeRequest: decodeMemAgentCompactConfig, encodeResponse: encodeEmpty },
    waitReady: { name: "WaitReady", decodeRequest: decodeWaitReadyRequest, encodeResponse: encodeEmpty },
    listProcesses: { name: "ListProcesses", decodeRequest: decodeListProcessesRequest, encodeResponse: encodeListProcessesResponse },
  },
} as const satisfies ServerService;

export const Health = {
  name: "grpc.Health",
  methods: {
    check: { name: "Check", encodeRequest: encodeCheckRequest, decodeRequest: decodeCheckRequest, encodeResponse: encodeHealthCheckResponse, decodeResponse: decodeHealthCheckResponse },
    version: { name: "Version", encodeRequest: encodeCheckRequest, decodeRequest: decodeCheckRequest, encodeResponse: encodeVersionCheckResponse, decodeResponse: decodeVersionCheckResponse },
  },
} as const satisfies Service;

export const HealthClient = {
  name: "grpc.Health",
  methods: {
    check: { name: "Check", encodeRequest: encodeCheckRequest, decodeResponse: decodeHealthCheckResponse },
    version: { name: "Version", encodeRequest: encodeCheckRequest, decodeResponse: decodeVersionCheckResponse },
  },
} as const satisfies ClientService;

export const HealthServer = {
  name: "grpc.Health",
  methods: {
    check: { name: "Check", decodeRequest: decodeCheckRequest, encodeResponse: encodeHealthCheckResponse },
    version: { name: "Version", decodeRequest: decodeCheckRequest, encodeResponse: encodeVersionCheckResponse },
  },
} as const satisfies ServerService;
