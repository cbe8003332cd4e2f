/**
 * Cards that the machine has from its start and that belong to no network yet. They wait in a network namespace of their own,
 * where no container sees them: to take one is quicker than to have one plugged in, whose driver must find it first.
 */
import { Fault } from "../../base/fault.ts";
import { parseMac } from "../../base/ip.ts";
import { waitingCardAddress } from "../../protocol/waiting-card.ts";
import { emptyNetworkNamespace, inNetworkNamespace, openNamespace } from "../../sys/namespace.ts";
import { RouteSocket } from "../../sys/netlink.ts";
import { changeLink, IFF, type Link, listLinks } from "../../sys/route.ts";
import type { Fd } from "../../sys/syscall.ts";

const waitingName = /^waiting[0-9]+$/;

interface Place {
  readonly fd: Fd;
  /** Sees the place. */
  readonly netlink: RouteSocket;
}

export class WaitingCards {
  readonly #giveUp: (error: unknown) => never;
  #home: Fd | undefined;
  #place: Place | undefined;

  /** `giveUp` ends the process, which is in the wrong network namespace. */
  constructor(giveUp: (error: unknown) => never) {
    this.#giveUp = giveUp;
  }

  /** Those that the machine was started with; before any container. */
  setAside(): void {
    const netlink = new RouteSocket();
    try {
      for (const link of listLinks(netlink)) if (link.mac === waitingCardAddress) this.#putAside(netlink, link);
    } finally {
      netlink.close();
    }
  }

  /** The link with that address, in the namespace of this process. One that is there already stays as it is. */
  take(netlink: RouteSocket, address: string): void {
    if (findByAddress(netlink, address)) return;
    const card = this.#place && listLinks(this.#place.netlink).find(({ name }) => waitingName.test(name));
    if (!this.#place || !card || this.#home === undefined)
      throw new Fault(`Link not found (${address}): no card waits`, { component: "agent", code: "not-found" });
    changeLink(this.#place.netlink, card.index, { namespace: this.#home, mac: parseMac(address) });
  }

  /** Its addresses and routes are gone then. */
  putBack(netlink: RouteSocket, address: string): void {
    const link = findByAddress(netlink, address);
    if (!link) throw new Fault(`Link not found (${address})`, { component: "agent", code: "not-found" });
    changeLink(netlink, link.index, { clear: IFF.up });
    this.#putAside(netlink, link);
  }

  /** Names must be free where it goes next, whatever it was called meanwhile. */
  #putAside(netlink: RouteSocket, { index }: Link): void {
    this.#home ??= openNamespace("/proc/self/ns/net");
    this.#place ??= this.#makePlace();
    changeLink(netlink, index, { namespace: this.#place.fd, name: `waiting${index}` });
  }

  #makePlace(): Place {
    const fd = emptyNetworkNamespace(this.#giveUp);
    return { fd, netlink: inNetworkNamespace(fd, () => new RouteSocket(), this.#giveUp) };
  }
}

const findByAddress = (netlink: RouteSocket, address: string): Link | undefined =>
  listLinks(netlink).find(({ mac }) => mac === address.toLowerCase());
