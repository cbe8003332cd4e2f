/** The example CNI plugin behind Debian's own: bridge with host-local, portmap, firewall. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { kataRuntime, World } from "../support/world.ts";
import { Lab, within } from "./lab.ts";

let world: World;
let lab: Lab;
let plugins: string;

before(() => {
  world = new World();
  lab = new Lab({ joined: false });
  plugins = join(world.directory, "plugins");
  mkdirSync(plugins);
  for (const name of ["bridge", "host-local", "portmap", "firewall"]) symlinkSync(`/usr/lib/cni/${name}`, join(plugins, name));
  symlinkSync(resolve("examples/cni/kata-network"), join(plugins, "kata-network"));
});
after(async () => {
  await world.dispose();
  await lab.dispose();
});

interface Result {
  readonly cniVersion: string;
  readonly interfaces?: readonly { readonly name: string; readonly sandbox?: string }[];
  readonly ips?: readonly { readonly address: string; readonly gateway?: string }[];
  readonly code?: number;
  readonly msg?: string;
}

const chain = (): readonly Record<string, unknown>[] => [
  {
    type: "bridge",
    bridge: "cni0",
    isGateway: true,
    ipMasq: false,
    ipam: {
      type: "host-local",
      dataDir: join(world.directory, "ipam"),
      ranges: [[{ subnet: "10.22.0.0/16" }], [{ subnet: "fd22::/64" }]],
      routes: [{ dst: "0.0.0.0/0" }],
    },
  },
  {
    type: "portmap",
    capabilities: { portMappings: true },
    runtimeConfig: { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: "tcp" }] },
  },
  { type: "firewall", backend: "iptables" },
  { type: "kata-network", runtime: kataRuntime, root: world.root },
];

/** One plugin, with the far side as its host. */
function call(
  command: string,
  plugin: Record<string, unknown>,
  prevResult?: Result,
): { status: number | null; result: Result | undefined; text: string } {
  const environment = {
    PATH: process.env["PATH"] ?? "",
    CNI_COMMAND: command,
    CNI_CONTAINERID: "pod",
    CNI_NETNS: lab.path,
    CNI_IFNAME: "net1",
    CNI_PATH: plugins,
  };
  const { status, stdout, stderr } = spawnSync("ip", ["netns", "exec", lab.far, join(plugins, String(plugin["type"]))], {
    env: environment,
    input: JSON.stringify({ cniVersion: "1.0.0", name: "test", ...plugin, ...(prevResult && { prevResult }) }),
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, result: stdout.trim() === "" ? undefined : (JSON.parse(stdout) as Result), text: stdout + stderr };
}

function add(): Result {
  let result: Result | undefined;
  for (const plugin of chain()) {
    const answer = call("ADD", plugin, result);
    assert.equal(answer.status, 0, answer.text);
    result = answer.result;
  }
  assert.ok(result);
  return result;
}

let added: Result;

test("ADD on a running container: the interface is in the guest when it answers", async () => {
  await world.detached(
    "pod",
    world.bundle(["httpd", "-f", "-p", "80", "-h", "/etc"], (spec) => within(spec, lab.path)),
  );
  added = add();
  const shown = (await world.kata(["exec", "pod", "sh", "-c", "ip addr show dev net1; ip route"])).stdout;
  for (const { address } of added.ips ?? []) assert.ok(shown.includes(address), shown);
  assert.match(shown, /default via 10\.22\.0\.1 dev net1/);
  assert.ok(added.interfaces?.some(({ name }) => name === "net1"));
});

test("the container is reached at its address and at the mapped port", () => {
  const get = (host: string): string => lab.onFarSide("busybox", "wget", "-q", "-O", "-", `http://${host}/passwd`);
  const address = added.ips?.[0]?.address.split("/")[0] ?? "";
  assert.match(get(address), /root:/);
  assert.match(get("10.22.0.1:8080"), /root:/);
});

test("CHECK agrees, and does not when the guest has lost the interface", async () => {
  const plugin = chain().at(-1) ?? {};
  assert.equal(call("CHECK", plugin, added).status, 0);
  assert.equal((await world.kata(["kata-network", "del-iface", "pod", "-"], { input: '{"device":"net1"}' })).code, 0);
  const { status, result } = call("CHECK", plugin, added);
  assert.deepEqual([status, result?.code], [1, 102]);
  assert.equal(call("ADD", plugin, added).status, 0);
  assert.equal(call("CHECK", plugin, added).status, 0);
});

test("DEL takes the interface away, twice without complaint", async () => {
  for (const _again of [1, 2])
    for (const plugin of chain().toReversed()) {
      const { status, text } = call("DEL", plugin, added);
      assert.equal(status, 0, text);
    }
  assert.doesNotMatch((await world.kata(["exec", "pod", "ip", "link"])).stdout, /net1/);
  assert.doesNotMatch(lab.ip("link"), /net1/);
});

test("before the container is created the result passes unchanged, and the container finds its network", async () => {
  await world.kata(["delete", "--force", "pod"]);
  added = add();
  await world.detached(
    "pod",
    world.bundle(["sleep", "1000"], (spec) => within(spec, lab.path)),
  );
  const shown = (await world.kata(["exec", "pod", "ip", "addr", "show", "dev", "net1"])).stdout;
  assert.ok(shown.includes(added.ips?.[0]?.address ?? "?"), shown);
});

test("VERSION and errors have the specification's form", () => {
  const version = execFileSync(join(plugins, "kata-network"), { env: { ...process.env, CNI_COMMAND: "VERSION" }, encoding: "utf8" });
  assert.deepEqual((JSON.parse(version) as { supportedVersions: string[] }).supportedVersions, ["0.3.1", "0.4.0", "1.0.0"]);
  const plugin = chain().at(-1) ?? {};
  assert.equal(call("ADD", plugin).result?.code, 7);
  assert.equal(call("UPDATE", plugin).result?.code, 4);
  assert.equal(call("ADD", { ...plugin, cniVersion: "9.9.9" }, added).result?.code, 1);
});
