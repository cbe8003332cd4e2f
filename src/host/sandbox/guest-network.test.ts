import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger } from "../../base/log.ts";
import type { PodLink, PodNetwork } from "../network/pod-network.ts";
import type { Card } from "./cards.ts";
import { GuestNetwork } from "./guest-network.ts";

const link: PodLink = {
  index: 2,
  name: "eth0",
  mac: "02:00:00:00:00:01",
  mtu: 1500,
  flags: 1,
  hardware: 1,
  kind: "veth",
  master: 0,
  alias: "",
  lower: 0,
  addresses: [],
};
const joined = { taps: [], tapLink: 0, leave: (): void => {} };
const card = (more: Partial<Card> = {}): Card => ({ id: "net0", link, joined, waited: false, ...more });
const gateway = Uint8Array.of(10, 0, 0, 1);
const route = { family: 2, destination: new Uint8Array(), prefix: 0, gateway, link: 2, scope: 0, protocol: 3, type: 1, flags: 0 };
const pod = (more: Partial<PodNetwork> = {}): PodNetwork => ({ links: [link], passedOver: [], routes: [], neighbours: [], ...more });

/** What the agent was asked, one line each. */
function guest(): { readonly asked: string[]; readonly network: GuestNetwork } {
  const asked: string[] = [];
  const api = {
    updateInterface: async ({ interface: wanted }: { interface?: { name?: string; devicePath?: string; mtu?: number } }) => {
      asked.push(`interface ${wanted?.name} ${wanted?.mtu} ${wanted?.devicePath ?? ""}`.trim());
    },
    updateRoutes: async ({ routes }: { routes?: { routes?: readonly { gateway?: string }[] } }) => {
      asked.push(`routes ${routes?.routes?.map((each) => each.gateway).join()}`);
      return { routes: [] };
    },
    addARPNeighbors: async () => void asked.push("neighbours"),
  };
  const logger = createLogger(() => {}, {});
  return { asked, network: new GuestNetwork({ api: api as never }, logger) };
}

test("an interface is told once, with a path while it is new, and again when it changes", async () => {
  const { asked, network } = guest();
  const own = card();
  assert.equal(await network.tellInterface(own, link), true);
  assert.equal(await network.tellInterface(own, link), false);
  assert.equal(await network.tellInterface(own, { ...link, mtu: 1400 }), true);
  assert.deepEqual(asked, ["interface eth0 1500 hot-plug", "interface eth0 1400"]);
});

test("what was wished for an interface counts instead of what the link says", async () => {
  const { asked, network } = guest();
  await network.tellInterface(card({ wish: { device: "eth0", name: "data", mtu: 1300 } }), link);
  assert.deepEqual(asked, ["interface data 1300 hot-plug"]);
});

test("routes are told when they change, and again when an interface has lost them; no routes are not worth a call", async () => {
  const { asked, network } = guest();
  await network.tellRest(pod(), true);
  await network.tellRest(pod({ routes: [route] }), false);
  await network.tellRest(pod({ routes: [route] }), false);
  await network.tellRest(pod({ routes: [route] }), true);
  await network.tellRest(pod(), false);
  assert.deepEqual(asked, ["routes 10.0.0.1", "routes 10.0.0.1", "routes "]);
});

test("a route that was set by command waits while its card has gone", async () => {
  const { asked, network } = guest();
  await network.updateRoutes([
    { gateway: "10.9.9.9", device: "eth0" },
    { gateway: "10.8.8.8", device: "eth1" },
  ]);
  await network.tellRest(pod(), false);
  await network.tellRest(pod({ links: [link, { ...link, name: "eth1" }] }), false);
  assert.deepEqual(asked, ["routes 10.9.9.9,10.8.8.8", "routes 10.9.9.9", "routes 10.9.9.9,10.8.8.8"]);
});

test("routes that were set by command stay, whatever the namespace has", async () => {
  const { asked, network } = guest();
  await network.updateRoutes([{ gateway: "10.9.9.9" }]);
  await network.tellRest(pod({ routes: [route] }), false);
  await network.tellRest(pod({ routes: [route] }), true);
  assert.deepEqual(asked, ["routes 10.9.9.9", "routes 10.9.9.9"]);
});
