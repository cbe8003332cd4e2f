/** The pod's routes and neighbours. */
import { Fault } from "../../base/fault.ts";
import { formatIp, parseIp, parseMac, parsePrefix } from "../../base/ip.ts";
import { type ARPNeighbor, IPFamily, type Route as WireRoute } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";
import type { RouteSocket } from "../../sys/netlink.ts";
import { addNeighbour, addRoute, IFF, type Link, listLinks, listRoutes, type Route, removeRoute } from "../../sys/route.ts";

const inet = 2;
const inet6 = 10;
const protocolKernel = 2;
const protocolStatic = 4;
const unicast = 1;

/** Replaces all routes but those that the kernel made of addresses; then says which there are. */
export function updateRoutes(netlink: RouteSocket, wanted: readonly WireRoute[]): Init<WireRoute>[] {
  const links = listLinks(netlink);
  const routes = wanted.map((route) => parseRoute(route, links));
  const loopback = links.find(({ flags }) => (flags & IFF.loopback) !== 0)?.index;
  for (const route of listRoutes(netlink)) if (route.protocol !== protocolKernel && route.link !== loopback) removeRoute(netlink, route);
  // A gateway has to be reachable when its route is made.
  for (const route of routes) if (!route.gateway) addRoute(netlink, route);
  for (const route of routes) if (route.gateway) addRoute(netlink, route);
  return showRoutes(netlink);
}

export function showRoutes(netlink: RouteSocket): Init<WireRoute>[] {
  const names = new Map(listLinks(netlink).map(({ index, name }) => [index, name]));
  return listRoutes(netlink).map((route) => ({
    dest: route.destination.length === 0 ? "" : `${formatIp(route.destination)}/${route.prefix}`,
    gateway: route.gateway ? formatIp(route.gateway) : "",
    device: names.get(route.link) ?? "",
    source: route.source ? formatIp(route.source) : "",
    scope: route.scope,
    family: route.family === inet ? IPFamily.v4 : IPFamily.v6,
    flags: route.flags,
    mtu: route.mtu ?? 0,
    metric: route.priority ?? 0,
    type: route.type,
  }));
}

function parseRoute(route: WireRoute, links: readonly Link[]): Route {
  const prefix = route.dest === "" || route.dest === "default" ? undefined : parsePrefix(route.dest);
  const gateway = route.gateway === "" ? undefined : parseIp(route.gateway).bytes;
  const source = route.source === "" ? undefined : parseIp(route.source).bytes;
  const sample = prefix?.bytes ?? gateway ?? source;
  const isV6 = sample ? sample.length === 16 : route.family === IPFamily.v6;
  if ([prefix?.bytes, gateway, source].some((bytes) => bytes && (bytes.length === 16) !== isV6))
    throw new Fault(`route to ${route.dest || "default"}: mixes IPv4 and IPv6`, { component: "agent", code: "invalid-argument" });
  const type = route.type || unicast;
  return {
    family: isV6 ? inet6 : inet,
    destination: prefix && prefix.length > 0 ? prefix.bytes : new Uint8Array(),
    prefix: prefix?.length ?? 0,
    link: route.device === "" && type !== unicast ? 0 : linkOf(route.device, links).index,
    scope: route.scope,
    protocol: protocolStatic,
    type,
    flags: route.flags,
    ...(gateway && { gateway }),
    ...(source && { source }),
    ...(route.metric > 0 && { priority: route.metric }),
    ...(route.metrics.length > 0 && { metrics: route.metrics }),
    ...(route.mtu > 0 && { mtu: route.mtu }),
  };
}

function linkOf(device: string, links: readonly Link[]): Link {
  const link = links.find(({ name }) => name === device);
  if (!link) throw new Fault(`Link not found (${device})`, { component: "agent", code: "not-found" });
  return link;
}

export function addNeighbours(netlink: RouteSocket, neighbours: readonly ARPNeighbor[]): void {
  const links = listLinks(netlink);
  for (const { toIPAddress, device, lladdr, state, flags } of neighbours) {
    if (!toIPAddress || lladdr === "") continue; // Kata's runtime sends what its host has, incomplete entries too
    addNeighbour(netlink, {
      link: linkOf(device, links).index,
      address: parseIp(toIPAddress.address).bytes,
      mac: parseMac(lladdr),
      state,
      flags,
    });
  }
}
