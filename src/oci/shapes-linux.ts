/** The tables for the `linux` part of config.json; `Shape` ties each to its interface in spec-linux.ts. */
import type { List, Shape } from "./shape.ts";
import type {
  BlockIo,
  CpuResources,
  Device,
  IdMapping,
  Linux,
  MemoryResources,
  Namespace,
  Resources,
  Seccomp,
  ThrottleDevice,
} from "./spec-linux.ts";

const texts: List<string> = { list: "text" };

export const idMappings: List<IdMapping> = {
  list: { required: { containerID: "uint32", hostID: "uint32", size: "uint32" }, optional: {} },
};

const throttle: List<ThrottleDevice> = { list: { required: { major: "uint32", minor: "uint32", rate: "uint64" }, optional: {} } };

const blockIo: Shape<BlockIo> = {
  required: {},
  optional: {
    weight: "uint16",
    leafWeight: "uint16",
    weightDevice: { list: { required: { major: "uint32", minor: "uint32" }, optional: { weight: "uint16", leafWeight: "uint16" } } },
    throttleReadBpsDevice: throttle,
    throttleWriteBpsDevice: throttle,
    throttleReadIOPSDevice: throttle,
    throttleWriteIOPSDevice: throttle,
  },
};

const memory: Shape<MemoryResources> = {
  required: {},
  optional: {
    limit: "int64",
    reservation: "int64",
    swap: "int64",
    kernel: "int64",
    kernelTCP: "int64",
    swappiness: "uint64",
    disableOOMKiller: "bool",
    useHierarchy: "bool",
    checkBeforeUpdate: "bool",
  },
};

const cpu: Shape<CpuResources> = {
  required: {},
  optional: {
    shares: "uint64",
    quota: "int64",
    burst: "uint64",
    period: "uint64",
    realtimeRuntime: "int64",
    realtimePeriod: "uint64",
    cpus: "text",
    mems: "text",
    idle: "int64",
  },
};

export const resourcesShape: Shape<Resources> = {
  required: {},
  optional: {
    devices: {
      list: {
        required: { allow: "bool" },
        optional: { type: { words: ["a", "b", "c", ""] }, major: "int64", minor: "int64", access: "text" },
        absent: { allow: false },
      },
    },
    memory,
    cpu,
    pids: { required: {}, optional: { limit: "int64" } },
    blockIO: blockIo,
    hugepageLimits: { list: { required: { pageSize: "text", limit: "uint64" }, optional: {} } },
    network: {
      required: {},
      optional: { classID: "uint32", priorities: { list: { required: { name: "text", priority: "uint32" }, optional: {} } } },
    },
    rdma: { values: { required: {}, optional: { hcaHandles: "uint32", hcaObjects: "uint32" } } },
    unified: { values: "text" },
  },
};

const seccompActions: Shape<Seccomp>["required"]["defaultAction"] = {
  words: [
    "SCMP_ACT_KILL",
    "SCMP_ACT_KILL_PROCESS",
    "SCMP_ACT_KILL_THREAD",
    "SCMP_ACT_TRAP",
    "SCMP_ACT_ERRNO",
    "SCMP_ACT_TRACE",
    "SCMP_ACT_ALLOW",
    "SCMP_ACT_LOG",
    "SCMP_ACT_NOTIFY",
  ],
};

const seccomp: Shape<Seccomp> = {
  required: { defaultAction: seccompActions },
  optional: {
    defaultErrnoRet: "uint32",
    architectures: texts,
    flags: texts,
    listenerPath: "text",
    listenerMetadata: "text",
    syscalls: {
      list: {
        required: { names: texts, action: seccompActions },
        optional: {
          errnoRet: "uint32",
          args: {
            list: {
              required: {
                index: "uint32",
                value: "uint64",
                op: {
                  words: ["SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"],
                },
              },
              optional: { valueTwo: "uint64" },
            },
          },
        },
      },
    },
  },
};

/** An unknown `type` is reported by validate.ts, whose message engines know. */
const namespace: Shape<Namespace> = { required: { type: "text" }, optional: { path: "text" } };

const device: Shape<Device> = {
  required: { path: "text", type: { words: ["c", "u", "b", "p"] } },
  optional: { major: "uint32", minor: "uint32", fileMode: "uint32", uid: "uint32", gid: "uint32" },
};

export const linuxShape: Shape<Linux> = {
  required: {},
  optional: {
    namespaces: { list: namespace },
    uidMappings: idMappings,
    gidMappings: idMappings,
    devices: { list: device },
    netDevices: { values: { required: {}, optional: { name: "text" } } },
    cgroupsPath: "text",
    resources: resourcesShape,
    sysctl: { values: "text" },
    seccomp,
    rootfsPropagation: { words: ["private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable"] },
    maskedPaths: texts,
    readonlyPaths: texts,
    mountLabel: "text",
    intelRdt: {
      required: {},
      optional: { closID: "text", schemata: texts, l3CacheSchema: "text", memBwSchema: "text", enableMonitoring: "bool" },
    },
    memoryPolicy: { required: { mode: "text" }, optional: { nodes: "text", flags: texts } },
    personality: { required: { domain: { words: ["LINUX", "LINUX32"] } }, optional: { flags: texts } },
    timeOffsets: { values: { required: {}, optional: { secs: "int64", nanosecs: "uint32" } } },
  },
};
