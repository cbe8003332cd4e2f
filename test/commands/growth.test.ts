/** A machine that becomes larger for the limits of its containers. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TestSpec } from "../support/bundle.ts";
import { World } from "../support/world.ts";

let world: World;
let earlier: ReadonlySet<string>;
before(() => {
  world = new World();
  earlier = world.snapshot();
});
after(() => world.dispose());

const mib = 2 ** 20;
const bornMib = 512;
const pod = (kind: "sandbox" | "container") => (spec: TestSpec) => {
  spec.annotations = { "io.kubernetes.cri.container-type": kind, "io.kubernetes.cri.sandbox-id": "pod" };
};

async function succeeds(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await world.kata(args);
  assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
  return stdout;
}

async function refused(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await world.kata(args);
  if (code !== 1) assert.fail(`${args.join(" ")}: exit ${code}: ${stdout}${stderr}; ${sandboxRecords()}; ${hostMemory()}`);
  return stderr;
}

/** As the pod's record says. */
const machineSize = (): unknown =>
  (JSON.parse(readFileSync(join(world.root, "@sandbox/pod/sandbox.json"), "utf8")) as { size?: unknown }).size;

const hostMemory = (): string => readFileSync("/proc/meminfo", "utf8").split("\n", 1).join();

function sandboxRecords(): string {
  const directory = join(world.root, "@sandbox");
  return readdirSync(directory)
    .map((id) => readFileSync(join(directory, id, "sandbox.json"), "utf8"))
    .join();
}

/** What a container's programs see: processors, and memory as far as the guest's kernel leaves it, in MiB. */
async function seen(id: string): Promise<{ cpus: number; memoryMib: number }> {
  const text = await succeeds("exec", id, "sh", "-c", "nproc; cat /proc/meminfo");
  return { cpus: Number(text.split("\n")[0]), memoryMib: Number(/^MemTotal: +(\d+) kB$/m.exec(text)?.[1]) / 1024 };
}

async function assertSize(id: string, cpus: number, memoryMib: number): Promise<void> {
  const size = await seen(id);
  assert.equal(size.cpus, cpus);
  assert.ok(size.memoryMib > memoryMib - 128 && size.memoryMib <= memoryMib, `${size.memoryMib} MiB, not ${memoryMib}`);
  if (memoryMib > bornMib) assert.deepEqual(machineSize(), { cpus, memoryMib });
}

const knob = async (id: string, name: string): Promise<string> => (await succeeds("exec", id, "cat", `/sys/fs/cgroup/${name}`)).trim();

test("a second container makes the pod's machine larger where both together need it", async () => {
  const ceiling = join(world.directory, "ceiling.toml");
  writeFileSync(
    ceiling,
    `[hypervisor.qemu]\ndefault_memory = ${bornMib}\ndefault_maxvcpus = 2\ndefault_maxmemory = 2048\nmemory_slots = 2\n`,
  );
  await succeeds("--config", ceiling, "run", "-d", "-b", world.bundle(["sleep", "1000"], pod("sandbox")), "pod");
  await assertSize("pod", 1, bornMib);
  const bundle = world.bundle(["sleep", "1000"], (spec) => {
    pod("container")(spec);
    spec.linux.resources = { memory: { limit: 512 * mib } };
  });
  await world.detached("second", bundle);
  await assertSize("second", 1, 1024);
});

test("`update` makes it larger, and the guest's limit smaller again", async () => {
  await succeeds("update", "--cpu-quota", "200000", "--cpu-period", "100000", "--memory", "1g", "second");
  await assertSize("second", 2, 1536);
  assert.deepEqual([await knob("second", "cpu.max"), await knob("second", "memory.max")], ["200000 100000", String(1024 * mib)]);
  await succeeds("update", "--cpu-quota", "50000", "--memory", "64m", "second");
  assert.deepEqual([await knob("second", "cpu.max"), await knob("second", "memory.max")], ["50000 100000", String(64 * mib)]);
  await assertSize("pod", 2, 1536); // the machine keeps what it has
});

test("what the configuration or the machine does not allow is refused by its name, and changes nothing", async () => {
  const update = (...limits: string[]) => refused("update", ...limits, "second");
  assert.match(
    await update("--memory", "3g"),
    /memory limits of the sandbox add up to 3072 MiB, hypervisor\.qemu\.default_maxmemory allows 2048/,
  );
  assert.match(await update("--cpu-quota", "300000"), /cpu limits of the sandbox add up to 3 CPUs, .*default_maxvcpus allows 2/);
  assert.match(await update("--memory", "1200m"), /plug in 256 MiB of memory: all 2 slots are taken \(memory_slots\)/);
  const create = (limitMib: number) => {
    const bundle = world.bundle(["true"], (spec) => {
      pod("container")(spec);
      spec.linux.resources = { memory: { limit: limitMib * mib } };
    });
    return refused("create", "-b", bundle, "third");
  };
  assert.match(await create(3000), /memory limits of the sandbox add up to 3064 MiB/);
  // the guest has made that one when it turns out: a later one of its name shows that it is gone there too
  assert.match(await create(1200), /plug in 256 MiB of memory: all 2 slots are taken/);
  assert.deepEqual([await knob("second", "cpu.max"), await knob("second", "memory.max")], ["50000 100000", String(64 * mib)]);
});

test("a container that was deleted counts no more", async () => {
  await succeeds("delete", "--force", "second");
  const bundle = world.bundle(["sh", "-c", "nproc; cat /sys/fs/cgroup/memory.max"], (spec) => {
    pod("container")(spec);
    spec.linux.resources = { memory: { limit: 1024 * mib } };
  });
  assert.equal(await succeeds("run", "-b", bundle, "third"), `2\n${1024 * mib}\n`);
  await succeeds("delete", "--force", "pod");
  assert.deepEqual(
    world.changes(earlier).filter((each) => !each.includes("@sandbox")),
    [],
  );
});

test("with static_sandbox_resource_mgmt a machine is born for its container and stays so", async () => {
  const config = join(world.directory, "static.toml");
  writeFileSync(config, "[hypervisor.qemu]\ndefault_memory = 256\n[runtime]\nstatic_sandbox_resource_mgmt = true\n");
  const bundle = world.bundle(["sleep", "1000"], (spec) => {
    spec.linux.resources = { memory: { limit: 256 * mib } };
  });
  await succeeds("--config", config, "run", "-d", "-b", bundle, "static");
  assert.ok((await seen("static")).memoryMib > 384);
  assert.match(
    await refused("update", "--memory", "1g", "static"),
    /memory limits of the sandbox add up to 1024 MiB, its virtual machine has 512 MiB: static_sandbox_resource_mgmt is set/,
  );
  await succeeds("update", "--memory", "300m", "static");
});
