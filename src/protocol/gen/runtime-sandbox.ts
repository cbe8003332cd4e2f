// Generated from proto/runtime-sandbox.proto by tools/protogen.ts. Do not edit.
import type { ClientService, ServerService, Service } from "../service.ts";
import { decode, encode, type Init } from "../wire.ts";
import type { Reader } from "../wire-reader.ts";
import type { Writer } from "../wire-writer.ts";
import { readMount, type Mount, writeMount } from "./task.ts";
import { readAny, type Any, writeAny } from "./google/any.ts";
import { readTimestamp, type Timestamp, writeTimestamp } from "./google/timestamp.ts";

export interface CreateSandboxRequest {
  sandboxId: string;
  bundlePath: string;
  rootfs: Mount[];
  options: Any | undefined;
  netnsPath: string;
  annotations: Record<string, string>;
}

export function readCreateSandboxRequest(r: Reader, end: number, m: CreateSandboxRequest = { sandboxId: "", bundlePath: "", rootfs: [], options: undefined, netnsPath: "", annotations: {} }): CreateSandboxRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.sandboxId = r.string(); break;
      case 18: m.bundlePath = r.string(); break;
      case 26: r.add(m.rootfs, r.message(readMount)); break;
      case 34: m.options = r.message(readAny, m.options); break;
      case 42: m.netnsPath = r.string(); break;
      case 50: r.entry(m.annotations, () => r.string(), () => ""); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeCreateSandboxRequest(w: Writer, m: Init<CreateSandboxRequest>): void {
  w.string(10, m.sandboxId);
  w.string(18, m.bundlePath);
  w.messages(26, m.rootfs, writeMount);
  w.message(34, m.options, writeAny);
  w.string(42, m.netnsPath);
  w.entries(50, m.annotations, (v) => w.string(18, v));
}

export function encodeCreateSandboxRequest(m: Init<CreateSandboxRequest>): Uint8Array {
  return encode(m, writeCreateSandboxRequest);
}

export function decodeCreateSandboxRequest(bytes: Uint8Array): CreateSandboxRequest {
  return decode(bytes, readCreateSandboxRequest);
}

export interface CreateSandboxResponse {
}

export function readCreateSandboxResponse(r: Reader, end: number, m: CreateSandboxResponse = {}): CreateSandboxResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeCreateSandboxResponse(_w: Writer, _m: Init<CreateSandboxResponse>): void {
}

export function encodeCreateSandboxResponse(m: Init<CreateSandboxResponse>): Uint8Array {
  return encode(m, writeCreateSandboxResponse);
}

export function decodeCreateSandboxResponse(bytes: Uint8Array): CreateSandboxResponse {
  return decode(bytes, readCreateSandboxResponse);
}

export interface StartSandboxRequest {
  sandboxId: string;
}

export function readStartSandboxRequest(r: Reader, end: number, m: StartSandboxRequest = { sandboxId: "" }): StartSandboxRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.sandboxId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStartSandboxRequest(w: Writer, m: Init<StartSandboxRequest>): void {
  w.string(10, m.sandboxId);
}

export function encodeStartSandboxRequest(m: Init<StartSandboxRequest>): Uint8Array {
  return encode(m, writeStartSandboxRequest);
}

export function decodeStartSandboxRequest(bytes: Uint8Array): StartSandboxRequest {
  return decode(bytes, readStartSandboxRequest);
}

export interface StartSandboxResponse {
  pid: number;
  createdAt: Timestamp | undefined;
}

export function readStartSandboxResponse(r: Reader, end: number, m: StartSandboxResponse = { pid: 0, createdAt: undefined }): StartSandboxResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.pid = r.u32(); break;
      case 18: m.createdAt = r.message(readTimestamp, m.createdAt); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStartSandboxResponse(w: Writer, m: Init<StartSandboxResponse>): void {
  w.u32(8, m.pid);
  w.message(18, m.createdAt, writeTimestamp);
}

export function encodeStartSandboxResponse(m: Init<StartSandboxResponse>): Uint8Array {
  return encode(m, writeStartSandboxResponse);
}

export function decodeStartSandboxResponse(bytes: Uint8Array): StartSandboxResponse {
  return decode(bytes, readStartSandboxResponse);
}

export interface PlatformRequest {
  sandboxId: string;
}

