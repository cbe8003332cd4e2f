/** Kubernetes' emptyDirs that the machine has itself: directories, and huge pages. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TaskClient } from "../../src/protocol/gen/task.ts";
import type { Client } from "../../src/protocol/service.ts";
import type { TestSpec } from "../support/bundle.ts";
import { until } from "../support/world.ts";
import { Containerd } from "./containerd.ts";

const containerd = new Containerd("[runtime]\ndisable_guest_empty_dir = false\n");
const emptyDirs = join(containerd.world.directory, "volumes/kubernetes.io~empty-dir");
const mounted: string[] = [];
let earlier: Set<string>;
let shim: Client<typeof TaskClient>;
before(async () => {
  earlier = containerd.world.snapshot();
  await containerd.listen();
  shim = await created("pod", ["sleep", "1000"], () => {});
  await shim.start({ id: "pod" });
});
after(async () => {
  for (const path of mounted) execFileSync("umount", ["-l", path]);
  await containerd.dispose();
});

async function created(id: string, args: readonly string[], edit: (spec: TestSpec) => void): Promise<Client<typeof TaskClient>> {
  const kind = id === "pod" ? "sandbox" : "container";
  const bundle = containerd.bundle(id, args, (spec) => {
    spec.annotations = { "io.kubernetes.cri.container-type": kind, "io.kubernetes.cri.sandbox-id": "pod" };
    edit(spec);
  });
  const task = await containerd.connect(await containerd.startShim(id, bundle));
  const stdout = `file://${join(containerd.world.directory, `${id}.log`)}`;
  await task.create({ id, bundle, stdin: "", stdout, stderr: "", terminal: false });
  return task;
}

/** What a container of the pod says that has the volume. */
async function run(id: string, script: string, source: string, edit: (spec: TestSpec) => void = () => {}): Promise<string> {
  const task = await created(id, ["sh", "-c", script], (spec) => {
    spec.mounts.push({ destination: "/data", type: "bind", source, options: ["rbind", "rw"] });
    edit(spec);
  });
  await task.start({ id });
  await task.wait({ id });
  await task.delete({ id });
  return readFileSync(join(containerd.world.directory, `${id}.log`), "utf8");
}

function emptyDir(name: string): string {
  const path = join(emptyDirs, name);
  mkdirSync(path, { recursive: true });
  return path;
}

test("an emptyDir is a directory of the guest with the host's mode and group, kept while the pod is there", async () => {
  const data = emptyDir("data");
  chownSync(data, 0, 2000);
  chmodSync(data, 0o2770);
  assert.equal(
    await run("first", "stat -c '%a %u %g' /data; grep -c ' /data virtiofs' /proc/mounts; echo kept >/data/word", data),
    "2770 0 2000\n0\n",
  );
  assert.equal(await run("second", "cat /data/word; stat -c %g /data/word", data), "kept\n2000\n");
  assert.deepEqual(readdirSync(data), []);
});

test("what is below an emptyDir, and other directories, are shared", async () => {
  const below = join(emptyDir("deep"), "sub");
  const other = join(containerd.world.directory, "volumes/kubernetes.io~configmap/c");
  for (const path of [below, other]) mkdirSync(path, { recursive: true });
  for (const [id, path] of [
    ["below", below],
    ["other", other],
  ] as const) {
    await run(id, "echo shared >/data/word", path);
    assert.equal(readFileSync(join(path, "word"), "utf8"), "shared\n");
  }
});

const hugePages = (limit: number) => (spec: TestSpec) => {
  spec.linux.resources = { hugepageLimits: [{ pageSize: "2MB", limit }] };
};

test("an emptyDir of huge pages has as many as the container's limit says", async () => {
  const huge = emptyDir("huge");
  execFileSync("mount", ["-t", "hugetlbfs", "-o", "pagesize=2M", "nodev", huge]);
  mounted.push(huge);
  const script =
    "grep -o ' /data hugetlbfs.*' /proc/mounts; awk '/HugePages_Total/ {print $2}' /proc/meminfo; fallocate -l 4194304 /data/two; awk '/HugePages_Free/ {print $2}' /proc/meminfo; rm /data/two";
  const said = await run("huge", script, huge, hugePages(4 << 20));
  assert.match(said, /^ \/data hugetlbfs rw,.*pagesize=2M,size=4194304.*\n2\n0\n/);
  assert.deepEqual(readdirSync(huge), []);

  const more = emptyDir("more");
  execFileSync("mount", ["-t", "hugetlbfs", "-o", "pagesize=2M", "nodev", more]);
  mounted.push(more);
  await assert.rejects(
    run("more", "true", more, hugePages(2 ** 40)),
    /hugetlbfs: 524288 pages are wanted, the guest's memory has room for \d+/,
  );
  assert.match(await run("again", "awk '/HugePages_Total/ {print $2}' /proc/meminfo", huge), /^2\n/);
});

test("nothing is left behind", async () => {
  await shim.kill({ id: "pod", signal: 9 });
  await shim.wait({ id: "pod" });
  await shim.delete({ id: "pod" });
  await shim.shutdown({ id: "pod" });
  for (const path of mounted.splice(0)) execFileSync("umount", ["-l", path]);
  await containerd.vanish();
  const left = (): string[] => containerd.world.changes(earlier).filter((each) => /process|mount|cgroup|link/.test(each));
  await until("nothing is left", () => left().length === 0).catch(() => assert.deepEqual(left(), []));
});
