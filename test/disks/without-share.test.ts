/** Machines without a share of the host's files: when there are such, what is copied into them, and what is refused. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TestSpec } from "../support/bundle.ts";
import { hostProcesses, type Result, until, World } from "../support/world.ts";
import { ext4Image, imageAnnotation, imageBundle } from "./images.ts";

let world: World;
let earlier: Set<string>;
let none: string[];
before(() => {
  world = new World();
  earlier = world.snapshot();
  none = ["--config", configuration("none", 'shared_fs = "none"')];
});
after(() => world.dispose());

function configuration(name: string, ...hypervisor: string[]): string {
  const path = join(world.directory, `${name}.toml`);
  writeFileSync(path, ["[hypervisor.qemu]", ...hypervisor, ""].join("\n"));
  return path;
}

const kata = (...args: string[]): Promise<Result> => world.kata([...none, ...args]);

async function succeeded(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await kata(...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function refused(why: RegExp, bundle: string): Promise<void> {
  const { code, stderr } = await kata("run", "-b", bundle, "refused");
  assert.notEqual(code, 0);
  assert.match(stderr, why);
}

const helpersOf = (id: string): string[] => {
  const { helpers } = JSON.parse(readFileSync(join(world.root, "@sandbox", id, "sandbox.json"), "utf8")) as {
    helpers: { role: string }[];
  };
  return helpers.map(({ role }) => role);
};

const bind = (source: string, destination: string, ...options: string[]) => ({ source, destination, options: ["rbind", ...options] });

/** A ConfigMap as kubelet lays it out: the files are links through `..data`, which one rename replaces. */
function configMap(name: string, text: string): string {
  const directory = join(world.directory, name);
  mkdirSync(join(directory, "..first"), { recursive: true });
  writeFileSync(join(directory, "..first", "key"), text);
  symlinkSync("..first", join(directory, "..data"));
  symlinkSync("..data/key", join(directory, "key"));
  return directory;
}

function replaceConfigMap(directory: string, text: string): void {
  mkdirSync(join(directory, "..second"));
  writeFileSync(join(directory, "..second", "key"), text);
  symlinkSync("..second", join(directory, "..new"));
  renameSync(join(directory, "..new"), join(directory, "..data"));
}

test("a container whose root is a disk and that has no files of the host has a machine without a share", async () => {
  await world.detached("alone", imageBundle(world, ["sleep", "1000"]));
  assert.deepEqual(helpersOf("alone"), ["vmm"]);
  assert.deepEqual(
    hostProcesses(world.directory).filter(({ command }) => command.includes("virtiofsd")),
    [],
  );
  const { stdout } = await world.kata(["exec", "alone", "sh", "-c", "touch /written && cat /written && grep -c virtiofs /proc/mounts"]);
  assert.equal(stdout, "0\n");
  await world.kata(["kill", "alone", "KILL"]);
  await until("the end", async () => (await world.state("alone")).status === "stopped");
  assert.equal((await world.kata(["delete", "alone"])).code, 0);
});

test("one with files of the host, and the first of a pod, has a share unless the configuration has none", async () => {
  const file = join(world.directory, "shared-file");
  writeFileSync(file, "shared\n");
  const withFile = (spec: TestSpec): void => void spec.mounts.push(bind(file, "/etc/hosts", "ro"));
  await world.detached("files", imageBundle(world, ["sleep", "1000"], { edit: withFile }));
  assert.deepEqual(helpersOf("files"), ["share", "vmm"]);
  const ofPod = (spec: TestSpec): void => {
    spec.annotations = { ...spec.annotations, "io.kubernetes.cri.container-type": "sandbox", "io.kubernetes.cri.sandbox-id": "pod" };
  };
  await world.detached("pod", imageBundle(world, ["sleep", "1000"], { edit: ofPod }));
  assert.deepEqual(helpersOf("pod"), ["share", "vmm"]);
  await world.deleteAll();
});

test("an annotation decides where the configuration lets it", async () => {
  const key = "io.katacontainers.config.hypervisor.shared_fs";
  const file = join(world.directory, "annotated");
  writeFileSync(file, "copied\n");
  const bundle = imageBundle(world, ["cat", "/srv/file"], {
    edit: (spec) => {
      spec.annotations = { ...spec.annotations, [key]: "none" };
      spec.mounts.push(bind(file, "/srv/file", "ro"));
    },
  });
  const closed = await world.kata(["run", "-b", bundle, "closed"]);
  assert.match(closed.stderr, /annotation .*shared_fs is not enabled/);
  const enabled = configuration("enabled", 'enable_annotations = ["shared_fs"]');
  const open = await world.kata(["--config", enabled, "run", "-b", bundle, "open"]);
  assert.equal(open.stdout, "copied\n", open.stderr);
});