export function readPlatformRequest(r: Reader, end: number, m: PlatformRequest = { sandboxId: "" }): PlatformRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.sandboxId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writePlatformRequest(w: Writer, m: Init<PlatformRequest>): void {
  w.string(10, m.sandboxId);
}

export function encodePlatformRequest(m: Init<PlatformRequest>): Uint8Array {
  return encode(m, writePlatformRequest);
}

export function decodePlatformRequest(bytes: Uint8Array): PlatformRequest {
  return decode(bytes, readPlatformRequest);
}

export interface SandboxPlatform {
  os: string;
  architecture: string;
  variant: string;
}

export function readSandboxPlatform(r: Reader, end: number, m: SandboxPlatform = { os: "", architecture: "", variant: "" }): SandboxPlatform {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.os = r.string(); break;
      case 18: m.architecture = r.string(); break;
      case 26: m.variant = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSandboxPlatform(w: Writer, m: Init<SandboxPlatform>): void {
  w.string(10, m.os);
  w.string(18, m.architecture);
  w.string(26, m.variant);
}

export function encodeSandboxPlatform(m: Init<SandboxPlatform>): Uint8Array {
  return encode(m, writeSandboxPlatform);
}

export function decodeSandboxPlatform(bytes: Uint8Array): SandboxPlatform {
  return decode(bytes, readSandboxPlatform);
}

export interface PlatformResponse {
  platform: SandboxPlatform | undefined;
}

export function readPlatformResponse(r: Reader, end: number, m: PlatformResponse = { platform: undefined }): PlatformResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.platform = r.message(readSandboxPlatform, m.platform); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writePlatformResponse(w: Writer, m: Init<PlatformResponse>): void {
  w.message(10, m.platform, writeSandboxPlatform);
}

export function encodePlatformResponse(m: Init<PlatformResponse>): Uint8Array {
  return encode(m, writePlatformResponse);
}

export function decodePlatformResponse(bytes: Uint8Array): PlatformResponse {
  return decode(bytes, readPlatformResponse);
}

export interface StopSandboxRequest {
  sandboxId: string;
  timeoutSecs: number;
}

export function readStopSandboxRequest(r: Reader, end: number, m: StopSandboxRequest = { sandboxId: "", timeoutSecs: 0 }): StopSandboxRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.sandboxId = r.string(); break;
      case 16: m.timeoutSecs = r.u32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeStopSandboxRequest(w: Writer, m: Init<StopSandboxRequest>): void {
  w.string(10, m.sandboxId);
  w.u32(16, m.timeoutSecs);
}

export function encodeStopSandboxRequest(m: Init<StopSandboxRequest>): Uint8Array {
  return encode(m, writeStopSandboxRequest);
}

export function decodeStopSandboxRequest(bytes: Uint8Array): StopSandboxRequest {
  return decode(bytes, readStopSandboxRequest);
}

export interface StopSandboxResponse {
}

export function readStopSandboxResponse(r: Reader, end: number, m: StopSandboxResponse = {}): StopSandboxResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeStopSandboxResponse(_w: Writer, _m: Init<StopSandboxResponse>): void {
}

export function encodeStopSandboxResponse(m: Init<StopSandboxResponse>): Uint8Array {
  return encode(m, writeStopSandboxResponse);
}

export function decodeStopSandboxResponse(bytes: Uint8Array): StopSandboxResponse {
  return decode(bytes, readStopSandboxResponse);
}

export interface WaitSandboxRequest {
  sandboxId: string;
}

export function readWaitSandboxRequest(r: Reader, end: number, m: WaitSandboxRequest = { sandboxId: "" }): WaitSandboxRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.sandboxId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeWaitSandboxRequest(w: Writer, m: Init<WaitSandboxRequest>): void {
  w.string(10, m.sandboxId);
}

export function encodeWaitSandboxRequest(m: Init<WaitSandboxRequest>): Uint8Array {
  return encode(m, writeWaitSandboxRequest);
}

export function decodeWaitSandboxRequest(bytes: Uint8Array): WaitSandboxRequest {
  return decode(bytes, readWaitSandboxRequest);
}

export interface WaitSandboxResponse {
  exitStatus: number;
  exitedAt: Timestamp | undefined;
}

export function readWaitSandboxResponse(r: Reader, end: number, m: WaitSandboxResponse = { exitStatus: 0, exitedAt: undefined }): WaitSandboxResponse {
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

export function writeWaitSandboxResponse(w: Writer, m: Init<WaitSandboxResponse>): void {
  w.u32(8, m.exitStatus);
  w.message(18, m.exitedAt, writeTimestamp);
}

export function encodeWaitSandboxResponse(m: Init<WaitSandboxResponse>): Uint8Array {
  return encode(m, writeWaitSandboxResponse);
}

export function decodeWaitSandboxResponse(bytes: Uint8Array): WaitSandboxResponse {
  return decode(bytes, readWaitSandboxResponse);
}

export interface SandboxStatusRequest {
  sandboxId: string;
  verbose: boolean;
}

export function readSandboxStatusRequest(r: Reader, end: number, m: SandboxStatusRequest = { sandboxId: "", verbose: false }): SandboxStatusRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.sandboxId = r.string(); break;
      case 16: m.verbose = r.bool(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSandboxStatusRequest(w: Writer, m: Init<SandboxStatusRequest>): void {
  w.string(10, m.sandboxId);
  w.bool(16, m.verbose);
}

export function encodeSandboxStatusRequest(m: Init<SandboxStatusRequest>): Uint8Array {
  return encode(m, writeSandboxStatusRequest);
}

export function decodeSandboxStatusRequest(bytes: Uint8Array): SandboxStatusRequest {
  return decode(bytes, readSandboxStatusRequest);
}

export interface SandboxStatusResponse {
  sandboxId: string;
  pid: number;
  state: string;
  info: Record<string, string>;
  createdAt: Timestamp | undefined;
  exitedAt: Timestamp | undefined;
  extra: Any | undefined;
}

export function readSandboxStatusResponse(r: Reader, end: number, m: SandboxStatusResponse = { sandboxId: "", pid: 0, state: "", info: {}, createdAt: undefined, exitedAt: undefined, extra: undefined }): SandboxStatusResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.sandboxId = r.string(); break;
      case 16: m.pid = r.u32(); break;
      case 26: m.state = r.string(); break;
      case 34: r.entry(m.info, () => r.string(), () => ""); break;
      case 42: m.createdAt = r.message(readTimestamp, m.createdAt); break;
      case 50: m.exitedAt = r.message(readTimestamp, m.exitedAt); break;
      case 58: m.extra = r.message(readAny, m.extra); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSandboxStatusResponse(w: Writer, m: Init<SandboxStatusResponse>): void {
  w.string(10, m.sandboxId);
  w.u32(16, m.pid);
  w.string(26, m.state);
  w.entries(34, m.info, (v) => w.string(18, v));
  w.message(42, m.createdAt, writeTimestamp);
  w.message(50, m.exitedAt, writeTimestamp);
  w.message(58, m.extra, writeAny);
}

export function encodeSandboxStatusResponse(m: Init<SandboxStatusResponse>): Uint8Array {
  return encode(m, writeSandboxStatusResponse);
}

export function decodeSandboxStatusResponse(bytes: Uint8Array): SandboxStatusResponse {
  return decode(bytes, readSandboxStatusResponse);
}

export interface PingRequest {
  sandboxId: string;
}

export function readPingRequest(r: Reader, end: number, m: PingRequest = { sandboxId: "" }): PingRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.sandboxId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writePingRequest(w: Writer, m: Init<PingRequest>): void {
  w.string(10, m.sandboxId);
}

export function encodePingRequest(m: Init<PingRequest>): Uint8Array {
  return encode(m, writePingRequest);
}

export function decodePingRequest(bytes: Uint8Array): PingRequest {
  return decode(bytes, readPingRequest);
}

export interface PingResponse {
}

export function readPingResponse(r: Reader, end: number, m: PingResponse = {}): PingResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writePingResponse(_w: Writer, _m: Init<PingResponse>): void {
}

export function encodePingResponse(m: Init<PingResponse>): Uint8Array {
  return encode(m, writePingResponse);
}

export function decodePingResponse(bytes: Uint8Array): PingResponse {
  return decode(bytes, readPingResponse);
}

export interface ShutdownSandboxRequest {
  sandboxId: string;
}

export function readShutdownSandboxRequest(r: Reader, end: number, m: ShutdownSandboxRequest = { sandboxId: "" }): ShutdownSandboxRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.sandboxId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeShutdownSandboxRequest(w: Writer, m: Init<ShutdownSandboxRequest>): void {
  w.string(10, m.sandboxId);
}

export function encodeShutdownSandboxRequest(m: Init<ShutdownSandboxRequest>): Uint8Array {
  return encode(m, writeShutdownSandboxRequest);
}

export function decodeShutdownSandboxRequest(bytes: Uint8Array): ShutdownSandboxRequest {
  return decode(bytes, readShutdownSandboxRequest);
}

export interface ShutdownSandboxResponse {
}

export function readShutdownSandboxResponse(r: Reader, end: number, m: ShutdownSandboxResponse = {}): ShutdownSandboxResponse {
  while (r.pos < end) {
    const tag = r.tag();
    r.skip(tag);
  }
  return m;
}

export function writeShutdownSandboxResponse(_w: Writer, _m: Init<ShutdownSandboxResponse>): void {
}

export function encodeShutdownSandboxResponse(m: Init<ShutdownSandboxResponse>): Uint8Array {
  return encode(m, writeShutdownSandboxResponse);
}

export function decodeShutdownSandboxResponse(bytes: Uint8Array): ShutdownSandboxResponse {
  return decode(bytes, readShutdownSandboxResponse);
}

export interface SandboxMetricsRequest {
  sandboxId: string;
}

export function readSandboxMetricsRequest(r: Reader, end: number, m: SandboxMetricsRequest = { sandboxId: "" }): SandboxMetricsRequest {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.sandboxId = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSandboxMetricsRequest(w: Writer, m: Init<SandboxMetricsRequest>): void {
  w.string(10, m.sandboxId);
}

export function encodeSandboxMetricsRequest(m: Init<SandboxMetricsRequest>): Uint8Array {
  return encode(m, writeSandboxMetricsRequest);
}

export function decodeSandboxMetricsRequest(bytes: Uint8Array): SandboxMetricsRequest {
  return decode(bytes, readSandboxMetricsRequest);
}

export interface SandboxMetric {
  timestamp: Timestamp | undefined;
  id: string;
  data: Any | undefined;
}

export function readSandboxMetric(r: Reader, end: number, m: SandboxMetric = { timestamp: undefined, id: "", data: undefined }): SandboxMetric {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.timestamp = r.message(readTimestamp, m.timestamp); break;
      case 18: m.id = r.string(); break;
      case 26: m.data = r.message(readAny, m.data); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSandboxMetric(w: Writer, m: Init<SandboxMetric>): void {
  w.message(10, m.timestamp, writeTimestamp);
  w.string(18, m.id);
  w.message(26, m.data, writeAny);
}

export function encodeSandboxMetric(m: Init<SandboxMetric>): Uint8Array {
  return encode(m, writeSandboxMetric);
}

export function decodeSandboxMetric(bytes: Uint8Array): SandboxMetric {
  return decode(bytes, readSandboxMetric);
}

export interface SandboxMetricsResponse {
  metrics: SandboxMetric | undefined;
}

export function readSandboxMetricsResponse(r: Reader, end: number, m: SandboxMetricsResponse = { metrics: undefined }): SandboxMetricsResponse {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.metrics = r.message(readSandboxMetric, m.metrics); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeSandboxMetricsResponse(w: Writer, m: Init<SandboxMetricsResponse>): void {
  w.message(10, m.metrics, writeSandboxMetric);
}

export function encodeSandboxMetricsResponse(m: Init<SandboxMetricsResponse>): Uint8Array {
  return encode(m, writeSandboxMetricsResponse);
}

export function decodeSandboxMetricsResponse(bytes: Uint8Array): SandboxMetricsResponse {
  return decode(bytes, readSandboxMetricsResponse);
}

export const Sandbox = {
  name: "containerd.runtime.sandbox.v1.Sandbox",
  methods: {
    createSandbox: { name: "CreateSandbox", encodeRequest: encodeCreateSandboxRequest, decodeRequest: decodeCreateSandboxRequest, encodeResponse: encodeCreateSandboxResponse, decodeResponse: decodeCreateSandboxResponse },
    startSandbox: { name: "StartSandbox", encodeRequest: encodeStartSandboxRequest, decodeRequest: decodeStartSandboxRequest, encodeResponse: encodeStartSandboxResponse, decodeResponse: decodeStartSandboxResponse },
    platform: { name: "Platform", encodeRequest: encodePlatformRequest, decodeRequest: decodePlatformRequest, encodeResponse: encodePlatformResponse, decodeResponse: decodePlatformResponse },
    stopSandbox: { name: "StopSandbox", encodeRequest: encodeStopSandboxRequest, decodeRequest: decodeStopSandboxRequest, encodeResponse: encodeStopSandboxResponse, decodeResponse: decodeStopSandboxResponse },
    waitSandbox: { name: "WaitSandbox", encodeRequest: encodeWaitSandboxRequest, decodeRequest: decodeWaitSandboxRequest, encodeResponse: encodeWaitSandboxResponse, decodeResponse: decodeWaitSandboxResponse },
    sandboxStatus: { name: "SandboxStatus", encodeRequest: encodeSandboxStatusRequest, decodeRequest: decodeSandboxStatusRequest, encodeResponse: encodeSandboxStatusResponse, decodeResponse: decodeSandboxStatusResponse },
    pingSandbox: { name: "PingSandbox", encodeRequest: encodePingRequest, decodeRequest: decodePingRequest, encodeResponse: encodePingResponse, decodeResponse: decodePingResponse },
    shutdownSandbox: { name: "ShutdownSandbox", encodeRequest: encodeShutdownSandboxRequest, decodeRequest: decodeShutdownSandboxRequest, encodeResponse: encodeShutdownSandboxResponse, decodeResponse: decodeShutdownSandboxResponse },
    sandboxMetrics: { name: "SandboxMetrics", encodeRequest: encodeSandboxMetricsRequest, decodeRequest: decodeSandboxMetricsRequest, encodeResponse: encodeSandboxMetricsResponse, decodeResponse: decodeSandboxMetricsResponse },
  },
} as const satisfies Service;

export const SandboxClient = {
  name: "containerd.runtime.sandbox.v1.Sandbox",
  methods: {
    createSandbox: { name: "CreateSandbox", encodeRequest: encodeCreateSandboxRequest, decodeResponse: decodeCreateSandboxResponse },
    startSandbox: { name: "StartSandbox", encodeRequest: encodeStartSandboxRequest, decodeResponse: decodeStartSandboxResponse },
    platform: { name: "Platform", encodeRequest: encodePlatformRequest, decodeResponse: decodePlatformResponse },
    stopSandbox: { name: "StopSandbox", encodeRequest: encodeStopSandboxRequest, decodeResponse: decodeStopSandboxResponse },
    waitSandbox: { name: "WaitSandbox", encodeRequest: encodeWaitSandboxRequest, decodeResponse: decodeWaitSandboxResponse },
    sandboxStatus: { name: "SandboxStatus", encodeRequest: encodeSandboxStatusRequest, decodeResponse: decodeSandboxStatusResponse },
    pingSandbox: { name: "PingSandbox", encodeRequest: encodePingRequest, decodeResponse: decodePingResponse },
    shutdownSandbox: { name: "ShutdownSandbox", encodeRequest: encodeShutdownSandboxRequest, decodeResponse: decodeShutdownSandboxResponse },
    sandboxMetrics: { name: "SandboxMetrics", encodeRequest: encodeSandboxMetricsRequest, decodeResponse: decodeSandboxMetricsResponse },
  },
} as const satisfies ClientService;

export const SandboxServer = {
  name: "containerd.runtime.sandbox.v1.Sandbox",
  methods: {
    createSandbox: { name: "CreateSandbox", decodeRequest: decodeCreateSandboxRequest, encodeResponse: encodeCreateSandboxResponse },
    startSandbox: { name: "StartSandbox", decodeRequest: decodeStartSandboxRequest, encodeResponse: encodeStartSandboxResponse },
    platform: { name: "Platform", decodeRequest: decodePlatformRequest, encodeResponse: encodePlatformResponse },
    stopSandbox: { name: "StopSandbox", decodeRequest: decodeStopSandboxRequest, encodeResponse: encodeStopSandboxResponse },
    waitSandbox: { name: "WaitSandbox", decodeRequest: decodeWaitSandboxRequest, encodeResponse: encodeWaitSandboxResponse },
    sandboxStatus: { name: "SandboxStatus", decodeRequest: decodeSandboxStatusRequest, encodeResponse: encodeSandboxStatusResponse },
    pingSandbox: { name: "PingSandbox", decodeRequest: decodePingRequest, encodeResponse: encodePingResponse },
    shutdownSandbox: { name: "ShutdownSandbox", decodeRequest: decodeShutdownSandboxRequest, encodeResponse: encodeShutdownSandboxResponse },
    sandboxMetrics: { name: "SandboxMetrics", decodeRequest: decodeSandboxMetricsRequest, encodeResponse: encodeSandboxMetricsResponse },
  },
} as const satisfies ServerService;
