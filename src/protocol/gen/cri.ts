// Generated from proto/cri.proto by tools/protogen.ts. Do not edit.
import { decode, encode, type Init } from "../wire.ts";
import type { Reader } from "../wire-reader.ts";
import type { Writer } from "../wire-writer.ts";

export interface PodSandboxConfig {
  metadata: PodSandboxMetadata | undefined;
  hostname: string;
  dnsConfig: DNSConfig | undefined;
  annotations: Record<string, string>;
  linux: LinuxPodSandboxConfig | undefined;
}

export function readPodSandboxConfig(r: Reader, end: number, m: PodSandboxConfig = { metadata: undefined, hostname: "", dnsConfig: undefined, annotations: {}, linux: undefined }): PodSandboxConfig {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.metadata = r.message(readPodSandboxMetadata, m.metadata); break;
      case 18: m.hostname = r.string(); break;
      case 34: m.dnsConfig = r.message(readDNSConfig, m.dnsConfig); break;
      case 58: r.entry(m.annotations, () => r.string(), () => ""); break;
      case 66: m.linux = r.message(readLinuxPodSandboxConfig, m.linux); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writePodSandboxConfig(w: Writer, m: Init<PodSandboxConfig>): void {
  w.message(10, m.metadata, writePodSandboxMetadata);
  w.string(18, m.hostname);
  w.message(34, m.dnsConfig, writeDNSConfig);
  w.entries(58, m.annotations, (v) => w.string(18, v));
  w.message(66, m.linux, writeLinuxPodSandboxConfig);
}

export function encodePodSandboxConfig(m: Init<PodSandboxConfig>): Uint8Array {
  return encode(m, writePodSandboxConfig);
}

export function decodePodSandboxConfig(bytes: Uint8Array): PodSandboxConfig {
  return decode(bytes, readPodSandboxConfig);
}

export interface PodSandboxMetadata {
  name: string;
  uid: string;
  namespace: string;
}

export function readPodSandboxMetadata(r: Reader, end: number, m: PodSandboxMetadata = { name: "", uid: "", namespace: "" }): PodSandboxMetadata {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.name = r.string(); break;
      case 18: m.uid = r.string(); break;
      case 26: m.namespace = r.string(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writePodSandboxMetadata(w: Writer, m: Init<PodSandboxMetadata>): void {
  w.string(10, m.name);
  w.string(18, m.uid);
  w.string(26, m.namespace);
}

export function encodePodSandboxMetadata(m: Init<PodSandboxMetadata>): Uint8Array {
  return encode(m, writePodSandboxMetadata);
}

export function decodePodSandboxMetadata(bytes: Uint8Array): PodSandboxMetadata {
  return decode(bytes, readPodSandboxMetadata);
}

export interface DNSConfig {
  servers: string[];
  searches: string[];
  options: string[];
}

export function readDNSConfig(r: Reader, end: number, m: DNSConfig = { servers: [], searches: [], options: [] }): DNSConfig {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: r.add(m.servers, r.string()); break;
      case 18: r.add(m.searches, r.string()); break;
      case 26: r.add(m.options, r.string()); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeDNSConfig(w: Writer, m: Init<DNSConfig>): void {
  w.strings(10, m.servers);
  w.strings(18, m.searches);
  w.strings(26, m.options);
}

export function encodeDNSConfig(m: Init<DNSConfig>): Uint8Array {
  return encode(m, writeDNSConfig);
}

export function decodeDNSConfig(bytes: Uint8Array): DNSConfig {
  return decode(bytes, readDNSConfig);
}

export interface LinuxPodSandboxConfig {
  cgroupParent: string;
  securityContext: LinuxSandboxSecurityContext | undefined;
  sysctls: Record<string, string>;
  resources: LinuxContainerResources | undefined;
}

export function readLinuxPodSandboxConfig(r: Reader, end: number, m: LinuxPodSandboxConfig = { cgroupParent: "", securityContext: undefined, sysctls: {}, resources: undefined }): LinuxPodSandboxConfig {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.cgroupParent = r.string(); break;
      case 18: m.securityContext = r.message(readLinuxSandboxSecurityContext, m.securityContext); break;
      case 26: r.entry(m.sysctls, () => r.string(), () => ""); break;
      case 42: m.resources = r.message(readLinuxContainerResources, m.resources); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxPodSandboxConfig(w: Writer, m: Init<LinuxPodSandboxConfig>): void {
  w.string(10, m.cgroupParent);
  w.message(18, m.securityContext, writeLinuxSandboxSecurityContext);
  w.entries(26, m.sysctls, (v) => w.string(18, v));
  w.message(42, m.resources, writeLinuxContainerResources);
}

export function encodeLinuxPodSandboxConfig(m: Init<LinuxPodSandboxConfig>): Uint8Array {
  return encode(m, writeLinuxPodSandboxConfig);
}

export function decodeLinuxPodSandboxConfig(bytes: Uint8Array): LinuxPodSandboxConfig {
  return decode(bytes, readLinuxPodSandboxConfig);
}

export interface LinuxSandboxSecurityContext {
  namespaceOptions: NamespaceOption | undefined;
}

export function readLinuxSandboxSecurityContext(r: Reader, end: number, m: LinuxSandboxSecurityContext = { namespaceOptions: undefined }): LinuxSandboxSecurityContext {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10: m.namespaceOptions = r.message(readNamespaceOption, m.namespaceOptions); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxSandboxSecurityContext(w: Writer, m: Init<LinuxSandboxSecurityContext>): void {
  w.message(10, m.namespaceOptions, writeNamespaceOption);
}

export function encodeLinuxSandboxSecurityContext(m: Init<LinuxSandboxSecurityContext>): Uint8Array {
  return encode(m, writeLinuxSandboxSecurityContext);
}

export function decodeLinuxSandboxSecurityContext(bytes: Uint8Array): LinuxSandboxSecurityContext {
  return decode(bytes, readLinuxSandboxSecurityContext);
}

export interface NamespaceOption {
  network: number;
  pid: number;
  ipc: number;
  usernsOptions: UserNamespace | undefined;
}

export function readNamespaceOption(r: Reader, end: number, m: NamespaceOption = { network: 0, pid: 0, ipc: 0, usernsOptions: undefined }): NamespaceOption {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.network = r.i32(); break;
      case 16: m.pid = r.i32(); break;
      case 24: m.ipc = r.i32(); break;
      case 42: m.usernsOptions = r.message(readUserNamespace, m.usernsOptions); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeNamespaceOption(w: Writer, m: Init<NamespaceOption>): void {
  w.i32(8, m.network);
  w.i32(16, m.pid);
  w.i32(24, m.ipc);
  w.message(42, m.usernsOptions, writeUserNamespace);
}

export function encodeNamespaceOption(m: Init<NamespaceOption>): Uint8Array {
  return encode(m, writeNamespaceOption);
}

export function decodeNamespaceOption(bytes: Uint8Array): NamespaceOption {
  return decode(bytes, readNamespaceOption);
}

export interface UserNamespace {
  mode: number;
}

export function readUserNamespace(r: Reader, end: number, m: UserNamespace = { mode: 0 }): UserNamespace {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.mode = r.i32(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeUserNamespace(w: Writer, m: Init<UserNamespace>): void {
  w.i32(8, m.mode);
}

export function encodeUserNamespace(m: Init<UserNamespace>): Uint8Array {
  return encode(m, writeUserNamespace);
}

export function decodeUserNamespace(bytes: Uint8Array): UserNamespace {
  return decode(bytes, readUserNamespace);
}

export interface LinuxContainerResources {
  cpuPeriod: number;
  cpuQuota: number;
  cpuShares: number;
  memoryLimitInBytes: number;
}

export function readLinuxContainerResources(r: Reader, end: number, m: LinuxContainerResources = { cpuPeriod: 0, cpuQuota: 0, cpuShares: 0, memoryLimitInBytes: 0 }): LinuxContainerResources {
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8: m.cpuPeriod = r.i64Number(); break;
      case 16: m.cpuQuota = r.i64Number(); break;
      case 24: m.cpuShares = r.i64Number(); break;
      case 32: m.memoryLimitInBytes = r.i64Number(); break;
      default: r.skip(tag);
    }
  }
  return m;
}

export function writeLinuxContainerResources(w: Writer, m: Init<LinuxContainerResources>): void {
  w.i64Number(8, m.cpuPeriod);
  w.i64Number(16, m.cpuQuota);
  w.i64Number(24, m.cpuShares);
  w.i64Number(32, m.memoryLimitInBytes);
}

export function encodeLinuxContainerResources(m: Init<LinuxContainerResources>): Uint8Array {
  return encode(m, writeLinuxContainerResources);
}

export function decodeLinuxContainerResources(bytes: Uint8Array): LinuxContainerResources {
  return decode(bytes, readLinuxContainerResources);
}
