/** Checkpoint and restore: their options are known, so that what is said is what matters: that there is no such thing here. */
import type { Command } from "./option.ts";

const unsupported = "checkpoints of containers in virtual machines are not supported";

const imagePath = { name: "image-path", kind: "text", default: "checkpoint", meaning: "directory of the image" } as const;
const workPath = { name: "work-path", kind: "text", meaning: "directory for work files and logs" } as const;
const tcpEstablished = { name: "tcp-established", kind: "bool", meaning: "allow open TCP connections" } as const;
const extUnixSk = { name: "ext-unix-sk", kind: "bool", meaning: "allow external unix sockets" } as const;
const shellJob = { name: "shell-job", kind: "bool", meaning: "allow shell jobs" } as const;
const lazyPages = { name: "lazy-pages", kind: "bool", meaning: "restore memory on demand" } as const;
const fileLocks = { name: "file-locks", kind: "bool", meaning: "handle file locks" } as const;
const cgroupsMode = { name: "manage-cgroups-mode", kind: "text", meaning: "soft, full, strict or ignore" } as const;
const emptyNs = { name: "empty-ns", kind: "texts", meaning: "make a namespace without its properties" } as const;
const autoDedup = { name: "auto-dedup", kind: "bool", meaning: "share pages between images" } as const;

export const checkpoint = () =>
  ({
    summary: "not supported: checkpoint a running container",
    operands: "<container-id>",
    arity: { exactly: 1 },
    unsupported,
    options: [
      imagePath,
      workPath,
      { name: "parent-path", kind: "text", meaning: "directory of an earlier image" },
      { name: "leave-running", kind: "bool", meaning: "leave the container running" },
      tcpEstablished,
      { name: "tcp-skip-in-flight", kind: "bool", meaning: "skip TCP connections in the making" },
      { name: "link-remap", kind: "bool", meaning: "allow links to unlinked files" },
      extUnixSk,
      shellJob,
      lazyPages,
      { name: "status-fd", kind: "integer", meaning: "descriptor that hears when lazy pages are ready" },
      { name: "page-server", kind: "text", meaning: "ADDRESS:PORT of the page server" },
      fileLocks,
      { name: "pre-dump", kind: "bool", meaning: "save memory alone and go on" },
      cgroupsMode,
      emptyNs,
      autoDedup,
    ],
  }) as const satisfies Command;

export const restore = () =>
  ({
    summary: "not supported: restore a container from a checkpoint",
    operands: "<container-id>",
    arity: { exactly: 1 },
    unsupported,
    options: [
      { name: "console-socket", kind: "text", meaning: "unix socket that receives the terminal" },
      imagePath,
      workPath,
      tcpEstablished,
      extUnixSk,
      shellJob,
      fileLocks,
      cgroupsMode,
      { name: "bundle", alias: "b", kind: "text", meaning: "the bundle's directory" },
      { name: "detach", alias: "d", kind: "bool", meaning: "return once the container runs" },
      { name: "pid-file", kind: "text", meaning: "file to write the process id to" },
      { name: "no-subreaper", kind: "bool", meaning: "do not reap reparented processes" },
      { name: "no-pivot", kind: "bool", meaning: "do not use pivot_root" },
      emptyNs,
      autoDedup,
      lazyPages,
      { name: "lsm-profile", kind: "text", meaning: "TYPE:NAME of a security profile" },
      { name: "lsm-mount-context", kind: "text", meaning: "security context of mounts" },
    ],
  }) as const satisfies Command;
