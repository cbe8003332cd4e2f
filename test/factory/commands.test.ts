/** factory init, status and destroy. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { until } from "../support/world.ts";
import { FactoryWorld, runs } from "./factory-world.ts";

let factory: FactoryWorld;

before(() => {
  factory = new FactoryWorld();
});
after(() => factory.dispose());

test("a factory that is switched off says so in Kata's words", async () => {
  factory.configure({ enable_template: false });
  const { code, stdout } = await factory.kata(["factory", "init"]);
  assert.deepEqual([code, stdout], [0, "vm factory or VMCache is not enabled\n"]);
  assert.equal(await factory.factory("status"), "vm factory not enabled\n");
  assert.equal(await factory.factory("destroy"), "vm factory destroyed\n");
  factory.configure({});
});

test("status of a factory that has made nothing", async () => {
  assert.equal(await factory.factory("status"), "vm factory is off\nreserve: 0 of 1\n");
  assert.equal(existsSync(factory.templatePath), false, "looking makes nothing");
});

test("init makes a template and a sandbox in reserve, which status shows and list does not", async () => {
  assert.equal(await factory.factory("init"), "vm factory initialized\n");
  const text = await factory.factory("status");
  assert.match(text, /^VM pid = \d+ Cpu = 1 Memory = 256MiB\nvm factory is on\n/);
  assert.match(text, /^template [0-9a-f]{16}: \d+ MiB for 256 MiB of memory, built \S+, current$/m);
  assert.match(text, /^ {2}\S+vmlinux, \d+ bytes of /m);
  assert.match(text, /^ {2}reserve-\S+: waiting for \d+ s, sandbox process \d+, \d+ MiB, current$/m);
  assert.equal((await factory.kata(["list", "-q"])).stdout, "");
});

test("init a second time changes nothing", async () => {
  const earlier = await factory.status();
  assert.equal(await factory.factory("init"), "vm factory initialized\n");
  const now = await factory.status();
  assert.deepEqual(now.templates, earlier.templates);
  assert.deepEqual(
    now.reserves.map(({ id }) => id),
    earlier.reserves.map(({ id }) => id),
  );
});

test("init without reserves makes the template alone", async () => {
  await factory.factory("destroy");
  factory.configure({ vm_cache_number: 0 });
  await factory.factory("init");
  const { on, reserves } = await factory.status();
  assert.deepEqual([on, reserves], [true, []]);
  factory.configure({});
});

test("destroy ends what waits, leaves containers alone and no file", async () => {
  await factory.factory("init");
  await factory.detached("stays");
  const { pid, helperPids } = await factory.waiting();
  assert.equal(await factory.factory("destroy"), "vm factory destroyed\n");
  await until("the end of the reserve", () => ![pid, ...helperPids].some(runs));
  assert.equal((await factory.kata(["exec", "stays", "echo", "here"])).stdout, "here\n");
  assert.equal(existsSync(factory.templatePath), false);
  assert.deepEqual(readdirSync(factory.place), ["reserve"], "its share is mounted there");
  await factory.delete("stays");
  await factory.factory("destroy");
  assert.deepEqual(readdirSync(factory.place), []);
});

test("an order that is none is refused by name", async () => {
  const { code, stderr } = await factory.kata(["factory", "restart"]);
  assert.equal(code, 1);
  assert.match(stderr, /factory \\"restart\\": must be init, status or destroy/);
});
