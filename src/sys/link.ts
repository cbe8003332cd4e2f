/** Making and removing network links (rtnetlink(7)). */
import { type Attribute, NLM, type RouteSocket, u32, zeroTerminated } from "./netlink.ts";
import { IFLA, IFLA_INFO } from "./route.ts";

const RTM = { newLink: 16, deleteLink: 17 } as const;
const macvlanMode = 1; // IFLA_MACVLAN_MODE
const bridgeMode = 4; // MACVLAN_MODE_BRIDGE

const ifinfo = (index: number): Uint8Array => {
  const fixed = new Uint8Array(16); // struct ifinfomsg
  new DataView(fixed.buffer).setInt32(4, index, true);
  return fixed;
};

/** A macvtap named `name` on the link `lower`, with the hardware address `mac`; it is down. */
export function addMacvtap(
  netlink: RouteSocket,
  { name, lower, mac, mtu }: Readonly<{ name: string; lower: number; mac: Uint8Array; mtu: number }>,
): void {
  const attributes: Attribute[] = [
    { type: IFLA.name, value: zeroTerminated(name) },
    { type: IFLA.link, value: u32(lower) },
    { type: IFLA.address, value: mac },
    { type: IFLA.mtu, value: u32(mtu) },
    {
      type: IFLA.linkInfo,
      value: [
        { type: IFLA_INFO.kind, value: zeroTerminated("macvtap") },
        { type: IFLA_INFO.data, value: [{ type: macvlanMode, value: u32(bridgeMode) }] },
      ],
    },
  ];
  netlink.request(`add macvtap ${name}`, RTM.newLink, NLM.create | NLM.excl, ifinfo(0), attributes);
}

export function removeLink(netlink: RouteSocket, index: number): void {
  netlink.request(`remove link ${index}`, RTM.deleteLink, 0, ifinfo(index));
}
