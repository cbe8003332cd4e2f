/** Sandboxes in reserve: claimed by one, of use or gone, and no burden when they die or hang. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { hostProcesses, kataRuntime, until } from "../support/world.ts";
import { FactoryWorld, type ReserveStatus, runs } from "./factory-world.ts";

let factory: FactoryWorld;

before(() => {
  factory = new FactoryWorld();
});
after(() => factory.dispose());
beforeEach(() => factory.configure({}));

/** One in reserve, whatever the test before left. */
async function reserved(): Promise<ReserveStatus> {
  await factory.factory("init");
  return factory.waiting();
}

const gone = (reserve: ReserveStatus): Promise<void> =>
  until("the end of the reserve", () => ![reserve.pid, ...reserve.helperPids].some(runs), 20_000);

/** Everything of the reserve that is left on disk. */
function leftovers({ key, id }: ReserveStatus): string[] {
  const directory = join(factory.reservePath, key, "@sandbox");
  return existsSync(directory) ? readdirSync(directory).filter((name) => name === id) : [];
}

test("a container gets the sandbox in reserve, and another takes its place", async () => {
  const reserve = await reserved();
  await factory.detached("claims");
  assert.equal(factory.sandboxProcesses("claims").pid, reserve.pid);
  assert.deepEqual(leftovers(reserve), []);
  assert.notEqual((await factory.waiting()).id, reserve.id);
  await factory.delete("claims");
});

test("twenty creates at once with a reserve of one: each gets a machine of its own, one the reserve", async () => {
  const { pid } = await reserved();
  const ids = Array.from({ length: 20 }, (_, i) => `crowd-${i}`);
  const bundle = factory.world.bundle(["sleep", "1000"]);
  const created = await Promise.all(ids.map((id) => factory.kata(["create", "-b", bundle, id], { timeoutMs: 240_000 })));
  for (const { code, stderr } of created) assert.equal(code, 0, stderr);
  const pids = ids.map((id) => factory.sandboxProcesses(id).pid);
  assert.equal(new Set(pids).size, ids.length);
  assert.ok(pids.includes(pid));
  for (const id of ids) await factory.delete(id);
  await until("one in reserve", async () => (await factory.status()).reserves.length <= 1);
});

test("a sandbox in reserve is for containers of its own configuration alone", async () => {
  for (const other of [{ default_memory: 192 }, { kernel_params: "audit=0" }]) {
    const reserve = await reserved();
    factory.configure({}, other);
    await factory.detached("other");
    assert.notEqual(factory.sandboxProcesses("other").pid, reserve.pid, JSON.stringify(other));
    await factory.delete("other");
    await factory.waiting(); // its own: the next one takes its place
    factory.configure({});
  }
});

test("a reserve that was killed costs the next container nothing, and leaves nothing", async () => {
  const reserve = await reserved();
  process.kill(reserve.pid, "SIGKILL");
  await gone(reserve);
  assert.equal((await factory.status()).reserves[0]?.state, "broken");
  await factory.detached("finds-none");
  assert.deepEqual(leftovers(reserve), []);
  assert.ok(factory.isClone("finds-none"));
  await factory.delete("finds-none");
});

test("the leftovers of a reserve that was killed are removed by whoever makes the next, for whatever machine", async () => {
  const reserve = await reserved();
  process.kill(reserve.pid, "SIGKILL");
  await gone(reserve);
  factory.configure({}, { default_memory: 192 });
  await factory.factory("init");
  assert.deepEqual(leftovers(reserve), []);
});

test("a reserve whose record is damaged is passed over", async () => {
  const reserve = await reserved();
  writeFileSync(join(factory.reservePath, reserve.key, "@sandbox", reserve.id, "sandbox.json"), "{");
  await factory.detached("passes-over");
  assert.ok(factory.isClone("passes-over"));
  await factory.delete("passes-over");
  await factory.factory("destroy");
  await gone(reserve);
});

for (const victim of ["VM", "share daemon"] as const) {
  test(`a reserve whose ${victim} ends is no reserve any more`, async () => {
    const reserve = await reserved();
    const pid = victim === "VM" ? reserve.vmPid : reserve.helperPids.find((each) => each !== reserve.vmPid);
    process.kill(pid ?? Number.NaN, "SIGKILL");
    await gone(reserve);
    await until("the end of its directory", () => leftovers(reserve).length === 0);
  });
}

test("a reserve that hangs is ended by the claimer, which says so and takes the next way down", async () => {
  const reserve = await reserved();
  process.kill(reserve.pid, "SIGSTOP");
  const bundle = factory.world.bundle(["sleep", "1000"]);
  const { code, stderr } = await factory.kata(["--debug", "run", "-d", "-b", bundle, "not-hung"]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, new RegExp(`level=warning msg="claim ${reserve.id}: .*; ending it"`));
  assert.ok(factory.isClone("not-hung"));
  await gone(reserve);
  assert.deepEqual(leftovers(reserve), []);
  await factory.delete("not-hung");
});

