/** Templates that are missing, damaged, stale or cannot be written: containers start all the same. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statfsSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { hostProcesses, kataRuntime, until } from "../support/world.ts";
import { FactoryWorld } from "./factory-world.ts";

let factory: FactoryWorld;
const noReserve = { vm_cache_number: 0 };

before(() => {
  factory = new FactoryWorld(noReserve);
});
after(() => factory.dispose());
beforeEach(() => factory.configure(noReserve));

/** Makes sure of a template; its directory. */
async function template(): Promise<string> {
  await factory.factory("init");
  const { templates } = await factory.status();
  const current = templates.find((each) => each.current);
  assert.ok(current);
  return join(factory.templatePath, current.key);
}

async function startsBy(way: "clone" | "boot", id: string): Promise<void> {
  await factory.detached(id);
  assert.equal(factory.isClone(id), way === "clone", `${id} should start by ${way}`);
  assert.equal((await factory.kata(["exec", id, "echo", "alive"])).stdout, "alive\n");
  await factory.delete(id);
}

/** In the background, some time after the container that found none. */
async function isMade(): Promise<void> {
  await until("a template", async () => (await factory.status()).on, 60_000);
}

test("without reserves the first container boots, and leaves a template to those that follow", async () => {
  await startsBy("boot", "first");
  await isMade();
  await startsBy("clone", "second");
});

test("a clone goes on when its template is deleted, and the next container boots", async () => {
  const directory = await template();
  await factory.detached("orphan");
  rmSync(directory, { recursive: true });
  assert.equal((await factory.kata(["exec", "orphan", "sh", "-c", "ls /bin | wc -l; echo alive"])).stdout.split("\n")[1], "alive");
  await startsBy("boot", "after");
  await factory.delete("orphan");
  await isMade();
});

test("memory of another size: the container boots, and the template is built anew", async () => {
  const directory = await template();
  truncateSync(join(directory, "memory"), 1 << 20);
  await startsBy("boot", "short");
  await isMade();
  await startsBy("clone", "rebuilt");
});

test("memory that lost what was in it: the container boots, and the template is built anew", async () => {
  const directory = await template();
  const size = 256 << 20;
  truncateSync(join(directory, "memory"), 0);
  truncateSync(join(directory, "memory"), size);
  await startsBy("boot", "empty");
  await isMade();
  await startsBy("clone", "refilled");
});

test("a template of another kernel under the same name is not gone on from", async () => {
  const path = join(await template(), "template.json");
  const described = JSON.parse(readFileSync(path, "utf8")) as { identity: { files: { path: string; size: number }[] } };
  const kernel = described.identity.files.find((file) => file.path.endsWith("vmlinux"));
  assert.ok(kernel);
  kernel.size++;
  writeFileSync(path, JSON.stringify(described));
  await startsBy("boot", "other-kernel");
  await isMade();
});

for (const text of ["", "{", '{"identity":3}', "[]", "x".repeat(1 << 20)]) {
  test(`a description that is ${JSON.stringify(text.slice(0, 20))} fits nothing`, async () => {
    const directory = await template();
    writeFileSync(join(directory, "template.json"), text);
    assert.equal((await factory.status()).on, false);
    await factory.factory("init");
    assert.equal((await factory.status()).on, true);
  });
}

test("a changed kernel makes a template stale, status says so and the next builder removes it", async () => {
  const kernel = join(factory.world.directory, "vmlinux");
  copyFileSync(join(kataRuntime, "../../share/kata-containers/vmlinux"), kernel);
  factory.configure(noReserve, { kernel });
  await factory.factory("init");
  utimesSync(kernel, 1000, 1000);
  const { on, templates } = await factory.status();
  assert.equal(on, false);
  const stale = templates.find((each) => each.stale !== undefined);
  assert.equal(stale?.stale, `${kernel} has changed`);
  await factory.factory("init");
  const now = await factory.status();
  assert.equal(now.on, true);
  assert.ok(!now.templates.some(({ key }) => key === stale?.key));
  assert.ok(!existsSync(join(factory.templatePath, `${stale?.key}.lock`)));
});

test("two builders at once make one template", async () => {
  await factory.factory("destroy");
  await Promise.all([factory.factory("init"), factory.factory("init")]);
  assert.equal((await factory.status()).templates.length, 1);
  assert.equal(readdirSync(factory.templatePath).length, 2, "a directory and its lock");
});

test("a builder that is killed leaves nothing running, and the next one builds", async () => {
  await factory.factory("destroy");
  const building = factory.kata(["factory", "init"]);
  const builder = (): number | undefined =>
    hostProcesses(factory.world.directory, { reserves: true }).find(({ command }) => command === "kata-sandbox reserve")?.pid;
  const hasVmm = (): boolean =>
    hostProcesses(factory.world.directory, { reserves: true }).some(({ command }) => command.includes("sandbox-template"));
  await until("the builder's VMM", hasVmm);
  process.kill(builder() ?? Number.NaN, "SIGKILL");
  const { code, stderr } = await building;
  assert.equal(code, 1);
  assert.match(stderr, /build template: the builder was killed/);
  await until("the VMM's end", () => !hasVmm());
  await startsBy("boot", "meanwhile");
  await isMade();
  assert.deepEqual(
    readdirSync(factory.templatePath).filter((name) => name.endsWith(".new")),
    [],
  );
});

test("a place that is too small is an error of init that says how much is missing, and containers boot", async () => {
  const small = join(factory.place, "small");
  mkdirSync(small);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", small]);
  try {
    factory.configure({ ...noReserve, template_path: small });
    const { code, stderr } = await factory.kata(["factory", "init"]);
    assert.equal(code, 1);
    assert.match(stderr, /template_path \S+\/small: 64 MiB are free, must be at least 128 MiB/);
    await startsBy("boot", "small");
  } finally {
    execFileSync("umount", ["-l", small]);
  }
});

test("a place that is read-only is an error of init that names it, and containers boot", async () => {
  const fixed = join(factory.place, "fixed");
  mkdirSync(fixed);
  execFileSync("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", fixed]);
  try {
    factory.configure({ ...noReserve, template_path: `${fixed}/template` });
    const { code, stderr } = await factory.kata(["factory", "init"]);
    assert.equal(code, 1);
    assert.match(stderr, /template_path \S+\/fixed\/template: .*read-only file system/i);
    await startsBy("boot", "fixed");
  } finally {
    execFileSync("umount", ["-l", fixed]);
  }
});

test("a place on a disk is warned about and works", async () => {
  // /tmp may be a tmpfs itself; where the project lies on one too there is nothing to warn about
  const place = mkdtempSync(resolve("build/on-disk-"));
  const disk = join(place, "templates");
  const warns = statfsSync(place).type !== 0x01021994; // TMPFS_MAGIC
  factory.configure({ ...noReserve, template_path: disk });
  const { code, stderr } = await factory.kata(["factory", "init"]);
  assert.equal(code, 0, stderr);
  assert.equal(/template_path \S+\/templates: is not on a tmpfs/.test(stderr), warns, stderr);
  await startsBy("clone", "from-disk");
  await factory.factory("destroy");
  assert.equal(existsSync(disk), false);
  rmdirSync(place);
});