test("what is small and only read is copied, with its modes, owners and links; what the host changes later does not arrive", async () => {
  const [map, hosts, large] = [configMap("map", "first\n"), join(world.directory, "hosts"), join(world.directory, "large")];
  writeFileSync(hosts, "127.0.0.1 localhost\n");
  writeFileSync(large, Buffer.alloc(3 << 20, "large"));
  const key = join(map, "..first", "key");
  chmodSync(key, 0o640);
  chownSync(key, 1000, 2000);
  symlinkSync("/etc/passwd", join(map, "outward"));
  writeFileSync(join(map, "empty"), "");
  const bundle = imageBundle(world, ["sleep", "1000"], {
    edit: (spec) => {
      spec.mounts.push(bind(map, "/srv", "ro"), bind(hosts, "/etc/hosts", "rw"), bind(large, "/root/large", "ro"));
    },
  });
  await succeeded("run", "-d", "-b", bundle, "copies");
  assert.deepEqual(helpersOf("copies"), ["vmm"]);
  const look = (script: string): Promise<string> => succeeded("exec", "copies", "sh", "-c", script);
  assert.equal(
    await look("cat /srv/key; stat -c '%a %u %g' /srv/..first/key; readlink /srv/..data; wc -c </srv/empty"),
    "first\n640 1000 2000\n..first\n0\n",
  );
  // the link leads where the container has it, to the image's own file
  assert.equal(await look("head -n 1 /srv/outward"), "root:x:0:0:root:/root:/bin/sh\n");
  const sum = execFileSync("md5sum", { input: readFileSync(large), encoding: "utf8" }).split(" ")[0];
  assert.match(await look("md5sum /root/large"), new RegExp(`^${sum}`));
  replaceConfigMap(map, "second\n");
  assert.equal(await look("cat /srv/key"), "first\n");
  assert.match(await look("touch /srv/new 2>&1 || true"), /Read-only file system/);
  await look("echo own >>/etc/hosts");
  assert.equal(readFileSync(hosts, "utf8"), "127.0.0.1 localhost\n");
  await succeeded("delete", "--force", "copies");
});

test("what would have to be shared is refused by its name, with what would be right", async () => {
  await refused(/root .*rootfs: is a directory, and shared_fs is \\?"none\\?"; must be a block device or an image/, world.bundle(["true"]));
  const withMount = (...mount: Parameters<typeof bind>): string =>
    imageBundle(world, ["true"], { edit: (spec) => void spec.mounts.push(bind(...mount)) });
  const directory = join(world.directory, "refused");
  mkdirSync(directory);
  const says = (why: string): RegExp => new RegExp(`mount of .*refused.* at /srv: the machine has no share .*${why}.*; must be read-only`);
  await refused(says("it can be written to"), withMount(directory, "/srv"));
  execFileSync("mkfifo", [join(directory, "fifo")]);
  await refused(says("fifo is neither a file nor a directory nor a link"), withMount(directory, "/srv", "ro"));
  rmSync(join(directory, "fifo"));
  execFileSync("truncate", ["-s", "5M", join(directory, "large")]);
  await refused(says("it has more than 4 MiB"), withMount(directory, "/srv", "ro"));
  await refused(says("it has more than 4 MiB"), withMount(join(directory, "large"), "/srv", "ro"));
  rmSync(join(directory, "large"));
  for (let i = 0; i < 256; i++) writeFileSync(join(directory, String(i)), "");
  await refused(says("it has more than 256 files"), withMount(directory, "/srv", "ro"));
  const file = join(directory, "0");
  await refused(says("it can be written to"), withMount(file, "/srv"));
});

test("containers of a pod without a share have disks and copies; one that needs a share is refused, and the pod goes on", async () => {
  const member = (kind: "sandbox" | "container", args: string[], edit: (spec: TestSpec) => void = () => {}): string =>
    imageBundle(world, args, {
      edit: (spec) => {
        spec.annotations = { [imageAnnotation]: "file", "io.kubernetes.cri.container-type": kind, "io.kubernetes.cri.sandbox-id": "pod" };
        edit(spec);
      },
    });
  await succeeded("run", "-d", "-b", member("sandbox", ["sleep", "1000"]), "pod");
  assert.deepEqual(helpersOf("pod"), ["vmm"]);
  const map = configMap("pod-map", "copied\n");
  const reader = member("container", ["cat", "/srv/key"], (spec) => void spec.mounts.push(bind(map, "/srv", "ro")));
  assert.equal(await succeeded("run", "-b", reader, "reader"), "copied\n");
  const directory = world.bundle(["true"], (spec) => {
    spec.annotations = { "io.kubernetes.cri.container-type": "container", "io.kubernetes.cri.sandbox-id": "pod" };
  });
  await refused(/container refused: root: is a directory, and the machine has no share; must be a block device or an image/, directory);
  await refused(
    /mount of .*pod-map.* at \/srv: the machine has no share .*it can be written to/,
    member("container", ["true"], (spec) => void spec.mounts.push(bind(map, "/srv"))),
  );
  assert.equal(await succeeded("run", "-b", reader, "reader"), "copied\n");
  assert.equal((await world.state("pod")).status, "running");
  await world.deleteAll();
});

test("a volume on a disk and memory of an engine need no share", async () => {
  const image = ext4Image(join(world.directory, "volume.img"));
  const shm = join(world.directory, "shm");
  mkdirSync(shm);
  const bundle = imageBundle(world, ["sh", "-c", "echo kept >/srv/new; grep -o ' /dev/shm tmpfs' /proc/mounts"], {
    edit: (spec) => {
      spec.mounts = spec.mounts.filter(({ destination }) => destination !== "/dev/shm");
      spec.mounts.push({ destination: "/srv", source: image, options: [`${imageAnnotation}=file`] }, bind(shm, "/dev/shm", "rw"));
    },
  });
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "shm", shm]);
  try {
    assert.equal(await succeeded("run", "-b", bundle, "volume"), " /dev/shm tmpfs\n");
  } finally {
    execFileSync("umount", [shm]);
  }
});

test("nothing is left behind", async () => {
  await world.deleteAll();
  assert.deepEqual(world.changes(earlier), []);
});
