/** Links, addresses, routes and neighbours of a network namespace, as values (rtnetlink(7)). */
import { formatMac } from "../base/ip.ts";
import { decodeUtf8, encodeUtf8 } from "../base/text.ts";
import { type Attribute, decodeAttributes, NLM, type RouteSocket, u32, zeroTerminated } from "./netlink.ts";
import type { Fd } from "./syscall.ts";

const RTM = {
  newLink: 16,
  getLink: 18,
  newAddress: 20,
  deleteAddress: 21,
  getAddress: 22,
  newRoute: 24,
  deleteRoute: 25,
  getRoute: 26,
  newNeighbour: 28,
  getNeighbour: 30,
} as const;
export const IFLA = {
  address: 1,
  name: 3,
  mtu: 4,
  link: 5,
  master: 10,
  linkInfo: 18,
  alias: 20,
  familySpecific: 26,
  namespace: 28,
} as const;
export const IFLA_INFO = { kind: 1, data: 2 } as const;
const IFA = { address: 1, local: 2, flags: 8 } as const;
const RTA = { destination: 1, outInterface: 4, gateway: 5, priority: 6, preferredSource: 7, metrics: 8, table: 15 } as const;
const RTAX_MTU = 2;
const NDA = { destination: 1, linkAddress: 2 } as const;

export const IFF = { up: 1, loopback: 8, running: 0x40, noArp: 0x80 } as const;
const mainTable = 254;
/** An address is usable at once: nobody else on this link can have it. */
const noDuplicateDetection = 2; // IFA_F_NODAD

export const family = (bytes: Uint8Array): number => (bytes.length === 4 ? 2 : 10);

export interface Link {
  readonly index: number;
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  /** IFF_*. */
  readonly flags: number;
  /** ARPHRD_*: 1 is Ethernet. */
  readonly hardware: number;
  /** The driver's name, e.g. `veth`; "" for a physical card. */
  readonly kind: string;
  /** Index of the bridge or bond it is a port of; 0: none. */
  readonly master: number;
  /** What somebody noted of it, "" for most. */
  readonly alias: string;
  /** Index of the link it is made on; 0: none, or one in another namespace. */
  readonly lower: number;
}

export function listLinks(netlink: RouteSocket): Link[] {
  const fixed = new Uint8Array(16);
  return netlink.request("list links", RTM.getLink, NLM.dump, fixed).map(({ body }) => {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const attributes = decodeAttributes(body.subarray(16));
    const information = decodeAttributes(attributes.get(IFLA.linkInfo) ?? new Uint8Array());
    return {
      index: view.getInt32(4, true),
      flags: view.getUint32(8, true),
      hardware: view.getUint16(2, true),
      kind: text(information.get(IFLA_INFO.kind)),
      master: number(attributes.get(IFLA.master)),
      alias: text(attributes.get(IFLA.alias)),
      lower: number(attributes.get(IFLA.link)),
      name: text(attributes.get(IFLA.name)),
      mac: formatMac(attributes.get(IFLA.address) ?? new Uint8Array()),
      mtu: number(attributes.get(IFLA.mtu)),
    };
  });
}

/** IFLA_AF_SPEC { AF_INET6 { IFLA_INET6_ADDR_GEN_MODE: IN6_ADDR_GEN_MODE_NONE } } */
const noIpv6Address: Attribute = {
  type: IFLA.familySpecific,
  value: [{ type: 10, value: [{ type: 8, value: Uint8Array.of(1) }] }],
};

export interface LinkChange {
  readonly name?: string;
  readonly mtu?: number;
  readonly mac?: Uint8Array;
  /** IFF_* to set and to clear. */
  readonly set?: number;
  readonly clear?: number;
  readonly alias?: string;
  /** The kernel gives it no IPv6 address by itself, so that it stays silent. */
  readonly noIpv6Address?: true;
  /** Where it goes, an open network namespace; the rest of the change is done there. It is down then and has lost its addresses. */
  readonly namespace?: Fd;
}

