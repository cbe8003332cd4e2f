/**
 * What a process of nobody's leaves behind that was started from somebody's sandbox: the cgroups, the mounts and the network
 * of that one, and its limits. It serves other tenants later.
 */
import { encodeUtf8 } from "../../base/text.ts";
import { chdirFd, close, openDirectory, writeAll } from "../../sys/file.ts";
import { changeRoot } from "../../sys/mount.ts";
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
  enterHostMounts();
  unshare(CLONE.newMount | CLONE.newNet);
  adoptLimits(firstProcess);
}

/**
 * With the root directory of the first process, which may be no root of its mounts (chroot). Where that process is none of our
 * business, as in a container, this one lives with the mounts it has.
 */
function enterHostMounts(): void {
  const opened: Fd[] = [];
  try {
    const mounts = openNamespace(`/proc/${firstProcess}/ns/mnt`);
    opened.push(mounts);
    const root = openDirectory(`/proc/${firstProcess}/root`);
    opened.push(root);
    enterNamespace(mounts, CLONE.newMount);
    chdirFd(root);
    changeRoot(".");
  } catch (error) {
    if (opened.length < 2 && isErrno(error, "EACCES", "EPERM", "ENOENT")) return;
    throw error;
  } finally {
    opened.forEach(close);
  }
}
