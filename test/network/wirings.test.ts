/** Other ways to a card: a machine that boots with it, macvtap, a tap that was there, and no way at all. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { hostProcesses, until, World } from "../support/world.ts";
import { Lab, within } from "./lab.ts";

let world: World;
let lab: Lab;
let earlier: Set<string>;

before(() => {
  world = new World();
  lab = new Lab();
  earlier = world.snapshot();
});
after(async () => {
  await world.dispose();
  await lab.dispose();
});

const bundle = (...args: string[]): string => world.bundle(args, (spec) => within(spec, lab.path));

/** Runs with a configuration of these lines. */
async function withConfiguration(lines: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = join(world.directory, "configuration.toml");
  writeFileSync(file, lines);
  return world.kata(["--config", file, ...args]);
}

const cold = "[factory]\nenable_template = false\n";

test("a machine that boots has the cards of its namespace from the start", async () => {
  lab.join("eth1", { subnet: 1 });
  const script = "ping -c 1 -w 20 10.9.0.1 && ping -c 1 -w 20 10.9.1.1 && ip route";
  const { code, stdout, stderr } = await withConfiguration(cold, "run", "-b", bundle("sh", "-c", script), "cold");
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /10\.9\.1\.0\/24 dev eth1/);
  assert.deepEqual(lab.made(), []);
});

test("a card that a machine booted with can be taken away", async () => {
  assert.equal((await withConfiguration(cold, "run", "-d", "-b", bundle("sleep", "1000"), "cold")).code, 0);
  lab.ip("link", "del", "eth1");
  const links = async (): Promise<string> => (await world.kata(["exec", "cold", "ip", "link"])).stdout;
  await until("eth1 gone", async () => !(await links()).includes("eth1"));
  assert.match(await links(), /eth0/);
  await world.kata(["delete", "--force", "cold"]);
  assert.deepEqual(lab.made(), []);
});

const macOf = (): string => /link\/ether (\S+)/.exec(lab.ip("link", "show", "dev", "eth0"))?.[1] ?? "?";

test("macvtap: the card has the link's hardware address, which the link gets back", async () => {
  const mac = macOf();
  const lines = '[runtime]\ninternetworking_model = "macvtap"\n';
  const script = "ip addr show dev eth0; ping -c 1 -w 20 10.9.0.1 && ping -6 -c 1 -w 20 fd09::1";
  const { code, stdout, stderr } = await withConfiguration(lines, "run", "-b", bundle("sh", "-c", script), "macvtap");
  assert.equal(code, 0, stdout + stderr);
  assert.ok(stdout.includes(`link/ether ${mac}`), stdout);
  assert.deepEqual([macOf(), lab.made()], [mac, []]);
});

test("macvtap: after a kill -9 delete gives the link its hardware address back", async () => {
  const mac = macOf();
  const lines = '[runtime]\ninternetworking_model = "macvtap"\n';
  assert.equal((await withConfiguration(lines, "run", "-d", "-b", bundle("sleep", "1000"), "killed")).code, 0);
  assert.notEqual(macOf(), mac);
  for (const { pid, command } of hostProcesses(world.directory)) if (command === "kata-sandbox killed") process.kill(pid, "SIGKILL");
  await until("the end", async () => (await world.state("killed")).status === "stopped");
  assert.equal((await world.kata(["delete", "--force", "killed"])).code, 0);
  assert.deepEqual([macOf(), lab.made()], [mac, []]);
});

test("none: the namespace's links are not joined", async () => {
  const lines = '[runtime]\ninternetworking_model = "none"\n';
  const { code, stdout } = await withConfiguration(lines, "run", "-b", bundle("ip", "link"), "none");
  assert.equal(code, 0);
  assert.doesNotMatch(stdout, /eth0/);
});

test("a tap that a plugin made is the card itself", async () => {
  const own = new Lab({ joined: false });
  try {
    const inside = (...command: string[]): string => execFileSync("ip", ["netns", "exec", own.near, ...command], { encoding: "utf8" });
    inside("ip", "tuntap", "add", "dev", "vm0", "mode", "tap", "vnet_hdr");
    own.ip("addr", "add", "10.8.0.2/24", "dev", "vm0");
    own.ip("link", "set", "vm0", "up");
    const bundle = world.bundle(["ip", "addr", "show", "dev", "vm0"], (spec) => within(spec, own.path));
    const { code, stdout, stderr } = await world.kata(["run", "-b", bundle, "tap"]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /inet 10\.8\.0\.2\/24/);
    assert.match(own.ip("link"), /vm0/);
  } finally {
    await own.dispose();
  }
});

test("links that no machine can have are named in the log, and the container runs", async () => {
  const own = new Lab({ joined: false });
  try {
    execFileSync("ip", ["netns", "exec", own.near, "ip", "tuntap", "add", "dev", "tun0", "mode", "tun"]);
    own.ip("addr", "add", "10.8.0.2/24", "dev", "tun0");
    own.ip("link", "set", "tun0", "up");
    const bundle = world.bundle(["ip", "link"], (spec) => within(spec, own.path));
    const file = join(world.directory, "log");
    const { code, stdout } = await world.kata(["--debug", "--log", file, "run", "-b", bundle, "tun"]);
    assert.equal(code, 0);
    const log = readFileSync(file, "utf8");
    assert.match(log, /link tun0 of the network namespace: not in the virtual machine: tun carries no Ethernet frames/);
    assert.match(log, /has no link for the virtual machine/);
    assert.doesNotMatch(stdout, /tun0/);
  } finally {
    await own.dispose();
  }
});

test("nothing is left", () => {
  assert.deepEqual(world.changes(earlier), []);
});