export function changeLink(netlink: RouteSocket, index: number, change: LinkChange): void {
  const { set = 0, clear = 0 } = change;
  const fixed = new Uint8Array(16); // struct ifinfomsg
  const view = new DataView(fixed.buffer);
  view.setInt32(4, index, true);
  view.setUint32(8, set, true);
  view.setUint32(12, set | clear, true);
  const attributes: Attribute[] = [];
  if (change.name !== undefined) attributes.push({ type: IFLA.name, value: zeroTerminated(change.name) });
  if (change.mtu !== undefined) attributes.push({ type: IFLA.mtu, value: u32(change.mtu) });
  if (change.mac !== undefined) attributes.push({ type: IFLA.address, value: change.mac });
  if (change.alias !== undefined) attributes.push({ type: IFLA.alias, value: encodeUtf8(change.alias) });
  if (change.noIpv6Address) attributes.push(noIpv6Address);
  if (change.namespace !== undefined) attributes.push({ type: IFLA.namespace, value: u32(change.namespace) });
  netlink.request(`change link ${index}`, RTM.newLink, 0, fixed, attributes);
}

export interface LinkAddress {
  readonly link: number;
  readonly bytes: Uint8Array;
  readonly prefix: number;
  /** 0 universe, 253 link, 254 host. */
  readonly scope: number;
}

export function listAddresses(netlink: RouteSocket): LinkAddress[] {
  return netlink.request("list addresses", RTM.getAddress, NLM.dump, new Uint8Array(8)).map(({ body }) => {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const attributes = decodeAttributes(body.subarray(8));
    const bytes = attributes.get(IFA.local) ?? attributes.get(IFA.address) ?? new Uint8Array(4);
    return { link: view.getUint32(4, true), bytes, prefix: view.getUint8(1), scope: view.getUint8(3) };
  });
}

export function addAddress(netlink: RouteSocket, address: LinkAddress): void {
  netlink.request(`add address to link ${address.link}`, RTM.newAddress, NLM.create | NLM.replace, addressFixed(address), [
    { type: IFA.local, value: address.bytes },
    { type: IFA.address, value: address.bytes },
    { type: IFA.flags, value: u32(address.bytes.length === 16 ? noDuplicateDetection : 0) },
  ]);
}

export function removeAddress(netlink: RouteSocket, address: LinkAddress): void {
  netlink.request(`remove address from link ${address.link}`, RTM.deleteAddress, 0, addressFixed(address), [
    { type: IFA.local, value: address.bytes },
  ]);
}

function addressFixed({ link, bytes, prefix, scope }: LinkAddress): Uint8Array {
  const fixed = Uint8Array.from([family(bytes), prefix, 0, scope, 0, 0, 0, 0]); // struct ifaddrmsg
  new DataView(fixed.buffer).setUint32(4, link, true);
  return fixed;
}

export interface Route {
  /** AF_INET 2, AF_INET6 10. */
  readonly family: number;
  /** Empty for the default route. */
  readonly destination: Uint8Array;
  readonly prefix: number;
  readonly gateway?: Uint8Array;
  readonly source?: Uint8Array;
  readonly link: number;
  readonly scope: number;
  /** RTPROT_*: 2 is the kernel's own. */
  readonly protocol: number;
  /** RTN_*: 1 is unicast. */
  readonly type: number;
  /** RTNH_F_*: 4 is onlink. */
  readonly flags: number;
  /** Attributes of RTA_METRICS (advmss, window, ..), as the kernel keeps them; holds an MTU too. */
  readonly metrics?: Uint8Array;
  readonly mtu?: number;
  readonly priority?: number;
}

