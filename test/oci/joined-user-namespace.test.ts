/** Containers that join the user namespace of another, as the members of a pod with ids of its own do. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eachRuntime } from "../conformance/runtimes.ts";
import type { TestSpec } from "../support/bundle.ts";
import { HostHelper } from "../support/host-helper.ts";
import { until } from "../support/world.ts";
import { base, mapped, remapped } from "./remapped.ts";

type Edit = (spec: TestSpec) => void;

/** Takes a namespace for one that is there; its mappings are said once more, as engines do and runc 1.1 needs. */
const joining =
  (paths: Readonly<Record<string, string>>): Edit =>
  (spec) => {
    spec.linux.namespaces = spec.linux.namespaces.map((each) => {
      const path = paths[each.type];
      return path === undefined ? each : { ...each, path };
    });
    if (paths["uts"] !== undefined) spec.hostname = "";
  };

const ofProcess = (pid: number, types: readonly string[]): Record<string, string> =>
  Object.fromEntries(types.map((type) => [type, `/proc/${pid}/ns/${type === "network" ? "net" : type}`]));

const withoutMappings: Edit = (spec) => {
  Object.assign(spec.linux, { uidMappings: undefined, gidMappings: undefined });
};

eachRuntime((rt) => {
  const { world } = rt;
  chmodSync(world.directory, 0o755);
  const inPod = ["user", "ipc", "uts", "network"];
  let podPid = 0;

  async function starts(id: string, args: readonly string[], edit: Edit = () => {}): Promise<void> {
    const { code, stderr } = await rt.run(["run", "-d", "-b", remapped(world, args, edit), id]);
    assert.deepEqual({ id, code, stderr }, { id, code: 0, stderr: "" });
  }
  const namespaceOf = (id: string, name: string): Promise<string> => rt.succeeds("exec", id, "readlink", `/proc/self/ns/${name}`);
  const refused = (edit: Edit): Promise<string> => rt.fails(1, "create", "-b", remapped(world, ["true"], edit), "refused");

  test("a member of a pod has the pod's user namespace: mappings, owners of its files, devices and mounts", async () => {
    await starts("pod", ["sleep", "1000"], (spec) => {
      spec.hostname = "of-the-pod";
    });
    podPid = (await world.state("pod")).pid;
    const volume = join(world.directory, "volume");
    mkdirSync(volume);
    chownSync(volume, base, base);
    const script = [
      "id -u; cat /proc/self/uid_map /proc/self/gid_map | tr -s ' '; stat -c '%u %g' /bin/busybox /proc/1 /dev/pts /dev/shm",
      "touch /volume/made; chown 7:8 /volume/made; echo x >/dev/null && echo device; hostname; ls -d /sys/class/net/lo",
      "mount -t tmpfs none /mnt && echo mounted; grep -c . /proc/1/uid_map; echo done",
    ].join("; ");
    const bundle = remapped(world, ["sh", "-c", script], (spec) => {
      joining(ofProcess(podPid, inPod))(spec);
      spec.mounts.push({ destination: "/volume", type: "bind", source: volume, options: ["rbind"] });
      const all = ["CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETUID", "CAP_SETGID"];
      spec.process.capabilities = { bounding: all, effective: all, permitted: all };
    });
    const { code, stdout, stderr } = await rt.run(["run", "-b", bundle, "once"]);
    const maps = ` 0 ${base} 65536\n`.repeat(2);
    const expected = `0\n${maps}${"0 0\n".repeat(4)}device\nof-the-pod\n/sys/class/net/lo\nmounted\n1\ndone\n`;
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: expected, stderr: "" });
    const { uid, gid } = statSync(join(volume, "made"));
    assert.deepEqual([uid, gid], [base + 7, base + 8]);
  });

  test("what it joins is the pod's, further processes go there too, and its end leaves the pod", async () => {
    await starts("member", ["sleep", "1000"], joining(ofProcess(podPid, inPod)));
    for (const name of ["user", "ipc", "uts", "net"]) assert.equal(await namespaceOf("member", name), await namespaceOf("pod", name), name);
    for (const name of ["pid", "mnt", "cgroup"]) assert.notEqual(await namespaceOf("member", name), await namespaceOf("pod", name), name);
    assert.equal(
      await rt.succeeds("exec", "-u", "1000:1000", "member", "sh", "-c", "id -u; id -g; echo again >/dev/stdout"),
      "1000\n1000\nagain\n",
    );
    const terminal = new HostHelper(
      ["terminal", "24", "80", world.program, "--root", world.root, "exec", "-t", "member", "sh", "-c", "stat -c 'owner %u' $(tty)"],
      { cwd: world.directory },
    );
    await terminal.shows(/owner 0\r\n/);
    await terminal.ended;
    await rt.succeeds("kill", "member", "KILL");
    await until("the end", async () => (await rt.status("member")) === "stopped");
    await rt.succeeds("delete", "member");
    assert.equal(await rt.succeeds("exec", "pod", "id", "-u"), "0\n");
  });

  test("a pid namespace in common: a member with it sees the pod's processes as its own users'", async () => {
    await starts("sees", ["sleep", "500"], joining(ofProcess(podPid, [...inPod, "pid"])));
    assert.equal(await namespaceOf("sees", "pid"), await namespaceOf("pod", "pid"));
    assert.equal(await rt.succeeds("exec", "sees", "sh", "-c", "tr '\\0' ' ' </proc/1/cmdline; stat -c %u /proc/1"), "sleep 1000 0\n");
    await rt.succeeds("delete", "-f", "sees");
  });

  if (rt.isKata) {
    // the host's kernel refuses them to whoever lives in a chroot (create_user_ns)
    const skip = spawnSync("unshare", ["--user", "true"]).status === 0 ? false : "no user namespaces on this host";
    test("mappings may be left out: they are the joined namespace's, for mounts, terminals and the cgroup too", { skip }, async () => {
      const volume = join(world.directory, "of-root");
      mkdirSync(volume);
      await starts("silent", ["sleep", "1000"], (spec) => {
        joining(ofProcess(podPid, inPod))(spec);
        withoutMappings(spec);
        spec.process.user = { uid: 1000, gid: 1000 };
        for (const mount of spec.mounts) if (mount.type === "cgroup") mount.options = ["nosuid", "noexec", "nodev"];
        spec.mounts.push({ destination: "/volume", type: "bind", source: volume, options: ["rbind", "ridmap"] });
      });
      const script = "tr -s ' ' </proc/self/uid_map; stat -c %u /sys/fs/cgroup/cgroup.procs /volume; touch /volume/made";
      assert.equal(await rt.succeeds("exec", "-u", "0", "silent", "sh", "-c", script), ` 0 ${base} 65536\n0\n0\n`);
      assert.equal(statSync(join(volume, "made")).uid, 0);
      assert.equal(await rt.succeeds("exec", "silent", "sh", "-c", "echo mine >/dev/stdout; stat -c %u /proc/1"), "mine\n1000\n");
      // a chain: who joins a member joins the pod
      const { pid } = await world.state("silent");
      await starts("chained", ["sleep", "1000"], joining(ofProcess(pid, ["user"])));
      assert.equal(await namespaceOf("chained", "user"), await namespaceOf("pod", "user"));
      for (const id of ["chained", "silent"]) await rt.succeeds("delete", "-f", id);
    });

    test("mappings that are not the joined namespace's are refused with runc's words", async () => {
      const other = [{ containerID: 0, hostID: base, size: 1000 }];
      const path = `/proc/${podPid}/ns/user`;
      for (const mappings of [{ uidMappings: other }, { gidMappings: undefined }]) {
        const said = await refused((spec) => {
          joining(ofProcess(podPid, inPod))(spec);
          Object.assign(spec.linux, mappings);
        });
        assert.ok(said.includes(`user namespace ${path}: user namespaces enabled, but both namespace path and non-matching mapping`), said);
      }
    });

    test("a user namespace that no container of the machine has is refused by its path", { skip }, async () => {
      await rt.started("plain");
      const keeper = spawn("unshare", ["--user", "sleep", "1000"], { stdio: "ignore" });
      try {
        const { pid } = await world.state("plain");
        for (const [path, whose] of [
          ["/proc/self/ns/user", "the host's own"],
          [`/proc/${keeper.pid}/ns/user`, "that of no container of this machine"],
          [`/proc/${pid}/ns/user`, "that of container plain, which has none of its own"],
        ] as const)
          assert.ok((await refused(joining({ user: path }))).includes(`user namespace ${path} is ${whose}`), path);
        const [missing, file] = [join(world.directory, "missing"), join(world.directory, "file")];
        writeFileSync(file, "");
        assert.match(await refused(joining({ user: missing })), new RegExp(`user namespace ${missing}: .*no such file`));
        assert.match(
          await refused(joining({ user: file })),
          new RegExp(`user namespace ${file}: read its id mappings: .*invalid argument`),
        );
      } finally {
        keeper.kill("SIGKILL");
        await rt.succeeds("delete", "-f", "plain");
      }
    });

    test("one that an engine keeps is one in the machine for all who name it, with its mappings", { skip }, async () => {
      const kept = join(world.directory, "kept");
      writeFileSync(kept, "");
      const keeper = spawn("unshare", ["--user", "sleep", "1000"], { stdio: "ignore" });
      try {
        await until("its user namespace", () => idMapOf(keeper.pid) !== idMapOf(process.pid));
        for (const name of ["uid_map", "gid_map"]) writeFileSync(`/proc/${keeper.pid}/${name}`, `0 ${base} 65536\n`);
        const helper = spawn("mount", ["--bind", `/proc/${keeper.pid}/ns/user`, kept]);
        assert.equal(await new Promise((done) => helper.on("exit", done)), 0);
        keeper.kill("SIGKILL");
        const named = joining({ user: kept });
        await starts("kept", ["sleep", "1000"], (spec) => {
          named(spec);
          withoutMappings(spec);
        });
        const { pid } = await world.state("kept");
        await starts("kept-too", ["sleep", "1000"], joining({ ...ofProcess(pid, ["ipc"]), user: kept }));
        for (const name of ["user", "ipc"]) assert.equal(await namespaceOf("kept-too", name), await namespaceOf("kept", name), name);
        assert.equal(await rt.succeeds("exec", "kept-too", "sh", "-c", "tr -s ' ' </proc/self/uid_map"), ` 0 ${base} 65536\n`);
        for (const id of ["kept-too", "kept"]) await rt.succeeds("delete", "-f", id);
      } finally {
        keeper.kill("SIGKILL");
        const unmounted = spawn("umount", [kept]);
        await new Promise((done) => unmounted.on("exit", done));
      }
    });

    test("a container with new ids cannot join namespaces of those with others", async () => {
      const edit = (spec: TestSpec): void => {
        joining(ofProcess(podPid, ["ipc"]))(spec);
        Object.assign(spec.linux, { uidMappings: mapped, gidMappings: mapped });
      };
      assert.match(await refused(edit), /linux\.namespaces \(pid, ipc or uts with a path, beside a new user namespace\)/);
    });
  }

  test("nothing is left behind", async () => {
    await rt.succeeds("delete", "-f", "pod");
    rt.leftNothing();
  });
});

const idMapOf = (pid: number | undefined): string => readFileSync(`/proc/${pid}/uid_map`, "utf8");
