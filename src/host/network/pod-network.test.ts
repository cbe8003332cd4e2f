import assert from "node:assert/strict";
import { test } from "node:test";
import { IFF, type Link, type Route } from "../../sys/route.ts";
import { guestInterface, guestNeighbours, guestRoutes } from "./guest-network.ts";
import { describePodNetwork, type NamespaceFacts, type PodLink } from "./pod-network.ts";

function link(more: Partial<Link>): Link {
  const mac = "02:00:00:00:00:01";
  return { index: 2, name: "eth0", mac, mtu: 1500, flags: IFF.up, hardware: 1, kind: "veth", master: 0, alias: "", lower: 0, ...more };
}

const route = (more: Partial<Route>): Route => ({
  family: 2,
  destination: new Uint8Array(),
  prefix: 0,
  link: 2,
  scope: 0,
  protocol: 3,
  type: 1,
  flags: 0,
  ...more,
});

const facts = (more: Partial<NamespaceFacts>): NamespaceFacts => ({ links: [], addresses: [], routes: [], neighbours: [], ...more });

const address = { link: 2, bytes: Uint8Array.of(10, 0, 0, 2), prefix: 24, scope: 0 };

test("every Ethernet link that is up gets a card, with its addresses", () => {
  const kinds = ["veth", "bridge", "macvlan", "ipvlan", "tun", ""];
  const links = kinds.map((kind, i) => link({ index: i + 2, name: `l${i}`, kind }));
  const pod = describePodNetwork(facts({ links, addresses: [address] }));
  assert.deepEqual(
    pod.links.map(({ kind }) => kind),
    kinds,
  );
  assert.deepEqual(pod.links[0]?.addresses, [address]);
  assert.deepEqual(pod.passedOver, []);
});

test("the loopback, our own taps and the kernel's unused tunnels are nobody's loss", () => {
  const links = [
    link({ index: 1, name: "lo", flags: IFF.up | IFF.loopback, hardware: 772, kind: "" }),
    link({ index: 3, name: "tap0_kata", kind: "tun" }),
    link({ index: 4, name: "sit0", flags: 0, hardware: 776, kind: "sit" }),
    link({ index: 5, name: "gretap0", flags: 0, kind: "gretap" }),
  ];
  const pod = describePodNetwork(facts({ links }));
  assert.deepEqual([pod.links, pod.passedOver], [[], []]);
});

test("what somebody set up and no machine can have is named with the reason", () => {
  const links = [
    link({ index: 2, name: "wg0", hardware: 65534, kind: "wireguard" }),
    link({ index: 3, name: "eth1", flags: 0 }),
    link({ index: 4, name: "port", master: 9 }),
  ];
  const pod = describePodNetwork(facts({ links, addresses: [address, { ...address, link: 3 }, { ...address, link: 4 }] }));
  assert.deepEqual(
    pod.passedOver.map(({ name, why }) => `${name}: ${why}`),
    [
      "wg0: wireguard carries no Ethernet frames, which a virtual machine's card needs",
      "eth1: it is down",
      "port: it is a port of another link",
    ],
  );
});

test("a link that has a card keeps it while it is down", () => {
  const links = [link({ flags: 0 })];
  assert.equal(describePodNetwork(facts({ links }), new Set([2])).links.length, 1);
  assert.equal(describePodNetwork(facts({ links })).links.length, 0);
});

test("routes are those that somebody set up, of links with a card or of no link", () => {
  const routes = [
    route({}),
    route({ protocol: 2, prefix: 24 }),
    route({ link: 7 }),
    route({ type: 2, family: 10 }),
    route({ type: 7, link: 0, prefix: 16, destination: Uint8Array.of(10, 9, 0, 0) }),
  ];
  const pod = describePodNetwork(facts({ links: [link({})], routes }));
  assert.deepEqual(pod.routes, [routes[0], routes[4]]);
});

const pod = (more: Partial<NamespaceFacts>) => describePodNetwork(facts({ links: [link({})], addresses: [address], ...more }));

test("guestInterface() carries name, hardware address, MTU, addresses and NOARP", () => {
  const wide: PodLink = {
    ...link({ mtu: 9000, flags: IFF.up | IFF.noArp }),
    addresses: [address, { link: 2, bytes: Uint8Array.from([0xfd, ...new Array<number>(14).fill(0), 2]), prefix: 64, scope: 0 }],
  };
  assert.deepEqual(guestInterface(wide), {
    device: "eth0",
    name: "eth0",
    hwAddr: "02:00:00:00:00:01",
    mtu: 9000,
    ipAddresses: [
      { family: 0, address: "10.0.0.2", mask: "24" },
      { family: 1, address: "fd00::2", mask: "64" },
    ],
    rawFlags: IFF.noArp,
  });
});

test("a route with several next hops is not lost on the way to those who have to say that the guest cannot have it", () => {
  const several = route({ link: 0, destination: Uint8Array.of(10, 222, 0, 0), prefix: 16 });
  assert.deepEqual(describePodNetwork(facts({ links: [link({})], routes: [several] })).routes, [several]);
});

test("guestRoutes() says gateway, source, scope, metric, MTU, metrics and only the flags that last", () => {
  const metrics = Uint8Array.of(8, 0, 2, 0, 70, 5, 0, 0);
  const onlink = 4;
  const linkDown = 16;
  const said = guestRoutes(
    pod({
      routes: [
        route({ gateway: Uint8Array.of(10, 0, 0, 1), source: address.bytes, priority: 5, mtu: 1350, metrics, flags: onlink | linkDown }),
        route({ destination: Uint8Array.of(10, 64, 0, 0), prefix: 11, scope: 253 }),
      ],
    }),
    assert.fail,
  );
  assert.deepEqual(
    said.map(({ dest, gateway, source, scope, metric, mtu, flags }) => [dest, gateway, source, scope, metric, mtu, flags]),
    [
      ["", "10.0.0.1", "10.0.0.2", 0, 5, 1350, onlink],
      ["10.64.0.0/11", "", "", 253, 0, 0, 0],
    ],
  );
  assert.deepEqual(said[0]?.metrics, metrics);
});

test("guestRoutes() names no device for a route that needs none, and passes over one with several next hops", () => {
  const lost: string[] = [];
  const blackhole = 6;
  const two = { ...pod({}), routes: [route({ type: blackhole, prefix: 8, destination: Uint8Array.of(10, 0, 0, 0) }), route({ link: 0 })] };
  const said = guestRoutes(two, (destination) => lost.push(destination));
  assert.deepEqual(
    said.map(({ dest, device, type }) => [dest, device, type]),
    [["10.0.0.0/8", "", blackhole]],
  );
  assert.deepEqual(lost, ["default"]);
});

test("only neighbours that somebody entered are passed on", () => {
  const neighbour = { link: 2, address: Uint8Array.of(10, 0, 0, 9), mac: Uint8Array.of(2, 0, 0, 0, 0, 9), state: 0x80, flags: 0 };
  const reachable = 2;
  const said = guestNeighbours(pod({ neighbours: [neighbour, { ...neighbour, state: reachable }] }));
  assert.deepEqual(said, [
    { toIPAddress: { family: 0, address: "10.0.0.9", mask: "" }, device: "eth0", lladdr: "02:00:00:00:00:09", state: 0x80, flags: 0 },
  ]);
});
