// Generated from proto/sandbox.proto by tools/protogen.ts. Do not edit.
import type { ClientService, ServerService, Service } from "../service.ts";
import { decode, encode, type Init } from "../wire.ts";
import type { Reader } from "../wire-reader.ts";
import type { Writer } from "../wire-writer.ts";

export interface CreateContainerRequest {
  id: string;
  bundle: string;
  specJson: Uint8Array;
  terminal: boolean;
  standinPid: number;
  descriptors: string[];
  seccompBpf: Uint8Array;
  seccompFlags: number;
  notifySocket: boolean;
  disks: Disk[];
  pause: boolean;
  commonMounts: CommonMount[];
  localEmptyDirs: boolean;
}

export function readCreateContainerRequest(r: Reader, end: number, m: CreateContainerRequest = { id: "", bundle: "", specJson: new Uint8Array(), terminal: false, standinPid: 0, descriptors: [], seccompBpf: new Uint8Array(), seccompFlags: 0, notifySocket: false, disks: [], pause: false, commonMounts: [], localEmptyDirs: false }): CreateContainerRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.bundle = r.string(); break;
      case 26: m.specJson = r.bytes(); break;
      case 32: m.terminal = r.bool(); break;
      case 40: m.standinPid = r.u32(); break;
      case 50: r.add(m.descriptors, r.string()); break;
      case 58: m.seccompBpf = r.bytes(); break;
      case 64: m.seccompFlags = r.u32(); break;
      case 72: m.notifySocket = r.bool(); break;
      case 82: r.add(m.disks, r.message(readDisk)); break;
      case 88: m.pause = r.bool(); break;
      case 98: r.add(m.commonMounts, r.message(readCommonMount)); break;
      case 104: m.localEmptyDirs = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCreateContainerRequest(w: Writer, m: Init<CreateContainerRequest>): void {
  w.string(10, m.id);
  w.string(18, m.bundle);
  w.bytes(26, m.specJson);
  w.bool(32, m.terminal);
  w.u32(40, m.standinPid);
  w.strings(50, m.descriptors);
  w.bytes(58, m.seccompBpf);
  w.u32(64, m.seccompFlags);
  w.bool(72, m.notifySocket);
  w.messages(82, m.disks, writeDisk);
  w.bool(88, m.pause);
  w.messages(98, m.commonMounts, writeCommonMount);
  w.bool(104, m.localEmptyDirs);
}

export function encodeCreateContainerRequest(m: Init<CreateContainerRequest>): Uint8Array {
  return encode(m, writeCreateContainerRequest);
}

export function decodeCreateContainerRequest(bytes: Uint8Array): CreateContainerRequest {
  return decode(bytes, readCreateContainerRequest);
}

export interface CommonMount {
  index: number;
  identity: string;
}

