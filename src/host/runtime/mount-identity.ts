/**
 * Which mounts of a pod's containers show the same files. The guest is given those once: in two mounts of a share the same
 * socket or fifo would be two, and whoever waits at one never meets who comes to the other.
 */
import type { Mount } from "../../oci/spec.ts";
import type { CommonMount } from "../../protocol/gen/sandbox.ts";
import { close, O, open, readlink, readTextFile, stat } from "../../sys/file.ts";
import type { Bundle } from "./bundle.ts";
import { hostSource, isBind, isIdMapped, propagationOf } from "./mount-trees.ts";

/** Of all bind mounts but those with ids of their own. The sources are there: they have been opened. */
export function commonMounts({ spec, path }: Bundle, onDisks: ReadonlySet<number>): CommonMount[] {
  const mountinfo = readTextFile("/proc/self/mountinfo", 16 << 20);
  return (spec.mounts ?? []).flatMap((mount, index) =>
    isBind(mount) && !isIdMapped(mount) && !onDisks.has(index)
      ? [{ index, identity: identityOf(mount, hostSource(path, mount, index), mountinfo) }]
      : [],
  );
}

function identityOf({ options = [] }: Mount, source: string, mountinfo: string): string {
  const fd = open(source, O.PATH);
  try {
    const place = `/proc/self/fd/${fd}`;
    const { mountId, deviceMajor, deviceMinor, inode } = stat(place);
    const below = options.includes("rbind") ? mountsBelow(mountinfo, readlink(place)) : [];
    return JSON.stringify([mountId, deviceMajor, deviceMinor, String(inode), propagationOf(options) ?? "", ...below]);
  } finally {
    close(fd);
  }
}

/** The ids of the mounts below a path: a private bind has those of its time. */
export function mountsBelow(mountinfo: string, path: string): string[] {
  const prefix = ` ${escapeOctal(path).replace(/\/$/, "")}/`;
  const lines = mountinfo.split("\n").filter((line) => line.includes(prefix));
  return lines.flatMap((line) => {
    const [id = "", , , , mountPoint = ""] = line.split(" ");
    return ` ${mountPoint}`.startsWith(prefix) ? [id] : [];
  });
}

/** As proc_pid_mountinfo(5) writes a path. */
const escapeOctal = (path: string): string => path.replace(/[ \t\n\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`);
