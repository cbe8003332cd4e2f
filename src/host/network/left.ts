/** What a sandbox that was killed left in a network namespace that outlives it. */

import type { Logger } from "../../base/log.ts";
import { close, fstat } from "../../sys/file.ts";
import { openNamespace } from "../../sys/namespace.ts";
import { listLinks } from "../../sys/route.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { removeLeftMacvtaps } from "./macvtap.ts";
import { PodNamespace } from "./namespace.ts";
import { ourLinkName } from "./pod-network.ts";
import { removeLeftRedirects } from "./tcfilter.ts";

/** A namespace for good: its path may mean another one some day. */
export interface NamespaceRef {
  readonly path: string;
  readonly inode: number;
}

/** Nothing when the namespace has gone, or another has taken its path. The sandbox's processes have ended. */
export function cleanNamespace({ path, inode }: NamespaceRef, logger: Logger): void {
  const fd = openIfPresent(path);
  if (fd === undefined) return;
  if (fstat(fd).inode !== inode) {
    close(fd);
    return;
  }
  const namespace = new PodNamespace(fd, logger);
  try {
    const { netlink } = namespace;
    removeLeftMacvtaps(
      netlink,
      listLinks(netlink).filter(({ kind, name }) => kind !== "macvtap" || ourLinkName.test(name)),
    );
    removeLeftRedirects(netlink);
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
