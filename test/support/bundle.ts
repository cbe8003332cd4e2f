/** Bundles for tests: Debian's static busybox as the root file system, a specification that a test edits. */

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface TestSpec {
  ociVersion: string;
  process: {
    terminal: boolean;
    user: { uid: number; gid: number; additionalGids?: number[]; umask?: number };
    args: string[];
    env: string[];
    cwd: string;
    capabilities?: Record<string, string[]>;
    rlimits?: { type: string; soft: number; hard: number }[];
    noNewPrivileges?: boolean;
    consoleSize?: { height: number; width: number };
    oomScoreAdj?: number;
  };
  root: { path: string; readonly: boolean };
  hostname: string;
  mounts: { destination: string; type?: string; source?: string; options?: string[] }[];
  annotations?: Record<string, string>;
  hooks?: Record<string, unknown>;
  linux: {
    namespaces: { type: string; path?: string }[];
    resources?: Record<string, unknown>;
    maskedPaths?: string[];
    readonlyPaths?: string[];
    cgroupsPath?: string;
    sysctl?: Record<string, string>;
    devices?: unknown[];
    rootfsPropagation?: string;
    seccomp?: unknown;
  };
}

const capabilities = [
  "CAP_AUDIT_WRITE",
  "CAP_KILL",
  "CAP_NET_BIND_SERVICE",
  "CAP_CHOWN",
  "CAP_SETUID",
  "CAP_SETGID",
  "CAP_DAC_OVERRIDE",
  "CAP_FOWNER",
];

/** What engines mount in every container. */
export function defaultMounts(): TestSpec["mounts"] {
  return [
    { destination: "/proc", type: "proc", source: "proc" },
    { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=65536k"] },
    {
      destination: "/dev/pts",
      type: "devpts",
      source: "devpts",
      options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
    },
    { destination: "/dev/shm", type: "tmpfs", source: "shm", options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"] },
    { destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"] },
    { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"] },
    { destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid", "noexec", "nodev", "relatime", "ro"] },
  ];
}

export function hiddenPaths(): { maskedPaths: string[]; readonlyPaths: string[] } {
  return {
    maskedPaths: ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
    readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
  };
}

export function testSpec(...args: string[]): TestSpec {
  return {
    ociVersion: "1.0.2", // one that every runtime takes
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args,
      env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
      cwd: "/",
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      rlimits: [{ type: "RLIMIT_NOFILE", soft: 1024, hard: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: "rootfs", readonly: false },
    hostname: "guest",
    mounts: defaultMounts(),
    linux: {
      namespaces: [{ type: "pid" }, { type: "network" }, { type: "ipc" }, { type: "uts" }, { type: "mount" }, { type: "cgroup" }],
      resources: { devices: [{ allow: false, access: "rwm" }] },
      ...hiddenPaths(),
    },
  };
}

/** A root file system of busybox alone, in `directory`. */
export function makeRootfs(directory: string): void {
  for (const name of ["bin", "dev", "proc", "sys", "tmp", "run", "mnt", "etc", "root", "srv"])
    mkdirSync(join(directory, name), { recursive: true });
  chmodSync(join(directory, "tmp"), 0o1777);
  copyFileSync("/bin/busybox", join(directory, "bin/busybox"));
  execFileSync("chroot", [directory, "/bin/busybox", "--install", "-s", "/bin"]);
  writeFileSync(join(directory, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/srv:/bin/sh\n");
  writeFileSync(join(directory, "etc/group"), "root:x:0:\ntty:x:5:\nuser:x:1000:\n");
}
