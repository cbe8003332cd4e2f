/**
 * Files of the host in a machine without a share: they are copied once, into the guest's memory. What the host changes later
 * does not arrive, and nothing that the container writes comes back, so only what is read is copied, and what engines themselves
 * write for a container.
 */
import { chainMessage, Fault, hasCode } from "../../base/fault.ts";
import { isReadOnly } from "../../oci/read-only.ts";
import type { Mount } from "../../oci/spec.ts";
import { guestShare } from "../../protocol/guest-paths.ts";
import { fileType, fstat, isDirectory } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { Agent } from "../agent/agent.ts";
import { assertSmall, type SmallEntry, smallEntries, smallText } from "../share/small-tree.ts";
import type { FilePlace } from "./shared-paths.ts";

/** What engines bind so that it can be written to, though hardly anybody does. */
const enginesOwn: ReadonlySet<string> = new Set([
  "/etc/hosts",
  "/etc/hostname",
  "/etc/resolv.conf",
  "/run/.containerenv",
  "/dev/termination-log",
]);

/** Throws a Fault that names the mount and says what would be right. */
export function assertCopied(mount: Mount, tree: Fd): void {
  try {
    const writable = !isReadOnly(mount.options) && (isDirectory(fstat(tree)) || !enginesOwn.has(mount.destination));
    if (writable) throw new Fault("it can be written to", { component: "share", code: "unsupported" });
    assertSmall(tree);
  } catch (cause) {
    throw refused(mount, cause);
  }
}

function refused({ source = "", destination }: Mount, cause: unknown): Fault {
  const what = `mount of ${JSON.stringify(source)} at ${destination}: the machine has no share and it cannot be copied, ${chainMessage(cause)}`;
  return new Fault(`${what}; must be read-only and at most ${smallText}, or a disk, or shared_fs = "virtio-fs"`, {
    component: "share",
    code: "unsupported",
  });
}

/** The agent lets go of a container's copies with the container. */
export function copiedFiles(agent: Agent): FilePlace {
  return {
    add: async (name, tree, { mount }) => {
      if (!mount)
        throw new Fault("root: is a directory, and the machine has no share; must be a block device or an image", {
          component: "share",
          code: "unsupported",
        });
      assertCopied(mount, tree);
      const path = `${guestShare}/${name}`;
      for (const entry of smallEntries(tree)) await copyEntry(agent, entry.path === "" ? path : `${path}/${entry.path}`, entry);
      return path;
    },
    remove: () => {},
  };
}

/** The agent's memory holds one at a time. */
const pieceBytes = 256 << 10;

export async function copyEntry({ api }: Agent, path: string, entry: SmallEntry): Promise<void> {
  const { mode, uid, gid } = entry.facts;
  const bytes = entry.read();
  const file = { path, fileMode: mode, dirMode: 0o755, uid, gid, fileSize: bytes.length };
  const pieces = (mode & fileType.mask) === fileType.regular ? Math.max(1, Math.ceil(bytes.length / pieceBytes)) : 1;
  for (let i = 0; i < pieces; i++) {
    const offset = i * pieceBytes;
    await api.copyFile({ ...file, offset, data: bytes.subarray(offset, offset + pieceBytes) });
  }
}

/** Of a container that could not be made. */
export async function forgetCopies({ api }: Agent, containerId: string): Promise<void> {
  await api.removeContainer({ containerId }).catch((error: unknown) => {
    if (!hasCode(error, "not-found")) throw error;
  });
}
