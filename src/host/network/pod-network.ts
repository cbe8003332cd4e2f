/** What there is in a network namespace, as values, and which of it a virtual machine can be joined to. */
import type { RouteSocket } from "../../sys/netlink.ts";
import {
  IFF,
  type Link,
  type LinkAddress,
  listAddresses,
  listLinks,
  listNeighbours,
  listRoutes,
  type Neighbour,
  type Route,
} from "../../sys/route.ts";

/** A link that the machine gets a card for. */
export interface PodLink extends Link {
  readonly addresses: readonly LinkAddress[];
}

export interface PassedOver {
  readonly name: string;
  readonly why: string;
}

export interface PodNetwork {
  readonly links: readonly PodLink[];
  /** Links that somebody set up and that no machine can have. */
  readonly passedOver: readonly PassedOver[];
  /** Of all links; those that the kernel makes of addresses are left out. */
  readonly routes: readonly Route[];
  /** Those that somebody entered. */
  readonly neighbours: readonly Neighbour[];
}

export interface NamespaceFacts {
  readonly links: readonly Link[];
  readonly addresses: readonly LinkAddress[];
  readonly routes: readonly Route[];
  readonly neighbours: readonly Neighbour[];
}

/** Links that we make have names of this shape; in someone else's hands they mean that a machine is joined already. */
export const ourLinkName = /^tap[0-9]+_kata$/;

const ethernet = 1; // ARPHRD_ETHER
const protocolKernel = 2; // RTPROT_KERNEL
const permanent = 0x80; // NUD_PERMANENT
const multicast = 5; // RTN_MULTICAST
const unicast = 1; // RTN_UNICAST
const local = 2; // RTN_LOCAL
const anycast = 4; // RTN_ANYCAST

/** `joined` are links that have a card already, by index: they keep it while they are down. */
export function readPodNetwork(netlink: RouteSocket, joined: ReadonlySet<number>): PodNetwork {
  const facts = {
    links: listLinks(netlink),
    addresses: listAddresses(netlink),
    routes: listRoutes(netlink),
    neighbours: listNeighbours(netlink),
  };
  return describePodNetwork(facts, joined);
}

export function describePodNetwork(
  { links, addresses, routes, neighbours }: NamespaceFacts,
  withCard: ReadonlySet<number> = new Set(),
): PodNetwork {
  const joined: PodLink[] = [];
  const passedOver: PassedOver[] = [];
  for (const link of links) {
    if ((link.flags & IFF.loopback) !== 0 || ourLinkName.test(link.name)) continue;
    const own = addresses.filter((address) => address.link === link.index);
    const why = obstacle(link, withCard.has(link.index));
    if (why === undefined) joined.push({ ...link, addresses: own });
    // tunnels that the kernel puts into each namespace are down and have no address: nobody's wish
    else if (own.length > 0 || (isUp(link) && link.master === 0)) passedOver.push({ name: link.name, why });
  }
  const known = new Set(joined.map(({ index }) => index));
  return {
    links: joined,
    passedOver,
    routes: routes.filter((route) => isSetUp(route) && (known.has(route.link) || hasSeveralHops(route) || needsNoLink(route))),
    neighbours: neighbours.filter(({ link, state }) => known.has(link) && (state & permanent) !== 0),
  };
}

const isUp = ({ flags }: Link): boolean => (flags & IFF.up) !== 0;

function obstacle(link: Link, hasCard: boolean): string | undefined {
  if (link.hardware !== ethernet) return `${link.kind || "the link"} carries no Ethernet frames, which a virtual machine's card needs`;
  if (link.master !== 0) return "it is a port of another link";
  return isUp(link) || hasCard ? undefined : "it is down";
}

/** The guest's kernel makes those of its addresses itself. */
function isSetUp({ protocol, type }: Route): boolean {
  return protocol !== protocolKernel && type !== local && type !== anycast && type !== multicast;
}

/** The agent's words have no room for them; whoever says the routes passes them over by name. */
const hasSeveralHops = ({ link, type }: Route): boolean => link === 0 && type === unicast;

/** blackhole, unreachable, prohibit, throw */
export const needsNoLink = ({ type }: Route): boolean => type >= 6 && type <= 9;

/** The name of a link that another machine's sandbox has made here. */
export function findMachineLink(netlink: RouteSocket): string | undefined {
  return listLinks(netlink).find(({ name }) => ourLinkName.test(name))?.name;
}