/** Of the main table. One with several next hops has the link 0. */
export function listRoutes(netlink: RouteSocket): Route[] {
  const routes: Route[] = [];
  for (const { body } of netlink.request("list routes", RTM.getRoute, NLM.dump, new Uint8Array(12))) {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const attributes = decodeAttributes(body.subarray(12));
    const table = attributes.get(RTA.table);
    if ((table ? number(table) : view.getUint8(4)) !== mainTable) continue;
    const metrics = attributes.get(RTA.metrics);
    const mtu = metrics && decodeAttributes(metrics).get(RTAX_MTU);
    const [gateway, source, priority] = [attributes.get(RTA.gateway), attributes.get(RTA.preferredSource), attributes.get(RTA.priority)];
    routes.push({
      family: view.getUint8(0),
      destination: attributes.get(RTA.destination) ?? new Uint8Array(),
      prefix: view.getUint8(1),
      protocol: view.getUint8(5),
      scope: view.getUint8(6),
      type: view.getUint8(7),
      flags: view.getUint32(8, true),
      link: number(attributes.get(RTA.outInterface)),
      ...(gateway && { gateway }),
      ...(source && { source }),
      ...(metrics && { metrics }),
      ...(mtu && { mtu: number(mtu) }),
      ...(priority && { priority: number(priority) }),
    });
  }
  return routes;
}

/** One that is there already is fine. */
export function addRoute(netlink: RouteSocket, route: Route): void {
  netlink.request("add route", RTM.newRoute, NLM.create | NLM.replace, routeFixed(route), routeAttributes(route));
}

export function removeRoute(netlink: RouteSocket, route: Route): void {
  netlink.request("remove route", RTM.deleteRoute, 0, routeFixed(route), routeAttributes(route));
}

function routeFixed(route: Route): Uint8Array {
  const { prefix, protocol, scope, type } = route;
  const fixed = Uint8Array.from([route.family, prefix, 0, 0, mainTable, protocol, scope, type, 0, 0, 0, 0]); // struct rtmsg
  new DataView(fixed.buffer).setUint32(8, route.flags, true);
  return fixed;
}

function routeAttributes({ destination, gateway, source, link, metrics, mtu, priority }: Route): Attribute[] {
  const attributes: Attribute[] = [];
  if (link > 0) attributes.push({ type: RTA.outInterface, value: u32(link) });
  if (destination.length > 0) attributes.push({ type: RTA.destination, value: destination });
  if (gateway) attributes.push({ type: RTA.gateway, value: gateway });
  if (source) attributes.push({ type: RTA.preferredSource, value: source });
  if (priority) attributes.push({ type: RTA.priority, value: u32(priority) });
  if (metrics) attributes.push({ type: RTA.metrics, value: metrics });
  else if (mtu) attributes.push({ type: RTA.metrics, value: [{ type: RTAX_MTU, value: u32(mtu) }] });
  return attributes;
}

export interface Neighbour {
  readonly link: number;
  readonly address: Uint8Array;
  readonly mac: Uint8Array;
  /** NUD_*: 0x80 is permanent. */
  readonly state: number;
  /** NTF_*. */
  readonly flags: number;
}

export function listNeighbours(netlink: RouteSocket): Neighbour[] {
  const neighbours: Neighbour[] = [];
  for (const { body } of netlink.request("list neighbours", RTM.getNeighbour, NLM.dump, new Uint8Array(12))) {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const attributes = decodeAttributes(body.subarray(12));
    const [address, mac] = [attributes.get(NDA.destination), attributes.get(NDA.linkAddress)];
    if (address && mac)
      neighbours.push({ link: view.getInt32(4, true), address, mac, state: view.getUint16(8, true), flags: view.getUint8(10) });
  }
  return neighbours;
}

export function addNeighbour(netlink: RouteSocket, { link, address, mac, state, flags }: Neighbour): void {
  const fixed = Uint8Array.from([family(address), 0, 0, 0, 0, 0, 0, 0, 0, 0, flags, 0]); // struct ndmsg
  const view = new DataView(fixed.buffer);
  view.setInt32(4, link, true);
  view.setUint16(8, state, true);
  const attributes: Attribute[] = [
    { type: NDA.destination, value: address },
    { type: NDA.linkAddress, value: mac },
  ];
  netlink.request("add neighbour", RTM.newNeighbour, NLM.create | NLM.replace, fixed, attributes);
}

function text(bytes: Uint8Array | undefined): string {
  if (!bytes) return "";
  const end = bytes.indexOf(0);
  return decodeUtf8(end < 0 ? bytes : bytes.subarray(0, end));
}

function number(bytes: Uint8Array | undefined): number {
  return bytes && bytes.length >= 4 ? new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true) : 0;
}
