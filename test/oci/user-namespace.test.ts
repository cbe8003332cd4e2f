/** User and time namespaces, and mounts with ids of their own, on the real program and on runc. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eachRuntime } from "../conformance/runtimes.ts";
import type { TestSpec } from "../support/bundle.ts";
import { base, mapped, remapped as remappedBundle } from "./remapped.ts";

eachRuntime((rt) => {
  const { world } = rt;
  chmodSync(world.directory, 0o755);

  const remapped = (args: readonly string[], edit?: (spec: TestSpec) => void): string => remappedBundle(world, args, edit);

  test("root of a user namespace is root inside and somebody else outside, in further processes too", async () => {
    const volume = join(world.directory, "volume");
    mkdirSync(volume);
    chownSync(volume, base, base);
    const script = [
      "id -u; cat /proc/self/uid_map | tr -s ' '",
      "touch /volume/made; chown 7:8 /volume/made; echo x >/dev/null && echo device; head -c 3 /dev/zero | wc -c",
      "stat -c '%u %g' /bin/busybox; hostname; mount -t tmpfs none /mnt && echo mounted; ls -d /sys/class/net/lo; echo done",
    ].join("; ");
    const bundle = remapped(["sh", "-c", script], (spec) => {
      spec.mounts.push({ destination: "/volume", type: "bind", source: volume, options: ["rbind"] });
      const all = ["CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETUID", "CAP_SETGID"];
      spec.process.capabilities = { bounding: all, effective: all, permitted: all };
    });
    const { code, stdout, stderr } = await rt.run(["run", "-b", bundle, "remapped"]);
    const expected = `0\n 0 ${base} 65536\ndevice\n3\n0 0\nguest\nmounted\n/sys/class/net/lo\ndone\n`;
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: expected, stderr: "" });
    const { uid, gid } = statSync(join(volume, "made"));
    assert.deepEqual([uid, gid], [base + 7, base + 8]);
  });

  test("another user of a user namespace has its streams, its home and its limits", async () => {
    const bundle = remapped(["sh", "-c", "id -u; echo again >/dev/stdout; sleep 1000"], (spec) => {
      spec.process.user = { uid: 1000, gid: 1000 };
      spec.process.oomScoreAdj = 100;
      spec.process.rlimits = [{ type: "RLIMIT_NOFILE", soft: 700, hard: 700 }];
      // more than a guest's processes have by themselves; this machine's root may raise none
      if (rt.isKata) spec.process.rlimits.push({ type: "RLIMIT_NPROC", soft: 4_194_304, hard: 4_194_304 });
    });
    const { code } = await rt.run(["run", "-d", "-b", bundle, "user"]);
    assert.equal(code, 0);
    assert.equal(
      await rt.succeeds("exec", "user", "sh", "-c", "id -u; echo again >/dev/stdout; cat /proc/self/oom_score_adj; ulimit -n; ulimit -Hn"),
      "1000\nagain\n100\n700\n700\n",
    );
    assert.equal(await rt.succeeds("exec", "-u", "0", "user", "sh", "-c", "id -u; stat -c %u /proc/1"), "0\n1000\n");
    await rt.succeeds("delete", "-f", "user");
  });

  if (rt.isKata)
    test("limits are the program's and its start hooks', not those of the hooks that make the container", async () => {
      const hook = (file: string): object => ({ path: "/bin/sh", args: ["sh", "-c", `ulimit -n >/log/${file}`], env: ["PATH=/bin"] });
      const limited = (spec: TestSpec): void => {
        spec.mounts.push({ destination: "/log", type: "tmpfs", source: "tmpfs", options: ["mode=1777"] });
        spec.process.rlimits = [{ type: "RLIMIT_NOFILE", soft: 20, hard: 20 }];
        spec.hooks = { createContainer: [hook("create")], startContainer: [hook("start")] };
      };
      const args = ["sh", "-c", "cat /log/create /log/start; ulimit -n"];
      for (const [id, bundle] of Object.entries({ own: remapped(args, limited), plain: world.bundle(args, limited) })) {
        const { code, stdout, stderr } = await rt.run(["run", "-b", bundle, id]);
        assert.deepEqual({ id, code, stderr }, { id, code: 0, stderr: "" });
        assert.match(stdout, /^\d{4,}\n20\n20\n$/);
      }
    });

  test("a user namespace needs mappings", async () => {
    const bundle = world.bundle(["true"], (spec) => void spec.linux.namespaces.push({ type: "user" }));
    assert.match(await rt.fails(1, "create", "-b", bundle, "wrong"), /user namespaces enabled, but no uid mappings found/i);
  });

  if (rt.isKata) {
    // The host makes a user namespace for it, which its kernel refuses to whoever lives in a chroot (create_user_ns).
    const userNamespaces = spawnSync("unshare", ["--user", "true"]).status === 0;
    const skip = userNamespaces ? false : "no user namespaces here, as in a chroot: idmapped mounts cannot be made";
    test("a mount with ids of its own shows the file system's as others, and writes them back", { skip }, async () => {
      const volume = join(world.directory, "mapped-volume");
      mkdirSync(volume);
      const script = "stat -c '%u %g' /volume; touch /volume/made; stat -c '%u %g' /volume/made; touch /all/also";
      const bundle = remapped(["sh", "-c", script], (spec) => {
        const mount = { type: "bind", source: volume };
        spec.mounts.push({
          ...mount,
          destination: "/volume",
          options: ["rbind"],
          uidMappings: mapped,
          gidMappings: mapped,
        } as TestSpec["mounts"][number]);
        spec.mounts.push({ ...mount, destination: "/all", options: ["rbind", "ridmap"] });
      });
      assert.deepEqual(await rt.run(["run", "-b", bundle, "idmapped"]), { code: 0, stdout: "0 0\n0 0\n", stderr: "" });
      for (const name of ["made", "also"]) assert.deepEqual([statSync(join(volume, name)).uid, statSync(join(volume, name)).gid], [0, 0]);
    });

    test("ids that cannot be mapped are an error that names the mount", async () => {
      const volume = { destination: "/volume", type: "bind", source: world.directory, options: ["bind", "idmap"] };
      const plain = world.bundle(["true"], (spec) => void spec.mounts.push(volume));
      assert.match(await rt.fails(1, "create", "-b", plain, "wrong"), /mounts\[\d+\] in config\.json: .*idmap without uidMappings/);
      const tmpfs = remapped(["true"], (spec) => void spec.mounts.push({ ...volume, type: "tmpfs", source: "tmpfs", options: ["idmap"] }));
      assert.match(await rt.fails(1, "create", "-b", tmpfs, "wrong"), /only bind mounts can have ids of their own/);
      const half = world.bundle(
        ["true"],
        (spec) => void spec.mounts.push({ ...volume, uidMappings: mapped } as TestSpec["mounts"][number]),
      );
      assert.match(await rt.fails(1, "create", "-b", half, "wrong"), /gidMappings is missing/);
    });

    test("a time namespace moves the container's clocks", async () => {
      const { code, stdout } = await rt.runs("clock", (spec) => {
        spec.process.args = ["cut", "-d.", "-f1", "/proc/uptime"];
        spec.linux.namespaces.push({ type: "time" });
        Object.assign(spec.linux, { timeOffsets: { boottime: { secs: 1_000_000 }, monotonic: { secs: 5, nanosecs: 7 } } });
      });
      assert.equal(code, 0);
      assert.ok(Number(stdout) > 1_000_000 && Number(stdout) < 1_100_000, stdout);
    });

    test("a time namespace of a container with ids of its own moves its clocks too", async () => {
      const bundle = remapped(["cut", "-d.", "-f1", "/proc/uptime"], (spec) => {
        spec.linux.namespaces.push({ type: "time" });
        Object.assign(spec.linux, { timeOffsets: { boottime: { secs: 1_000_000 } } });
      });
      const { code, stdout, stderr } = await rt.run(["run", "-b", bundle, "own-clock"]);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.ok(Number(stdout) > 1_000_000 && Number(stdout) < 1_100_000, stdout);
    });

    test("clocks that are wrong are named", async () => {
      for (const [offsets, named] of [
        [{ realtime: { secs: 1 } }, /linux\.timeOffsets\.realtime: no such clock/],
        [{ boottime: { secs: "x" } }, /linux\.timeOffsets\.boottime\.secs is "x"/],
      ] as const) {
        const bundle = world.bundle(["true"], (spec) => {
          spec.linux.namespaces.push({ type: "time" });
          Object.assign(spec.linux, { timeOffsets: offsets });
        });
        assert.match(await rt.fails(1, "create", "-b", bundle, "wrong"), named);
      }
    });
  }

  test("nothing is left behind", () => rt.leftNothing());
});
