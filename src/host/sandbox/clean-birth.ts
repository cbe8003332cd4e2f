/**
 * What a process of nobody's leaves behind that was started from somebody's sandbox: the cgroups, the mounts and the network
 * of that one, and its limits. It serves other tenants later.
 */
import { encodeUtf8 } from "../../base/text.ts";
import { close, writeAll } from "../../sys/file.ts";
import { CLONE, enterNamespace, openNamespace, unshare } from "../../sys/namespace.ts";
import { adoptLimits } from "../../sys/process.ts";
import { setGroupNice } from "../../sys/scheduler.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { openRootCgroups } from "../cgroup/cgroup.ts";

/** Building and warming up can wait for those who work. */
const patientNice = 10;
const firstProcess = 1;

/** Before anything else that the process does. */
export function becomeNobodys(): void {
  setGroupNice(0, patientNice);
  for (const procs of openRootCgroups()) {
    writeAll(procs, encodeUtf8("0"));
    close(procs);
  }
  const mounts = openHostMounts();
  if (mounts !== undefined) {
    enterNamespace(mounts, CLONE.newMount);
    close(mounts);
  }
  unshare(CLONE.newMount | CLONE.newNet);
  adoptLimits(firstProcess);
}

/** undefined where the first process is none of our business, as in a container: then it lives with the mounts it has. */
function openHostMounts(): Fd | undefined {
  try {
    return openNamespace("/proc/1/ns/mnt");
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM", "ENOENT")) return undefined;
    throw error;
  }
}
