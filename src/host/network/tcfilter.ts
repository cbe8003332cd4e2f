/** A tap beside the link: what arrives on either is sent out of the other. Works with every kind of Ethernet link. */
import { Fault } from "../../base/fault.ts";
import { close } from "../../sys/file.ts";
import type { RouteSocket } from "../../sys/netlink.ts";
import { changeLink, IFF, listLinks } from "../../sys/route.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import { openTap } from "../../sys/tap.ts";
import { addIngress, addRedirect, removeIngress, removeRedirect } from "../../sys/traffic-control.ts";
import type { Joined, NetworkWiring } from "./wiring.ts";

/** Marks our filters: after a kill -9 they are recognised by it. */
const priority = 0x4b61;

export const tcfilter: NetworkWiring = {
  takesWaiting: true,
  join: (namespace, link, { number, queues, owner, waiting }): Joined => {
    const { netlink } = namespace;
    const name = `tap${number}_kata`;
    const undos: (() => void)[] = [];
    const undo = (): void => {
      for (const each of undos.splice(0).reverse()) each();
    };
    let taps: readonly Fd[] = [];
    try {
      if (waiting) waiting.enter(namespace, name);
      else taps = namespace.enter(() => openTap(name, queues));
      const tap = listLinks(netlink).find((candidate) => candidate.name === name);
      if (!tap) throw new Fault(`tap ${name}: was made and is not there`, { component: "network" });
      if (waiting) undos.push(() => ignoreMissing(() => waiting.leave(namespace, tap.index)));
      changeLink(netlink, tap.index, { mtu: link.mtu, alias: owner, noIpv6Address: true });
      changeLink(netlink, tap.index, { set: IFF.up });
      undos.push(openIngress(netlink, link.index));
      addIngress(netlink, tap.index); // goes with the tap
      addRedirect(netlink, { from: tap.index, to: link.index, priority });
      addRedirect(netlink, { from: link.index, to: tap.index, priority });
      return { taps, tapLink: tap.index, leave: undo };
    } catch (cause) {
      for (const fd of taps) close(fd);
      undo();
      throw new Fault(`join link ${link.name} to a tap`, { component: "network", cause });
    }
  },
};

/** The undo. A qdisc that others made, and their filters, stay; what a sandbox left that was killed does not. */
function openIngress(netlink: RouteSocket, link: number): () => void {
  let made = true;
  try {
    addIngress(netlink, link);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
    made = dropRedirect(netlink, link);
  }
  return () => {
    ignoreMissing(() => (made ? removeIngress(netlink, link) : removeRedirect(netlink, link, priority)));
  };
}

/** Whether there was one of ours. */
const dropRedirect = (netlink: RouteSocket, link: number): boolean => ignoreMissing(() => removeRedirect(netlink, link, priority));

/** ENODEV: no link; ENOENT, EINVAL: no qdisc or filter. */
function ignoreMissing(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!isErrno(error, "ENODEV", "ENOENT", "EINVAL")) throw error;
    return false;
  }
}

/** What the sandbox of this namespace left when it was killed. */
export function removeLeftRedirects(netlink: RouteSocket): void {
  for (const { index } of listLinks(netlink)) if (dropRedirect(netlink, index)) ignoreMissing(() => removeIngress(netlink, index));
}
