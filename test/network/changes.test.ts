/** Networks that come late, change, and go; the kata-network commands; a sandbox that is killed. */
import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { finish, hostProcesses, until, World } from "../support/world.ts";
import { Lab, within } from "./lab.ts";

let world: World;
let lab: Lab;
let earlier: Set<string>;

before(async () => {
  world = new World();
  lab = new Lab({ joined: false });
  earlier = world.snapshot();
});
after(async () => {
  await world.dispose();
  await lab.dispose();
});

const bundle = (...args: string[]): string => world.bundle(args, (spec) => within(spec, lab.path));

async function kata(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await world.kata(args);
  assert.equal(code, 0, `${args.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

const inside = (...command: string[]): Promise<string> => kata("exec", "late", ...command);
const hasLine = async (pattern: RegExp, ...command: string[]): Promise<boolean> =>
  pattern.test((await world.kata(["exec", "late", ...command])).stdout);

function wish(wanted: object): string {
  const file = join(world.directory, "interface.json");
  writeFileSync(file, JSON.stringify(wanted));
  return file;
}

test("a link that comes between create and start is there from the first instruction on", async () => {
  const path = join(world.directory, "output");
  const output = openSync(path, "w");
  const create = ["create", "-b", bundle("sh", "-c", "ip addr show dev eth0; ip route; exec sleep 1000"), "late"];
  assert.equal((await finish(world.start(create, { stdio: ["ignore", output, output] }), 120_000)).code, 0);
  closeSync(output);
  assert.notEqual((await world.kata(["exec", "late", "ip", "link", "show", "dev", "eth0"])).code, 0);
  lab.join("eth0");
  lab.ip("route", "add", "default", "via", "10.9.0.1");
  await kata("start", "late");
  await until("the first output", () => readFileSync(path, "utf8").includes("default via"));
  assert.match(readFileSync(path, "utf8"), /inet 10\.9\.0\.2\/24[\s\S]*default via 10\.9\.0\.1/);
});

test("a link that comes to a running container becomes a card", async () => {
  lab.join("eth1", { subnet: 1 });
  await until("eth1 in the guest", () => hasLine(/inet 10\.9\.1\.2\/24/, "ip", "addr", "show", "dev", "eth1"));
  await inside("ping", "-c", "1", "-w", "20", "10.9.1.1");
  await inside("ping", "-c", "1", "-w", "20", "10.9.0.1");
});

test("addresses and routes of the namespace are followed", async () => {
  lab.ip("addr", "add", "10.9.1.200/24", "dev", "eth1");
  lab.ip("route", "add", "10.55.0.0/16", "via", "10.9.1.1");
  await until("the address", () => hasLine(/inet 10\.9\.1\.200\/24/, "ip", "addr", "show", "dev", "eth1"));
  await until("the route", () => hasLine(/10\.55\.0\.0\/16 via 10\.9\.1\.1 dev eth1/, "ip", "route"));
  await until("the default route", () => hasLine(/default via 10\.9\.0\.1/, "ip", "route"));
});

test("del-iface takes a card away and add-iface gives it back, with other addresses", async () => {
  const file = wish({ device: "eth1", name: "data", mtu: 1400, IPAddresses: [{ Family: 0, Address: "10.9.1.7", Mask: "24" }] });
  await kata("kata-network", "del-iface", "late", file);
  await until("eth1 gone", async () => !(await hasLine(/eth1/, "ip", "link")));
  const added = JSON.parse(await kata("kata-network", "add-iface", "late", file)) as { name: string; mtu: number };
  assert.deepEqual([added.name, added.mtu], ["data", 1400]);
  const listed = JSON.parse(await kata("kata-network", "list-ifaces", "late")) as { name: string; IPAddresses: { Address: string }[] }[];
  assert.ok(listed.find(({ name }) => name === "data")?.IPAddresses.some(({ Address }) => Address === "10.9.1.7"));
  await inside("ping", "-c", "1", "-w", "20", "10.9.1.1");
});

test("the first link has the card that the machine was born with, which waits unseen when it is not needed", async () => {
  const seat = (): Promise<string> => inside("readlink", "-f", "/sys/class/net/eth0");
  const born = await seat();
  assert.match(born, /pci0000:00\/0000:00:17\.0\//, "the last port");
  await kata("kata-network", "del-iface", "late", wish({ device: "eth0" }));
  assert.equal((await inside("ls", "/sys/class/net")).split(/\s+/).filter(Boolean).sort().join(), "data,lo");
  assert.deepEqual(
    lab.made().filter((what) => what.includes("tap0")),
    [],
    "its tap has left the namespace too",
  );
  await kata("kata-network", "add-iface", "late", wish({ device: "eth0" }));
  assert.equal(await seat(), born);
  await inside("ping", "-c", "1", "-w", "20", "10.9.0.1");
});

test("update-routes replaces the routes, list-routes shows them", async () => {
  const routes = [
    { dest: "", gateway: "10.9.1.1", device: "data" },
    { dest: "10.77.0.0/16", gateway: "10.9.0.1", device: "eth0", mtu: 1300 },
  ];
  const result = await world.kata(["kata-network", "update-routes", "late", "-"], { input: JSON.stringify(routes) });
  assert.equal(result.code, 0, result.stderr);
  const listed = JSON.parse(await kata("kata-network", "list-routes", "late")) as { dest: string; gateway: string; mtu?: number }[];
  assert.deepEqual(
    listed.filter(({ gateway }) => gateway !== "").map(({ dest, gateway, mtu }) => [dest, gateway, mtu]),
    [
      ["", "10.9.1.1", undefined],
      ["10.77.0.0/16", "10.9.0.1", 1300],
    ],
  );
});

test("what the commands cannot do they say", async () => {
  const say = async (args: string[], input = ""): Promise<string> => {
    const { code, stderr } = await world.kata(["kata-network", ...args], { input });
    assert.equal(code, 1, args.join(" "));
    return stderr;
  };
  assert.match(await say(["add-iface", "late", "-"], '{"device":"eth9"}'), /eth9.*no such link/);
  assert.match(
    await say(["add-iface", "late", "-"], '{"device":"eth1","IPAddresses":[{"Address":"10.9.1.300","Mask":"24"}]}'),
    /10\.9\.1\.300/,
  );
  assert.match(await say(["add-iface", "late", "-"], "[]"), /interface: must be a JSON object/);
  assert.match(await say(["update-routes", "late", "-"], '[{"destination":"10.0.0.0/8"}]'), /destination.*is unknown/);
  assert.match(await say(["add-iface", "late"]), /needs a file/);
  assert.match(await say(["show", "late"]), /show.*is not an action/);
  assert.match(await say(["list-ifaces", "nobody"]), /container does not exist/);
});

test("a link that goes takes its card with it", async () => {
  lab.ip("link", "del", "eth1");
  await until("the card gone", async () => !(await hasLine(/data/, "ip", "link")));
  await inside("ping", "-c", "1", "-w", "20", "10.9.0.1");
});

test("a second machine in the same namespace is refused, and nothing changes for the first", async () => {
  const { code, stderr } = await world.kata(["run", "-b", bundle("true"), "second"]);
  assert.equal(code, 1);
  assert.match(stderr, /belongs to the virtual machine of another sandbox/);
  await inside("ping", "-c", "1", "-w", "20", "10.9.0.1");
});

test("kill -9 of the sandbox process: delete leaves no tap and no qdisc, and the namespace can be used again", async () => {
  for (const { pid, command } of hostProcesses(world.directory)) if (command === "kata-sandbox late") process.kill(pid, "SIGKILL");
  await until("the end", async () => (await world.state("late")).status === "stopped");
  assert.equal((await world.kata(["delete", "--force", "late"])).code, 0);
  assert.deepEqual(lab.made(), []);
  assert.deepEqual(world.changes(earlier), []);
  assert.match(await kata("run", "-b", bundle("ping", "-c", "1", "-w", "20", "10.9.0.1"), "again"), / 0% packet loss/);
  assert.deepEqual(lab.made(), []);
});

test("the host's network is refused by name, with what there is instead", async () => {
  for (const path of [undefined, `/proc/${process.pid}/ns/net`]) {
    const edited = world.bundle(["true"], (spec) => {
      const others = spec.linux.namespaces.filter(({ type }) => type !== "network");
      spec.linux.namespaces = path === undefined ? others : [...others, { type: "network", path }];
    });
    const { code, stderr } = await world.kata(["run", "-b", edited, "host"]);
    assert.equal(code, 1);
    assert.match(stderr, /cannot use the host's network; give it one of its own/);
  }
  assert.deepEqual(world.changes(earlier), []);
});

test("a container without any link has the loopback alone", async () => {
  assert.doesNotMatch(await kata("run", "-b", world.bundle(["ip", "link"]), "none"), /eth|data/);
});
