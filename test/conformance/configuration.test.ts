/** What a container gets of its config.json, odd inputs included. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eachRuntime } from "./runtimes.ts";

eachRuntime((rt) => {
  const { world } = rt;

  test("user, directory that is missing, umask, environment, limits, names", async () => {
    const script = `id; pwd; stat -c '%a %u' /a/b; umask; echo "$HOME|$A|$B"; ulimit -n; ulimit -Hn; hostname`;
    const { code, stdout, stderr } = await rt.runs("plain", (spec) => {
      Object.assign(spec.process, {
        args: ["sh", "-c", script],
        cwd: "/a/b",
        user: { uid: 264, gid: 51020, additionalGids: [266], umask: 0o37 },
        rlimits: [{ type: "RLIMIT_NOFILE", soft: 512, hard: 1024 }],
      });
      spec.process.env.push("A=1", "A=2", "B=one\ntwo", "HOME=");
    });
    const expected = "uid=264 gid=51020 groups=266\n/a/b\n755 0\n0037\n/|2|one\ntwo\n512\n1024\nguest\n";
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: expected, stderr: "" });
  });

  test("a file is bound on a dangling symbolic link of the root file system: the link stays, the target is made inside", async () => {
    const source = join(world.directory, "localtime");
    writeFileSync(source, "bound\n");
    const bundle = world.bundle(["cat", "/etc/localtime"], (spec) => {
      spec.mounts.push({ destination: "/etc/localtime", type: "bind", source, options: ["bind", "ro"] });
    });
    symlinkSync("/usr/share/zoneinfo/Z", join(bundle, "rootfs/etc/localtime"));
    assert.deepEqual(await rt.run(["run", "-b", bundle, "dangling"]), { code: 0, stdout: "bound\n", stderr: "" });
    assert.ok(lstatSync(join(bundle, "rootfs/etc/localtime")).isSymbolicLink());
    assert.ok(lstatSync(join(bundle, "rootfs/usr/share/zoneinfo/Z")).isFile());
  });

  test("bind mounts carry data both ways, are read-only when asked, and may be relative to the bundle", async () => {
    const bundle = world.bundle(
      ["sh", "-c", "cat /data/in; echo out >/data/out; cat /ro/in; echo x 2>/dev/null >/ro/x || echo refused; cat /rel"],
      (spec) => {
        const source = join(world.directory, "shared");
        mkdirSync(source);
        writeFileSync(join(source, "in"), "in\n");
        spec.mounts.push({ destination: "/data", type: "bind", source, options: ["rbind"] });
        spec.mounts.push({ destination: "/ro", type: "bind", source, options: ["rbind", "ro"] });
        spec.mounts.push({ destination: "/rel", type: "bind", source: "relative", options: ["bind"] });
      },
    );
    writeFileSync(join(bundle, "relative"), "relative\n");
    assert.equal((await rt.run(["run", "-b", bundle, "binds"])).stdout, "in\nin\nrefused\nrelative\n");
    assert.equal(readFileSync(join(world.directory, "shared/out"), "utf8"), "out\n");
  });

  test("seccomp: a system call that is denied fails with EPERM", async () => {
    const { code, stderr } = await rt.runs("seccomp", (spec) => {
      spec.process.args = ["mkdir", "/q"];
      spec.linux.seccomp = {
        defaultAction: "SCMP_ACT_ALLOW",
        architectures: ["SCMP_ARCH_X86_64"],
        syscalls: [{ names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO" }],
      };
    });
    assert.deepEqual([code, stderr], [1, "mkdir: can't create directory '/q': Operation not permitted\n"]);
  });

  test("read-only root, masked and read-only paths, twice the same and missing ones", async () => {
    const script =
      "touch /x 2>/dev/null || echo ro; cat /etc/secret | wc -c; ls /etc/hidden | wc -l; touch /tmp/frozen/x 2>/dev/null || echo frozen; touch /dev/shm/x && echo rw";
    const bundle = world.bundle(["sh", "-c", script], (spec) => {
      spec.root.readonly = true;
      spec.linux.maskedPaths = ["/etc/secret", "/etc/secret", "/etc/hidden", "/no/such/path"];
      spec.linux.readonlyPaths = ["/tmp/frozen", "/no/such/path"];
    });
    writeFileSync(join(bundle, "rootfs/etc/secret"), "secret");
    mkdirSync(join(bundle, "rootfs/etc/hidden"));
    writeFileSync(join(bundle, "rootfs/etc/hidden/file"), "");
    mkdirSync(join(bundle, "rootfs/tmp/frozen"));
    assert.deepEqual(await rt.run(["run", "-b", bundle, "masked"]), { code: 0, stdout: "ro\n0\n0\nfrozen\nrw\n", stderr: "" });
  });

  test("kernel parameters of the container's own namespaces are set, others are refused", async () => {
    const { stdout } = await rt.runs("sysctl", (spec) => {
      spec.process.args = ["sh", "-c", "cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax"];
      spec.linux.sysctl = { "net.ipv4.ip_forward": "1", "kernel.msgmax": "12345" };
    });
    assert.equal(stdout, "1\n12345\n");
    const bundle = world.bundle(["true"], (spec) => {
      spec.linux.sysctl = { "kernel.panic": "1" };
    });
    assert.match(await rt.fails(1, "create", "-b", bundle, "refused"), /kernel\.panic/);
  });

  test("capabilities are the ones that were asked for", async () => {
    const { stdout } = await rt.runs("caps", (spec) => {
      spec.process.args = ["grep", "Cap", "/proc/self/status"];
      const some = ["CAP_CHOWN", "CAP_NET_BIND_SERVICE"];
      spec.process.capabilities = {
        bounding: [...some, "CAP_KILL"],
        permitted: some,
        effective: ["CAP_CHOWN"],
        inheritable: some,
        ambient: ["CAP_CHOWN"],
      };
      spec.process.user = { uid: 1000, gid: 1000 };
      spec.process.noNewPrivileges = false;
    });
    const values = Object.fromEntries([...stdout.matchAll(/^(Cap\w+):\s*0*([0-9a-f]+)$/gm)].map(([, name, value]) => [name, value]));
    assert.deepEqual(values, { CapInh: "401", CapPrm: "1", CapEff: "1", CapBnd: "421", CapAmb: "1" });
  });

  test("default devices, even when all are denied, and one that was asked for", async () => {
    const { stdout } = await rt.runs("devices", (spec) => {
      spec.linux.devices = [{ path: "/dev/mine", type: "c", major: 1, minor: 5, fileMode: 0o640, uid: 3, gid: 4 }];
      const check = "for d in null zero full random urandom tty; do [ -c /dev/$d ] || echo no $d; done";
      spec.process.args = [
        "sh",
        "-c",
        `${check}; head -c 3 /dev/zero | wc -c; stat -c '%a %u %g %t %T' /dev/mine; for l in fd stdin ptmx; do readlink /dev/$l; done`,
      ];
    });
    assert.equal(stdout, "3\n640 3 4 1 5\n/proc/self/fd\n/proc/self/fd/0\npts/ptmx\n");
  });

  test("a program is looked for in the container's own PATH", async () => {
    const { stdout } = await rt.runs("path", (spec) => {
      spec.process.args = ["which", "ls"];
      spec.process.env = ["PATH=/usr/bin:/bin"];
    });
    assert.equal(stdout, "/bin/ls\n");
    const bundle = world.bundle(["ls"], (spec) => {
      spec.process.env = ["PATH=/no/such"];
    });
    assert.match(await rt.fails(1, "create", "-b", bundle, "nopath"), /exec: "ls": executable file not found in \$PATH/);
  });

  test("the container has no view of the host: its own processes, mounts and host name only", async () => {
    const { stdout } = await rt.runs("own", (spec) => {
      spec.process.args = ["sh", "-c", "ps | wc -l; ls /; cat /proc/mounts | wc -l; ip link 2>/dev/null | grep -c '^[0-9]'"];
    });
    const [processes, ...rest] = stdout.trim().split("\n");
    assert.ok(Number(processes) <= 4, stdout);
    assert.deepEqual(
      rest.slice(0, -2),
      execFileSync("ls", [join(world.directory, "bundle-0/rootfs")], { encoding: "utf8" })
        .trim()
        .split("\n")
        .filter((name) => name !== "a"),
    );
    assert.equal(rest.at(-1), "1");
  });

  test("nothing is left behind", () => rt.leftNothing());
});
