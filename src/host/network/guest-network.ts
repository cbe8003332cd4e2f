/** The pod's network in the agent's words. */
import { formatIp } from "../../base/ip.ts";
import { type ARPNeighbor, type Interface, IPFamily, type Route as WireRoute } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";
import { IFF, type LinkAddress, type Route } from "../../sys/route.ts";
import { needsNoLink, type PodLink, type PodNetwork } from "./pod-network.ts";

const inet = 2;
/** RTNH_F_PERVASIVE and RTNH_F_ONLINK; the others say how the link is at the moment. */
const lastingFlags = 2 | 4;

export function guestInterface(link: PodLink): Init<Interface> {
  return {
    device: link.name,
    name: link.name,
    hwAddr: link.mac,
    mtu: link.mtu,
    ipAddresses: link.addresses.map(guestAddress),
    rawFlags: link.flags & IFF.noArp,
  };
}

const guestAddress = ({ bytes, prefix }: LinkAddress): Init<Interface["ipAddresses"][number]> => ({
  family: familyOf(bytes),
  address: formatIp(bytes),
  mask: String(prefix),
});

const familyOf = (bytes: Uint8Array): number => (bytes.length === 4 ? IPFamily.v4 : IPFamily.v6);

/** `passOver` hears of routes that cannot be said. */
export function guestRoutes({ links, routes }: PodNetwork, passOver: (route: string) => void): Init<WireRoute>[] {
  const names = new Map(links.map(({ index, name }) => [index, name]));
  const found: Init<WireRoute>[] = [];
  for (const route of routes) {
    const device = names.get(route.link);
    if (device === undefined && !needsNoLink(route)) passOver(destinationText(route) || "default");
    else found.push(guestRoute(route, device ?? ""));
  }
  return found;
}

function guestRoute(route: Route, device: string): Init<WireRoute> {
  return {
    dest: destinationText(route),
    gateway: route.gateway ? formatIp(route.gateway) : "",
    // IPv6 has such routes point to the loopback
    device: needsNoLink(route) ? "" : device,
    source: route.source ? formatIp(route.source) : "",
    scope: route.scope,
    family: route.family === inet ? IPFamily.v4 : IPFamily.v6,
    flags: route.flags & lastingFlags,
    mtu: route.mtu ?? 0,
    metric: route.priority ?? 0,
    type: route.type,
    ...(route.metrics && { metrics: route.metrics }),
  };
}

const destinationText = ({ destination, prefix }: Route): string => (destination.length === 0 ? "" : `${formatIp(destination)}/${prefix}`);

export function guestNeighbours({ links, neighbours }: PodNetwork): Init<ARPNeighbor>[] {
  const names = new Map(links.map(({ index, name }) => [index, name]));
  return neighbours.map(({ link, address, mac, state, flags }) => ({
    toIPAddress: { family: familyOf(address), address: formatIp(address), mask: "" },
    device: names.get(link) ?? "",
    lladdr: macText(mac),
    state,
    flags,
  }));
}

const macText = (mac: Uint8Array): string => Array.from(mac, (byte) => byte.toString(16).padStart(2, "0")).join(":");
