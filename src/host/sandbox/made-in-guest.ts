/**
 * Mounts whose files the guest has itself instead: what is memory on the host, the /dev/shm that an engine makes for a container or a
 * pod and kubelet's emptyDirs of medium Memory or HugePages, and other emptyDirs where the configuration wants it. Shared by virtio-fs
 * memory would be slow, and not be counted where it is used.
 */
import type { Mount, Spec } from "../../oci/spec.ts";
import type { Storage } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";
import { isDirectory, type Stat, stat } from "../../sys/file.ts";
import { type FileSystemUsage, fileSystemUsage } from "../../sys/statfs.ts";
import type { Fd } from "../../sys/syscall.ts";

const tmpfsMagic = 0x01021994;
const hugetlbfsMagic = 0x958458f6;
const sandbox = "/run/kata-containers/sandbox";
/** kubelet's, and what is below one. */
const emptyDir = /\/volumes\/kubernetes\.io~empty-dir\/[^/]+(\/.*[^/])?/;

export interface GuestWishes {
  readonly spec: Spec;
  /** emptyDirs on a disk of the host are directories of the guest too. */
  readonly localEmptyDirs: boolean;
}

/** undefined: it is shared as it is. The same directory of the host is the same in all containers of the sandbox. */
export function madeInGuest(mount: Mount, tree: Fd, { spec, localEmptyDirs }: GuestWishes): Init<Storage> | undefined {
  const shm = mount.destination === "/dev/shm";
  const volume = emptyDir.exec(mount.source ?? "");
  if (!shm && !volume) return undefined;
  const path = `/proc/self/fd/${tree}`;
  const system = fileSystemUsage(path);
  const facts = stat(path);
  if (system.type === tmpfsMagic) return tmpfs(shm, system, facts);
  if (!volume || !isDirectory(facts)) return undefined;
  if (system.type === hugetlbfsMagic) return hugePages(system, facts, spec);
  return localEmptyDirs && volume[1] === undefined ? local(facts) : undefined;
}

const nameOf = ({ deviceMajor, deviceMinor, inode }: Stat): string => `${deviceMajor}-${deviceMinor}-${inode}`;
const modeOf = ({ mode }: Stat): string => `mode=${(mode & 0o7777).toString(8)}`;

/** 0 where it has no size. */
const bytesOf = ({ blocks, blockSize }: FileSystemUsage): bigint => BigInt(blocks) * BigInt(blockSize);

function tmpfs(shm: boolean, system: FileSystemUsage, facts: Stat): Init<Storage> {
  const limits = shm ? ["noexec", "nosuid", "nodev"] : [];
  const bytes = bytesOf(system);
  const size = bytes > 0n ? [`size=${bytes}`] : [];
  return {
    driver: "ephemeral",
    source: shm ? "shm" : "tmpfs",
    fstype: "tmpfs",
    mountPoint: `${sandbox}/ephemeral/${nameOf(facts)}`,
    options: [...limits, modeOf(facts), `uid=${facts.uid}`, `gid=${facts.gid}`, ...size],
    shared: true,
  };
}

/** As large as the host's or, since kubelet gives that no size, as the container's limit of such pages. */
function hugePages(system: FileSystemUsage, facts: Stat, { linux }: Spec): Init<Storage> {
  const limit = linux?.resources?.hugepageLimits?.find(({ pageSize }) => bytesOfPage(pageSize) === system.blockSize)?.limit;
  const bytes = bytesOf(system);
  const size = bytes > 0n ? bytes : BigInt(limit ?? 0);
  return {
    driver: "ephemeral",
    source: "nodev",
    fstype: "hugetlbfs",
    mountPoint: `${sandbox}/ephemeral/${nameOf(facts)}`,
    options: [
      modeOf(facts),
      `uid=${facts.uid}`,
      `gid=${facts.gid}`,
      `pagesize=${system.blockSize}`,
      ...(size > 0n ? [`size=${size}`] : []),
    ],
    shared: true,
  };
}

const units: Readonly<Record<string, number>> = { KB: 1 << 10, MB: 1 << 20, GB: 1 << 30 };

/** `2MB`, as the specification names them. */
function bytesOfPage(pageSize: string): number | undefined {
  const [, count, unit = ""] = /^(\d+)([KMG]B)$/.exec(pageSize) ?? [];
  const bytes = units[unit];
  return bytes === undefined ? undefined : Number(count) * bytes;
}

function local(facts: Stat): Init<Storage> {
  return {
    driver: "local",
    source: "local",
    fstype: "local",
    mountPoint: `${sandbox}/local/${nameOf(facts)}`,
    options: [modeOf(facts)],
    ...(facts.gid !== 0 && { fsGroup: { groupId: facts.gid, groupChangePolicy: 0 } }),
    shared: true,
  };
}
