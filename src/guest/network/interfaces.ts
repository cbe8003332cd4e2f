/** The pod's interfaces, which are the guest's: found by hardware address, set up as the host says. */
import { Fault } from "../../base/fault.ts";
import { formatIp, parseIp } from "../../base/ip.ts";
import { sleep, type Timers } from "../../base/timers.ts";
import { type Interface, IPFamily } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";
import type { RouteSocket } from "../../sys/netlink.ts";
import { addAddress, changeLink, IFF, type Link, type LinkAddress, listAddresses, listLinks, removeAddress } from "../../sys/route.ts";
import type { WaitingCards } from "./waiting-cards.ts";

/** How long a card that is being plugged in may take. */
const plugMs = 3000;
const retryMs = 20;

export interface InterfaceTools {
  readonly netlink: RouteSocket;
  readonly timers: Timers;
  readonly waiting: WaitingCards;
}

/** Resolves with the interface as it is then. */
export async function updateInterface(wanted: Interface, { netlink, timers, waiting }: InterfaceTools): Promise<Init<Interface>> {
  if (wanted.putBack) {
    waiting.putBack(netlink, wanted.hwAddr);
    return wanted;
  }
  if (wanted.takeWaiting) waiting.take(netlink, wanted.hwAddr);
  const link = await findLink(netlink, wanted, timers);
  const addresses = wanted.ipAddresses.map(({ address, mask }) => linkAddress(link, address, mask));
  const name = wanted.name || wanted.device || link.name;
  assertName(name);
  changeLink(netlink, link.index, { clear: IFF.up });
  for (const address of listAddresses(netlink)) if (address.link === link.index) removeAddress(netlink, address);
  if (name !== link.name) rename(netlink, link, name);
  const noArp = (wanted.rawFlags & IFF.noArp) !== 0;
  changeLink(netlink, link.index, {
    ...(wanted.mtu > 0 && { mtu: wanted.mtu }),
    set: IFF.up | (noArp ? IFF.noArp : 0),
    clear: noArp ? 0 : IFF.noArp,
  });
  for (const address of addresses) addAddress(netlink, address);
  await running(netlink, link.index, timers);
  return { ...wanted, device: name, name, mtu: wanted.mtu || link.mtu };
}

export function listInterfaces(netlink: RouteSocket): Init<Interface>[] {
  const addresses = listAddresses(netlink);
  return listLinks(netlink).map((link) => ({
    device: link.name,
    name: link.name,
    hwAddr: link.mac,
    mtu: link.mtu,
    rawFlags: link.flags,
    ipAddresses: addresses
      .filter((address) => address.link === link.index)
      .map(({ bytes, prefix }) => ({
        family: bytes.length === 4 ? IPFamily.v4 : IPFamily.v6,
        address: formatIp(bytes),
        mask: String(prefix),
      })),
  }));
}

/** How long a card may take to find its carrier; one without a cable never does. */
const carrierMs = 500;
const lookMs = 2;

/** Until then the kernel drops what is sent. Measured under TCG: 2-40 ms for a card that was just plugged in. */
async function running(netlink: RouteSocket, index: number, timers: Timers): Promise<void> {
  const until = timers.nowMs() + carrierMs;
  const isRunning = (): boolean => listLinks(netlink).some((link) => link.index === index && (link.flags & IFF.running) !== 0);
  while (!isRunning() && timers.nowMs() < until) await sleep(timers, lookMs);
}

/** The words "Link not found" make Kata's runtime try again. */
async function findLink(netlink: RouteSocket, { hwAddr, device, devicePath }: Interface, timers: Timers): Promise<Link> {
  const until = timers.nowMs() + (devicePath === "" ? 0 : plugMs);
  for (;;) {
    const link = listLinks(netlink).find(({ mac, name }) => (hwAddr === "" ? name === device : mac === hwAddr.toLowerCase()));
    if (link) return link;
    if (timers.nowMs() >= until) throw new Fault(`Link not found (${hwAddr || device})`, { component: "agent", code: "not-found" });
    await sleep(timers, retryMs);
  }
}

function linkAddress({ index }: Link, address: string, mask: string): LinkAddress {
  const { bytes } = parseIp(address);
  const prefix = /^[0-9]{1,3}$/.test(mask) ? Number(mask) : -1;
  if (prefix < 0 || prefix > bytes.length * 8)
    throw new Fault(`address ${address}: mask ${JSON.stringify(mask)} must be a prefix length`, {
      component: "agent",
      code: "invalid-argument",
    });
  return { link: index, bytes, prefix, scope: isLinkLocal(bytes) ? 253 : 0 };
}

const isLinkLocal = (bytes: Uint8Array): boolean => bytes.length === 16 && bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;

/** IFNAMSIZ is 16 with the closing zero. */
function assertName(name: string): void {
  if (/^[^/\s:]{1,15}$/.test(name) && name !== "." && name !== "..") return;
  throw new Fault(`interface name ${JSON.stringify(name)}: not a name the kernel takes`, { component: "agent", code: "invalid-argument" });
}

/** Whoever has the name now gets another one: the kernel's own names are no promise. */
function rename(netlink: RouteSocket, link: Link, name: string): void {
  const other = listLinks(netlink).find((candidate) => candidate.name === name);
  if (other) {
    changeLink(netlink, other.index, { clear: IFF.up });
    changeLink(netlink, other.index, { name: `was-${other.index}` });
  }
  changeLink(netlink, link.index, { name });
}
