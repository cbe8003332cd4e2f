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
  addToSet(set: number, fd: Fd): Promise<void>;
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
    addToSet: async (set, given) => void said.push(`add-fd ${set} ${given}`),
  };
}

const timers = { nowMs: () => 0, after: () => () => {} };
const hotPlug = (fake: ReturnType<typeof monitor>, count = 2, occupied = new Map<string, string>(), places: string[] = []) =>
  new QemuHotPlug(fake, timers, { count, occupied, places });

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

const disk = (id: string, readOnly = false) => ({ kind: "disk", id, image: fd(9), readOnly }) as const;

test("a disk is its image's descriptor, a node on it and a device in a port, whose path the guest is told", async () => {
  const fake = monitor();
  const address = await hotPlug(fake, 2, new Map([["share", "port0"]])).addDisk({ ...disk("d"), blockDevice: true }, "raw");
  assert.deepEqual(address, { driver: "blk", source: "11/00" });
  assert.deepEqual(fake.said, [
    "add-fd 1001 9",
    'blockdev-add {"driver":"raw","node-name":"d-image","read-only":false,"discard":"unmap","file":{"driver":"host_device","filename":"/dev/fdset/1001","read-only":false}}',
    'remove-fd {"fdset-id":1001}',
    'device_add {"driver":"virtio-blk-pci","id":"d","drive":"d-image","bus":"port1"}',
  ]);
});

test("only a disk that is mounted and only read takes a place that waits for one, and gives it back", async () => {
  const fake = monitor();
  const plug = hotPlug(fake, 4, new Map(), ["disk-place0", "disk-place1"]);
  const [mounted, written, raw] = [
    await plug.addDisk(disk("a", true), "mounted"),
    await plug.addDisk(disk("b"), "mounted"),
    await plug.addDisk(disk("c", true), "raw"),
  ];
  assert.deepEqual([mounted.source, written.source, raw.source], ["18", "10/00", "11/00"]);
  fake.said.length = 0;
  await plug.removeDisk("a");
  assert.deepEqual(fake.said, [
    'qom-set {"path":"/machine/peripheral/disk-place0/virtio-backend","property":"drive","value":"disk-place0-empty"}',
    'blockdev-del {"node-name":"a-image"}',
  ]);
  assert.equal((await plug.addDisk(disk("d", true), "mounted")).source, "19");
  assert.equal((await plug.addDisk(disk("e", true), "mounted")).source, "18");
});

test("when a disk's device is refused its image is closed and the port is free again", async () => {
  const fake = monitor("device_add");
  const plug = hotPlug(fake, 1);
  await assert.rejects(plug.addDisk(disk("a"), "raw"), /plug in disk a/);
  assert.equal(fake.said.at(-1), 'blockdev-del {"node-name":"a-image"}');
  await assert.rejects(plug.addDisk(disk("b"), "raw"), /plug in disk b/);
});
