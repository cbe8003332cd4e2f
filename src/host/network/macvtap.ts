/**
 * A macvtap on the link: frames go in and out through a character device, without traffic control. The card has the link's
 * hardware address, so the link gets another one meanwhile.
 */
import { Fault } from "../../base/fault.ts";
import { parseMac } from "../../base/ip.ts";
import { close, deviceNumber, fileType, mknod, O, open, readTextFile } from "../../sys/file.ts";
import { addMacvtap, removeLink } from "../../sys/link.ts";
import { detachedFileSystem } from "../../sys/mount.ts";
import type { RouteSocket } from "../../sys/netlink.ts";
import { randomBytes } from "../../sys/random.ts";
import { changeLink, IFF, type Link, listLinks } from "../../sys/route.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import type { PodNamespace } from "./namespace.ts";
import { ourLinkName, type PodLink } from "./pod-network.ts";
import type { Joined, JoinWishes, NetworkWiring } from "./wiring.ts";

export const macvtap: NetworkWiring = {
  takesWaiting: false,
  join: (namespace, link, wishes): Joined => {
    const undos: (() => void)[] = [];
    const leave = (): void => {
      for (const undo of undos.splice(0).reverse()) undo();
    };
    try {
      return { ...join(namespace, link, wishes, undos), leave };
    } catch (cause) {
      leave();
      throw new Fault(`join link ${link.name} to a macvtap`, { component: "network", cause });
    }
  },
};

function join(
  namespace: PodNamespace,
  link: PodLink,
  { number, queues, owner }: JoinWishes,
  undos: (() => void)[],
): Pick<Joined, "taps" | "tapLink"> {
  const { netlink } = namespace;
  const name = `tap${number}_kata`;
  const mac = parseMac(link.mac);
  changeLink(netlink, link.index, { mac: otherMac() });
  undos.push(() => ignoreMissing(() => changeLink(netlink, link.index, { mac })));
  addMacvtap(netlink, { name, lower: link.index, mac, mtu: link.mtu });
  const tapLink = listLinks(netlink).find((candidate) => candidate.name === name)?.index;
  if (tapLink === undefined) throw new Fault(`macvtap ${name}: was made and is not there`, { component: "network" });
  undos.push(() => ignoreMissing(() => removeLink(netlink, tapLink)));
  changeLink(netlink, tapLink, { alias: owner, noIpv6Address: true });
  changeLink(netlink, tapLink, { set: IFF.up });
  return { taps: namespace.enter(() => openQueues(name, tapLink, queues)), tapLink };
}

/** Locally administered, for one machine. */
function otherMac(): Uint8Array {
  const mac = randomBytes(6);
  mac[0] = ((mac[0] ?? 0) & 0xfc) | 2;
  return mac;
}

/**
 * /dev/tapN would be that of whichever namespace has a link of this number: the device is looked up in this namespace's
 * own sysfs, and its node made on a file system that nobody else sees.
 */
function openQueues(name: string, index: number, queues: number): Fd[] {
  const taps: Fd[] = [];
  const [sysfs, nodes] = [detachedFileSystem("sysfs"), detachedFileSystem("tmpfs")];
  try {
    const text = readTextFile(`class/net/${name}/macvtap/tap${index}/dev`, 64, sysfs).trim();
    const [major = Number.NaN, minor = Number.NaN] = text.split(":").map(Number);
    if (!Number.isInteger(major) || !Number.isInteger(minor)) throw new Fault(`device number ${JSON.stringify(text)}: must be MAJOR:MINOR`);
    mknod("tap", fileType.character | 0o600, deviceNumber(major, minor), nodes);
    for (let i = 0; i < queues; i++) taps.push(open("tap", O.RDWR | O.NONBLOCK, { at: nodes }));
    return taps;
  } catch (error) {
    for (const fd of taps) close(fd);
    throw error;
  } finally {
    close(sysfs);
    close(nodes);
  }
}

function ignoreMissing(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isErrno(error, "ENODEV")) throw error;
  }
}

/** Those of a sandbox that was killed; the lower links get their hardware addresses back. */
export function removeLeftMacvtaps(netlink: RouteSocket, links: readonly Link[], owner: string): void {
  for (const link of links) {
    if (link.kind !== "macvtap" || !ourLinkName.test(link.name) || link.alias !== owner) continue;
    ignoreMissing(() => removeLink(netlink, link.index));
    const lower = links.find(({ index }) => index === link.lower);
    if (lower) ignoreMissing(() => changeLink(netlink, lower.index, { mac: parseMac(link.mac) }));
  }
}
