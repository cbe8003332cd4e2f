/** Root file systems, volumes and devices that the guest gets as disks, and when it must not. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TestSpec } from "../support/bundle.ts";
import { until, World } from "../support/world.ts";
import { dropLoopDevice, ext4Image, fileInImage, imageAnnotation, imageBundle, leastXfsMib, loopDevice, xfsImage } from "./images.ts";

let world: World;
let earlier: Set<string>;
const loops: string[] = [];
before(() => {
  world = new World();
  earlier = world.snapshot();
});
after(async () => {
  await world.dispose();
  for (const path of loops) dropLoopDevice(path);
});

async function run(id: string, bundle: string): Promise<string> {
  const { code, stdout, stderr } = await world.kata(["run", "-b", bundle, id]);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function refused(id: string, bundle: string, why: RegExp): Promise<void> {
  const { code, stderr } = await world.kata(["run", "-b", bundle, id]);
  assert.notEqual(code, 0);
  assert.match(stderr, why);
}

function loop(image: string, ...options: string[]): NonNullable<ReturnType<typeof loopDevice>> {
  const device = loopDevice(image, ...options);
  if (!device) throw new Error(`no loop device for ${image}`);
  loops.push(device.path);
  return device;
}
const noLoops = (() => {
  const image = ext4Image("/tmp/kata-test-loop.img", undefined, 2);
  const device = loopDevice(image);
  if (device) dropLoopDevice(device.path);
  execFileSync("rm", ["-f", image]);
  return device ? false : "this machine has no loop devices to give";
})();

const readOnly = (spec: TestSpec): void => {
  spec.root.readonly = true;
};

test("what is written to a root on an image that may be written to is in the image", async () => {
  const bundle = imageBundle(world, ["sh", "-c", "echo kept >/written; grep -o '/dev/vd. / ext4 rw' /proc/mounts"]);
  assert.match(await run("writes", bundle), /^\/dev\/vd. \/ ext4 rw/);
  assert.equal(fileInImage(join(bundle, "root.img"), "written"), "kept\n");
});

test("a read-only root is on a disk that nobody can write to, and two machines have it at once", async () => {
  const bundle = imageBundle(world, ["sleep", "1000"], { edit: readOnly });
  await world.detached("reader-1", bundle);
  await world.detached("reader-2", bundle);
  const { stdout } = await world.kata(["exec", "reader-2", "sh", "-c", "grep -o '/dev/vd. / ext4 ro' /proc/mounts; touch /x 2>&1"]);
  assert.match(stdout, /ext4 ro\n.*Read-only file system/);
  await world.deleteAll();
});

test("a file system that has no way to be written to gets what is written in memory", async () => {
  const bundle = imageBundle(world, ["sh", "-c", "cat /written 2>/dev/null; echo lost >/written; cat /written"], { type: "erofs" });
  assert.equal(await run("scratch-1", bundle), "lost\n");
  assert.equal(await run("scratch-2", bundle), "lost\n");
});

test("an image that one machine writes to is not given to another", async () => {
  const bundle = imageBundle(world, ["sleep", "1000"]);
  await world.detached("writer", bundle);
  await refused("second", bundle, /disk .*root\.img: .*lock/);
  await world.kata(["delete", "--force", "writer"]);
});

test("what is no disk is refused by its name", async () => {
  const bundle = imageBundle(world, ["true"]);
  writeFileSync(join(bundle, "root.img"), Buffer.alloc(1 << 20));
  await refused("empty", bundle, /root\.img: holds no file system that the guest mounts \(ext4, xfs, erofs, squashfs\)/);
  const plain = imageBundle(world, ["true"], {
    edit: (spec) => {
      delete spec.annotations;
    },
  });
  await refused(
    "plain",
    plain,
    /root\.img is not a directory \(an image file needs the annotation io\.katacontainers\.fs-opt\.block_device=file\)/,
  );
  const other = imageBundle(world, ["true"], {
    edit: (spec) => {
      spec.annotations = { [imageAnnotation]: "yes" };
    },
  });
  await refused("other", other, /annotation .* is \\?"yes\\?": must be \\?"file/);
  const config = join(world.directory, "no-disks.toml");
  writeFileSync(config, "[hypervisor.qemu]\ndisable_block_device_use = true\n[factory]\nenable_template = false\n");
  const { code, stderr } = await world.kata(["--config", config, "run", "-b", imageBundle(world, ["true"]), "off"]);
  assert.notEqual(code, 0);
  assert.match(stderr, /root\.img: the configuration has disable_block_device_use/);
});

test("an image among the mounts is a volume", async () => {
  const files = join(world.directory, "files");
  mkdirSync(files);
  writeFileSync(join(files, "there"), "already\n");
  const image = ext4Image(join(world.directory, "volume.img"), files);
  const bundle = world.bundle(["sh", "-c", "cat /srv/there; echo new >/srv/new; grep -o ' /srv ext4 rw,[a-z,]*' /proc/mounts"], (spec) => {
    spec.mounts.push({ destination: "/srv", type: "ext4", source: image, options: [`${imageAnnotation}=file`, "noexec"] });
  });
  assert.match(await run("volume", bundle), /^already\n \/srv ext4 rw,.*noexec/);
  assert.equal(fileInImage(image, "new"), "new\n");
});

test("block devices are disks: a file system that is mounted, and a device with the rights that its rule gives", {
  skip: noLoops,
}, async () => {
  const image = ext4Image(join(world.directory, "device.img"));
  const [system, raw] = [loop(image), loop(ext4Image(join(world.directory, "raw.img"), undefined, 4))];
  const script =
    "echo on-disk >/srv/new; head -c 4 /dev/given | wc -c; dd if=/dev/zero of=/dev/given count=1 2>&1 | tail -n 1; cat /sys/class/block/*/size";
  const bundle = world.bundle(["sh", "-c", script], (spec) => {
    spec.mounts.push({ destination: "/srv", type: "ext4", source: system.path });
    const { major, minor } = raw;
    spec.linux.devices = [{ path: "/dev/given", type: "b", major, minor }];
    spec.linux.resources = {
      devices: [
        { allow: false, access: "rwm" },
        { allow: true, type: "b", major, minor, access: "r" },
      ],
    };
  });
  const output = await run("devices", bundle);
  assert.match(output, /^4\n.*(?:Operation not permitted|Permission denied)/);
  assert.match(output, /^8192$/m); // a device has its own size: 4 MiB
  assert.equal(fileInImage(image, "new"), "on-disk\n");
});

