/** A time namespace of the container's own, with its clocks moved (time_namespaces(7)). */
import type { Linux } from "../../oci/spec-linux.ts";
import { close, writeKnob } from "../../sys/file.ts";
import { CLONE, enterNamespace, openNamespace, unshare } from "../../sys/namespace.ts";
import { PR, prctl } from "../../sys/process.ts";

/**
 * Offsets can be set while nobody is in the namespace: it is made for children first, then entered. The files in /proc of a process
 * that is not dumpable are the guest's root's, which root of a user namespace is not.
 */
export function enterTimeNamespace({ timeOffsets = {} }: Linux): void {
  unshare(CLONE.newTime);
  const lines = Object.entries(timeOffsets).map(([clock, { secs = 0, nanosecs = 0 }]) => `${clock} ${secs} ${nanosecs}\n`);
  if (lines.length > 0) {
    prctl(PR.setDumpable, 1);
    writeKnob("/proc/self/timens_offsets", lines.join(""));
    prctl(PR.setDumpable, 0);
  }
  const fd = openNamespace("/proc/self/ns/time_for_children");
  enterNamespace(fd, CLONE.newTime);
  close(fd);
}
