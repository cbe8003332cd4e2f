/**
 * The protobuf form of the OCI structures, as foreign runtimes send them. It becomes the JSON it stands for, which then
 * passes the same checks as a config.json. proto3 has no absent numbers: 0 and "" count as absent where that is harmless.
 */
import { decodeUtf8 } from "../../base/text.ts";
import { parseProcess, parseResources, parseSpec } from "../../oci/parse.ts";
import { stringifyExactJson } from "../../oci/shape.ts";
import type { Process, Spec } from "../../oci/spec.ts";
import type { Resources } from "../../oci/spec-linux.ts";
import type * as kata from "../../protocol/gen/agent.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";

/** The specification of a request: its JSON when there is one, else its protobuf form. */
export function specOf(request: { readonly ociJson: Uint8Array; readonly oci: kata.Spec | undefined }): Spec {
  if (request.ociJson.length > 0) return parseSpec(decodeUtf8(request.ociJson), "oci_json");
  if (!request.oci) throw new RpcError(rpcCode.invalidArgument, "CreateContainer: OCI is missing");
  return parseSpec(stringifyExactJson(specJson(request.oci)), "OCI");
}

export function processOf(request: { readonly ociJson: Uint8Array; readonly process: kata.Process | undefined }): Process {
  if (request.ociJson.length > 0) return parseProcess(decodeUtf8(request.ociJson), "oci_json");
  if (!request.process) throw new RpcError(rpcCode.invalidArgument, "ExecProcess: process is missing");
  return parseProcess(stringifyExactJson(processJson(request.process)), "process");
}

export function resourcesOf(request: { readonly ociJson: Uint8Array; readonly resources: kata.LinuxResources | undefined }): Resources {
  if (request.ociJson.length > 0) return parseResources(decodeUtf8(request.ociJson), "oci_json");
  return parseResources(stringifyExactJson(request.resources ? resourcesJson(request.resources) : {}), "resources");
}

type Json = Record<string, unknown>;

/** Drops what proto3 could not leave out. */
function present(object: Json): Json {
  const kept: Json = {};
  for (const [key, value] of Object.entries(object)) {
    const empty =
      value === undefined || value === "" || value === 0 || value === 0n || value === false || (Array.isArray(value) && value.length === 0);
    if (!empty) kept[key] = value;
  }
  return kept;
}

/**
 * As the Kata agent reads it: ipc and uts are the sandbox's, which here is the guest itself; the pid namespace, which
 * runtimes leave out, is the container's own.
 */
function specJson(spec: kata.Spec): Json {
  return present({
    ociVersion: spec.version,
    process: spec.process && processJson(spec.process),
    root: spec.root && { path: spec.root.path, readonly: spec.root.readonly },
    mounts: spec.mounts.map((mount) => present({ ...mount })),
    hooks: spec.hooks && present({ ...spec.hooks }),
    annotations: spec.annotations,
    linux: spec.linux && linuxJson(spec.linux),
  });
}

/** Namespaces that are the sandbox's: here those of the agent itself. */
const sandboxNamespaces = [{ type: "network" }, { type: "ipc", path: "/proc/self/ns/ipc" }, { type: "uts", path: "/proc/self/ns/uts" }];

function linuxJson(linux: kata.Linux): Json {
  const kept = linux.namespaces.filter(({ type }) => !["pid", "ipc", "uts", "network", "mount"].includes(type));
  return present({
    ...linux,
    namespaces: [...kept.map((namespace) => present({ ...namespace })), { type: "pid" }, { type: "mount" }, ...sandboxNamespaces],
    uidMappings: linux.uidMappings.map((mapping) => ({ ...mapping })),
    gidMappings: linux.gidMappings.map((mapping) => ({ ...mapping })),
    resources: linux.resources && resourcesJson(linux.resources),
    devices: linux.devices.map((device) => ({ ...present({ ...device }), major: device.major, minor: device.minor })),
    intelRdt: linux.intelRdt?.l3CacheSchema ? linux.intelRdt : undefined,
    sysctl: linux.sysctl,
  });
}

function processJson(process: kata.Process): Json {
  const { user } = process;
  return present({
    ...process,
    consoleSize: process.consoleSize && { ...process.consoleSize },
    user: { uid: user?.uid ?? 0, gid: user?.gid ?? 0, additionalGids: user?.additionalGids ?? [] },
    oomScoreAdj: process.oomScoreAdj,
  });
}

function resourcesJson(resources: kata.LinuxResources): Json {
  return present({
    devices: resources.devices.map(({ allow, access, ...rest }) => ({ allow, access, ...present(rest) })),
    memory: resources.memory && present({ ...resources.memory }),
    cpu: resources.cpu && present({ ...resources.cpu }),
    pids: resources.pids && present({ ...resources.pids }),
    blockIO: resources.blockIO && present({ ...resources.blockIO }),
    hugepageLimits: resources.hugepageLimits.map(({ pagesize, limit }) => ({ pageSize: pagesize, limit })),
    network: resources.network && present({ ...resources.network }),
  });
}
