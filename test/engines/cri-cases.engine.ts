/**
 * Faults that people met (docs/cases.md), over the CRI: the sandboxes are containerd's own before version 2, then the shim's.
 * What the story of a pod tells (pod-story.ts) is not told again here.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "../support/world.ts";
import { Engine, major } from "./containerd.ts";
import { CriPod } from "./cri-pod.ts";
import { configMap } from "./pod-volumes.ts";

const engine = new Engine(major() >= 2 ? "shim" : "podsandbox");
const { directory } = engine;
const volume = join(directory, "volume");
let pod: CriPod;

before(async () => {
  for (const each of ["early", "late", "tools", "files"]) mkdirSync(join(volume, each), { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "early", join(volume, "early")]);
  writeFileSync(join(volume, "early/in"), "");
  for (const name of ["sharing", "hear"]) {
    const source = fileURLToPath(new URL(`../support/${name}.c`, import.meta.url));
    execFileSync("gcc", ["-static", "-O1", "-Wall", "-o", join(volume, "tools", name), source]);
  }
  await engine.start();
  pod = new CriPod(engine, { name: "cases" });
  await pod.run();
});
after(async () => {
  pod.close();
  await engine.stop();
});

const mount = (container: string, more: object = {}) => ({ container_path: container, host_path: volume, ...more });
const idle = ["sleep", "1000"];

test("sockets, fifos, locks and unlinked files in a volume and on the root file system", async () => {
  await pod.start("files", idle, { mounts: [mount("/d")] });
  for (const place of ["/d/files", "/root"])
    assert.deepEqual(await pod.exec("files", "/d/tools/sharing", place), { code: 0, text: "tried\n" });
});

test("a ConfigMap that is swapped is old or new and never an error, and who watches it by inotify hears of it", async () => {
  const config = { container_path: "/config", host_path: configMap(directory, "old"), readonly: true };
  const reading = "/d/tools/hear /config >/heard & while :; do cat /config/k || echo error; sleep .2; done";
  await pod.start("reads", ["sh", "-c", reading], { mounts: [mount("/d"), config] });
  await until("it is read and watched", async () => /F old$/m.test(pod.log("reads")) && (await heard()) === "ready\n");
  configMap(directory, "new");
  await until("the new content", async () => /F new$/m.test(pod.log("reads")) && (await heard()) === "ready\nnew\n");
  const said = pod.log("reads").match(/(?<= F ).*$/gm) ?? [];
  assert.deepEqual(
    said.filter((word, i) => word !== said[i - 1]),
    ["old", "new"],
  );
});

const heard = (): Promise<string> => pod.exec("reads", "cat", "/heard").then(({ text }) => text);

test("a read-only volume is read-only for who may mount, too", async () => {
  const volume = join(directory, "read-only"); // who may mount writes to one that another container of the pod writes to
  mkdirSync(volume);
  writeFileSync(join(volume, "kept"), "kept\n");
  const security = { capabilities: { add_capabilities: ["SYS_ADMIN"] }, seccomp: { profile_type: "Unconfined" } };
  await pod.start("mounts", idle, { mounts: [{ container_path: "/r", host_path: volume, readonly: true }], security });
  const { text } = await pod.exec(
    "mounts",
    "sh",
    "-c",
    "mount -o remount,bind,rw /r; mount -o remount,rw /r; echo changed >/r/kept; grep CapEff /proc/self/status",
  );
  assert.match(text, /^CapEff:\t00000000a82/); // CAP_SYS_ADMIN is among them
  assert.equal(readFileSync(join(volume, "kept"), "utf8"), "kept\n");
});

test("what is mounted below a volume is there; a mount that comes later if it is a slave's, not if it is private", async () => {
  const mounts = [mount("/private"), mount("/slave", { propagation: "PROPAGATION_HOST_TO_CONTAINER" })];
  await pod.start("below", idle, { mounts });
  execFileSync("mount", ["-t", "tmpfs", "late", join(volume, "late")]);
  writeFileSync(join(volume, "late/in"), "");
  const { text } = await pod.exec("below", "sh", "-c", "cd /; ls -d private/*/in slave/*/in");
  assert.equal(text, "private/early/in\nslave/early/in\nslave/late/in\n");
});

test("CPU that is used in the container is in its statistics", async () => {
  const used = async (): Promise<number> => {
    const { stats } = await pod.call<{ stats: { cpu: { usage_core_nano_seconds: { value: number } } } }>("ContainerStats", {
      container_id: pod.container("files"),
    });
    return stats.cpu.usage_core_nano_seconds.value;
  };
  const before = await used();
  await pod.exec("files", "sh", "-c", "yes >/dev/null & sleep 3; kill $!");
  await until("some of them", async () => (await used()) - before > 3e8, 60_000);
});

test("a second pod and a second container of the same name are refused, and the first go on", async () => {
  const twin = new CriPod(engine, { name: "cases" });
  await assert.rejects(twin.run(), /is reserved for/);
  twin.close();
  await assert.rejects(pod.start("files", idle), /is reserved for/);
  assert.deepEqual(await pod.exec("files", "echo", "ok"), { code: 0, text: "ok\n" });
});

test("of four containers of one name at once exactly one is made", async () => {
  const made = await Promise.allSettled(Array.from({ length: 4 }, () => pod.start("once", idle)));
  assert.deepEqual(
    made
      .filter(({ status }) => status === "rejected")
      .map((each) => /is reserved for/.test(String((each as PromiseRejectedResult).reason))),
    [true, true, true],
  );
  assert.deepEqual(await pod.exec("once", "echo", "ok"), { code: 0, text: "ok\n" });
});

test("containers that come and go leave nothing in /run, no mount and no cgroup", async () => {
  const life = async (attempt: number): Promise<void> => {
    await pod.start("comes", ["true"], { attempt });
    await until("its end", async () => (await pod.status("comes")).state === "CONTAINER_EXITED", 60_000);
    await pod.remove("comes");
  };
  await life(0);
  const before = new Set(onHost());
  const more = (): string[] => onHost().filter((each) => !before.has(each));
  for (let attempt = 1; attempt <= 8; attempt++) await life(attempt);
  await until("as before", () => more().length === 0).catch(() => assert.deepEqual(more(), []));
});

/** Files below /run but those of sandboxes in reserve, mounts, and the pods' cgroups. */
function onHost(): string[] {
  const list =
    "find /run -path /run/kata-containers-reserve -prune -o -print; cat /proc/mounts; find /sys/fs/cgroup -path '*kata-pods*' -type d";
  return execFileSync("sh", ["-c", list], { encoding: "utf8" }).split("\n");
}

test("a plain stop of a pod logs no error", async () => {
  const earlier = engine.log.length;
  await pod.stopAndRemove();
  await until("nothing is left", () => pod.left().length === 0);
  assert.deepEqual(
    engine.log
      .slice(earlier)
      .split("\n")
      .filter((line) => /level=(error|fatal)/.test(line)),
    [],
  );
});

for (const role of ["vmm", "share"] as const) {
  test(`the ${role}'s process is killed and the pod removed at once: no error, nothing is left, and its next attempt comes up`, async () => {
    for (const attempt of [1, 2]) {
      const next = new CriPod(engine, { name: "cases", attempt });
      await next.run();
      await next.start("one", idle);
      if (attempt === 1) next.kill(role);
      else assert.deepEqual(await next.exec("one", "echo", "ok"), { code: 0, text: "ok\n" });
      const began = Date.now();
      await next.stopAndRemove();
      assert.ok(Date.now() - began < 30_000, `${Date.now() - began} ms`);
      await until("nothing is left", () => next.left().length === 0);
      next.close();
    }
  });
}
