// Generated from proto/shim.proto by tools/protogen.ts. Do not edit.
import type { ClientService, ServerService, Service } from "../service.ts";
import { decode, encode, type Init } from "../wire.ts";
import type { Reader } from "../wire-reader.ts";
import type { Writer } from "../wire-writer.ts";
import { readTimestamp, type Timestamp, writeTimestamp } from "./google/timestamp.ts";
import { readAny, type Any, writeAny } from "./google/any.ts";
import { decodeEmpty, encodeEmpty } from "./google/empty.ts";

export interface ForwardRequest {
  envelope: Envelope | undefined;
}

export function readForwardRequest(r: Reader, end: number, m: ForwardRequest = { envelope: undefined }): ForwardRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.envelope = r.message(readEnvelope, m.envelope); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeForwardRequest(w: Writer, m: Init<ForwardRequest>): void {
  w.message(10, m.envelope, writeEnvelope);
}

export function encodeForwardRequest(m: Init<ForwardRequest>): Uint8Array {
  return encode(m, writeForwardRequest);
}

export function decodeForwardRequest(bytes: Uint8Array): ForwardRequest {
  return decode(bytes, readForwardRequest);
}

export interface Envelope {
  timestamp: Timestamp | undefined;
  namespace: string;
  topic: string;
  event: Any | undefined;
}

