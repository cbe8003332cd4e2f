/** A kill for want of memory in the guest shows in the host's cgroup, where engines look. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { kataRuntime, until, World } from "../support/world.ts";

let world: World;
before(() => {
  world = new World();
});
after(() => world.dispose());

const name = `kata-test-${process.pid}`;
const places = [`/sys/fs/cgroup/memory/${name}`, `/sys/fs/cgroup/${name}`];
const knob = (directory: string, file: string): string => readFileSync(`${directory}/${file}`, "utf8");

test("the host's cgroup of a container tells of it, and has its limits as before", async (t) => {
  const bundle = world.bundle(["sh", "-c", "tail /dev/zero; echo $? >/status"], (spec) => {
    spec.linux.cgroupsPath = `/${name}`;
    spec.linux.resources = { ...spec.linux.resources, memory: { limit: 64 << 20, swap: 64 << 20 } };
  });
  await world.detached("oom", bundle);
  await until("the end", async () => (await world.state("oom")).status === "stopped", 120_000);
  assert.equal(readFileSync(`${bundle}/rootfs/status`, "utf8"), "137\n");
  const directory = places.find((each) => existsSync(`${each}/cgroup.procs`));
  if (directory?.startsWith("/sys/fs/cgroup/memory/")) {
    assert.notEqual(knob(directory, "memory.failcnt"), "0\n");
    assert.equal(knob(directory, "memory.limit_in_bytes"), knob("/sys/fs/cgroup/memory", "memory.limit_in_bytes"));
    assert.match(knob(directory, "memory.oom_control"), /^oom_kill_disable 0\nunder_oom 0$/m);
  } else if (directory && existsSync(`${directory}/memory.events`)) {
    assert.match(knob(directory, "memory.events"), /^oom_kill 1$/m);
    assert.equal(knob(directory, "memory.max"), "max\n");
  } else t.skip("this host counts memory in no cgroup that is mounted here");
});

test("in cgroup v2 the helper alone is killed, and the limit is as before", async () => {
  // the guest has cgroup v2, whatever the host has
  const bundle = world.bundle(["sleep", "1000"], (spec) => {
    spec.mounts = spec.mounts.map((mount) =>
      mount.type === "cgroup" ? { ...mount, options: (mount.options ?? []).map((option) => (option === "ro" ? "rw" : option)) } : mount,
    );
    spec.mounts.push({ destination: "/bin/helper", type: "bind", source: kataRuntime, options: ["bind", "ro"] });
  });
  await world.detached("helper", bundle);
  const script = `cd /sys/fs/cgroup; mkdir leaf limited; for p in $(cat cgroup.procs); do echo $p >leaf/cgroup.procs; done
    echo +memory >cgroup.subtree_control; KATA_ROLE=out-of-memory helper 2 $PWD/limited
    echo status $?; cat limited/memory.events limited/memory.max`;
  const { stdout, stderr } = await world.kata(["exec", "helper", "sh", "-c", script]);
  for (const line of [/^status 0$/m, /^oom_kill 1$/m, /^max$/m]) assert.match(stdout, line, stdout + stderr);
  assert.equal((await world.state("helper")).status, "running");
});