export function readCommonMount(r: Reader, end: number, m: CommonMount = { index: 0, identity: "" }): CommonMount {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.index = r.u32(); break;
      case 18: m.identity = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCommonMount(w: Writer, m: Init<CommonMount>): void {
  w.u32(8, m.index);
  w.string(18, m.identity);
}

export function encodeCommonMount(m: Init<CommonMount>): Uint8Array {
  return encode(m, writeCommonMount);
}

export function decodeCommonMount(bytes: Uint8Array): CommonMount {
  return decode(bytes, readCommonMount);
}

export interface Disk {
  target: string;
  path: string;
  fstype: string;
  options: string[];
  readOnly: boolean;
  scratch: boolean;
  group: number;
  overlayOptions: string[];
}

export function readDisk(r: Reader, end: number, m: Disk = { target: "", path: "", fstype: "", options: [], readOnly: false, scratch: false, group: 0, overlayOptions: [] }): Disk {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.target = r.string(); break;
      case 18: m.path = r.string(); break;
      case 26: m.fstype = r.string(); break;
      case 34: r.add(m.options, r.string()); break;
      case 40: m.readOnly = r.bool(); break;
      case 48: m.scratch = r.bool(); break;
      case 56: m.group = r.u32(); break;
      case 66: r.add(m.overlayOptions, r.string()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeDisk(w: Writer, m: Init<Disk>): void {
  w.string(10, m.target);
  w.string(18, m.path);
  w.string(26, m.fstype);
  w.strings(34, m.options);
  w.bool(40, m.readOnly);
  w.bool(48, m.scratch);
  w.u32(56, m.group);
  w.strings(66, m.overlayOptions);
}

export function encodeDisk(m: Init<Disk>): Uint8Array {
  return encode(m, writeDisk);
}

export function decodeDisk(bytes: Uint8Array): Disk {
  return decode(bytes, readDisk);
}

export interface VolumeStatsRequest {
  path: string;
}

export function readVolumeStatsRequest(r: Reader, end: number, m: VolumeStatsRequest = { path: "" }): VolumeStatsRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.path = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeVolumeStatsRequest(w: Writer, m: Init<VolumeStatsRequest>): void {
  w.string(10, m.path);
}

export function encodeVolumeStatsRequest(m: Init<VolumeStatsRequest>): Uint8Array {
  return encode(m, writeVolumeStatsRequest);
}

export function decodeVolumeStatsRequest(bytes: Uint8Array): VolumeStatsRequest {
  return decode(bytes, readVolumeStatsRequest);
}

export interface VolumeStatsResponse {
  statsJson: Uint8Array;
}

export function readVolumeStatsResponse(r: Reader, end: number, m: VolumeStatsResponse = { statsJson: new Uint8Array() }): VolumeStatsResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.statsJson = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeVolumeStatsResponse(w: Writer, m: Init<VolumeStatsResponse>): void {
  w.bytes(10, m.statsJson);
}

export function encodeVolumeStatsResponse(m: Init<VolumeStatsResponse>): Uint8Array {
  return encode(m, writeVolumeStatsResponse);
}

export function decodeVolumeStatsResponse(bytes: Uint8Array): VolumeStatsResponse {
  return decode(bytes, readVolumeStatsResponse);
}

export interface ResizeVolumeRequest {
  path: string;
  size: number;
}

export function readResizeVolumeRequest(r: Reader, end: number, m: ResizeVolumeRequest = { path: "", size: 0 }): ResizeVolumeRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.path = r.string(); break;
      case 16: m.size = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeResizeVolumeRequest(w: Writer, m: Init<ResizeVolumeRequest>): void {
  w.string(10, m.path);
  w.u64Number(16, m.size);
}

export function encodeResizeVolumeRequest(m: Init<ResizeVolumeRequest>): Uint8Array {
  return encode(m, writeResizeVolumeRequest);
}

export function decodeResizeVolumeRequest(bytes: Uint8Array): ResizeVolumeRequest {
  return decode(bytes, readResizeVolumeRequest);
}

export interface ResizeVolumeResponse {
}

export function readResizeVolumeResponse(r: Reader, end: number, m: ResizeVolumeResponse = {}): ResizeVolumeResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeResizeVolumeResponse(_w: Writer, _m: Init<ResizeVolumeResponse>): void {
}

export function encodeResizeVolumeResponse(m: Init<ResizeVolumeResponse>): Uint8Array {
  return encode(m, writeResizeVolumeResponse);
}

export function decodeResizeVolumeResponse(bytes: Uint8Array): ResizeVolumeResponse {
  return decode(bytes, readResizeVolumeResponse);
}

export interface CreateContainerResponse {
  warnings: string[];
}

export function readCreateContainerResponse(r: Reader, end: number, m: CreateContainerResponse = { warnings: [] }): CreateContainerResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.warnings, r.string()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCreateContainerResponse(w: Writer, m: Init<CreateContainerResponse>): void {
  w.strings(10, m.warnings);
}

export function encodeCreateContainerResponse(m: Init<CreateContainerResponse>): Uint8Array {
  return encode(m, writeCreateContainerResponse);
}

export function decodeCreateContainerResponse(bytes: Uint8Array): CreateContainerResponse {
  return decode(bytes, readCreateContainerResponse);
}

export interface StartContainerRequest {
  id: string;
  waitReady: boolean;
}

export function readStartContainerRequest(r: Reader, end: number, m: StartContainerRequest = { id: "", waitReady: false }): StartContainerRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 16: m.waitReady = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStartContainerRequest(w: Writer, m: Init<StartContainerRequest>): void {
  w.string(10, m.id);
  w.bool(16, m.waitReady);
}

export function encodeStartContainerRequest(m: Init<StartContainerRequest>): Uint8Array {
  return encode(m, writeStartContainerRequest);
}

export function decodeStartContainerRequest(bytes: Uint8Array): StartContainerRequest {
  return decode(bytes, readStartContainerRequest);
}

export interface StartContainerResponse {
  ready: boolean;
}

export function readStartContainerResponse(r: Reader, end: number, m: StartContainerResponse = { ready: false }): StartContainerResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.ready = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStartContainerResponse(w: Writer, m: Init<StartContainerResponse>): void {
  w.bool(8, m.ready);
}

export function encodeStartContainerResponse(m: Init<StartContainerResponse>): Uint8Array {
  return encode(m, writeStartContainerResponse);
}

export function decodeStartContainerResponse(bytes: Uint8Array): StartContainerResponse {
  return decode(bytes, readStartContainerResponse);
}

export interface ExecRequest {
  id: string;
  execId: string;
  processJson: Uint8Array;
  terminal: boolean;
  standinPid: number;
  descriptors: string[];
  ignorePaused: boolean;
  cgroup: string;
}

export function readExecRequest(r: Reader, end: number, m: ExecRequest = { id: "", execId: "", processJson: new Uint8Array(), terminal: false, standinPid: 0, descriptors: [], ignorePaused: false, cgroup: "" }): ExecRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.execId = r.string(); break;
      case 26: m.processJson = r.bytes(); break;
      case 32: m.terminal = r.bool(); break;
      case 40: m.standinPid = r.u32(); break;
      case 50: r.add(m.descriptors, r.string()); break;
      case 56: m.ignorePaused = r.bool(); break;
      case 66: m.cgroup = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeExecRequest(w: Writer, m: Init<ExecRequest>): void {
  w.string(10, m.id);
  w.string(18, m.execId);
  w.bytes(26, m.processJson);
  w.bool(32, m.terminal);
  w.u32(40, m.standinPid);
  w.strings(50, m.descriptors);
  w.bool(56, m.ignorePaused);
  w.string(66, m.cgroup);
}

export function encodeExecRequest(m: Init<ExecRequest>): Uint8Array {
  return encode(m, writeExecRequest);
}

export function decodeExecRequest(bytes: Uint8Array): ExecRequest {
  return decode(bytes, readExecRequest);
}

export interface ExecResponse {
}

export function readExecResponse(r: Reader, end: number, m: ExecResponse = {}): ExecResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeExecResponse(_w: Writer, _m: Init<ExecResponse>): void {
}

export function encodeExecResponse(m: Init<ExecResponse>): Uint8Array {
  return encode(m, writeExecResponse);
}

export function decodeExecResponse(bytes: Uint8Array): ExecResponse {
  return decode(bytes, readExecResponse);
}

export interface CommitRequest {
  id: string;
  execId: string;
}

export function readCommitRequest(r: Reader, end: number, m: CommitRequest = { id: "", execId: "" }): CommitRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.execId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCommitRequest(w: Writer, m: Init<CommitRequest>): void {
  w.string(10, m.id);
  w.string(18, m.execId);
}

export function encodeCommitRequest(m: Init<CommitRequest>): Uint8Array {
  return encode(m, writeCommitRequest);
}

export function decodeCommitRequest(bytes: Uint8Array): CommitRequest {
  return decode(bytes, readCommitRequest);
}

export interface CommitResponse {
}

export function readCommitResponse(r: Reader, end: number, m: CommitResponse = {}): CommitResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeCommitResponse(_w: Writer, _m: Init<CommitResponse>): void {
}

export function encodeCommitResponse(m: Init<CommitResponse>): Uint8Array {
  return encode(m, writeCommitResponse);
}

export function decodeCommitResponse(bytes: Uint8Array): CommitResponse {
  return decode(bytes, readCommitResponse);
}

export interface SignalRequest {
  id: string;
  execId: string;
  signal: number;
  all: boolean;
}

export function readSignalRequest(r: Reader, end: number, m: SignalRequest = { id: "", execId: "", signal: 0, all: false }): SignalRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.execId = r.string(); break;
      case 24: m.signal = r.u32(); break;
      case 32: m.all = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSignalRequest(w: Writer, m: Init<SignalRequest>): void {
  w.string(10, m.id);
  w.string(18, m.execId);
  w.u32(24, m.signal);
  w.bool(32, m.all);
}

export function encodeSignalRequest(m: Init<SignalRequest>): Uint8Array {
  return encode(m, writeSignalRequest);
}

export function decodeSignalRequest(bytes: Uint8Array): SignalRequest {
  return decode(bytes, readSignalRequest);
}

export interface SignalResponse {
}

export function readSignalResponse(r: Reader, end: number, m: SignalResponse = {}): SignalResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeSignalResponse(_w: Writer, _m: Init<SignalResponse>): void {
}

export function encodeSignalResponse(m: Init<SignalResponse>): Uint8Array {
  return encode(m, writeSignalResponse);
}

export function decodeSignalResponse(bytes: Uint8Array): SignalResponse {
  return decode(bytes, readSignalResponse);
}

export interface WaitRequest {
  id: string;
  execId: string;
}

export function readWaitRequest(r: Reader, end: number, m: WaitRequest = { id: "", execId: "" }): WaitRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.execId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeWaitRequest(w: Writer, m: Init<WaitRequest>): void {
  w.string(10, m.id);
  w.string(18, m.execId);
}

export function encodeWaitRequest(m: Init<WaitRequest>): Uint8Array {
  return encode(m, writeWaitRequest);
}

export function decodeWaitRequest(bytes: Uint8Array): WaitRequest {
  return decode(bytes, readWaitRequest);
}

export interface WaitResponse {
  status: number;
  exitedAtNs: bigint;
}

export function readWaitResponse(r: Reader, end: number, m: WaitResponse = { status: 0, exitedAtNs: 0n }): WaitResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.status = r.u32(); break;
      case 16: m.exitedAtNs = r.u64(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeWaitResponse(w: Writer, m: Init<WaitResponse>): void {
  w.u32(8, m.status);
  w.u64(16, m.exitedAtNs);
}

export function encodeWaitResponse(m: Init<WaitResponse>): Uint8Array {
  return encode(m, writeWaitResponse);
}

export function decodeWaitResponse(bytes: Uint8Array): WaitResponse {
  return decode(bytes, readWaitResponse);
}

export interface ResizeRequest {
  id: string;
  execId: string;
  rows: number;
  columns: number;
}

export function readResizeRequest(r: Reader, end: number, m: ResizeRequest = { id: "", execId: "", rows: 0, columns: 0 }): ResizeRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.execId = r.string(); break;
      case 24: m.rows = r.u32(); break;
      case 32: m.columns = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeResizeRequest(w: Writer, m: Init<ResizeRequest>): void {
  w.string(10, m.id);
  w.string(18, m.execId);
  w.u32(24, m.rows);
  w.u32(32, m.columns);
}

export function encodeResizeRequest(m: Init<ResizeRequest>): Uint8Array {
  return encode(m, writeResizeRequest);
}

export function decodeResizeRequest(bytes: Uint8Array): ResizeRequest {
  return decode(bytes, readResizeRequest);
}

export interface ResizeResponse {
}

export function readResizeResponse(r: Reader, end: number, m: ResizeResponse = {}): ResizeResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeResizeResponse(_w: Writer, _m: Init<ResizeResponse>): void {
}

export function encodeResizeResponse(m: Init<ResizeResponse>): Uint8Array {
  return encode(m, writeResizeResponse);
}

export function decodeResizeResponse(bytes: Uint8Array): ResizeResponse {
  return decode(bytes, readResizeResponse);
}

export interface CloseStdinRequest {
  id: string;
  execId: string;
}

export function readCloseStdinRequest(r: Reader, end: number, m: CloseStdinRequest = { id: "", execId: "" }): CloseStdinRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.execId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCloseStdinRequest(w: Writer, m: Init<CloseStdinRequest>): void {
  w.string(10, m.id);
  w.string(18, m.execId);
}

export function encodeCloseStdinRequest(m: Init<CloseStdinRequest>): Uint8Array {
  return encode(m, writeCloseStdinRequest);
}

export function decodeCloseStdinRequest(bytes: Uint8Array): CloseStdinRequest {
  return decode(bytes, readCloseStdinRequest);
}

export interface CloseStdinResponse {
}

export function readCloseStdinResponse(r: Reader, end: number, m: CloseStdinResponse = {}): CloseStdinResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeCloseStdinResponse(_w: Writer, _m: Init<CloseStdinResponse>): void {
}

export function encodeCloseStdinResponse(m: Init<CloseStdinResponse>): Uint8Array {
  return encode(m, writeCloseStdinResponse);
}

export function decodeCloseStdinResponse(bytes: Uint8Array): CloseStdinResponse {
  return decode(bytes, readCloseStdinResponse);
}

export interface StateRequest {
  id: string;
}

export function readStateRequest(r: Reader, end: number, m: StateRequest = { id: "" }): StateRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStateRequest(w: Writer, m: Init<StateRequest>): void {
  w.string(10, m.id);
}

export function encodeStateRequest(m: Init<StateRequest>): Uint8Array {
  return encode(m, writeStateRequest);
}

export function decodeStateRequest(bytes: Uint8Array): StateRequest {
  return decode(bytes, readStateRequest);
}

export interface StateResponse {
  status: string;
  oomKills: number;
}

export function readStateResponse(r: Reader, end: number, m: StateResponse = { status: "", oomKills: 0 }): StateResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.status = r.string(); break;
      case 16: m.oomKills = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStateResponse(w: Writer, m: Init<StateResponse>): void {
  w.string(10, m.status);
  w.u32(16, m.oomKills);
}

export function encodeStateResponse(m: Init<StateResponse>): Uint8Array {
  return encode(m, writeStateResponse);
}

export function decodeStateResponse(bytes: Uint8Array): StateResponse {
  return decode(bytes, readStateResponse);
}

export interface WaitEventRequest {
  id: string;
  oomKills: number;
}

export function readWaitEventRequest(r: Reader, end: number, m: WaitEventRequest = { id: "", oomKills: 0 }): WaitEventRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 16: m.oomKills = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeWaitEventRequest(w: Writer, m: Init<WaitEventRequest>): void {
  w.string(10, m.id);
  w.u32(16, m.oomKills);
}

export function encodeWaitEventRequest(m: Init<WaitEventRequest>): Uint8Array {
  return encode(m, writeWaitEventRequest);
}

export function decodeWaitEventRequest(bytes: Uint8Array): WaitEventRequest {
  return decode(bytes, readWaitEventRequest);
}

export interface WaitEventResponse {
  oomKills: number;
  stopped: boolean;
}

export function readWaitEventResponse(r: Reader, end: number, m: WaitEventResponse = { oomKills: 0, stopped: false }): WaitEventResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.oomKills = r.u32(); break;
      case 16: m.stopped = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeWaitEventResponse(w: Writer, m: Init<WaitEventResponse>): void {
  w.u32(8, m.oomKills);
  w.bool(16, m.stopped);
}

export function encodeWaitEventResponse(m: Init<WaitEventResponse>): Uint8Array {
  return encode(m, writeWaitEventResponse);
}

export function decodeWaitEventResponse(bytes: Uint8Array): WaitEventResponse {
  return decode(bytes, readWaitEventResponse);
}

export interface DeleteRequest {
  id: string;
  force: boolean;
}

export function readDeleteRequest(r: Reader, end: number, m: DeleteRequest = { id: "", force: false }): DeleteRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 16: m.force = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeDeleteRequest(w: Writer, m: Init<DeleteRequest>): void {
  w.string(10, m.id);
  w.bool(16, m.force);
}

export function encodeDeleteRequest(m: Init<DeleteRequest>): Uint8Array {
  return encode(m, writeDeleteRequest);
}

export function decodeDeleteRequest(bytes: Uint8Array): DeleteRequest {
  return decode(bytes, readDeleteRequest);
}

export interface DeleteResponse {
}

export function readDeleteResponse(r: Reader, end: number, m: DeleteResponse = {}): DeleteResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeDeleteResponse(_w: Writer, _m: Init<DeleteResponse>): void {
}

export function encodeDeleteResponse(m: Init<DeleteResponse>): Uint8Array {
  return encode(m, writeDeleteResponse);
}

export function decodeDeleteResponse(bytes: Uint8Array): DeleteResponse {
  return decode(bytes, readDeleteResponse);
}

export interface PauseRequest {
  id: string;
}

export function readPauseRequest(r: Reader, end: number, m: PauseRequest = { id: "" }): PauseRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writePauseRequest(w: Writer, m: Init<PauseRequest>): void {
  w.string(10, m.id);
}

export function encodePauseRequest(m: Init<PauseRequest>): Uint8Array {
  return encode(m, writePauseRequest);
}

export function decodePauseRequest(bytes: Uint8Array): PauseRequest {
  return decode(bytes, readPauseRequest);
}

export interface PauseResponse {
}

export function readPauseResponse(r: Reader, end: number, m: PauseResponse = {}): PauseResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writePauseResponse(_w: Writer, _m: Init<PauseResponse>): void {
}

export function encodePauseResponse(m: Init<PauseResponse>): Uint8Array {
  return encode(m, writePauseResponse);
}

export function decodePauseResponse(bytes: Uint8Array): PauseResponse {
  return decode(bytes, readPauseResponse);
}

export interface ResumeRequest {
  id: string;
}

export function readResumeRequest(r: Reader, end: number, m: ResumeRequest = { id: "" }): ResumeRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeResumeRequest(w: Writer, m: Init<ResumeRequest>): void {
  w.string(10, m.id);
}

export function encodeResumeRequest(m: Init<ResumeRequest>): Uint8Array {
  return encode(m, writeResumeRequest);
}

export function decodeResumeRequest(bytes: Uint8Array): ResumeRequest {
  return decode(bytes, readResumeRequest);
}

export interface ResumeResponse {
}

export function readResumeResponse(r: Reader, end: number, m: ResumeResponse = {}): ResumeResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeResumeResponse(_w: Writer, _m: Init<ResumeResponse>): void {
}

export function encodeResumeResponse(m: Init<ResumeResponse>): Uint8Array {
  return encode(m, writeResumeResponse);
}

export function decodeResumeResponse(bytes: Uint8Array): ResumeResponse {
  return decode(bytes, readResumeResponse);
}

export interface StatsRequest {
  id: string;
}

export function readStatsRequest(r: Reader, end: number, m: StatsRequest = { id: "" }): StatsRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStatsRequest(w: Writer, m: Init<StatsRequest>): void {
  w.string(10, m.id);
}

export function encodeStatsRequest(m: Init<StatsRequest>): Uint8Array {
  return encode(m, writeStatsRequest);
}

export function decodeStatsRequest(bytes: Uint8Array): StatsRequest {
  return decode(bytes, readStatsRequest);
}

export interface StatsResponse {
  statsJson: Uint8Array;
}

export function readStatsResponse(r: Reader, end: number, m: StatsResponse = { statsJson: new Uint8Array() }): StatsResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.statsJson = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStatsResponse(w: Writer, m: Init<StatsResponse>): void {
  w.bytes(10, m.statsJson);
}

export function encodeStatsResponse(m: Init<StatsResponse>): Uint8Array {
  return encode(m, writeStatsResponse);
}

export function decodeStatsResponse(bytes: Uint8Array): StatsResponse {
  return decode(bytes, readStatsResponse);
}

export interface UpdateRequest {
  id: string;
  resourcesJson: Uint8Array;
}

export function readUpdateRequest(r: Reader, end: number, m: UpdateRequest = { id: "", resourcesJson: new Uint8Array() }): UpdateRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.resourcesJson = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeUpdateRequest(w: Writer, m: Init<UpdateRequest>): void {
  w.string(10, m.id);
  w.bytes(18, m.resourcesJson);
}

export function encodeUpdateRequest(m: Init<UpdateRequest>): Uint8Array {
  return encode(m, writeUpdateRequest);
}

export function decodeUpdateRequest(bytes: Uint8Array): UpdateRequest {
  return decode(bytes, readUpdateRequest);
}

export interface UpdateResponse {
}

export function readUpdateResponse(r: Reader, end: number, m: UpdateResponse = {}): UpdateResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeUpdateResponse(_w: Writer, _m: Init<UpdateResponse>): void {
}

export function encodeUpdateResponse(m: Init<UpdateResponse>): Uint8Array {
  return encode(m, writeUpdateResponse);
}

export function decodeUpdateResponse(bytes: Uint8Array): UpdateResponse {
  return decode(bytes, readUpdateResponse);
}

export interface ProcessesRequest {
  id: string;
}

export function readProcessesRequest(r: Reader, end: number, m: ProcessesRequest = { id: "" }): ProcessesRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeProcessesRequest(w: Writer, m: Init<ProcessesRequest>): void {
  w.string(10, m.id);
}

export function encodeProcessesRequest(m: Init<ProcessesRequest>): Uint8Array {
  return encode(m, writeProcessesRequest);
}

export function decodeProcessesRequest(bytes: Uint8Array): ProcessesRequest {
  return decode(bytes, readProcessesRequest);
}

export interface ProcessesResponse {
  standinPids: number[];
  processes: GuestProcess[];
  memoryKib: number;
}

export function readProcessesResponse(r: Reader, end: number, m: ProcessesResponse = { standinPids: [], processes: [], memoryKib: 0 }): ProcessesResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: r.add(m.standinPids, r.u32()); break;
      case 10: r.packed(m.standinPids, () => r.u32()); break;
      case 18: r.add(m.processes, r.message(readGuestProcess)); break;
      case 24: m.memoryKib = r.u64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeProcessesResponse(w: Writer, m: Init<ProcessesResponse>): void {
  w.u32s(10, m.standinPids);
  w.messages(18, m.processes, writeGuestProcess);
  w.u64Number(24, m.memoryKib);
}

export function encodeProcessesResponse(m: Init<ProcessesResponse>): Uint8Array {
  return encode(m, writeProcessesResponse);
}

export function decodeProcessesResponse(bytes: Uint8Array): ProcessesResponse {
  return decode(bytes, readProcessesResponse);
}

export interface GuestProcess {
  pid: number;
  parent: number;
  uid: number;
  gid: number;
  state: string;
  processGroup: number;
  session: number;
  terminal: string;
  cpuMs: number;
  ageMs: number;
  priority: number;
  nice: number;
  threads: number;
  virtualKib: number;
  residentKib: number;
  name: string;
  command: string;
}

export function readGuestProcess(r: Reader, end: number, m: GuestProcess = { pid: 0, parent: 0, uid: 0, gid: 0, state: "", processGroup: 0, session: 0, terminal: "", cpuMs: 0, ageMs: 0, priority: 0, nice: 0, threads: 0, virtualKib: 0, residentKib: 0, name: "", command: "" }): GuestProcess {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.pid = r.u32(); break;
      case 16: m.parent = r.u32(); break;
      case 24: m.uid = r.u32(); break;
      case 32: m.gid = r.u32(); break;
      case 42: m.state = r.string(); break;
      case 48: m.processGroup = r.u32(); break;
      case 56: m.session = r.u32(); break;
      case 66: m.terminal = r.string(); break;
      case 72: m.cpuMs = r.u64Number(); break;
      case 80: m.ageMs = r.u64Number(); break;
      case 88: m.priority = r.i32(); break;
      case 96: m.nice = r.i32(); break;
      case 104: m.threads = r.u32(); break;
      case 112: m.virtualKib = r.u64Number(); break;
      case 120: m.residentKib = r.u64Number(); break;
      case 130: m.name = r.string(); break;
      case 138: m.command = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeGuestProcess(w: Writer, m: Init<GuestProcess>): void {
  w.u32(8, m.pid);
  w.u32(16, m.parent);
  w.u32(24, m.uid);
  w.u32(32, m.gid);
  w.string(42, m.state);
  w.u32(48, m.processGroup);
  w.u32(56, m.session);
  w.string(66, m.terminal);
  w.u64Number(72, m.cpuMs);
  w.u64Number(80, m.ageMs);
  w.i32(88, m.priority);
  w.i32(96, m.nice);
  w.u32(104, m.threads);
  w.u64Number(112, m.virtualKib);
  w.u64Number(120, m.residentKib);
  w.string(130, m.name);
  w.string(138, m.command);
}

export function encodeGuestProcess(m: Init<GuestProcess>): Uint8Array {
  return encode(m, writeGuestProcess);
}

export function decodeGuestProcess(bytes: Uint8Array): GuestProcess {
  return decode(bytes, readGuestProcess);
}

export interface NetworkRequest {
  id: string;
  json: Uint8Array;
}

export function readNetworkRequest(r: Reader, end: number, m: NetworkRequest = { id: "", json: new Uint8Array() }): NetworkRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.json = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeNetworkRequest(w: Writer, m: Init<NetworkRequest>): void {
  w.string(10, m.id);
  w.bytes(18, m.json);
}

export function encodeNetworkRequest(m: Init<NetworkRequest>): Uint8Array {
  return encode(m, writeNetworkRequest);
}

export function decodeNetworkRequest(bytes: Uint8Array): NetworkRequest {
  return decode(bytes, readNetworkRequest);
}

export interface NetworkResponse {
  json: Uint8Array;
}

export function readNetworkResponse(r: Reader, end: number, m: NetworkResponse = { json: new Uint8Array() }): NetworkResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.json = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeNetworkResponse(w: Writer, m: Init<NetworkResponse>): void {
  w.bytes(10, m.json);
}

export function encodeNetworkResponse(m: Init<NetworkResponse>): Uint8Array {
  return encode(m, writeNetworkResponse);
}

export function decodeNetworkResponse(bytes: Uint8Array): NetworkResponse {
  return decode(bytes, readNetworkResponse);
}

export interface MetricsRequest {
}

export function readMetricsRequest(r: Reader, end: number, m: MetricsRequest = {}): MetricsRequest {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeMetricsRequest(_w: Writer, _m: Init<MetricsRequest>): void {
}

export function encodeMetricsRequest(m: Init<MetricsRequest>): Uint8Array {
  return encode(m, writeMetricsRequest);
}

export function decodeMetricsRequest(bytes: Uint8Array): MetricsRequest {
  return decode(bytes, readMetricsRequest);
}

export interface MetricsResponse {
  text: string;
  overhead: Overhead | undefined;
}

export function readMetricsResponse(r: Reader, end: number, m: MetricsResponse = { text: "", overhead: undefined }): MetricsResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.text = r.string(); break;
      case 18: m.overhead = r.message(readOverhead, m.overhead); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeMetricsResponse(w: Writer, m: Init<MetricsResponse>): void {
  w.string(10, m.text);
  w.message(18, m.overhead, writeOverhead);
}

export function encodeMetricsResponse(m: Init<MetricsResponse>): Uint8Array {
  return encode(m, writeMetricsResponse);
}

export function decodeMetricsResponse(bytes: Uint8Array): MetricsResponse {
  return decode(bytes, readMetricsResponse);
}

export interface Overhead {
  cpuPercent: number;
  memoryBytes: number;
}

export function readOverhead(r: Reader, end: number, m: Overhead = { cpuPercent: 0, memoryBytes: 0 }): Overhead {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 9: m.cpuPercent = r.double(); break;
      case 17: m.memoryBytes = r.double(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeOverhead(w: Writer, m: Init<Overhead>): void {
  w.double(9, m.cpuPercent);
  w.double(17, m.memoryBytes);
}

export function encodeOverhead(m: Init<Overhead>): Uint8Array {
  return encode(m, writeOverhead);
}

export function decodeOverhead(bytes: Uint8Array): Overhead {
  return decode(bytes, readOverhead);
}

export interface CallsRequest {
}

export function readCallsRequest(r: Reader, end: number, m: CallsRequest = {}): CallsRequest {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeCallsRequest(_w: Writer, _m: Init<CallsRequest>): void {
}

export function encodeCallsRequest(m: Init<CallsRequest>): Uint8Array {
  return encode(m, writeCallsRequest);
}

export function decodeCallsRequest(bytes: Uint8Array): CallsRequest {
  return decode(bytes, readCallsRequest);
}

export interface CallsResponse {
  answered: Calls[];
  agent: Calls[];
}

export function readCallsResponse(r: Reader, end: number, m: CallsResponse = { answered: [], agent: [] }): CallsResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.answered, r.message(readCalls)); break;
      case 18: r.add(m.agent, r.message(readCalls)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCallsResponse(w: Writer, m: Init<CallsResponse>): void {
  w.messages(10, m.answered, writeCalls);
  w.messages(18, m.agent, writeCalls);
}

export function encodeCallsResponse(m: Init<CallsResponse>): Uint8Array {
  return encode(m, writeCallsResponse);
}

export function decodeCallsResponse(bytes: Uint8Array): CallsResponse {
  return decode(bytes, readCallsResponse);
}

export interface Calls {
  method: string;
  counts: number[];
  sumMs: number;
}

export function readCalls(r: Reader, end: number, m: Calls = { method: "", counts: [], sumMs: 0 }): Calls {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.method = r.string(); break;
      case 16: r.add(m.counts, r.u32()); break;
      case 18: r.packed(m.counts, () => r.u32()); break;
      case 25: m.sumMs = r.double(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCalls(w: Writer, m: Init<Calls>): void {
  w.string(10, m.method);
  w.u32s(18, m.counts);
  w.double(25, m.sumMs);
}

export function encodeCalls(m: Init<Calls>): Uint8Array {
  return encode(m, writeCalls);
}

export function decodeCalls(bytes: Uint8Array): Calls {
  return decode(bytes, readCalls);
}

export interface PingRequest {
}

export function readPingRequest(r: Reader, end: number, m: PingRequest = {}): PingRequest {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writePingRequest(_w: Writer, _m: Init<PingRequest>): void {
}

export function encodePingRequest(m: Init<PingRequest>): Uint8Array {
  return encode(m, writePingRequest);
}

export function decodePingRequest(bytes: Uint8Array): PingRequest {
  return decode(bytes, readPingRequest);
}

export interface PingResponse {
  version: string;
}

export function readPingResponse(r: Reader, end: number, m: PingResponse = { version: "" }): PingResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.version = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writePingResponse(w: Writer, m: Init<PingResponse>): void {
  w.string(10, m.version);
}

export function encodePingResponse(m: Init<PingResponse>): Uint8Array {
  return encode(m, writePingResponse);
}

export function decodePingResponse(bytes: Uint8Array): PingResponse {
  return decode(bytes, readPingResponse);
}

export interface ShutdownRequest {
}

export function readShutdownRequest(r: Reader, end: number, m: ShutdownRequest = {}): ShutdownRequest {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeShutdownRequest(_w: Writer, _m: Init<ShutdownRequest>): void {
}

export function encodeShutdownRequest(m: Init<ShutdownRequest>): Uint8Array {
  return encode(m, writeShutdownRequest);
}

export function decodeShutdownRequest(bytes: Uint8Array): ShutdownRequest {
  return decode(bytes, readShutdownRequest);
}

export interface ShutdownResponse {
}

export function readShutdownResponse(r: Reader, end: number, m: ShutdownResponse = {}): ShutdownResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeShutdownResponse(_w: Writer, _m: Init<ShutdownResponse>): void {
}

export function encodeShutdownResponse(m: Init<ShutdownResponse>): Uint8Array {
  return encode(m, writeShutdownResponse);
}

export function decodeShutdownResponse(bytes: Uint8Array): ShutdownResponse {
  return decode(bytes, readShutdownResponse);
}

export interface ClaimRequest {
  parametersJson: Uint8Array;
}

export function readClaimRequest(r: Reader, end: number, m: ClaimRequest = { parametersJson: new Uint8Array() }): ClaimRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.parametersJson = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeClaimRequest(w: Writer, m: Init<ClaimRequest>): void {
  w.bytes(10, m.parametersJson);
}

export function encodeClaimRequest(m: Init<ClaimRequest>): Uint8Array {
  return encode(m, writeClaimRequest);
}

export function decodeClaimRequest(bytes: Uint8Array): ClaimRequest {
  return decode(bytes, readClaimRequest);
}

export interface ClaimResponse {
  pids: number[];
}

export function readClaimResponse(r: Reader, end: number, m: ClaimResponse = { pids: [] }): ClaimResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: r.add(m.pids, r.u32()); break;
      case 10: r.packed(m.pids, () => r.u32()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeClaimResponse(w: Writer, m: Init<ClaimResponse>): void {
  w.u32s(10, m.pids);
}

export function encodeClaimResponse(m: Init<ClaimResponse>): Uint8Array {
  return encode(m, writeClaimResponse);
}

export function decodeClaimResponse(bytes: Uint8Array): ClaimResponse {
  return decode(bytes, readClaimResponse);
}

export const Sandbox = {
  name: "kata.sandbox.v1.Sandbox",
  methods: {
    createContainer: { name: "CreateContainer", encodeRequest: encodeCreateContainerRequest, decodeRequest: decodeCreateContainerRequest, encodeResponse: encodeCreateContainerResponse, decodeResponse: decodeCreateContainerResponse },
    startContainer: { name: "StartContainer", encodeRequest: encodeStartContainerRequest, decodeRequest: decodeStartContainerRequest, encodeResponse: encodeStartContainerResponse, decodeResponse: decodeStartContainerResponse },
    exec: { name: "Exec", encodeRequest: encodeExecRequest, decodeRequest: decodeExecRequest, encodeResponse: encodeExecResponse, decodeResponse: decodeExecResponse },
    commit: { name: "Commit", encodeRequest: encodeCommitRequest, decodeRequest: decodeCommitRequest, encodeResponse: encodeCommitResponse, decodeResponse: decodeCommitResponse },
    signal: { name: "Signal", encodeRequest: encodeSignalRequest, decodeRequest: decodeSignalRequest, encodeResponse: encodeSignalResponse, decodeResponse: decodeSignalResponse },
    wait: { name: "Wait", encodeRequest: encodeWaitRequest, decodeRequest: decodeWaitRequest, encodeResponse: encodeWaitResponse, decodeResponse: decodeWaitResponse },
    resize: { name: "Resize", encodeRequest: encodeResizeRequest, decodeRequest: decodeResizeRequest, encodeResponse: encodeResizeResponse, decodeResponse: decodeResizeResponse },
    closeStdin: { name: "CloseStdin", encodeRequest: encodeCloseStdinRequest, decodeRequest: decodeCloseStdinRequest, encodeResponse: encodeCloseStdinResponse, decodeResponse: decodeCloseStdinResponse },
    state: { name: "State", encodeRequest: encodeStateRequest, decodeRequest: decodeStateRequest, encodeResponse: encodeStateResponse, decodeResponse: decodeStateResponse },
    delete: { name: "Delete", encodeRequest: encodeDeleteRequest, decodeRequest: decodeDeleteRequest, encodeResponse: encodeDeleteResponse, decodeResponse: decodeDeleteResponse },
    pause: { name: "Pause", encodeRequest: encodePauseRequest, decodeRequest: decodePauseRequest, encodeResponse: encodePauseResponse, decodeResponse: decodePauseResponse },
    resume: { name: "Resume", encodeRequest: encodeResumeRequest, decodeRequest: decodeResumeRequest, encodeResponse: encodeResumeResponse, decodeResponse: decodeResumeResponse },
    stats: { name: "Stats", encodeRequest: encodeStatsRequest, decodeRequest: decodeStatsRequest, encodeResponse: encodeStatsResponse, decodeResponse: decodeStatsResponse },
    update: { name: "Update", encodeRequest: encodeUpdateRequest, decodeRequest: decodeUpdateRequest, encodeResponse: encodeUpdateResponse, decodeResponse: decodeUpdateResponse },
    processes: { name: "Processes", encodeRequest: encodeProcessesRequest, decodeRequest: decodeProcessesRequest, encodeResponse: encodeProcessesResponse, decodeResponse: decodeProcessesResponse },
    waitEvent: { name: "WaitEvent", encodeRequest: encodeWaitEventRequest, decodeRequest: decodeWaitEventRequest, encodeResponse: encodeWaitEventResponse, decodeResponse: decodeWaitEventResponse },
    addInterface: { name: "AddInterface", encodeRequest: encodeNetworkRequest, decodeRequest: decodeNetworkRequest, encodeResponse: encodeNetworkResponse, decodeResponse: decodeNetworkResponse },
    removeInterface: { name: "RemoveInterface", encodeRequest: encodeNetworkRequest, decodeRequest: decodeNetworkRequest, encodeResponse: encodeNetworkResponse, decodeResponse: decodeNetworkResponse },
    listInterfaces: { name: "ListInterfaces", encodeRequest: encodeNetworkRequest, decodeRequest: decodeNetworkRequest, encodeResponse: encodeNetworkResponse, decodeResponse: decodeNetworkResponse },
    updateRoutes: { name: "UpdateRoutes", encodeRequest: encodeNetworkRequest, decodeRequest: decodeNetworkRequest, encodeResponse: encodeNetworkResponse, decodeResponse: decodeNetworkResponse },
    listRoutes: { name: "ListRoutes", encodeRequest: encodeNetworkRequest, decodeRequest: decodeNetworkRequest, encodeResponse: encodeNetworkResponse, decodeResponse: decodeNetworkResponse },
    volumeStats: { name: "VolumeStats", encodeRequest: encodeVolumeStatsRequest, decodeRequest: decodeVolumeStatsRequest, encodeResponse: encodeVolumeStatsResponse, decodeResponse: decodeVolumeStatsResponse },
    resizeVolume: { name: "ResizeVolume", encodeRequest: encodeResizeVolumeRequest, decodeRequest: decodeResizeVolumeRequest, encodeResponse: encodeResizeVolumeResponse, decodeResponse: decodeResizeVolumeResponse },
    metrics: { name: "Metrics", encodeRequest: encodeMetricsRequest, decodeRequest: decodeMetricsRequest, encodeResponse: encodeMetricsResponse, decodeResponse: decodeMetricsResponse },
    calls: { name: "Calls", encodeRequest: encodeCallsRequest, decodeRequest: decodeCallsRequest, encodeResponse: encodeCallsResponse, decodeResponse: decodeCallsResponse },
    ping: { name: "Ping", encodeRequest: encodePingRequest, decodeRequest: decodePingRequest, encodeResponse: encodePingResponse, decodeResponse: decodePingResponse },
    shutdown: { name: "Shutdown", encodeRequest: encodeShutdownRequest, decodeRequest: decodeShutdownRequest, encodeResponse: encodeShutdownResponse, decodeResponse: decodeShutdownResponse },
  },
} as const satisfies Service;

export const SandboxClient = {
  name: "kata.sandbox.v1.Sandbox",
  methods: {
    createContainer: { name: "CreateContainer", encodeRequest: encodeCreateContainerRequest, decodeResponse: decodeCreateContainerResponse },
    startContainer: { name: "StartContainer", encodeRequest: encodeStartContainerRequest, decodeResponse: decodeStartContainerResponse },
    exec: { name: "Exec", encodeRequest: encodeExecRequest, decodeResponse: decodeExecResponse },
    commit: { name: "Commit", encodeRequest: encodeCommitRequest, decodeResponse: decodeCommitResponse },
    signal: { name: "Signal", encodeRequest: encodeSignalRequest, decodeResponse: decodeSignalResponse },
    wait: { name: "Wait", encodeRequest: encodeWaitRequest, decodeResponse: decodeWaitResponse },
    resize: { name: "Resize", encodeRequest: encodeResizeRequest, decodeResponse: decodeResizeResponse },
    closeStdin: { name: "CloseStdin", encodeRequest: encodeCloseStdinRequest, decodeResponse: decodeCloseStdinResponse },
    state: { name: "State", encodeRequest: encodeStateRequest, decodeResponse: decodeStateResponse },
    delete: { name: "Delete", encodeRequest: encodeDeleteRequest, decodeResponse: decodeDeleteResponse },
    pause: { name: "Pause", encodeRequest: encodePauseRequest, decodeResponse: decodePauseResponse },
    resume: { name: "Resume", encodeRequest: encodeResumeRequest, decodeResponse: decodeResumeResponse },
    stats: { name: "Stats", encodeRequest: encodeStatsRequest, decodeResponse: decodeStatsResponse },
    update: { name: "Update", encodeRequest: encodeUpdateRequest, decodeResponse: decodeUpdateResponse },
    processes: { name: "Processes", encodeRequest: encodeProcessesRequest, decodeResponse: decodeProcessesResponse },
    waitEvent: { name: "WaitEvent", encodeRequest: encodeWaitEventRequest, decodeResponse: decodeWaitEventResponse },
    addInterface: { name: "AddInterface", encodeRequest: encodeNetworkRequest, decodeResponse: decodeNetworkResponse },
    removeInterface: { name: "RemoveInterface", encodeRequest: encodeNetworkRequest, decodeResponse: decodeNetworkResponse },
    listInterfaces: { name: "ListInterfaces", encodeRequest: encodeNetworkRequest, decodeResponse: decodeNetworkResponse },
    updateRoutes: { name: "UpdateRoutes", encodeRequest: encodeNetworkRequest, decodeResponse: decodeNetworkResponse },
    listRoutes: { name: "ListRoutes", encodeRequest: encodeNetworkRequest, decodeResponse: decodeNetworkResponse },
    volumeStats: { name: "VolumeStats", encodeRequest: encodeVolumeStatsRequest, decodeResponse: decodeVolumeStatsResponse },
    resizeVolume: { name: "ResizeVolume", encodeRequest: encodeResizeVolumeRequest, decodeResponse: decodeResizeVolumeResponse },
    metrics: { name: "Metrics", encodeRequest: encodeMetricsRequest, decodeResponse: decodeMetricsResponse },
    calls: { name: "Calls", encodeRequest: encodeCallsRequest, decodeResponse: decodeCallsResponse },
    ping: { name: "Ping", encodeRequest: encodePingRequest, decodeResponse: decodePingResponse },
    shutdown: { name: "Shutdown", encodeRequest: encodeShutdownRequest, decodeResponse: decodeShutdownResponse },
  },
} as const satisfies ClientService;

export const SandboxServer = {
  name: "kata.sandbox.v1.Sandbox",
  methods: {
    createContainer: { name: "CreateContainer", decodeRequest: decodeCreateContainerRequest, encodeResponse: encodeCreateContainerResponse },
    startContainer: { name: "StartContainer", decodeRequest: decodeStartContainerRequest, encodeResponse: encodeStartContainerResponse },
    exec: { name: "Exec", decodeRequest: decodeExecRequest, encodeResponse: encodeExecResponse },
    commit: { name: "Commit", decodeRequest: decodeCommitRequest, encodeResponse: encodeCommitResponse },
    signal: { name: "Signal", decodeRequest: decodeSignalRequest, encodeResponse: encodeSignalResponse },
    wait: { name: "Wait", decodeRequest: decodeWaitRequest, encodeResponse: encodeWaitResponse },
    resize: { name: "Resize", decodeRequest: decodeResizeRequest, encodeResponse: encodeResizeResponse },
    closeStdin: { name: "CloseStdin", decodeRequest: decodeCloseStdinRequest, encodeResponse: encodeCloseStdinResponse },
    state: { name: "State", decodeRequest: decodeStateRequest, encodeResponse: encodeStateResponse },
    delete: { name: "Delete", decodeRequest: decodeDeleteRequest, encodeResponse: encodeDeleteResponse },
    pause: { name: "Pause", decodeRequest: decodePauseRequest, encodeResponse: encodePauseResponse },
    resume: { name: "Resume", decodeRequest: decodeResumeRequest, encodeResponse: encodeResumeResponse },
    stats: { name: "Stats", decodeRequest: decodeStatsRequest, encodeResponse: encodeStatsResponse },
    update: { name: "Update", decodeRequest: decodeUpdateRequest, encodeResponse: encodeUpdateResponse },
    processes: { name: "Processes", decodeRequest: decodeProcessesRequest, encodeResponse: encodeProcessesResponse },
    waitEvent: { name: "WaitEvent", decodeRequest: decodeWaitEventRequest, encodeResponse: encodeWaitEventResponse },
    addInterface: { name: "AddInterface", decodeRequest: decodeNetworkRequest, encodeResponse: encodeNetworkResponse },
    removeInterface: { name: "RemoveInterface", decodeRequest: decodeNetworkRequest, encodeResponse: encodeNetworkResponse },
    listInterfaces: { name: "ListInterfaces", decodeRequest: decodeNetworkRequest, encodeResponse: encodeNetworkResponse },
    updateRoutes: { name: "UpdateRoutes", decodeRequest: decodeNetworkRequest, encodeResponse: encodeNetworkResponse },
    listRoutes: { name: "ListRoutes", decodeRequest: decodeNetworkRequest, encodeResponse: encodeNetworkResponse },
    volumeStats: { name: "VolumeStats", decodeRequest: decodeVolumeStatsRequest, encodeResponse: encodeVolumeStatsResponse },
    resizeVolume: { name: "ResizeVolume", decodeRequest: decodeResizeVolumeRequest, encodeResponse: encodeResizeVolumeResponse },
    metrics: { name: "Metrics", decodeRequest: decodeMetricsRequest, encodeResponse: encodeMetricsResponse },
    calls: { name: "Calls", decodeRequest: decodeCallsRequest, encodeResponse: encodeCallsResponse },
    ping: { name: "Ping", decodeRequest: decodePingRequest, encodeResponse: encodePingResponse },
    shutdown: { name: "Shutdown", decodeRequest: decodeShutdownRequest, encodeResponse: encodeShutdownResponse },
  },
} as const satisfies ServerService;

export const Reserve = {
  name: "kata.sandbox.v1.Reserve",
  methods: {
    claim: { name: "Claim", encodeRequest: encodeClaimRequest, decodeRequest: decodeClaimRequest, encodeResponse: encodeClaimResponse, decodeResponse: decodeClaimResponse },
  },
} as const satisfies Service;

export const ReserveClient = {
  name: "kata.sandbox.v1.Reserve",
  methods: {
    claim: { name: "Claim", encodeRequest: encodeClaimRequest, decodeResponse: decodeClaimResponse },
  },
} as const satisfies ClientService;

export const ReserveServer = {
  name: "kata.sandbox.v1.Reserve",
  methods: {
    claim: { name: "Claim", decodeRequest: decodeClaimRequest, encodeResponse: encodeClaimResponse },
  },
} as const satisfies ServerService;