export function readEnvelope(r: Reader, end: number, m: Envelope = { timestamp: undefined, namespace: "", topic: "", event: undefined }): Envelope {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.timestamp = r.message(readTimestamp, m.timestamp); break;
      case 18: m.namespace = r.string(); break;
      case 26: m.topic = r.string(); break;
      case 34: m.event = r.message(readAny, m.event); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeEnvelope(w: Writer, m: Init<Envelope>): void {
  w.message(10, m.timestamp, writeTimestamp);
  w.string(18, m.namespace);
  w.string(26, m.topic);
  w.message(34, m.event, writeAny);
}

export function encodeEnvelope(m: Init<Envelope>): Uint8Array {
  return encode(m, writeEnvelope);
}

export function decodeEnvelope(bytes: Uint8Array): Envelope {
  return decode(bytes, readEnvelope);
}

export interface BootstrapParams {
  instanceId: string;
  namespace: string;
  logLevel: number;
  containerdVersion: string;
  containerdTtrpcAddress: string;
  containerdGrpcAddress: string;
  containerdBinary: string;
  extensions: Extension[];
  socketDir: string;
}

export function readBootstrapParams(r: Reader, end: number, m: BootstrapParams = { instanceId: "", namespace: "", logLevel: 0, containerdVersion: "", containerdTtrpcAddress: "", containerdGrpcAddress: "", containerdBinary: "", extensions: [], socketDir: "" }): BootstrapParams {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.instanceId = r.string(); break;
      case 18: m.namespace = r.string(); break;
      case 24: m.logLevel = r.i32(); break;
      case 34: m.containerdVersion = r.string(); break;
      case 42: m.containerdTtrpcAddress = r.string(); break;
      case 50: m.containerdGrpcAddress = r.string(); break;
      case 58: m.containerdBinary = r.string(); break;
      case 66: r.add(m.extensions, r.message(readExtension)); break;
      case 74: m.socketDir = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeBootstrapParams(w: Writer, m: Init<BootstrapParams>): void {
  w.string(10, m.instanceId);
  w.string(18, m.namespace);
  w.i32(24, m.logLevel);
  w.string(34, m.containerdVersion);
  w.string(42, m.containerdTtrpcAddress);
  w.string(50, m.containerdGrpcAddress);
  w.string(58, m.containerdBinary);
  w.messages(66, m.extensions, writeExtension);
  w.string(74, m.socketDir);
}

export function encodeBootstrapParams(m: Init<BootstrapParams>): Uint8Array {
  return encode(m, writeBootstrapParams);
}

export function decodeBootstrapParams(bytes: Uint8Array): BootstrapParams {
  return decode(bytes, readBootstrapParams);
}

export interface Extension {
  value: Any | undefined;
}

export function readExtension(r: Reader, end: number, m: Extension = { value: undefined }): Extension {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.value = r.message(readAny, m.value); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeExtension(w: Writer, m: Init<Extension>): void {
  w.message(10, m.value, writeAny);
}

export function encodeExtension(m: Init<Extension>): Uint8Array {
  return encode(m, writeExtension);
}

export function decodeExtension(bytes: Uint8Array): Extension {
  return decode(bytes, readExtension);
}

export interface BootstrapResult {
  version: number;
  address: string;
  protocol: string;
}

export function readBootstrapResult(r: Reader, end: number, m: BootstrapResult = { version: 0, address: "", protocol: "" }): BootstrapResult {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.version = r.i32(); break;
      case 18: m.address = r.string(); break;
      case 26: m.protocol = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeBootstrapResult(w: Writer, m: Init<BootstrapResult>): void {
  w.i32(8, m.version);
  w.string(18, m.address);
  w.string(26, m.protocol);
}

export function encodeBootstrapResult(m: Init<BootstrapResult>): Uint8Array {
  return encode(m, writeBootstrapResult);
}

export function decodeBootstrapResult(bytes: Uint8Array): BootstrapResult {
  return decode(bytes, readBootstrapResult);
}

export interface RuntimeInfo {
  name: string;
  version: RuntimeVersion | undefined;
  options: Any | undefined;
  features: Any | undefined;
  annotations: Record<string, string>;
}

export function readRuntimeInfo(r: Reader, end: number, m: RuntimeInfo = { name: "", version: undefined, options: undefined, features: undefined, annotations: {} }): RuntimeInfo {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.name = r.string(); break;
      case 18: m.version = r.message(readRuntimeVersion, m.version); break;
      case 26: m.options = r.message(readAny, m.options); break;
      case 34: m.features = r.message(readAny, m.features); break;
      case 42: r.entry(m.annotations, () => r.string(), () => ""); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeRuntimeInfo(w: Writer, m: Init<RuntimeInfo>): void {
  w.string(10, m.name);
  w.message(18, m.version, writeRuntimeVersion);
  w.message(26, m.options, writeAny);
  w.message(34, m.features, writeAny);
  w.entries(42, m.annotations, (v) => w.string(18, v));
}

export function encodeRuntimeInfo(m: Init<RuntimeInfo>): Uint8Array {
  return encode(m, writeRuntimeInfo);
}

export function decodeRuntimeInfo(bytes: Uint8Array): RuntimeInfo {
  return decode(bytes, readRuntimeInfo);
}

export interface RuntimeVersion {
  version: string;
  revision: string;
}

export function readRuntimeVersion(r: Reader, end: number, m: RuntimeVersion = { version: "", revision: "" }): RuntimeVersion {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.version = r.string(); break;
      case 18: m.revision = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeRuntimeVersion(w: Writer, m: Init<RuntimeVersion>): void {
  w.string(10, m.version);
  w.string(18, m.revision);
}

export function encodeRuntimeVersion(m: Init<RuntimeVersion>): Uint8Array {
  return encode(m, writeRuntimeVersion);
}

export function decodeRuntimeVersion(bytes: Uint8Array): RuntimeVersion {
  return decode(bytes, readRuntimeVersion);
}

export interface RuntimeOptions {
  typeUrl: string;
  configPath: string;
  configBody: Uint8Array;
}

export function readRuntimeOptions(r: Reader, end: number, m: RuntimeOptions = { typeUrl: "", configPath: "", configBody: new Uint8Array() }): RuntimeOptions {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.typeUrl = r.string(); break;
      case 18: m.configPath = r.string(); break;
      case 26: m.configBody = r.bytes(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeRuntimeOptions(w: Writer, m: Init<RuntimeOptions>): void {
  w.string(10, m.typeUrl);
  w.string(18, m.configPath);
  w.bytes(26, m.configBody);
}

export function encodeRuntimeOptions(m: Init<RuntimeOptions>): Uint8Array {
  return encode(m, writeRuntimeOptions);
}

export function decodeRuntimeOptions(bytes: Uint8Array): RuntimeOptions {
  return decode(bytes, readRuntimeOptions);
}

export interface TaskIO {
  stdin: string;
  stdout: string;
  stderr: string;
  terminal: boolean;
}

export function readTaskIO(r: Reader, end: number, m: TaskIO = { stdin: "", stdout: "", stderr: "", terminal: false }): TaskIO {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.stdin = r.string(); break;
      case 18: m.stdout = r.string(); break;
      case 26: m.stderr = r.string(); break;
      case 32: m.terminal = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeTaskIO(w: Writer, m: Init<TaskIO>): void {
  w.string(10, m.stdin);
  w.string(18, m.stdout);
  w.string(26, m.stderr);
  w.bool(32, m.terminal);
}

export function encodeTaskIO(m: Init<TaskIO>): Uint8Array {
  return encode(m, writeTaskIO);
}

export function decodeTaskIO(bytes: Uint8Array): TaskIO {
  return decode(bytes, readTaskIO);
}

export interface EventMount {
  type: string;
  source: string;
  target: string;
  options: string[];
}

export function readEventMount(r: Reader, end: number, m: EventMount = { type: "", source: "", target: "", options: [] }): EventMount {
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

export function writeEventMount(w: Writer, m: Init<EventMount>): void {
  w.string(10, m.type);
  w.string(18, m.source);
  w.string(26, m.target);
  w.strings(34, m.options);
}

export function encodeEventMount(m: Init<EventMount>): Uint8Array {
  return encode(m, writeEventMount);
}

export function decodeEventMount(bytes: Uint8Array): EventMount {
  return decode(bytes, readEventMount);
}

export interface TaskCreate {
  containerId: string;
  bundle: string;
  rootfs: EventMount[];
  io: TaskIO | undefined;
  checkpoint: string;
  pid: number;
}

export function readTaskCreate(r: Reader, end: number, m: TaskCreate = { containerId: "", bundle: "", rootfs: [], io: undefined, checkpoint: "", pid: 0 }): TaskCreate {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 18: m.bundle = r.string(); break;
      case 26: r.add(m.rootfs, r.message(readEventMount)); break;
      case 34: m.io = r.message(readTaskIO, m.io); break;
      case 42: m.checkpoint = r.string(); break;
      case 48: m.pid = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeTaskCreate(w: Writer, m: Init<TaskCreate>): void {
  w.string(10, m.containerId);
  w.string(18, m.bundle);
  w.messages(26, m.rootfs, writeEventMount);
  w.message(34, m.io, writeTaskIO);
  w.string(42, m.checkpoint);
  w.u32(48, m.pid);
}

export function encodeTaskCreate(m: Init<TaskCreate>): Uint8Array {
  return encode(m, writeTaskCreate);
}

export function decodeTaskCreate(bytes: Uint8Array): TaskCreate {
  return decode(bytes, readTaskCreate);
}

export interface TaskStart {
  containerId: string;
  pid: number;
}

export function readTaskStart(r: Reader, end: number, m: TaskStart = { containerId: "", pid: 0 }): TaskStart {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 16: m.pid = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeTaskStart(w: Writer, m: Init<TaskStart>): void {
  w.string(10, m.containerId);
  w.u32(16, m.pid);
}

export function encodeTaskStart(m: Init<TaskStart>): Uint8Array {
  return encode(m, writeTaskStart);
}

export function decodeTaskStart(bytes: Uint8Array): TaskStart {
  return decode(bytes, readTaskStart);
}

export interface TaskDelete {
  containerId: string;
  pid: number;
  exitStatus: number;
  exitedAt: Timestamp | undefined;
  id: string;
}

export function readTaskDelete(r: Reader, end: number, m: TaskDelete = { containerId: "", pid: 0, exitStatus: 0, exitedAt: undefined, id: "" }): TaskDelete {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 16: m.pid = r.u32(); break;
      case 24: m.exitStatus = r.u32(); break;
      case 34: m.exitedAt = r.message(readTimestamp, m.exitedAt); break;
      case 42: m.id = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeTaskDelete(w: Writer, m: Init<TaskDelete>): void {
  w.string(10, m.containerId);
  w.u32(16, m.pid);
  w.u32(24, m.exitStatus);
  w.message(34, m.exitedAt, writeTimestamp);
  w.string(42, m.id);
}

export function encodeTaskDelete(m: Init<TaskDelete>): Uint8Array {
  return encode(m, writeTaskDelete);
}

export function decodeTaskDelete(bytes: Uint8Array): TaskDelete {
  return decode(bytes, readTaskDelete);
}

export interface TaskExit {
  containerId: string;
  id: string;
  pid: number;
  exitStatus: number;
  exitedAt: Timestamp | undefined;
}

export function readTaskExit(r: Reader, end: number, m: TaskExit = { containerId: "", id: "", pid: 0, exitStatus: 0, exitedAt: undefined }): TaskExit {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 18: m.id = r.string(); break;
      case 24: m.pid = r.u32(); break;
      case 32: m.exitStatus = r.u32(); break;
      case 42: m.exitedAt = r.message(readTimestamp, m.exitedAt); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeTaskExit(w: Writer, m: Init<TaskExit>): void {
  w.string(10, m.containerId);
  w.string(18, m.id);
  w.u32(24, m.pid);
  w.u32(32, m.exitStatus);
  w.message(42, m.exitedAt, writeTimestamp);
}

export function encodeTaskExit(m: Init<TaskExit>): Uint8Array {
  return encode(m, writeTaskExit);
}

export function decodeTaskExit(bytes: Uint8Array): TaskExit {
  return decode(bytes, readTaskExit);
}

export interface TaskOOM {
  containerId: string;
}

export function readTaskOOM(r: Reader, end: number, m: TaskOOM = { containerId: "" }): TaskOOM {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeTaskOOM(w: Writer, m: Init<TaskOOM>): void {
  w.string(10, m.containerId);
}

export function encodeTaskOOM(m: Init<TaskOOM>): Uint8Array {
  return encode(m, writeTaskOOM);
}

export function decodeTaskOOM(bytes: Uint8Array): TaskOOM {
  return decode(bytes, readTaskOOM);
}

export interface TaskExecAdded {
  containerId: string;
  execId: string;
}

export function readTaskExecAdded(r: Reader, end: number, m: TaskExecAdded = { containerId: "", execId: "" }): TaskExecAdded {
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

export function writeTaskExecAdded(w: Writer, m: Init<TaskExecAdded>): void {
  w.string(10, m.containerId);
  w.string(18, m.execId);
}

export function encodeTaskExecAdded(m: Init<TaskExecAdded>): Uint8Array {
  return encode(m, writeTaskExecAdded);
}

export function decodeTaskExecAdded(bytes: Uint8Array): TaskExecAdded {
  return decode(bytes, readTaskExecAdded);
}

export interface TaskExecStarted {
  containerId: string;
  execId: string;
  pid: number;
}

export function readTaskExecStarted(r: Reader, end: number, m: TaskExecStarted = { containerId: "", execId: "", pid: 0 }): TaskExecStarted {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      case 18: m.execId = r.string(); break;
      case 24: m.pid = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeTaskExecStarted(w: Writer, m: Init<TaskExecStarted>): void {
  w.string(10, m.containerId);
  w.string(18, m.execId);
  w.u32(24, m.pid);
}

export function encodeTaskExecStarted(m: Init<TaskExecStarted>): Uint8Array {
  return encode(m, writeTaskExecStarted);
}

export function decodeTaskExecStarted(bytes: Uint8Array): TaskExecStarted {
  return decode(bytes, readTaskExecStarted);
}

export interface TaskPaused {
  containerId: string;
}

export function readTaskPaused(r: Reader, end: number, m: TaskPaused = { containerId: "" }): TaskPaused {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeTaskPaused(w: Writer, m: Init<TaskPaused>): void {
  w.string(10, m.containerId);
}

export function encodeTaskPaused(m: Init<TaskPaused>): Uint8Array {
  return encode(m, writeTaskPaused);
}

export function decodeTaskPaused(bytes: Uint8Array): TaskPaused {
  return decode(bytes, readTaskPaused);
}

export interface TaskResumed {
  containerId: string;
}

export function readTaskResumed(r: Reader, end: number, m: TaskResumed = { containerId: "" }): TaskResumed {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.containerId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeTaskResumed(w: Writer, m: Init<TaskResumed>): void {
  w.string(10, m.containerId);
}

export function encodeTaskResumed(m: Init<TaskResumed>): Uint8Array {
  return encode(m, writeTaskResumed);
}

export function decodeTaskResumed(bytes: Uint8Array): TaskResumed {
  return decode(bytes, readTaskResumed);
}

export const Events = {
  name: "containerd.services.events.ttrpc.v1.Events",
  methods: {
    forward: { name: "Forward", encodeRequest: encodeForwardRequest, decodeRequest: decodeForwardRequest, encodeResponse: encodeEmpty, decodeResponse: decodeEmpty },
  },
} as const satisfies Service;

export const EventsClient = {
  name: "containerd.services.events.ttrpc.v1.Events",
  methods: {
    forward: { name: "Forward", encodeRequest: encodeForwardRequest, decodeResponse: decodeEmpty },
  },
} as const satisfies ClientService;

export const EventsServer = {
  name: "containerd.services.events.ttrpc.v1.Events",
  methods: {
    forward: { name: "Forward", decodeRequest: decodeForwardRequest, encodeResponse: encodeEmpty },
  },
} as const satisfies ServerService;
