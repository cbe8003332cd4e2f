/** The specification that `spec` writes for a start. */

const masked = [
  "/proc/acpi",
  "/proc/asound",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/sched_debug",
  "/sys/firmware",
  "/proc/scsi",
  "/sys/devices/virtual/tpm",
];
const readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

interface RootlessOwner {
  readonly uid: number;
  readonly gid: number;
}

export interface DefaultSpecOptions {
  readonly ociVersion: string;
  /** Whose ids a rootless container maps to its root; absent: an ordinary container. */
  readonly rootless?: RootlessOwner;
  /** A host with cgroup v2 gives the container a cgroup namespace too. */
  readonly cgroupV2: boolean;
}

/** The text of config.json as runc writes it: tabs, no newline at the end. */
export function defaultSpecText(options: DefaultSpecOptions): string {
  return JSON.stringify(defaultSpec(options), undefined, "\t");
}

function defaultSpec({ ociVersion, rootless, cgroupV2 }: DefaultSpecOptions): object {
  const capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];
  return {
    ociVersion,
    process: {
      terminal: true,
      user: { uid: 0, gid: 0 },
      args: ["sh"],
      env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
      cwd: "/",
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      rlimits: [{ type: "RLIMIT_NOFILE", hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: "rootfs", readonly: true },
    hostname: "runc",
    mounts: defaultMounts(rootless !== undefined),
    linux: {
      ...(rootless
        ? {
            uidMappings: [{ containerID: 0, hostID: rootless.uid, size: 1 }],
            gidMappings: [{ containerID: 0, hostID: rootless.gid, size: 1 }],
          }
        : { resources: { devices: [{ allow: false, access: "rwm" }] } }),
      namespaces: namespaces(rootless !== undefined, cgroupV2),
      maskedPaths: masked,
      readonlyPaths,
    },
  };
}

/** A rootless container cannot set up a network of its own, and needs a user namespace. */
function namespaces(rootless: boolean, cgroupV2: boolean): { type: string }[] {
  const types = [
    "pid",
    ...(rootless ? [] : ["network"]),
    "ipc",
    "uts",
    "mount",
    ...(cgroupV2 ? ["cgroup"] : []),
    ...(rootless ? ["user"] : []),
  ];
  return types.map((type) => ({ type }));
}

function defaultMounts(rootless: boolean): object[] {
  const sysfs = rootless
    ? { destination: "/sys", type: "none", source: "/sys", options: ["rbind", "nosuid", "noexec", "nodev", "ro"] }
    : { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"] };
  const tty = rootless ? [] : ["gid=5"];
  return [
    { destination: "/proc", type: "proc", source: "proc" },
    { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=65536k"] },
    {
      destination: "/dev/pts",
      type: "devpts",
      source: "devpts",
      options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", ...tty],
    },
    { destination: "/dev/shm", type: "tmpfs", source: "shm", options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
    { destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"] },
    sysfs,
    { destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid", "noexec", "nodev", "relatime", "ro"] },
  ];
}
