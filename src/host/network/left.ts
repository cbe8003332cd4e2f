/** What a sandbox that was killed left in a network namespace that outlives it. */

import type { Logger } from "../../base/log.ts";
import { sleep, type Timers } from "../../base/timers.ts";
import { close, fstat } from "../../sys/file.ts";
import { openNamespace } from "../../sys/namespace.ts";
import { listLinks } from "../../sys/route.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { removeLeftMacvtaps } from "./macvtap.ts";
import { PodNamespace } from "./namespace.ts";
import { findMachineLink, ourLinkName } from "./pod-network.ts";
import { removeLeftRedirects } from "./tcfilter.ts";

/** A namespace for good: its path may mean another one some day. */
export interface NamespaceRef {
  readonly path: string;
  readonly inode: number;
}

/** A VMM counts as ended when its first thread has; the last one closes the tap, some milliseconds later. */
const tapMs = 500;
const lookMs = 10;

/**
 * Nothing when the namespace has gone, another has taken its path, or another machine is in it. The processes of the
 * sandbox `owner` have ended.
 */
export async function cleanNamespace(owner: string, { path, inode }: NamespaceRef, timers: Timers, logger: Logger): Promise<void> {
  const fd = openIfPresent(path);
  if (fd === undefined) return;
  if (fstat(fd).inode !== inode) {
    close(fd);
    return;
  }
  const namespace = new PodNamespace(fd, logger);
  try {
    const { netlink } = namespace;
    const until = timers.nowMs() + tapMs;
    while (listLinks(netlink).some(({ name, kind, alias }) => kind === "tun" && ourLinkName.test(name) && alias === owner)) {
      if (timers.nowMs() > until) break;
      await sleep(timers, lookMs);
    }
    removeLeftMacvtaps(netlink, listLinks(netlink), owner);
    if (findMachineLink(netlink) === undefined) removeLeftRedirects(netlink);
  } finally {
    namespace.close();
  }
}

function openIfPresent(path: string): Fd | undefined {
  try {
    return openNamespace(path);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "EACCES")) return undefined;
    throw error;
  }
}
