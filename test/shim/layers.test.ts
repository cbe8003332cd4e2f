/** Root file systems of layers, as containerd's erofs snapshotter has them: disks of the machine with an overlay made there. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TaskClient } from "../../src/protocol/gen/task.ts";
import type { Client } from "../../src/protocol/service.ts";
import { ext4Image, fileInImage } from "../disks/images.ts";
import type { TestSpec } from "../support/bundle.ts";
import { until } from "../support/world.ts";
import { Containerd } from "./containerd.ts";

interface RootMount {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly options: string[];
}

const containerd = new Containerd();
const mounted: string[] = [];
let earlier: Set<string>;
before(async () => {
  earlier = containerd.world.snapshot();
  await containerd.listen();
});
after(async () => {
  for (const path of mounted.reverse()) execFileSync("umount", ["-l", path]);
  await containerd.dispose();
});

const readOnly = (spec: TestSpec): void => {
  spec.root.readonly = true;
};

interface Story {
  readonly bundle: string;
  /** Of the snapshotter, one for each snapshot. */
  readonly snapshots: string;
}

/** A bundle whose root file system has been taken away, to be the lowest layer. */
function story(id: string, script: string, edit?: (spec: TestSpec) => void): Story {
  const bundle = containerd.bundle(id, ["sh", "-c", script], edit);
  const snapshots = join(containerd.world.directory, `snapshots-${id}`);
  mkdirSync(snapshots);
  renameSync(join(bundle, "rootfs"), join(snapshots, "base"));
  writeFileSync(join(snapshots, "base/who"), "lowest\n");
  mkdirSync(join(bundle, "rootfs"));
  return { bundle, snapshots };
}

/** An image of a directory, by its number, beside the `fs` where containerd mounts it. */
function layer({ snapshots }: Story, number: number, files: Readonly<Record<string, string>> | string, ...options: string[]): string {
  const directory = join(snapshots, String(number));
  mkdirSync(join(directory, "fs"), { recursive: true });
  const source = typeof files === "string" ? files : join(directory, "source");
  if (typeof files !== "string") {
    mkdirSync(source);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(source, name), text);
  }
  const image = join(directory, "layer.erofs");
  execFileSync("mkfs.erofs", ["--quiet", ...options, image, source], { stdio: "pipe" });
  return image;
}

const erofs = (source: string, ...options: string[]): RootMount => ({
  type: "erofs",
  source,
  target: "",
  options: ["ro", "loop", ...options],
});
const overlay = (type: string, ...options: string[]): RootMount => ({ type, source: "overlay", target: "", options });

/** Mounts a layer where containerd does, and says where. */
function mountLayer(image: string): string {
  const place = image.replace("layer.erofs", "fs");
  execFileSync("mount", ["-t", "erofs", "-o", "ro", image, place], { stdio: "pipe" });
  mounted.push(place);
  return place;
}

async function created(id: string, { bundle }: Story, rootfs: RootMount[]): Promise<{ shim: Client<typeof TaskClient>; output: string }> {
  const shim = await containerd.connect(await containerd.startShim(id, bundle));
  const output = join(containerd.world.directory, `${id}.log`);
  await shim.create({ id, bundle, stdin: "", stdout: `file://${output}`, stderr: "", terminal: false, rootfs });
  return { shim, output };
}

/** What the container says, and what the host had mounted for it meanwhile. */
async function run(id: string, the: Story, rootfs: RootMount[]): Promise<{ said: string; hostMounted: boolean }> {
  const { shim, output } = await created(id, the, rootfs);
  const hostMounted = readFileSync("/proc/self/mountinfo", "utf8").includes(` ${join(the.bundle, "rootfs")} `);
  await shim.start({ id });
  await shim.wait({ id });
  await shim.delete({ id });
  await shim.shutdown({ id });
  return { said: readFileSync(output, "utf8"), hostMounted };
}

const kinds = "grep -o '^overlay / overlay r[ow]' /proc/mounts; cat /sys/class/block/vd*/ro | sort | uniq -c | tr -s ' '";

