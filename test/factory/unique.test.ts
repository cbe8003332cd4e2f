/** Clones of one template have nothing in common that must be each machine's own. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { FactoryWorld } from "./factory-world.ts";

let factory: FactoryWorld;

before(() => {
  factory = new FactoryWorld();
});
after(() => factory.dispose());

const clockSource = fileURLToPath(new URL("../support/clock.c", import.meta.url));
const script = [
  "head -c 16 /dev/urandom | hexdump -v -e '/1 \"%02x\"'; echo",
  "head -c 16 /dev/random | hexdump -v -e '/1 \"%02x\"'; echo",
  "cat /proc/sys/kernel/random/boot_id /proc/sys/kernel/random/uuid",
  // AT_RANDOM, from which stack protectors and address layouts are made
  "sed -n '/stack/s/ .*//p' /proc/self/maps",
].join("; ");

interface Machine {
  readonly facts: readonly string[];
  readonly hostname: string;
}

const names = ["/dev/urandom", "/dev/random", "boot_id", "uuid", "address of the stack"];

/** Runs a container of its own and asks it. Its clock must be within 10 ms of the host's. */
async function ask(id: string): Promise<Machine> {
  const bundle = factory.world.bundle(["sleep", "1000"], (spec) => {
    spec.hostname = `host-of-${id}`;
  });
  execFileSync("gcc", ["-static", "-O1", "-o", join(bundle, "rootfs/bin/clock"), clockSource]);
  const { code, stderr } = await factory.kata(["run", "-d", "-b", bundle, id]);
  assert.equal(code, 0, stderr);
  const { stdout } = await factory.kata(["exec", id, "sh", "-c", script]);
  await checkClock(id);
  const hostname = (await factory.kata(["exec", id, "hostname"])).stdout.trim();
  await factory.delete(id);
  return { facts: stdout.trim().split("\n"), hostname };
}

async function checkClock(id: string): Promise<void> {
  const now = (): bigint => BigInt(Date.now()) * 1_000_000n;
  const tolerance = 10_000_000n;
  const begin = now();
  const guest = BigInt((await factory.kata(["exec", id, "clock"])).stdout.trim());
  assert.ok(guest > begin - tolerance && guest < now() + tolerance, `clock of ${id}: ${(guest - begin) / 1_000_000n} ms after the host's`);
}

function assertUnique(machines: readonly Machine[]): void {
  for (const [index, what] of names.entries()) {
    const values = machines.map(({ facts }) => facts[index]);
    assert.ok(
      values.every((value) => value !== undefined && value.length >= 12),
      `${what}: ${values.join(", ")}`,
    );
    assert.equal(new Set(values).size, machines.length, `${what}: ${values.join(", ")}`);
  }
}

test("ten clones of a template differ in random numbers, boot id and hostname, and have the host's time", async () => {
  factory.configure({ vm_cache_number: 0 });
  await factory.factory("init");
  const machines: Machine[] = [];
  for (let i = 0; i < 10; i++) machines.push(await ask(`clone-${i}`));
  assertUnique(machines);
  assert.deepEqual(
    machines.map(({ hostname }) => hostname),
    machines.map((_, i) => `host-of-clone-${i}`),
  );
});

test("so do ten sandboxes that waited in reserve", async () => {
  factory.configure({});
  await factory.factory("init");
  const machines: Machine[] = [];
  for (let i = 0; i < 10; i++) {
    const { pid } = await factory.waiting();
    await new Promise((resume) => setTimeout(resume, 300)); // its clock stands still meanwhile
    machines.push(await ask(`reserve-${i}`));
    assert.ok(pid > 0);
  }
  assertUnique(machines);
});
