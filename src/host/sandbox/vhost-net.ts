/** Whether the host's kernel moves a card's frames, instead of the VMM. */
import { close, O, open, statIfPresent } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";

const vhostNet = "/dev/vhost-net";

export const serveByVhost = (): boolean => statIfPresent(vhostNet) !== undefined;

/** One for each queue, the caller's to close; undefined: the VMM serves them. */
export function openVhosts(queues: number): Fd[] | undefined {
  if (!serveByVhost()) return undefined;
  const vhosts: Fd[] = [];
  try {
    for (let i = 0; i < queues; i++) vhosts.push(open(vhostNet, O.RDWR));
    return vhosts;
  } catch (error) {
    vhosts.forEach(close);
    throw error;
  }
}