test("a VM in reserve that hangs is replaced in the sandbox that has claimed it", async () => {
  const reserve = await reserved();
  process.kill(reserve.vmPid ?? Number.NaN, "SIGSTOP");
  assert.equal(await factory.run("vm-hung", ["echo", "fine"]), "fine\n");
  await gone(reserve);
});

test("a claimer that is killed while it claims leaves nothing, and others get on", async () => {
  for (const delayMs of [10, 15, 20, 25, 30, 40, 60]) {
    await reserved();
    const id = `killed-${delayMs}`;
    const bundle = factory.world.bundle(["sleep", "1000"]);
    const child = factory.world.start([...factory.global, "create", "-b", bundle, id], { stdio: ["ignore", "ignore", "ignore"] });
    const ended = new Promise((done) => child.on("exit", done));
    await new Promise((resume) => setTimeout(resume, delayMs));
    child.kill("SIGKILL");
    await ended;
    await factory.delete(id);
    await until("the sandbox's end", () => hostProcesses(factory.world.directory).length === 0, 10_000);
  }
  assert.equal(await factory.run("gets-on", ["echo", "fine"]), "fine\n");
});

test("a reserve that is killed while it is claimed: the container starts, or is gone without a trace", async () => {
  for (const delayMs of [5, 10, 15, 20, 30]) {
    const reserve = await reserved();
    const id = `unlucky-${delayMs}`;
    const creating = factory.kata(["create", "-b", factory.world.bundle(["sleep", "1000"]), id]);
    await new Promise((resume) => setTimeout(resume, delayMs));
    process.kill(reserve.pid, "SIGKILL");
    const { code, stderr } = await creating;
    if (code !== 0) assert.match(stderr, /sandbox|connection/);
    await factory.delete(id);
    await gone(reserve);
    assert.deepEqual(hostProcesses(factory.world.directory), []);
  }
});

test("a refiller that is killed at work is made up for by the next", async () => {
  await reserved();
  await factory.detached("starts-refiller");
  const refiller = (): number | undefined =>
    hostProcesses(factory.world.directory, { reserves: true }).find(({ command }) => command === "kata-sandbox reserve")?.pid;
  await until("the refiller", () => refiller() !== undefined);
  process.kill(refiller() ?? Number.NaN, "SIGKILL");
  await factory.delete("starts-refiller");
  await factory.detached("next");
  const { id } = await factory.waiting();
  assert.deepEqual(
    (await factory.status()).reserves.map((each) => each.id),
    [id],
    "what the killed one had is gone",
  );
  await factory.delete("next");
});

test("a reserve ends when a file changes that it was started from", async () => {
  const kernel = join(factory.world.directory, "vmlinux");
  copyFileSync(join(kataRuntime, "../../share/kata-containers/vmlinux"), kernel);
  factory.configure({}, { kernel });
  const reserve = await reserved();
  utimesSync(kernel, 1000, 1000);
  await gone(reserve);
  assert.deepEqual(leftovers(reserve), []);
});

test("a reserve ends when its template is gone", async () => {
  const reserve = await reserved();
  rmSync(factory.templatePath, { recursive: true });
  await gone(reserve);
});

test("a reserve ends when nobody can find it", async () => {
  const reserve = await reserved();
  rmSync(factory.reservePath, { recursive: true, force: true });
  await gone(reserve);
});

test("a reserve ends when nobody claims it for the configured time", async () => {
  await factory.factory("destroy");
  factory.configure({ reserve_idle_timeout: 2 });
  const reserve = await reserved();
  await gone(reserve);
  assert.deepEqual(leftovers(reserve), []);
});

test("a reserve ends when the host is short of memory, and none is made", async () => {
  const reserve = await reserved();
  const meminfo = join(factory.world.directory, "meminfo");
  writeFileSync(meminfo, "MemTotal:       1000000 kB\nMemFree:        1000 kB\nMemAvailable:   1000 kB\n");
  execFileSync("nsenter", ["-t", String(reserve.pid), "-m", "-r", "mount", "--bind", meminfo, "/proc/meminfo"]);
  await gone(reserve);
  execFileSync("mount", ["--bind", meminfo, "/proc/meminfo"]);
  try {
    const { code, stderr } = await factory.kata(["factory", "init"]);
    assert.equal(code, 1);
    assert.match(stderr, /memory/);
  } finally {
    execFileSync("umount", ["/proc/meminfo"]);
  }
});

test("there are never more in reserve than configured, for however many kinds of machine", async () => {
  await factory.factory("destroy");
  await reserved();
  factory.configure({}, { default_memory: 192 });
  await reserved();
  const { reserves } = await factory.status();
  assert.deepEqual(
    reserves.map(({ current }) => current),
    [true],
    "the other kind made room",
  );
  factory.configure({ vm_cache_number: 2 });
  await factory.factory("init");
  assert.equal((await factory.status()).reserves.length, 2);
});