test("a device that the host has mounted is not given away, and one that the guest writes to cannot be mounted", {
  skip: noLoops,
}, async () => {
  const device = loop(ext4Image(join(world.directory, "mounted.img")));
  const place = join(world.directory, "place");
  mkdirSync(place);
  const bundle = world.bundle(["sleep", "1000"], (spec) => {
    spec.mounts.push({ destination: "/srv", type: "ext4", source: device.path });
  });
  // in a mount namespace of its own: sandboxes that start meanwhile have no copy of the mount
  const mounted = (): Promise<ChildProcess> => {
    const command = `mount ${device.path} ${place} && echo mounted && exec sleep 1000`;
    const child = spawn("unshare", ["--mount", "--propagation", "private", "sh", "-c", command], { stdio: ["ignore", "pipe", "ignore"] });
    return new Promise((resolve, reject) => {
      child.stdout.once("data", () => resolve(child));
      child.once("exit", () => reject(new Error("mount failed")));
    });
  };
  const unmounted = async (child: ChildProcess): Promise<void> => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  const first = await mounted();
  await refused("mounted", bundle, /disk \/dev\/loop\d+: the host or another virtual machine uses it/);
  await unmounted(first);
  await world.detached("taken", bundle);
  await assert.rejects(mounted(), /mount failed/);
  await world.kata(["delete", "--force", "taken"]);
  await unmounted(await mounted());
});

test("a direct volume is a disk instead of the directory that is bound", async () => {
  const [directory, image] = [join(world.directory, "direct"), ext4Image(join(world.directory, "direct.img"))];
  mkdirSync(directory);
  const info = JSON.stringify({ "volume-type": "block", device: image, fstype: "ext4", metadata: { fsGroup: "2000" } });
  const path = ["--volume-path", directory];
  assert.equal((await world.kata(["direct-volume", "add", ...path, "--mount-info", info])).code, 0);
  const bundle = world.bundle(["sh", "-c", "stat -c %g /srv; echo direct >/srv/new"], (spec) => {
    spec.mounts.push({ destination: "/srv", type: "bind", source: directory, options: ["rbind", "rw"] });
  });
  assert.equal(await run("direct", bundle), "2000\n");
  assert.equal(fileInImage(image, "new"), "direct\n");
  assert.deepEqual(readdirSync(directory), []);
  assert.equal((await world.kata(["direct-volume", "remove", ...path])).code, 0);
  await run("shared", bundle);
  assert.deepEqual(readdirSync(directory), ["new"]);
  assert.match((await world.kata(["direct-volume", "add", ...path])).stderr, /add needs --mount-info/);
});

/** A file system in a volume: made with `mib`, then of `grownMib`, and what checks it on the host. */
interface Growing {
  readonly fstype: string;
  readonly make: (path: string, mib: number) => string;
  readonly mib: number;
  readonly grownMib: number;
  readonly check: (image: string) => void;
}

