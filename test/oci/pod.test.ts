/** Pods over the command line: containers that join the namespaces of another, by path and, for virtual machines, by annotation. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eachRuntime } from "../conformance/runtimes.ts";
import type { TestSpec } from "../support/bundle.ts";
import { hostProcesses, until } from "../support/world.ts";

/** Annotations of a sandbox and of a container in sandbox `s`, as containerd, CRI-O and dockershim write them. */
const conventions = {
  containerd: ["io.kubernetes.cri.container-type", "sandbox", "container", "io.kubernetes.cri.sandbox-id"],
  crio: ["io.kubernetes.cri-o.ContainerType", "sandbox", "container", "io.kubernetes.cri-o.SandboxID"],
  dockershim: ["io.kubernetes.docker.type", "podsandbox", "container", "io.kubernetes.sandbox.id"],
} as const;

eachRuntime((rt) => {
  const { world } = rt;
  let sandboxPid = 0;

  const replace = (spec: TestSpec, type: string, path: string): void => {
    spec.linux.namespaces = spec.linux.namespaces.map((each) => (each.type === type ? { type, path } : each));
  };
  const inSandbox =
    (types: readonly string[], names: Record<string, string> = {}) =>
    (spec: TestSpec): void => {
      for (const type of types) replace(spec, type, `/proc/${sandboxPid}/ns/${type === "network" ? "net" : type}`);
      spec.annotations = names;
      if (types.includes("uts")) spec.hostname = "";
    };
  const namespaceOf = (id: string, name: string): Promise<string> => rt.succeeds("exec", id, "readlink", `/proc/self/ns/${name}`);
  const machines = (): number => hostProcesses(world.directory).filter(({ command }) => command.includes("qemu-system")).length;

  test("a container shares what it joins of the sandbox's namespaces and has the others for itself", async () => {
    await rt.started("s", (spec) => {
      spec.hostname = "pod";
      spec.annotations = { [conventions.containerd[0]]: conventions.containerd[1], [conventions.containerd[3]]: "s" };
    });
    sandboxPid = (await world.state("s")).pid;
    await rt.started(
      "c",
      inSandbox(["network", "ipc", "uts"], { [conventions.containerd[0]]: "container", [conventions.containerd[3]]: "s" }),
    );
    for (const name of ["ipc", "uts", "net"]) assert.equal(await namespaceOf("c", name), await namespaceOf("s", name), name);
    for (const name of ["pid", "mnt", "cgroup"]) assert.notEqual(await namespaceOf("c", name), await namespaceOf("s", name), name);
    assert.equal(await rt.succeeds("exec", "c", "hostname"), "pod\n");
    if (rt.isKata) assert.equal(machines(), 1);
  });

  test("a shared pid namespace: each sees the other's processes, and the end of one leaves the other", async () => {
    const inPod = inSandbox(["pid", "network", "ipc", "uts"], { [conventions.crio[0]]: "container", [conventions.crio[3]]: "s" });
    await rt.started("p", (spec) => {
      inPod(spec);
      spec.process.args = ["sh", "-c", "sleep 500 & exec sleep 400"];
    });
    assert.equal(await namespaceOf("p", "pid"), await namespaceOf("s", "pid"));
    const seen = await rt.succeeds("exec", "p", "ps", "-o", "args");
    for (const command of ["sleep 1000", "sleep 500", "sleep 400"]) assert.ok(seen.includes(`\n${command}\n`), seen);
    await rt.succeeds("kill", "p", "KILL");
    await until("the end", async () => (await rt.status("p")) === "stopped");
    // a child that was left holds nothing up (without a pid namespace of its own runc leaves it to `kill --all`)
    await rt.run(["kill", "--all", "p", "KILL"]);
    await rt.succeeds("delete", "p");
    assert.equal(await rt.status("s"), "running");
    await until("the end of the child", async () => !(await rt.succeeds("exec", "s", "ps", "-o", "args")).includes("sleep 500"));
  });

  test("one with hooks inside it joins what it names too", async () => {
    await rt.started("h", (spec) => {
      inSandbox(["pid", "network", "ipc", "uts"], { [conventions.crio[0]]: "container", [conventions.crio[3]]: "s" })(spec);
      spec.hooks = { createContainer: [{ path: "/bin/true", args: ["true"] }] };
    });
    for (const name of ["pid", "ipc", "uts", "net"]) assert.equal(await namespaceOf("h", name), await namespaceOf("s", name), name);
    await rt.succeeds("delete", "-f", "h");
  });

  test("containers meet at a fifo in a volume that they have in common, and it outlives the first of them", async () => {
    const volume = mkdtempSync(join(world.directory, "volume-"));
    const member =
      (script: string, options: string[]) =>
      (spec: TestSpec): void => {
        inSandbox(["network", "ipc", "uts"], { [conventions.containerd[0]]: "container", [conventions.containerd[3]]: "s" })(spec);
        spec.process.args = ["sh", "-c", `${script}; sleep 1000`];
        spec.mounts.push({ destination: "/v", type: "bind", source: volume, options });
      };
    await rt.started("v1", member("mkfifo /v/p; echo said >/v/p", ["rbind"]));
    await until("the fifo", () => existsSync(join(volume, "p")));
    await rt.started("v2", member("true", ["rbind", "ro"]));
    assert.equal(await rt.succeeds("exec", "v2", "timeout", "60", "cat", "/v/p"), "said\n");
    assert.match((await rt.run(["exec", "v2", "touch", "/v/n"])).stderr, /Read-only/);
    await rt.succeeds("delete", "-f", "v1");
    await rt.started("v3", member("echo later >/v/f", ["rbind"]));
    await until("the file", () => existsSync(join(volume, "f")));
    assert.equal(await rt.succeeds("exec", "v2", "cat", "/v/f"), "later\n");
    for (const id of ["v2", "v3"]) await rt.succeeds("delete", "-f", id);
  });

  if (rt.isKata) {
    test("each engine's annotations find the sandbox, and so does the path of a namespace without any", async () => {
      const [typeKey, , container, sandboxKey] = conventions.dockershim;
      await rt.started("d", inSandbox([], { [typeKey]: container, [sandboxKey]: "s" }));
      await rt.started("n", inSandbox(["ipc"]));
      await rt.started("u", inSandbox(["ipc"], { [conventions.crio[3]]: "the-pod", [conventions.crio[0]]: "container" }));
      for (const id of ["d", "n", "u"]) {
        assert.equal(
          await rt.succeeds("exec", id, "cat", "/proc/sys/kernel/random/boot_id"),
          await rt.succeeds("exec", "s", "cat", "/proc/sys/kernel/random/boot_id"),
        );
        await rt.succeeds("delete", "-f", id);
      }
      assert.equal(machines(), 1);
      const lost = world.bundle(["true"], inSandbox([], { [typeKey]: container, [sandboxKey]: "no-such" }));
      assert.match(await rt.fails(1, "create", "-b", lost, "lost"), /sandbox no-such: /);
    });

    test("a namespace that an engine keeps is one in the machine for all who name it; the host's own is refused", async () => {
      const keeper: ChildProcess = spawn("unshare", ["--ipc", "sleep", "1000"], { stdio: "ignore" });
      try {
        const path = `/proc/${keeper.pid}/ns/ipc`;
        const kept = (spec: TestSpec): void => {
          inSandbox([], { [conventions.containerd[0]]: "container", [conventions.containerd[3]]: "s" })(spec);
          replace(spec, "ipc", path);
        };
        await until("unshare", async () => (await rt.run(["state", "s"])).code === 0);
        await rt.started("k1", kept);
        await rt.started("k2", kept);
        assert.equal(await namespaceOf("k1", "ipc"), await namespaceOf("k2", "ipc"));
        assert.notEqual(await namespaceOf("k1", "ipc"), await namespaceOf("s", "ipc"));
        for (const id of ["k1", "k2"]) await rt.succeeds("delete", "-f", id);
      } finally {
        keeper.kill("SIGKILL");
      }
      for (const type of ["pid", "ipc", "uts"]) {
        const bundle = world.bundle(["true"], (spec) => replace(spec, type, `/proc/self/ns/${type}`));
        assert.match(
          await rt.fails(1, "create", "-b", bundle, "host"),
          new RegExp(`${type} namespace /proc/self/ns/${type} is the host's own`),
        );
      }
    });

    test("the end of the sandbox is that of its containers", async () => {
      await rt.succeeds("delete", "-f", "s");
      await until("the end", async () => (await rt.status("c")) === "stopped");
      await rt.succeeds("delete", "c");
    });
  }

  test("nothing is left behind", async () => {
    if (!rt.isKata) for (const id of ["c", "s"]) await rt.succeeds("delete", "-f", id);
    rt.leftNothing();
  });
});
