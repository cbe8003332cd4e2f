/** The memory of a machine: how much it has, and what becomes of it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { until, World } from "../support/world.ts";

let world: World;
before(() => {
  world = new World();
});
after(() => world.dispose());

/** What the guest's memory takes on the host: it is a file that only the VMM and the share's daemon have open. */
function guestMemoryMib(id: string): number {
  const record = JSON.parse(readFileSync(join(world.root, "@sandbox", id, "sandbox.json"), "utf8")) as {
    helpers: { pid: number; role: string }[];
  };
  const vmm = record.helpers.find(({ role }) => role === "vmm");
  const fds = `/proc/${vmm?.pid}/fd`;
  const memory = readdirSync(fds).find((fd) => /^\/memfd:(kata-guest-memory|memory-backend-memfd)/.test(readlinkSync(join(fds, fd))));
  assert.ok(memory, "the VMM has no file of memory open");
  return (statSync(join(fds, memory)).blocks * 512) / (1 << 20);
}

test("memory that the guest frees goes back to the host", async () => {
  const bundle = world.bundle(["sleep", "1000"], (spec) => {
    spec.mounts.push({ destination: "/large", type: "tmpfs", source: "tmpfs", options: ["size=100m"] });
  });
  await world.detached("c1", bundle);
  const { code, stderr } = await world.kata(["exec", "c1", "dd", "if=/dev/zero", "of=/large/file", "bs=1M", "count=90"]);
  assert.equal(code, 0, stderr);
  const filled = guestMemoryMib("c1");
  assert.ok(filled > 90, `${filled} MiB`);
  await world.kata(["exec", "c1", "rm", "/large/file"]);
  // the guest tells of a part of what is free every two seconds
  await until("half of it is the host's again", () => Promise.resolve(guestMemoryMib("c1") < filled - 45), 120_000);
});

test("an annotation that the configuration enables gives one sandbox another size", async () => {
  const config = join(world.directory, "annotations.toml");
  writeFileSync(config, '[hypervisor.qemu]\nenable_annotations = ["default_memory"]\n[factory]\nenable_template = false\n');
  const bundle = world.bundle(["sh", "-c", "grep MemTotal /proc/meminfo"], (spec) => {
    spec.annotations = { "io.katacontainers.config.hypervisor.default_memory": "512" };
  });
  const { stdout, stderr } = await world.kata(["--config", config, "run", "-b", bundle, "sized"]);
  const kib = Number(/^MemTotal: +(\d+) kB$/m.exec(stdout)?.[1]);
  assert.ok(kib > 400 << 10 && kib < 512 << 10, `${stdout}${stderr}`);
});

test("a container that may use more than the default gets a machine that has it", async () => {
  const bundle = world.bundle(["sh", "-c", "grep MemTotal /proc/meminfo; cat /sys/fs/cgroup/memory.max"], (spec) => {
    spec.linux.resources = { memory: { limit: 2 ** 31 } };
  });
  const { stdout, stderr } = await world.kata(["run", "-b", bundle, "large"]);
  const kib = Number(/^MemTotal: +(\d+) kB$/m.exec(stdout)?.[1]);
  assert.ok(kib > 2 ** 21, `${stdout}${stderr}`);
  assert.match(stdout, /^2147483648$/m);
});