const growing: readonly Growing[] = [
  {
    fstype: "ext4",
    make: (path, mib) => ext4Image(path, undefined, mib),
    mib: 8,
    grownMib: 24,
    check: (image) => execFileSync("e2fsck", ["-fn", image], { stdio: "pipe" }),
  },
  {
    fstype: "xfs",
    make: xfsImage,
    mib: leastXfsMib,
    grownMib: leastXfsMib + 100,
    check: (image) => {
      execFileSync("xfs_repair", ["-n", image], { stdio: "pipe" });
      const share = (path: string): string =>
        execFileSync("xfs_db", ["-r", "-c", "sb 0", "-c", "print imax_pct", path], { encoding: "utf8" });
      assert.equal(share(image), share(xfsImage(`${image}.fresh`))); // what of it inodes may take stays
    },
  },
];

for (const { fstype, make, mib, grownMib, check } of growing)
  test(`a direct volume that is in use says how full it is, and grows; it never shrinks: ${fstype}`, async () => {
    const id = `grows-${fstype}`;
    const [directory, image] = [join(world.directory, id), make(join(world.directory, `${id}.img`), mib)];
    mkdirSync(directory);
    const volume = (action: string, ...more: string[]) => world.kata(["direct-volume", action, "--volume-path", directory, ...more]);
    const resize = async (size: number | string): Promise<string> => (await volume("resize", "--size", String(size))).stderr;
    assert.match((await volume("stats")).stderr, /no such volume was added/);
    await volume("add", "--mount-info", JSON.stringify({ "volume-type": "block", device: image, fstype }));
    assert.match((await volume("stats")).stderr, /no container that runs has the disk/);
    const bundle = world.bundle(["sleep", "1000"], (spec) => {
      spec.mounts.push({ destination: "/srv", type: "bind", source: directory, options: ["rbind", "rw"] });
    });
    await world.detached(id, bundle);
    const used = async (): Promise<{ total: number; used: number; available: number }> => {
      const { stdout, stderr } = await volume("stats");
      const { usage, volume_condition } = JSON.parse(stdout || stderr) as { usage: { unit: number }[]; volume_condition: object };
      assert.deepEqual(volume_condition, { abnormal: false, message: "" });
      return usage.find(({ unit }) => unit === 1) as unknown as { total: number; used: number; available: number };
    };
    const before = await used();
    await world.kata(["exec", id, "sh", "-c", "head -c 2000000 /dev/urandom >/srv/file; sync"]);
    assert.ok((await used()).used - before.used >= 2_000_000);
    assert.equal(await resize(grownMib << 20), "");
    assert.equal(statSync(image).size, grownMib << 20);
    assert.ok((await used()).total > before.total + ((grownMib - mib) << 20) * 0.85);
    const { code } = await world.kata(["exec", id, "sh", "-c", `fallocate -l ${(mib + 2) << 20} /srv/more && sync`]);
    assert.equal(code, 0);
    assert.match(await resize(mib << 20), /cannot become smaller/);
    assert.match(await resize("1G"), /resize needs --size in bytes, more than 0; it is \\*"1G/);
    await world.kata(["delete", "--force", id]);
    await volume("remove");
    check(image);
  });

test("containers of a pod have one volume in common, and its disk goes with the last of them", async () => {
  const image = ext4Image(join(world.directory, "common.img"));
  const member = (kind: "sandbox" | "container", args: string[]): string =>
    world.bundle(args, (spec) => {
      spec.annotations = { "io.kubernetes.cri.container-type": kind, "io.kubernetes.cri.sandbox-id": "pod" };
      if (kind === "container") spec.mounts.push({ destination: "/srv", source: image, options: [`${imageAnnotation}=file`] });
    });
  await world.detached("pod", member("sandbox", ["sleep", "1000"]));
  await world.detached("writer", member("container", ["sh", "-c", "echo common >/srv/new; sleep 1000"]));
  assert.equal(await run("reader", member("container", ["sh", "-c", "until cat /srv/new 2>/dev/null; do sleep 0.1; done"])), "common\n");
  await world.kata(["delete", "--force", "reader"]);
  await world.kata(["delete", "--force", "writer"]);
  await until("the machine has no disk any more", async () => {
    const { stdout } = await world.kata(["exec", "pod", "sh", "-c", "ls /sys/class/block"]);
    return stdout === "vda\nvdb\n"; // the places that wait for disks
  });
  assert.equal(await run("again", member("container", ["cat", "/srv/new"])), "common\n");
  await world.deleteAll();
});

test("nothing is left behind", async () => {
  await world.deleteAll();
  assert.deepEqual(world.changes(earlier), []);
});
