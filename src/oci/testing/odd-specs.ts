/** config.json's in which some values are not what they should be: for tests of everything that reads one. */

const idMap = { containerID: 0, hostID: 1000, size: 10 };
const hook = { path: "/bin/true", args: ["true"], env: ["A=1"], timeout: 5 };

/** Every property that a reader of ours knows, with a value that is right. */
const full = {
  ociVersion: "1.3.0",
  process: {
    terminal: true,
    consoleSize: { height: 24, width: 80 },
    user: { uid: 1, gid: 2, umask: 18, additionalGids: [3, 4], username: "u" },
    args: ["sh", "-c", "true"],
    env: ["PATH=/bin", "A=b"],
    cwd: "/",
    capabilities: { bounding: ["CAP_KILL"], effective: ["CAP_KILL"], permitted: ["CAP_KILL"], inheritable: [], ambient: [] },
    rlimits: [{ type: "RLIMIT_NOFILE", soft: 10, hard: 20 }],
    noNewPrivileges: true,
    apparmorProfile: "unconfined",
    selinuxLabel: "",
    oomScoreAdj: 10,
    scheduler: { policy: "SCHED_FIFO", priority: 10, nice: 0, flags: ["SCHED_FLAG_RESET_ON_FORK"], runtime: 1, deadline: 2, period: 3 },
    ioPriority: { class: "IOPRIO_CLASS_BE", priority: 4 },
    execCPUAffinity: { initial: "0-1", final: "0" },
  },
  root: { path: "rootfs", readonly: true },
  hostname: "h",
  domainname: "d",
  mounts: [
    { destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "ro"] },
    { destination: "/data", type: "bind", source: "/data", options: ["rbind", "rro", "idmap"], uidMappings: [idMap], gidMappings: [idMap] },
    { destination: "/dev/shm", type: "tmpfs", source: "shm", options: ["mode=1777", "size=64k"] },
  ],
  annotations: { a: "b", "io.kubernetes.cri.container-type": "sandbox", "io.kubernetes.cri.sandbox-id": "s" },
  hooks: { prestart: [hook], createRuntime: [hook], createContainer: [hook], startContainer: [hook], poststart: [hook], poststop: [hook] },
  linux: {
    namespaces: [
      { type: "pid" },
      { type: "network", path: "/proc/1/ns/net" },
      { type: "ipc" },
      { type: "uts" },
      { type: "mount" },
      { type: "user" },
      { type: "cgroup" },
      { type: "time" },
    ],
    uidMappings: [idMap],
    gidMappings: [idMap],
    timeOffsets: { monotonic: { secs: 1, nanosecs: 2 }, boottime: { secs: 3, nanosecs: 4 } },
    devices: [{ path: "/dev/fuse", type: "c", major: 10, minor: 229, fileMode: 438, uid: 0, gid: 0 }],
    netDevices: { eth0: { name: "eth1" } },
    cgroupsPath: "/a/b",
    sysctl: { "net.ipv4.ip_forward": "1" },
    rootfsPropagation: "rslave",
    maskedPaths: ["/proc/kcore"],
    readonlyPaths: ["/proc/sys"],
    mountLabel: "",
    intelRdt: { closID: "x", l3CacheSchema: "L3:0=f", memBwSchema: "MB:0=20", enableMonitoring: true },
    personality: { domain: "LINUX32", flags: [] },
    memoryPolicy: { mode: "MPOL_BIND", nodes: "0", flags: ["MPOL_F_STATIC_NODES"] },
    resources: {
      devices: [
        { allow: false, access: "rwm" },
        { allow: true, type: "c", major: 1, minor: 3, access: "rw" },
      ],
      memory: {
        limit: 1048576,
        reservation: 1,
        swap: 2097152,
        kernel: -1,
        kernelTCP: -1,
        swappiness: 1,
        disableOOMKiller: false,
        useHierarchy: true,
        checkBeforeUpdate: true,
      },
      cpu: { shares: 1024, quota: 5000, burst: 10, period: 10000, realtimeRuntime: 1, realtimePeriod: 2, cpus: "0-1", mems: "0", idle: 1 },
      pids: { limit: 5 },
      blockIO: {
        weight: 10,
        leafWeight: 10,
        weightDevice: [{ major: 8, minor: 0, weight: 10 }],
        throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1 }],
        throttleWriteIOPSDevice: [{ major: 8, minor: 0, rate: 1 }],
      },
      hugepageLimits: [{ pageSize: "2MB", limit: 4 }],
      network: { classID: 1, priorities: [{ name: "eth0", priority: 1 }] },
      rdma: { mlx5: { hcaHandles: 1, hcaObjects: 2 } },
      unified: { "memory.high": "100" },
    },
    seccomp: {
      defaultAction: "SCMP_ACT_ERRNO",
      defaultErrnoRet: 1,
      architectures: ["SCMP_ARCH_X86_64"],
      flags: ["SECCOMP_FILTER_FLAG_LOG"],
      listenerPath: "/run/l",
      listenerMetadata: "m",
      syscalls: [
        { names: ["read"], action: "SCMP_ACT_ALLOW", errnoRet: 1, args: [{ index: 0, value: 1, valueTwo: 2, op: "SCMP_CMP_EQ" }] },
      ],
    },
  },
  vm: { hypervisor: { path: "/q", parameters: [] }, kernel: { path: "/k" } },
};