test("layers are read-only disks, the upper one first, and what is written is on a disk of its own", async () => {
  const the = story("written", `cat /who; rm /gone; echo kept >/new; ${kinds}`);
  const [base, upper] = [layer(the, 1, join(the.snapshots, "base")), layer(the, 2, { who: "upper\n", gone: "there\n" })];
  const image = ext4Image(join(the.snapshots, "rwlayer.img"));
  const rootfs = [
    { type: "ext4", source: image, target: "", options: ["rw", "loop"] },
    erofs(upper),
    erofs(base),
    overlay(
      "format/mkdir/overlay",
      "X-containerd.mkdir.path={{ mount 0 }}/upper:0755",
      "X-containerd.mkdir.path={{ mount 0 }}/work:0755",
      "workdir={{ mount 0 }}/work",
      "upperdir={{ mount 0 }}/upper",
      "lowerdir={{ overlay 1 2 }}",
    ),
  ];
  const { said, hostMounted } = await run("written", the, rootfs);
  assert.match(said, /^upper\noverlay \/ overlay rw\n/);
  assert.equal(hostMounted, false);
  assert.equal(fileInImage(image, "upper/new"), "kept\n");
  assert.match(execFileSync("debugfs", ["-R", "stat /upper/gone", image], { encoding: "utf8", stdio: "pipe" }), /Type: character special/);
});

test("an erofs has its data on other disks, and one that only containers read is the root itself", async () => {
  const the = story("merged", "cat /etc/motd 2>/dev/null; cat /word; touch /x 2>&1", readOnly);
  writeFileSync(join(the.snapshots, "base/word"), "from the blob\n".repeat(1000));
  const blob = join(the.snapshots, "blob.erofs");
  const meta = layer(the, 1, join(the.snapshots, "base"), "--chunksize=4096", `--blobdev=${blob}`);
  const { said, hostMounted } = await run("merged", the, [erofs(meta, `device=${blob}`)]);
  assert.equal(said.split("\n").filter((line) => line === "from the blob").length, 1000);
  assert.match(said, /Read-only file system/);
  assert.equal(hostMounted, false);
});

test("layers that containerd has mounted are disks where nothing is written to a directory of the host; else it is shared", async () => {
  const readers = story("readers", `cat /who; touch /x 2>&1; ${kinds}`, readOnly);
  const places = [layer(readers, 2, { who: "upper\n" }), layer(readers, 1, join(readers.snapshots, "base"))].map(mountLayer);
  const [upper, work] = [join(readers.snapshots, "upper"), join(readers.snapshots, "work")];
  for (const path of [upper, work]) mkdirSync(path);
  const plain = overlay("overlay", `workdir=${work}`, `upperdir=${upper}`, `lowerdir=${places.join(":")}`);
  const disks = await run("readers", readers, [plain]);
  assert.match(disks.said, /^upper\n.*Read-only file system\noverlay \/ overlay ro\n/);
  assert.equal(disks.hostMounted, false);
  assert.deepEqual(readdirSync(upper), []);

  const writers = { ...story("writers", "cat /who; echo kept >/new"), snapshots: readers.snapshots };
  const shared = await run("writers", writers, [plain]);
  assert.deepEqual(shared, { said: "upper\n", hostMounted: true });
  assert.equal(readFileSync(join(upper, "new"), "utf8"), "kept\n");
});

test("more layers than a machine has places for are shared", async () => {
  const the = story("many", "ls /layer-* | wc -l", readOnly);
  const images = Array.from({ length: 12 }, (_, i) => layer(the, i + 2, { [`layer-${i}`]: "" }));
  const places = [...images, layer(the, 1, join(the.snapshots, "base"))].map(mountLayer);
  const { said } = await run("many", the, [overlay("overlay", `lowerdir=${places.join(":")}`)]);
  assert.equal(said, "12\n");
});

test("mounts that containerd leaves to the shim and that cannot be disks are mounted by the shim, and nothing of them stays", async () => {
  const the = story("left", "cat /who; echo kept >/new; rm /gone");
  const layers = [layer(the, 2, { who: "upper\n", gone: "there\n" }), layer(the, 1, join(the.snapshots, "base"))];
  const [upper, work] = [join(the.snapshots, "upper"), join(the.snapshots, "work")];
  const rootfs = [
    ...layers.map((image) => erofs(image)),
    overlay(
      "format/mkdir/overlay",
      `X-containerd.mkdir.path=${upper}:0755`,
      `X-containerd.mkdir.path=${work}`,
      `workdir=${work}`,
      `upperdir=${upper}`,
      "lowerdir={{ overlay 0 1 }}",
    ),
  ];
  const written = await run("left", the, rootfs);
  assert.deepEqual(written, { said: "upper\n", hostMounted: true });
  assert.deepEqual(readdirSync(upper).sort(), ["gone", "new"]);
  assert.deepEqual([statSync(upper).mode & 0o777, statSync(work).mode & 0o777], [0o755, 0o700]);
  assert.equal(existsSync(join(the.bundle, "layers")), false);

  const readers = { ...story("left-read", `cat /who; ${kinds}`, readOnly), snapshots: the.snapshots };
  const [empty, unused] = [join(the.snapshots, "empty"), join(the.snapshots, "unused")];
  mkdirSync(empty);
  const view = overlay("format/mkdir/overlay", `workdir=${unused}`, `upperdir=${empty}`, "lowerdir={{ overlay 0 1 }}");
  const read = await run("left-read", readers, [...layers.map((image) => erofs(image)), view]);
  assert.match(read.said, /^upper\noverlay \/ overlay ro\n/);
  assert.equal(read.hostMounted, false);
});

