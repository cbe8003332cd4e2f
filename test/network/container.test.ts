/** A container's network, seen from inside: what its namespace has is what it has. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { World } from "../support/world.ts";
import { Lab, within } from "./lab.ts";

let world: World;
let lab: Lab;
let earlier: Set<string>;

before(async () => {
  world = new World();
  lab = new Lab({ mtu: 9000 });
  for (const route of [
    "default via 10.9.0.1 mtu 1350 metric 5",
    "10.64.0.0/11 via 10.9.0.1 src 10.9.0.2",
    "192.168.77.0/24 via 172.20.0.1 onlink",
    "10.200.0.0/16 scope link",
  ])
    lab.ip("route", "add", ...route.split(" "), "dev", "eth0");
  lab.ip("route", "add", "unreachable", "10.111.0.0/16");
  lab.ip("route", "add", "10.222.0.0/16", ..."nexthop via 10.9.0.1 dev eth0 nexthop via 10.9.0.3 dev eth0".split(" "));
  lab.ip("-6", "route", "add", "2001:db8::/32", "via", "fd09:0::1", "dev", "eth0");
  lab.ip("neigh", "add", "10.9.0.77", "lladdr", "02:00:00:00:00:77", "dev", "eth0", "nud", "permanent");
  await lab.serve();
  earlier = world.snapshot();
  const bundle = world.bundle(["sleep", "1000"], (spec) => within(spec, lab.path));
  const { code, stderr } = await world.kata(["--debug", "--log", join(world.directory, "log"), "run", "-d", "-b", bundle, "near"]);
  assert.equal(code, 0, stderr);
});
after(async () => {
  await world.dispose();
  await lab.dispose();
});

async function inside(...command: string[]): Promise<string> {
  const { code, stdout, stderr } = await world.kata(["exec", "near", ...command]);
  assert.equal(code, 0, `${command.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

test("name, hardware address, MTU and addresses are the namespace's", async () => {
  const shown = await inside("ip", "addr", "show", "dev", "eth0");
  const mac = /link\/ether (\S+)/.exec(lab.ip("link", "show", "dev", "eth0"))?.[1] ?? "";
  for (const part of [`link/ether ${mac}`, "mtu 9000", "inet 10.9.0.2/24", "inet6 fd09::2/64"]) assert.ok(shown.includes(part), shown);
});

test("routes have their gateways, sources, metrics, flags and types", async () => {
  const shown = await inside("sh", "-c", "ip route; ip -6 route");
  for (const line of [
    "default via 10.9.0.1 dev eth0  metric 5",
    "10.64.0.0/11 via 10.9.0.1 dev eth0  src 10.9.0.2",
    "192.168.77.0/24 via 172.20.0.1 dev eth0 onlink",
    "10.200.0.0/16 dev eth0 scope link",
    "unreachable 10.111.0.0/16",
    "2001:db8::/32 via fd09::1 dev eth0",
  ])
    assert.ok(squeezed(shown).includes(squeezed(line)), `${line}\n${shown}`);
});

test("a route with several next hops is named as missing", () => {
  assert.match(readFileSync(join(world.directory, "log"), "utf8"), /route 10\.222\.0\.0\/16 of the network namespace: not in the virtual/);
});

const squeezed = (text: string): string => text.replace(/ +/g, " ");

test("a permanent neighbour is there", async () => {
  assert.match(await inside("ip", "neigh", "show"), /10\.9\.0\.77 .*02:00:00:00:00:77.* PERMANENT/);
});

for (const address of ["10.9.0.1", "fd09::1"]) {
  test(`${address} answers pings, also as large as the MTU allows`, async () => {
    await inside("ping", "-c", "2", "-w", "20", address);
    await inside("ping", "-c", "2", "-w", "20", "-s", "8900", address);
  });

  test(`${address} answers over TCP and UDP`, async () => {
    assert.equal(await inside("sh", "-c", `echo hello | timeout 20 nc ${address} 7 -w 5`), "hello\n");
    assert.match(await inside("nslookup", "kata.test", address), /10\.9\.0\.99/);
  });
}

test("the far side reaches a server in the container, with a megabyte each way", async () => {
  await inside("sh", "-c", "mkdir -p /srv; dd if=/dev/urandom of=/srv/file bs=1024 count=1024 2>/dev/null; httpd -p 8080 -h /srv");
  const sum = (await inside("md5sum", "/srv/file")).split(" ")[0] ?? "?";
  for (const host of ["10.9.0.2", "[fd09::2]"])
    assert.ok(lab.onFarSide("sh", "-c", `busybox wget -q -O - http://${host}:8080/file | md5sum`).startsWith(sum), host);
});

test("nothing of it is left after delete, and the namespace can be used again", async () => {
  assert.notDeepEqual(lab.made(), []);
  assert.equal((await world.kata(["delete", "--force", "near"])).code, 0);
  assert.deepEqual(lab.made(), []);
  assert.deepEqual(world.changes(earlier), []);
  const again = await world.kata([
    "run",
    "-b",
    world.bundle(["ping", "-c", "1", "-w", "20", "10.9.0.1"], (spec) => within(spec, lab.path)),
    "again",
  ]);
  assert.equal(again.code, 0, again.stdout + again.stderr);
  assert.deepEqual(lab.made(), []);
});
