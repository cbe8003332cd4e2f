/**
 * Mounts whose files are memory on the host and are memory in the guest instead: the /dev/shm that an engine makes for a container or a
 * pod, and kubelet's emptyDirs of medium Memory. Shared by virtio-fs they would be slow, and not be counted where they are used.
 */
import type { Mount } from "../../oci/spec.ts";
import type { Storage } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";
import { fileSystemFacts, stat } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";

const tmpfsMagic = 0x01021994;
const place = "/run/kata-containers/sandbox/ephemeral";
const kubeletMemory = /\/volumes\/kubernetes\.io~empty-dir\//;

/** undefined: it is shared as it is. The same directory of the host is the same in all containers of the sandbox. */
export function guestTmpfs(mount: Mount, tree: Fd): Init<Storage> | undefined {
  const shm = mount.destination === "/dev/shm";
  if (!shm && !kubeletMemory.test(mount.source ?? "")) return undefined;
  const path = `/proc/self/fd/${tree}`;
  const { type, bytes } = fileSystemFacts(path);
  if (type !== tmpfsMagic) return undefined;
  const { mode, uid, gid, deviceMajor, deviceMinor, inode } = stat(path);
  const limits = shm ? ["noexec", "nosuid", "nodev"] : [];
  const size = bytes > 0n ? [`size=${bytes}`] : [];
  return {
    driver: "ephemeral",
    source: shm ? "shm" : "tmpfs",
    fstype: "tmpfs",
    mountPoint: `${place}/${deviceMajor}-${deviceMinor}-${inode}`,
    options: [...limits, `mode=${(mode & 0o7777).toString(8)}`, `uid=${uid}`, `gid=${gid}`, ...size],
    shared: true,
  };
}
