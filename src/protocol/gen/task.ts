// Generated from proto/task.proto by tools/protogen.ts. Do not edit.
import type { ClientService, ServerService, Service } from "../service.ts";
import { decode, encode, type Init } from "../wire.ts";
import type { Reader } from "../wire-reader.ts";
import type { Writer } from "../wire-writer.ts";
import { readTimestamp, type Timestamp, writeTimestamp } from "./google/timestamp.ts";
import { readAny, type Any, writeAny } from "./google/any.ts";
import { decodeEmpty, encodeEmpty } from "./google/empty.ts";

export const Status = {
  unknown: 0,
  created: 1,
  running: 2,
  stopped: 3,
  paused: 4,
  pausing: 5,
} as const;

export interface Mount {
  type: string;
  source: string;
  target: string;
  options: string[];
}

export function readMount(r: Reader, end: number, m: Mount = { type: "", source: "", target: "", options: [] }): Mount {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.type = r.string(); break;
      case 18: m.source = r.string(); break;
      case 26: m.target = r.string(); break;
      case 34: r.add(m.options, r.string()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeMount(w: Writer, m: Init<Mount>): void {
  w.string(10, m.type);
  w.string(18, m.source);
  w.string(26, m.target);
  w.strings(34, m.options);
}

export function encodeMount(m: Init<Mount>): Uint8Array {
  return encode(m, writeMount);
}

export function decodeMount(bytes: Uint8Array): Mount {
  return decode(bytes, readMount);
}

export interface StateRequest {
  id: string;
  execId: string;
}

export function readStateRequest(r: Reader, end: number, m: StateRequest = { id: "", execId: "" }): StateRequest {
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

export function writeStateRequest(w: Writer, m: Init<StateRequest>): void {
  w.string(10, m.id);
  w.string(18, m.execId);
}

export function encodeStateRequest(m: Init<StateRequest>): Uint8Array {
  return encode(m, writeStateRequest);
}

export function decodeStateRequest(bytes: Uint8Array): StateRequest {
  return decode(bytes, readStateRequest);
}

export interface StateResponse {
  id: string;
  bundle: string;
  pid: number;
  status: number;
  stdin: string;
  stdout: string;
  stderr: string;
  terminal: boolean;
  exitStatus: number;
  exitedAt: Timestamp | undefined;
  execId: string;
}

export function readStateResponse(r: Reader, end: number, m: StateResponse = { id: "", bundle: "", pid: 0, status: 0, stdin: "", stdout: "", stderr: "", terminal: false, exitStatus: 0, exitedAt: undefined, execId: "" }): StateResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.bundle = r.string(); break;
      case 24: m.pid = r.u32(); break;
      case 32: m.status = r.i32(); break;
      case 42: m.stdin = r.string(); break;
      case 50: m.stdout = r.string(); break;
      case 58: m.stderr = r.string(); break;
      case 64: m.terminal = r.bool(); break;
      case 72: m.exitStatus = r.u32(); break;
      case 82: m.exitedAt = r.message(readTimestamp, m.exitedAt); break;
      case 90: m.execId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStateResponse(w: Writer, m: Init<StateResponse>): void {
  w.string(10, m.id);
  w.string(18, m.bundle);
  w.u32(24, m.pid);
  w.i32(32, m.status);
  w.string(42, m.stdin);
  w.string(50, m.stdout);
  w.string(58, m.stderr);
  w.bool(64, m.terminal);
  w.u32(72, m.exitStatus);
  w.message(82, m.exitedAt, writeTimestamp);
  w.string(90, m.execId);
}

export function encodeStateResponse(m: Init<StateResponse>): Uint8Array {
  return encode(m, writeStateResponse);
}

export function decodeStateResponse(bytes: Uint8Array): StateResponse {
  return decode(bytes, readStateResponse);
}

export interface CreateTaskRequest {
  id: string;
  bundle: string;
  rootfs: Mount[];
  terminal: boolean;
  stdin: string;
  stdout: string;
  stderr: string;
  checkpoint: string;
  parentCheckpoint: string;
  options: Any | undefined;
}

export function readCreateTaskRequest(r: Reader, end: number, m: CreateTaskRequest = { id: "", bundle: "", rootfs: [], terminal: false, stdin: "", stdout: "", stderr: "", checkpoint: "", parentCheckpoint: "", options: undefined }): CreateTaskRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.bundle = r.string(); break;
      case 26: r.add(m.rootfs, r.message(readMount)); break;
      case 32: m.terminal = r.bool(); break;
      case 42: m.stdin = r.string(); break;
      case 50: m.stdout = r.string(); break;
      case 58: m.stderr = r.string(); break;
      case 66: m.checkpoint = r.string(); break;
      case 74: m.parentCheckpoint = r.string(); break;
      case 82: m.options = r.message(readAny, m.options); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCreateTaskRequest(w: Writer, m: Init<CreateTaskRequest>): void {
  w.string(10, m.id);
  w.string(18, m.bundle);
  w.messages(26, m.rootfs, writeMount);
  w.bool(32, m.terminal);
  w.string(42, m.stdin);
  w.string(50, m.stdout);
  w.string(58, m.stderr);
  w.string(66, m.checkpoint);
  w.string(74, m.parentCheckpoint);
  w.message(82, m.options, writeAny);
}

export function encodeCreateTaskRequest(m: Init<CreateTaskRequest>): Uint8Array {
  return encode(m, writeCreateTaskRequest);
}

export function decodeCreateTaskRequest(bytes: Uint8Array): CreateTaskRequest {
  return decode(bytes, readCreateTaskRequest);
}

export interface CreateTaskResponse {
  pid: number;
}

export function readCreateTaskResponse(r: Reader, end: number, m: CreateTaskResponse = { pid: 0 }): CreateTaskResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.pid = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCreateTaskResponse(w: Writer, m: Init<CreateTaskResponse>): void {
  w.u32(8, m.pid);
}

export function encodeCreateTaskResponse(m: Init<CreateTaskResponse>): Uint8Array {
  return encode(m, writeCreateTaskResponse);
}

export function decodeCreateTaskResponse(bytes: Uint8Array): CreateTaskResponse {
  return decode(bytes, readCreateTaskResponse);
}

export interface StartRequest {
  id: string;
  execId: string;
}

export function readStartRequest(r: Reader, end: number, m: StartRequest = { id: "", execId: "" }): StartRequest {
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

export function writeStartRequest(w: Writer, m: Init<StartRequest>): void {
  w.string(10, m.id);
  w.string(18, m.execId);
}

export function encodeStartRequest(m: Init<StartRequest>): Uint8Array {
  return encode(m, writeStartRequest);
}

export function decodeStartRequest(bytes: Uint8Array): StartRequest {
  return decode(bytes, readStartRequest);
}

export interface StartResponse {
  pid: number;
}

export function readStartResponse(r: Reader, end: number, m: StartResponse = { pid: 0 }): StartResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.pid = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStartResponse(w: Writer, m: Init<StartResponse>): void {
  w.u32(8, m.pid);
}

export function encodeStartResponse(m: Init<StartResponse>): Uint8Array {
  return encode(m, writeStartResponse);
}

export function decodeStartResponse(bytes: Uint8Array): StartResponse {
  return decode(bytes, readStartResponse);
}

export interface DeleteRequest {
  id: string;
  execId: string;
}

export function readDeleteRequest(r: Reader, end: number, m: DeleteRequest = { id: "", execId: "" }): DeleteRequest {
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

export function writeDeleteRequest(w: Writer, m: Init<DeleteRequest>): void {
  w.string(10, m.id);
  w.string(18, m.execId);
}

export function encodeDeleteRequest(m: Init<DeleteRequest>): Uint8Array {
  return encode(m, writeDeleteRequest);
}

export function decodeDeleteRequest(bytes: Uint8Array): DeleteRequest {
  return decode(bytes, readDeleteRequest);
}

export interface DeleteResponse {
  pid: number;
  exitStatus: number;
  exitedAt: Timestamp | undefined;
}

export function readDeleteResponse(r: Reader, end: number, m: DeleteResponse = { pid: 0, exitStatus: 0, exitedAt: undefined }): DeleteResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.pid = r.u32(); break;
      case 16: m.exitStatus = r.u32(); break;
      case 26: m.exitedAt = r.message(readTimestamp, m.exitedAt); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeDeleteResponse(w: Writer, m: Init<DeleteResponse>): void {
  w.u32(8, m.pid);
  w.u32(16, m.exitStatus);
  w.message(26, m.exitedAt, writeTimestamp);
}

export function encodeDeleteResponse(m: Init<DeleteResponse>): Uint8Array {
  return encode(m, writeDeleteResponse);
}

export function decodeDeleteResponse(bytes: Uint8Array): DeleteResponse {
  return decode(bytes, readDeleteResponse);
}

export interface PidsRequest {
  id: string;
}

export function readPidsRequest(r: Reader, end: number, m: PidsRequest = { id: "" }): PidsRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writePidsRequest(w: Writer, m: Init<PidsRequest>): void {
  w.string(10, m.id);
}

export function encodePidsRequest(m: Init<PidsRequest>): Uint8Array {
  return encode(m, writePidsRequest);
}

export function decodePidsRequest(bytes: Uint8Array): PidsRequest {
  return decode(bytes, readPidsRequest);
}

export interface ProcessInfo {
  pid: number;
  info: Any | undefined;
}

export function readProcessInfo(r: Reader, end: number, m: ProcessInfo = { pid: 0, info: undefined }): ProcessInfo {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.pid = r.u32(); break;
      case 18: m.info = r.message(readAny, m.info); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeProcessInfo(w: Writer, m: Init<ProcessInfo>): void {
  w.u32(8, m.pid);
  w.message(18, m.info, writeAny);
}

export function encodeProcessInfo(m: Init<ProcessInfo>): Uint8Array {
  return encode(m, writeProcessInfo);
}

export function decodeProcessInfo(bytes: Uint8Array): ProcessInfo {
  return decode(bytes, readProcessInfo);
}

export interface PidsResponse {
  processes: ProcessInfo[];
}

export function readPidsResponse(r: Reader, end: number, m: PidsResponse = { processes: [] }): PidsResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.processes, r.message(readProcessInfo)); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writePidsResponse(w: Writer, m: Init<PidsResponse>): void {
  w.messages(10, m.processes, writeProcessInfo);
}

export function encodePidsResponse(m: Init<PidsResponse>): Uint8Array {
  return encode(m, writePidsResponse);
}

export function decodePidsResponse(bytes: Uint8Array): PidsResponse {
  return decode(bytes, readPidsResponse);
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

export interface CheckpointTaskRequest {
  id: string;
  path: string;
  options: Any | undefined;
}

export function readCheckpointTaskRequest(r: Reader, end: number, m: CheckpointTaskRequest = { id: "", path: "", options: undefined }): CheckpointTaskRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.path = r.string(); break;
      case 26: m.options = r.message(readAny, m.options); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCheckpointTaskRequest(w: Writer, m: Init<CheckpointTaskRequest>): void {
  w.string(10, m.id);
  w.string(18, m.path);
  w.message(26, m.options, writeAny);
}

export function encodeCheckpointTaskRequest(m: Init<CheckpointTaskRequest>): Uint8Array {
  return encode(m, writeCheckpointTaskRequest);
}

export function decodeCheckpointTaskRequest(bytes: Uint8Array): CheckpointTaskRequest {
  return decode(bytes, readCheckpointTaskRequest);
}

export interface KillRequest {
  id: string;
  execId: string;
  signal: number;
  all: boolean;
}

export function readKillRequest(r: Reader, end: number, m: KillRequest = { id: "", execId: "", signal: 0, all: false }): KillRequest {
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

export function writeKillRequest(w: Writer, m: Init<KillRequest>): void {
  w.string(10, m.id);
  w.string(18, m.execId);
  w.u32(24, m.signal);
  w.bool(32, m.all);
}

export function encodeKillRequest(m: Init<KillRequest>): Uint8Array {
  return encode(m, writeKillRequest);
}

export function decodeKillRequest(bytes: Uint8Array): KillRequest {
  return decode(bytes, readKillRequest);
}

export interface ExecProcessRequest {
  id: string;
  execId: string;
  terminal: boolean;
  stdin: string;
  stdout: string;
  stderr: string;
  spec: Any | undefined;
}

export function readExecProcessRequest(r: Reader, end: number, m: ExecProcessRequest = { id: "", execId: "", terminal: false, stdin: "", stdout: "", stderr: "", spec: undefined }): ExecProcessRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.execId = r.string(); break;
      case 24: m.terminal = r.bool(); break;
      case 34: m.stdin = r.string(); break;
      case 42: m.stdout = r.string(); break;
      case 50: m.stderr = r.string(); break;
      case 58: m.spec = r.message(readAny, m.spec); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeExecProcessRequest(w: Writer, m: Init<ExecProcessRequest>): void {
  w.string(10, m.id);
  w.string(18, m.execId);
  w.bool(24, m.terminal);
  w.string(34, m.stdin);
  w.string(42, m.stdout);
  w.string(50, m.stderr);
  w.message(58, m.spec, writeAny);
}

export function encodeExecProcessRequest(m: Init<ExecProcessRequest>): Uint8Array {
  return encode(m, writeExecProcessRequest);
}

export function decodeExecProcessRequest(bytes: Uint8Array): ExecProcessRequest {
  return decode(bytes, readExecProcessRequest);
}

export interface ResizePtyRequest {
  id: string;
  execId: string;
  width: number;
  height: number;
}

export function readResizePtyRequest(r: Reader, end: number, m: ResizePtyRequest = { id: "", execId: "", width: 0, height: 0 }): ResizePtyRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.execId = r.string(); break;
      case 24: m.width = r.u32(); break;
      case 32: m.height = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeResizePtyRequest(w: Writer, m: Init<ResizePtyRequest>): void {
  w.string(10, m.id);
  w.string(18, m.execId);
  w.u32(24, m.width);
  w.u32(32, m.height);
}

export function encodeResizePtyRequest(m: Init<ResizePtyRequest>): Uint8Array {
  return encode(m, writeResizePtyRequest);
}

export function decodeResizePtyRequest(bytes: Uint8Array): ResizePtyRequest {
  return decode(bytes, readResizePtyRequest);
}

export interface CloseIORequest {
  id: string;
  execId: string;
  stdin: boolean;
}

export function readCloseIORequest(r: Reader, end: number, m: CloseIORequest = { id: "", execId: "", stdin: false }): CloseIORequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.execId = r.string(); break;
      case 24: m.stdin = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCloseIORequest(w: Writer, m: Init<CloseIORequest>): void {
  w.string(10, m.id);
  w.string(18, m.execId);
  w.bool(24, m.stdin);
}

export function encodeCloseIORequest(m: Init<CloseIORequest>): Uint8Array {
  return encode(m, writeCloseIORequest);
}

export function decodeCloseIORequest(bytes: Uint8Array): CloseIORequest {
  return decode(bytes, readCloseIORequest);
}

export interface UpdateTaskRequest {
  id: string;
  resources: Any | undefined;
  annotations: Record<string, string>;
}

export function readUpdateTaskRequest(r: Reader, end: number, m: UpdateTaskRequest = { id: "", resources: undefined, annotations: {} }): UpdateTaskRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 18: m.resources = r.message(readAny, m.resources); break;
      case 26: r.entry(m.annotations, () => r.string(), () => ""); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeUpdateTaskRequest(w: Writer, m: Init<UpdateTaskRequest>): void {
  w.string(10, m.id);
  w.message(18, m.resources, writeAny);
  w.entries(26, m.annotations, (v) => w.string(18, v));
}

export function encodeUpdateTaskRequest(m: Init<UpdateTaskRequest>): Uint8Array {
  return encode(m, writeUpdateTaskRequest);
}

export function decodeUpdateTaskRequest(bytes: Uint8Array): UpdateTaskRequest {
  return decode(bytes, readUpdateTaskRequest);
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
  exitStatus: number;
  exitedAt: Timestamp | undefined;
}

export function readWaitResponse(r: Reader, end: number, m: WaitResponse = { exitStatus: 0, exitedAt: undefined }): WaitResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.exitStatus = r.u32(); break;
      case 18: m.exitedAt = r.message(readTimestamp, m.exitedAt); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeWaitResponse(w: Writer, m: Init<WaitResponse>): void {
  w.u32(8, m.exitStatus);
  w.message(18, m.exitedAt, writeTimestamp);
}

export function encodeWaitResponse(m: Init<WaitResponse>): Uint8Array {
  return encode(m, writeWaitResponse);
}

export function decodeWaitResponse(bytes: Uint8Array): WaitResponse {
  return decode(bytes, readWaitResponse);
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
  stats: Any | undefined;
}

export function readStatsResponse(r: Reader, end: number, m: StatsResponse = { stats: undefined }): StatsResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.stats = r.message(readAny, m.stats); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStatsResponse(w: Writer, m: Init<StatsResponse>): void {
  w.message(10, m.stats, writeAny);
}

export function encodeStatsResponse(m: Init<StatsResponse>): Uint8Array {
  return encode(m, writeStatsResponse);
}

export function decodeStatsResponse(bytes: Uint8Array): StatsResponse {
  return decode(bytes, readStatsResponse);
}

export interface ConnectRequest {
  id: string;
}

export function readConnectRequest(r: Reader, end: number, m: ConnectRequest = { id: "" }): ConnectRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeConnectRequest(w: Writer, m: Init<ConnectRequest>): void {
  w.string(10, m.id);
}

export function encodeConnectRequest(m: Init<ConnectRequest>): Uint8Array {
  return encode(m, writeConnectRequest);
}

export function decodeConnectRequest(bytes: Uint8Array): ConnectRequest {
  return decode(bytes, readConnectRequest);
}

export interface ConnectResponse {
  shimPid: number;
  taskPid: number;
  version: string;
}

export function readConnectResponse(r: Reader, end: number, m: ConnectResponse = { shimPid: 0, taskPid: 0, version: "" }): ConnectResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.shimPid = r.u32(); break;
      case 16: m.taskPid = r.u32(); break;
      case 26: m.version = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeConnectResponse(w: Writer, m: Init<ConnectResponse>): void {
  w.u32(8, m.shimPid);
  w.u32(16, m.taskPid);
  w.string(26, m.version);
}

export function encodeConnectResponse(m: Init<ConnectResponse>): Uint8Array {
  return encode(m, writeConnectResponse);
}

export function decodeConnectResponse(bytes: Uint8Array): ConnectResponse {
  return decode(bytes, readConnectResponse);
}

export interface ShutdownRequest {
  id: string;
  now: boolean;
}

export function readShutdownRequest(r: Reader, end: number, m: ShutdownRequest = { id: "", now: false }): ShutdownRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.id = r.string(); break;
      case 16: m.now = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeShutdownRequest(w: Writer, m: Init<ShutdownRequest>): void {
  w.string(10, m.id);
  w.bool(16, m.now);
}

export function encodeShutdownRequest(m: Init<ShutdownRequest>): Uint8Array {
  return encode(m, writeShutdownRequest);
}

export function decodeShutdownRequest(bytes: Uint8Array): ShutdownRequest {
  return decode(bytes, readShutdownRequest);
}

export const Task = {
  name: "containerd.task.v2.Task",
  methods: {
    state: { name: "State", encodeRequest: encodeStateRequest, decodeRequest: decodeStateRequest, encodeResponse: encodeStateResponse, decodeResponse: decodeStateResponse },
    create: { name: "Create", encodeRequest: encodeCreateTaskRequest, decodeRequest: decodeCreateTaskRequest, encodeResponse: encodeCreateTaskResponse, decodeResponse: decodeCreateTaskResponse },
    start: { name: "Start", encodeRequest: encodeStartRequest, decodeRequest: decodeStartRequest, encodeResponse: encodeStartResponse, decodeResponse: decodeStartResponse },
    delete: { name: "Delete", encodeRequest: encodeDeleteRequest, decodeRequest: decodeDeleteRequest, encodeResponse: encodeDeleteResponse, decodeResponse: decodeDeleteResponse },
    pids: { name: "Pids", encodeRequest: encodePidsRequest, decodeRequest: decodePidsRequest, encodeResponse: encodePidsResponse, decodeResponse: decodePidsResponse },
    pause: { name: "Pause", encodeRequest: encodePauseRequest, decodeRequest: decodePauseRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    resume: { name: "Resume", encodeRequest: encodeResumeRequest, decodeRequest: decodeResumeRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    checkpoint: { name: "Checkpoint", encodeRequest: encodeCheckpointTaskRequest, decodeRequest: decodeCheckpointTaskRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    kill: { name: "Kill", encodeRequest: encodeKillRequest, decodeRequest: decodeKillRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    exec: { name: "Exec", encodeRequest: encodeExecProcessRequest, decodeRequest: decodeExecProcessRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    resizePty: { name: "ResizePty", encodeRequest: encodeResizePtyRequest, decodeRequest: decodeResizePtyRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    closeIO: { name: "CloseIO", encodeRequest: encodeCloseIORequest, decodeRequest: decodeCloseIORequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    update: { name: "Update", encodeRequest: encodeUpdateTaskRequest, decodeRequest: decodeUpdateTaskRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
    wait: { name: "Wait", encodeRequest: encodeWaitRequest, decodeRequest: decodeWaitRequest, encodeResponse: encodeWaitResponse, decodeResponse: decodeWaitResponse },
    stats: { name: "Stats", encodeRequest: encodeStatsRequest, decodeRequest: decodeStatsRequest, encodeResponse: encodeStatsResponse, decodeResponse: decodeStatsResponse },
    connect: { name: "Connect", encodeRequest: encodeConnectRequest, decodeRequest: decodeConnectRequest, encodeResponse: encodeConnectResponse, decodeResponse: decodeConnectResponse },
    shutdown: { name: "Shutdown", encodeRequest: encodeShutdownRequest, decodeRequest: decodeShutdownRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
  },
} as const satisfies Service;

export const TaskClient = {
  name: "containerd.task.v2.Task",
  methods: {
    state: { name: "State", encodeRequest: encodeStateRequest, decodeResponse: decodeStateResponse },
    create: { name: "Create", encodeRequest: encodeCreateTaskRequest, decodeResponse: decodeCreateTaskResponse },
    start: { name: "Start", encodeRequest: encodeStartRequest, decodeResponse: decodeStartResponse },
    delete: { name: "Delete", encodeRequest: encodeDeleteRequest, decodeResponse: decodeDeleteResponse },
    pids: { name: "Pids", encodeRequest: encodePidsRequest, decodeResponse: decodePidsResponse },
    pause: { name: "Pause", encodeRequest: encodePauseRequest, decodeResponse: decodeEmpty },
    resume: { name: "Resume", encodeRequest: encodeResumeRequest, decodeResponse: decodeEmpty },
    checkpoint: { name: "Checkpoint", encodeRequest: encodeCheckpointTaskRequest, decodeResponse: decodeEmpty },
    kill: { name: "Kill", encodeRequest: encodeKillRequest, decodeResponse: decodeEmpty },
    exec: { name: "Exec", encodeRequest: encodeExecProcessRequest, decodeResponse: decodeEmpty },
    resizePty: { name: "ResizePty", encodeRequest: encodeResizePtyRequest, decodeResponse: decodeEmpty },
    closeIO: { name: "CloseIO", encodeRequest: encodeCloseIORequest, decodeResponse: decodeEmpty },
    update: { name: "Update", encodeRequest: encodeUpdateTaskRequest, decodeResponse: decodeEmpty },
    wait: { name: "Wait", encodeRequest: encodeWaitRequest, decodeResponse: decodeWaitResponse },
    stats: { name: "Stats", encodeRequest: encodeStatsRequest, decodeResponse: decodeStatsResponse },
    connect: { name: "Connect", encodeRequest: encodeConnectRequest, decodeResponse: decodeConnectResponse },
    shutdown: { name: "Shutdown", encodeRequest: encodeShutdownRequest, decodeResponse: decodeEmpty },
  },
} as const satisfies ClientService;

export const TaskServer = {
  name: "containerd.task.v2.Task",
  methods: {
    state: { name: "State", decodeRequest: decodeStateRequest, encodeResponse: encodeStateResponse },
    create: { name: "Create", decodeRequest: decodeCreateTaskRequest, encodeResponse: encodeCreateTaskResponse },
    start: { name: "Start", decodeRequest: decodeStartRequest, encodeResponse: encodeStartResponse },
    delete: { name: "Delete", decodeRequest: decodeDeleteRequest, encodeResponse: encodeDeleteResponse },
    pids: { name: "Pids", decodeRequest: decodePidsRequest, encodeResponse: encodePidsResponse },
    pause: { name: "Pause", decodeRequest: decodePauseRequest, encodeResponse: encodeEmpty },
    resume: { name: "Resume", decodeRequest: decodeResumeRequest, encodeResponse: encodeEmpty },
    checkpoint: { name: "Checkpoint", decodeRequest: decodeCheckpointTaskRequest, encodeResponse: encodeEmpty },
    kill: { name: "Kill", decodeRequest: decodeKillRequest, encodeResponse: encodeEmpty },
    exec: { name: "Exec", decodeRequest: decodeExecProcessRequest, encodeResponse: encodeEmpty },
    resizePty: { name: "ResizePty", decodeRequest: decodeResizePtyRequest, encodeResponse: encodeEmpty },
    closeIO: { name: "CloseIO", decodeRequest: decodeCloseIORequest, encodeResponse: encodeEmpty },
    update: { name: "Update", decodeRequest: decodeUpdateTaskRequest, encodeResponse: encodeEmpty },
    wait: { name: "Wait", decodeRequest: decodeWaitRequest, encodeResponse: encodeWaitResponse },
    stats: { name: "Stats", decodeRequest: decodeStatsRequest, encodeResponse: encodeStatsResponse },
    connect: { name: "Connect", decodeRequest: decodeConnectRequest, encodeResponse: encodeConnectResponse },
    shutdown: { name: "Shutdown", decodeRequest: decodeShutdownRequest, encodeResponse: encodeEmpty },
  },
} as const satisfies ServerService;
