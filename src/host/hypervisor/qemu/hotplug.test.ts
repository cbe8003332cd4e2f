import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../../../base/fault.ts";
import type { Fd } from "../../../sys/syscall.ts";
import { QemuHotPlug } from "./hotplug.ts";
import type { Json, JsonObject } from "./qmp-message.ts";

const fd = (n: number): Fd => n as Fd;
const card = (id: string) => ({ kind: "network", id, taps: [fd(7)], mac: "02:00:00:00:00:01" }) as const;

/** A monitor that notes what it is told; `refuse` is a command that fails. */
function monitor(refuse?: string): {
  readonly said: string[];
  execute(command: string, parameters?: JsonObject): Promise<Json>;
  passDescriptor(name: string, fd: Fd): Promise<void>;
} {
  const said: string[] = [];
  return {
    said,
    execute: async (command, parameters) => {
      said.push(`${command} ${JSON.stringify(parameters)}`);
      if (command === refuse) throw new Fault("refused");
      return {};
    },
    passDescriptor: async (name, given) => void said.push(`getfd ${name} ${given}`),
  };
}

const timers = { nowMs: () => 0, after: () => () => {} };
const hotPlug = (fake: ReturnType<typeof monitor>, count = 2, occupied = new Map<string, string>()) =>
  new QemuHotPlug(fake, timers, { count, occupied });

test("a card is its tap's descriptor, a backend of it and a device in a free port", async () => {
  const fake = monitor();
  await hotPlug(fake, 2, new Map([["share", "port0"]])).addNetwork(card("net0"));
  assert.deepEqual(fake.said, [
    "getfd net0-fd0 7",
    'netdev_add {"type":"tap","id":"net0-tap","fd":"net0-fd0"}',
    'device_add {"driver":"virtio-net-pci","id":"net0","netdev":"net0-tap","mac":"02:00:00:00:00:01","romfile":"","bus":"port1"}',
  ]);
});

test("several queues have a descriptor each, and vhost-net one beside it", async () => {
  const fake = monitor();
  await hotPlug(fake).addNetwork({ ...card("net0"), taps: [fd(7), fd(8)], vhosts: [fd(9), fd(10)] });
  assert.ok(
    fake.said.includes(
      'netdev_add {"type":"tap","id":"net0-tap","fds":"net0-fd0:net0-fd1","vhost":true,"vhostfds":"net0-vhost0:net0-vhost1"}',
    ),
    fake.said.join("\n"),
  );
});

test("when the device is refused the backend goes and the port is free again", async () => {
  const fake = monitor("device_add");
  const plug = hotPlug(fake, 1);
  await assert.rejects(plug.addNetwork(card("net0")), /plug in network card net0/);
  assert.equal(fake.said.at(-1), 'netdev_del {"id":"net0-tap"}');
  await assert.rejects(plug.addNetwork(card("net1")), /plug in network card net1/);
});

test("without a free port nothing is tried, and the text says how many there are", async () => {
  const fake = monitor();
  const plug = hotPlug(fake, 1);
  await plug.addNetwork(card("net0"));
  await assert.rejects(plug.addNetwork(card("net1")), /all 1 ports of the machine are taken/);
  assert.equal(fake.said.length, 3);
});

test("a card is gone when the guest has let go of it; then its port is free", async () => {
  const fake = monitor();
  const plug = hotPlug(fake, 1);
  await plug.addNetwork(card("net0"));
  const removal = plug.removeNetwork("net0");
  await new Promise((resume) => setImmediate(resume));
  assert.equal(fake.said.at(-1), 'device_del {"id":"net0"}');
  plug.onDeviceDeleted({ device: "another" });
  plug.onDeviceDeleted({ path: "/machine/peripheral/net0/virtio-backend" });
  plug.onDeviceDeleted({ device: "net0" });
  await removal;
  assert.equal(fake.said.at(-1), 'netdev_del {"id":"net0-tap"}');
  await plug.addNetwork(card("net1"));
});