const odd: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  2 ** 31,
  2 ** 32,
  2 ** 53 + 2,
  1e300,
  -1e300,
  "",
  " ",
  "/",
  "..",
  "../../x",
  "a\0b",
  "\ud800",
  "x".repeat(5000),
  "-1",
  "0-",
  "9-1",
  "0-99999999999",
  "CAP_ALL",
  "RLIMIT_X",
  "SCMP_ACT_NOTIFY",
  "=",
  [],
  [[]],
  {},
  [null],
  [0],
  [""],
  [{}],
  { __proto__: null, constructor: 1 },
  { "": {} },
  "18446744073709551616",
  Array.from({ length: 300 }, (_, i) => i),
];

/** A small generator of numbers (mulberry32): the same seed is the same document, in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Json = Record<string, unknown>;

/** The text of a specification with one to four values replaced, removed, doubled or moved; now and then cut off. */
export function oddSpecText(seed: number): string {
  const below = numbers(seed);
  const spec = structuredClone(full) as Json;
  if (below(3) > 0) thin(spec, below); // what one property hides behind another's fault is to be seen, too
  for (let changes = below(4); changes >= 0; changes--) change(spec, below);
  const text = JSON.stringify(spec);
  return below(50) === 0 ? text.slice(0, below(text.length)) : text;
}

/** Leaves out what is refused by its presence, so that the rest is read to the end. */
function thin(spec: Json, below: (n: number) => number): void {
  const linux = spec["linux"] as Json;
  const resources = linux["resources"] as Json;
  const cpu = resources["cpu"] as Json;
  for (const name of ["intelRdt", "netDevices", "memoryPolicy", "personality", "seccomp"]) if (below(4) > 0) delete linux[name];
  for (const name of ["rdma", "network"]) if (below(4) > 0) delete resources[name];
  for (const name of ["realtimeRuntime", "realtimePeriod"]) if (below(4) > 0) delete cpu[name];
}

function change(spec: Json, below: (n: number) => number): void {
  let at: Json = spec;
  let key = "";
  do {
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    key = keys[below(keys.length)] ?? "";
    const next = at[key];
    if (typeof next !== "object" || next === null || below(6) === 0) break;
    at = next as Json;
  } while (Object.keys(at).length > 0);
  if (!(key in at)) return;
  switch (below(8)) {
    case 0:
      if (Array.isArray(at)) at.splice(Number(key), 1);
      else delete at[key];
      break;
    case 1:
      if (Array.isArray(at)) at.push(structuredClone(at[Number(key)]));
      else at[`${key}x`] = at[key];
      break;
    case 2:
      at[key] = [at[key]];
      break;
    default:
      at[key] = structuredClone(odd[below(odd.length)]);
  }
}
