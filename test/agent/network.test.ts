/** The pod's network: interfaces, routes, neighbours. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shell } from "./containers.ts";
import { bootVm, type TestVm } from "./vm.ts";

const mac = "02:00:00:00:00:01";
const second = "02:00:00:00:00:02";

let vm: TestVm;
before(async () => {
  // QEMU's own user network answers to pings of 10.0.2.2; the other card's cable ends nowhere.
  vm = await bootVm({
    devices: [
      ["-netdev", "user,id=n0,restrict=on", "-device", `virtio-net-pci,netdev=n0,mac=${mac},romfile=`],
      ["-netdev", "socket,id=n1,udp=127.0.0.1:9,localaddr=127.0.0.1:0", "-device", `virtio-net-pci,netdev=n1,mac=${second},romfile=`],
    ].flat(),
  });
});
after(() => vm.stop());

const v4 = (address: string, mask: string) => ({ family: 0, address, mask });
const v6 = (address: string, mask: string) => ({ family: 1, address, mask });

test("an interface is found by its hardware address and gets name, MTU and addresses", async () => {
  const answer = await vm.agent.updateInterface({
    interface: {
      device: "eth9",
      name: "eth9",
      hwAddr: mac.toUpperCase(),
      mtu: 1400,
      ipAddresses: [v4("10.0.2.15", "24"), v6("fd00::15", "64")],
    },
  });
  assert.equal(answer.name, "eth9");
  const { interfaces } = await vm.agent.listInterfaces({});
  const found = interfaces.find(({ hwAddr }) => hwAddr === mac);
  assert.deepEqual([found?.name, found?.mtu], ["eth9", 1400]);
  const addresses = found?.ipAddresses.map(({ address, mask }) => `${address}/${mask}`) ?? [];
  assert.ok(addresses.includes("10.0.2.15/24") && addresses.includes("fd00::15/64"), addresses.join());
  assert.ok(interfaces.some(({ name, ipAddresses }) => name === "lo" && ipAddresses.some(({ address }) => address === "127.0.0.1")));
});

test("routes replace those that were there; a gateway and an MTU hold", async () => {
  const routes = [
    { dest: "", gateway: "10.0.2.2", device: "eth9", mtu: 1350 },
    { dest: "10.64.0.0/11", gateway: "10.0.2.3", device: "eth9" },
    { dest: "192.168.7.0/24", device: "eth9", scope: 253, source: "10.0.2.15" },
    { dest: "2001:db8::/32", gateway: "fd00::2", device: "eth9", family: 1 },
  ];
  for (const _again of [1, 2]) await vm.agent.updateRoutes({ routes: { routes } });
  const list = (await vm.agent.listRoutes({})).routes;
  const find = (dest: string) => list.filter((route) => route.dest === dest && route.device === "eth9");
  assert.deepEqual(
    find("").map(({ gateway, mtu }) => [gateway, mtu]),
    [["10.0.2.2", 1350]],
  );
  assert.deepEqual(
    find("10.64.0.0/11").map(({ gateway }) => gateway),
    ["10.0.2.3"],
  );
  assert.deepEqual(
    find("192.168.7.0/24").map(({ source, scope }) => [source, scope]),
    [["10.0.2.15", 253]],
  );
  assert.deepEqual(
    find("2001:db8::/32").map(({ gateway }) => gateway),
    ["fd00::2"],
  );
  assert.equal(find("10.0.2.0/24").length, 1);
  await vm.agent.updateRoutes({ routes: { routes: routes.slice(0, 1) } });
  assert.equal((await vm.agent.listRoutes({})).routes.filter(({ dest }) => dest === "10.64.0.0/11").length, 0);
});

test("a container uses the pod's network", async () => {
  const { status, stdout } = await shell(
    vm,
    "ip -o -4 addr show eth9 | grep -c 10.0.2.15/24; ping -c 1 -W 5 10.0.2.2 >/dev/null && echo answered",
    (spec) => {
      spec.process["capabilities"] = { bounding: ["CAP_NET_RAW"], effective: ["CAP_NET_RAW"], permitted: ["CAP_NET_RAW"] };
    },
  );
  assert.deepEqual([status, stdout], [0, "1\nanswered\n"]);
});

test("neighbours are entered", async () => {
  const neighbor = { toIPAddress: v4("10.0.2.77", ""), device: "eth9", lladdr: "02:00:00:00:00:77", state: 0x80 };
  await vm.agent.addARPNeighbors({ neighbors: { arpNeighbors: [neighbor, { toIPAddress: v4("10.0.2.78", ""), device: "eth9" }] } });
  assert.match((await shell(vm, "cat /proc/net/arp")).stdout, /10\.0\.2\.77 .*0x6 .*02:00:00:00:00:77 .*eth9/);
});

test("a name that another interface has changes hands", async () => {
  const found = (await vm.agent.listInterfaces({})).interfaces.find(({ hwAddr }) => hwAddr === second);
  assert.ok(found);
  await vm.agent.updateInterface({ interface: { name: "eth9", hwAddr: second, ipAddresses: [v4("10.1.0.2", "16")] } });
  await vm.agent.updateInterface({ interface: { name: "eth9", hwAddr: second, ipAddresses: [v4("10.1.0.3", "16")] } });
  const { interfaces } = await vm.agent.listInterfaces({});
  const eth9 = interfaces.find(({ name }) => name === "eth9");
  assert.equal(eth9?.hwAddr, second);
  assert.deepEqual(
    eth9.ipAddresses.filter(({ family }) => family === 0).map(({ address }) => address),
    ["10.1.0.3"],
  );
  assert.notEqual(interfaces.find(({ hwAddr }) => hwAddr === mac)?.name, "eth9");
});

test("what does not fit is refused", async () => {
  await assert.rejects(vm.agent.updateInterface({ interface: { hwAddr: "02:00:00:00:00:99" } }), /Link not found/);
  await assert.rejects(vm.agent.updateInterface({ interface: { hwAddr: mac, name: "a/b" } }), /not a name the kernel takes/);
  await assert.rejects(
    vm.agent.updateInterface({ interface: { hwAddr: mac, ipAddresses: [v4("10.0.0.1", "33")] } }),
    /must be a prefix length/,
  );
  await assert.rejects(vm.agent.updateRoutes({ routes: { routes: [{ dest: "10.0.0.0/8", device: "nope" }] } }), /Link not found \(nope\)/);
  await assert.rejects(
    vm.agent.updateRoutes({ routes: { routes: [{ dest: "10.0.0.0/8", gateway: "fd00::1", device: "lo" }] } }),
    /mixes IPv4 and IPv6/,
  );
  await assert.rejects(vm.agent.updateInterface({}), /interface is missing/);
});