test("a directory of an image that the shim mounts is the root, and so are more layers than a machine has places for", async () => {
  const the = story("bound", "echo kept >/new; cat /who");
  const content = join(the.snapshots, "content");
  mkdirSync(content);
  renameSync(join(the.snapshots, "base"), join(content, "upper"));
  const image = ext4Image(join(the.snapshots, "rwlayer.img"), content);
  const rootfs = [
    { type: "ext4", source: image, target: "", options: ["rw", "loop"] },
    {
      type: "format/mkdir/bind",
      source: "{{ mount 0 }}/upper",
      target: "",
      options: ["X-containerd.mkdir.path={{ mount 0 }}/upper:0755", "rw", "rbind"],
    },
  ];
  assert.deepEqual(await run("bound", the, rootfs), { said: "lowest\n", hostMounted: true });
  assert.equal(fileInImage(image, "upper/new"), "kept\n");

  const many = story("many-left", "ls /layer-* | wc -l", readOnly);
  const images = Array.from({ length: 12 }, (_, i) => layer(many, i + 2, { [`layer-${i}`]: "" }));
  const layers = [...images, layer(many, 1, join(many.snapshots, "base"))].map((each) => erofs(each));
  assert.deepEqual(await run("many-left", many, [...layers, overlay("format/mkdir/overlay", "lowerdir={{ overlay 0 12 }}")]), {
    said: "12\n",
    hostMounted: true,
  });
});

test("what is neither for the machine nor for the host is refused by name, and nothing of it stays", async () => {
  const the = story("odd", "true");
  const base = layer(the, 1, join(the.snapshots, "base"));
  const rootfs = [erofs(base), overlay("format/mkdir/overlay", "lowerdir={{ overlay 0 7 }}")];
  await assert.rejects(
    created("odd", the, rootfs),
    /\{\{ overlay 0 7 \}\} in a mount of the root file system: there are 1 mounts before it/,
  );
  await assert.rejects(
    created("odd", the, [{ type: "mkfs/ext4", source: join(the.snapshots, "new.img"), target: "", options: ["rw", "loop"] }]),
    /mount mkfs\/ext4 .*new\.img on the root file system: only containerd can do mkfs/,
  );
  const outside = join(the.snapshots, "outside");
  const links = join(the.snapshots, "links");
  for (const path of [outside, links]) mkdirSync(path);
  symlinkSync(outside, join(links, "upper"));
  const image = ext4Image(join(the.snapshots, "links.img"), links);
  const bound = { type: "format/bind", source: "{{ mount 0 }}/upper", target: "", options: ["rw", "rbind"] };
  await assert.rejects(
    created("odd", the, [{ type: "ext4", source: image, target: "", options: ["rw", "loop"] }, bound]),
    /mount bind 0\/upper .*[Tt]oo many levels of symbolic links/,
  );
  assert.deepEqual(readdirSync(join(the.bundle, "rootfs")), []);
  assert.equal(readFileSync("/proc/self/mountinfo", "utf8").includes(` ${the.bundle}/`), false);
  assert.equal(existsSync(base), true);
});

test("nothing is left behind", async () => {
  for (const path of mounted.splice(0).reverse()) execFileSync("umount", ["-l", path]);
  await containerd.dispose();
  // a sandbox in reserve has a copy of what was mounted when it was started, and keeps it where mounts are private, as they are here
  const loops = execFileSync("losetup", ["-a"], { encoding: "utf8" }).split("\n");
  assert.deepEqual(
    loops.filter((line) => line.includes(containerd.world.directory)),
    [],
  );
  const left = (): string[] => containerd.world.changes(earlier).filter((each) => /process|mount|cgroup|link/.test(each));
  await until("nothing is left", () => left().length === 0).catch(() => assert.deepEqual(left(), []));
});
