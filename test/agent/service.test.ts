/** The agent's other requests: the pod, the guest, namespaces that containers share, foreign runtimes, and what is refused. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { guestShare } from "../../src/protocol/guest-paths.ts";
import { busyboxSpec, create, exec, finish, shell } from "./containers.ts";
import { bootVm, busyboxRoot, type TestVm } from "./vm.ts";

let vm: TestVm;
before(async () => {
  vm = await bootVm();
  await vm.agent.createSandbox({
    hostname: "pod",
    sandboxId: "pod",
    dns: ["10.0.0.53", "search example.org"],
    storages: [
      {
        driver: "ephemeral",
        source: "shm",
        fstype: "tmpfs",
        mountPoint: "/run/kata-containers/sandbox/shm",
        options: ["mode=1777", "size=1m"],
      },
    ],
  });
});
after(() => vm.stop());

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test("the guest says what it is", async () => {
  assert.equal((await vm.health.check({})).status, 1);
  const { agentDetails } = await vm.agent.getGuestDetails({ memBlockSize: true });
  assert.equal(agentDetails?.initDaemon, true);
  assert.ok(agentDetails?.extraFeatures.includes("oci-json"));
  assert.match((await vm.agent.getMetrics({})).metrics, /kata_guest_meminfo\{item="memtotal"\} \d+/);
});

test("the clock is set, the random generator seeded", async () => {
  await vm.agent.setGuestDateTime({ sec: 1_900_000_000, usec: 5 });
  assert.match((await shell(vm, "date +%s")).stdout, /^19000000/);
  await vm.agent.reseedRandomDev({ data: new Uint8Array(32).fill(7) });
  await vm.agent.setGuestDateTime({ sec: Math.floor(Date.now() / 1000) });
  await vm.agent.onlineCPUMem({ nbCpus: 1 });
});

test("files are copied in pieces, below the share only", async () => {
  const path = `${guestShare}/copied/file`;
  await vm.agent.copyFile({ path, fileSize: 6, fileMode: 0o100640, dirMode: 0o755, uid: 3, gid: 4, offset: 0, data: encode("one") });
  await vm.agent.copyFile({ path, fileSize: 6, fileMode: 0o100640, dirMode: 0o755, uid: 3, gid: 4, offset: 3, data: encode("two") });
  await vm.agent.copyFile({ path: `${guestShare}/copied/link`, fileMode: 0o120777, data: encode("file") });
  const { stdout } = await shell(vm, "cat /c/link; stat -c ' %a %u %g' /c/file", (spec) => {
    spec.mounts.push({ destination: "/c", type: "bind", source: `${guestShare}/copied`, options: ["bind"] });
  });
  assert.equal(stdout, "onetwo 640 3 4\n");
  await vm.agent.copyFile({ path: `${guestShare}/copied/link`, fileMode: 0o120777, data: encode("other") }); // in the old one's place
  await vm.agent.copyFile({ path: `${guestShare}/copied/file`, gone: true });
  const after = await shell(vm, "readlink /c/link; ls -A /c", (spec) => {
    spec.mounts.push({ destination: "/c", type: "bind", source: `${guestShare}/copied`, options: ["bind"] });
  });
  assert.equal(after.stdout, "other\nlink\n");
  await assert.rejects(vm.agent.copyFile({ path: "/etc/x", fileMode: 0o100644 }), /must be below/);
  await assert.rejects(vm.agent.copyFile({ path: "/etc/x", gone: true }), /must be below/);
  await assert.rejects(vm.agent.copyFile({ path: `${guestShare}/../../x`, fileMode: 0o100644 }), /must be below/);
});

test("a container's copies go with it, also when it could not be made", async () => {
  await vm.agent.copyFile({ path: `${guestShare}/brief/mount-0/file`, fileMode: 0o100644, dirMode: 0o755 });
  const look = async (): Promise<string> => {
    const { stdout } = await shell(vm, "ls /c", (spec) => {
      spec.mounts.push({ destination: "/c", type: "bind", source: guestShare, options: ["bind"] });
    });
    return stdout;
  };
  assert.match(await look(), /^brief$/m);
  await assert.rejects(vm.agent.removeContainer({ containerId: "brief" }), /not found/);
  assert.doesNotMatch(await look(), /brief/);
});

test("the sandbox's mounts and name servers are there for its containers", async () => {
  const { stdout } = await shell(vm, "cat /etc/resolv.conf; df -P /dev/shm | tail -n 1 | awk '{print $2}'", (spec) => {
    spec.mounts.push(
      { destination: "/etc/resolv.conf", type: "bind", source: "/etc/resolv.conf", options: ["bind", "ro"] },
      { destination: "/dev/shm", type: "bind", source: "/run/kata-containers/sandbox/shm", options: ["rbind"] },
    );
  });
  assert.equal(stdout, "nameserver 10.0.0.53\nsearch example.org\n1024\n");
  const shm = "/run/kata-containers/sandbox/shm";
  await vm.agent.updateEphemeralMounts({ storages: [{ source: "shm", fstype: "tmpfs", mountPoint: shm, options: ["size=2m"] }] });
  const { usage, volumeCondition } = await vm.agent.getVolumeStats({ volumeGuestPath: shm });
  assert.deepEqual([usage[0]?.unit, usage[0]?.total, usage[1]?.unit, volumeCondition?.abnormal], [1, 2n << 20n, 2, false]);
  await assert.rejects(
    vm.agent.resizeVolume({ volumeGuestPath: shm, size: 4 << 20 }),
    /resize .*shm: its file system \(0x1021994\) is neither ext4 nor xfs/,
  );
  await assert.rejects(vm.agent.getVolumeStats({ volumeGuestPath: "/nope" }), /statfs \/nope: no such file or directory/);
  await assert.rejects(vm.agent.updateEphemeralMounts({ storages: [{ mountPoint: "/run/kata-containers/none" }] }), /not mounted/);
});

test("containers of a pod share the namespaces that name another container", async () => {
  const first = await create(vm, busyboxSpec("sleep", "1000"));
  await vm.agent.startContainer({ containerId: first.id });
  const { stdout } = await shell(vm, "hostname; ps -o args | grep '^sleep 1000'; readlink /proc/self/ns/ipc; echo $$", (spec) => {
    spec.linux.namespaces = spec.linux.namespaces.map(({ type }) =>
      ["pid", "ipc", "uts"].includes(type) ? { type, path: first.id } : { type },
    );
    spec["hostname"] = "ignored";
  });
  const ipc = (await finish(vm, await exec(vm, first.id, { args: ["readlink", "/proc/self/ns/ipc"] }))).stdout;
  const [hostname, sleep, ownIpc, pid] = stdout.trimEnd().split("\n");
  assert.deepEqual([hostname, sleep, `${ownIpc}\n`], ["inside", "sleep 1000", ipc]);
  assert.notEqual(pid, "1");
  await vm.agent.removeContainer({ containerId: first.id });
});

test("in a shared pid namespace the end of the first process is the end of the container", async () => {
  const first = await create(vm, busyboxSpec("sleep", "1000"));
  await vm.agent.startContainer({ containerId: first.id });
  const spec = busyboxSpec("sh", "-c", "sleep 500 & exec sleep 400");
  spec.linux.namespaces = spec.linux.namespaces.map(({ type }) => (type === "pid" ? { type, path: first.id } : { type }));
  const second = await create(vm, spec);
  await vm.agent.startContainer({ containerId: second.id });
  await vm.agent.signalProcess({ containerId: second.id, signal: 9 });
  assert.equal((await finish(vm, second)).status, 137);
  await vm.agent.removeContainer({ containerId: second.id });
  assert.equal((await finish(vm, await exec(vm, first.id, { args: ["sh", "-c", "ps -o args | grep -c '^sleep [45]00'"] }))).stdout, "0\n");
  await vm.agent.removeContainer({ containerId: first.id });
});

test("a container in protobuf form, as Kata's runtime sends it, works the same", async () => {
  const at = { containerId: "kata", execId: "kata" };
  await vm.agent.createContainer({
    ...at,
    oci: {
      version: "1.0.2",
      root: { path: busyboxRoot, readonly: false },
      process: {
        args: ["sh", "-c", "hostname; echo $$; ulimit -n; read x; echo $x"],
        env: ["PATH=/bin"],
        cwd: "/",
        user: { uid: 5 },
        rlimits: [{ type: "RLIMIT_NOFILE", hard: 99n, soft: 98n }],
      },
      mounts: [{ destination: "/proc", type: "proc", source: "proc" }],
      linux: { namespaces: [{ type: "ipc" }, { type: "uts" }, { type: "mount" }], resources: { memory: { limit: 64n << 20n } } },
    },
  });
  await vm.agent.startContainer(at);
  await vm.agent.writeStdin({ ...at, data: encode("word\n") });
  let text = "";
  for (;;) {
    const { data } = await vm.agent.readStdout({ ...at, len: 4096 });
    if (data.length === 0) break;
    text += Buffer.from(data).toString();
  }
  assert.equal(text, "pod\n1\n98\nword\n");
  assert.equal((await vm.agent.waitProcess(at)).status, 0);
  await vm.agent.removeContainer(at);
});

test("Kata's SIGTERM ends a first process without a handler, and shared pids are the first container's", async () => {
  const process = { args: ["sleep", "1000"], env: ["PATH=/bin"], cwd: "/", user: { uid: 0 } };
  const oci = {
    root: { path: busyboxRoot },
    process,
    mounts: [{ destination: "/proc", type: "proc", source: "proc" }],
    linux: { sysctl: { "net.ipv4.ip_forward": "1" } },
  };
  const first = { containerId: "first" };
  const second = { containerId: "second" };
  await vm.agent.createContainer({ ...first, oci, sandboxPidns: true });
  await vm.agent.startContainer(first);
  await vm.agent.createContainer({ ...second, oci: { ...oci, process: { ...process, args: ["ps", "-o", "args"] } }, sandboxPidns: true });
  await vm.agent.startContainer(second);
  let text = "";
  for (;;) {
    const { data } = await vm.agent.readStdout({ ...second, len: 4096 });
    if (data.length === 0) break;
    text += Buffer.from(data).toString();
  }
  assert.match(text, /^sleep 1000$/m);
  await vm.agent.signalProcess({ ...first, signal: 15 });
  assert.equal((await vm.agent.waitProcess(first)).status, 137);
  await vm.agent.removeContainer(second);
  await vm.agent.removeContainer(first);
});

test("what this guest does not do is refused by its name", async () => {
  await assert.rejects(vm.agent.setPolicy({}), /SetPolicy: not supported by this guest/);
  const refused = {
    getIPTables: vm.agent.getIPTables({}),
    setIPTables: vm.agent.setIPTables({}),
    addSwap: vm.agent.addSwap({}),
    addSwapPath: vm.agent.addSwapPath({}),
    getDiagnosticData: vm.agent.getDiagnosticData({}),
    memAgentMemcgSet: vm.agent.memAgentMemcgSet({}),
    memAgentCompactSet: vm.agent.memAgentCompactSet({}),
    memHotplugByProbe: vm.agent.memHotplugByProbe({}),
  };
  for (const [name, answer] of Object.entries(refused))
    await assert.rejects(answer, (error: { status?: unknown }) => error.status === 12, `${name} is refused`);
  const oci = { ociJson: encode(JSON.stringify(busyboxSpec("true"))) };
  const withDevice = (type: string, id: string) => vm.agent.createContainer({ containerId: "d", devices: [{ type, id }], ...oci });
  await assert.rejects(withDevice("vfio", "02/00"), /disk driver "vfio": not supported by this guest, which has blk, mmioblk/);
  await assert.rejects(withDevice("blk", "../../x"), /must be a path of PCI slots, like 02\/00/);
  await assert.rejects(withDevice("mmioblk", "/dev/../etc"), /must be a node below \/dev/);
  await assert.rejects(
    vm.agent.createContainer({ containerId: "../x", ociJson: encode(JSON.stringify(busyboxSpec("true"))) }),
    /invalid container ID format/,
  );
  await assert.rejects(vm.agent.createContainer({ containerId: "x", ociJson: encode("{") }), /parse oci_json/);
  await assert.rejects(
    vm.agent.createSandbox({ storages: [{ driver: "9p", mountPoint: "/run/kata-containers/x" }] }),
    /storage driver "9p": not supported/,
  );
  await assert.rejects(vm.agent.createSandbox({ storages: [{ driver: "local", mountPoint: "/etc" }] }), /must be below/);
  await assert.rejects(vm.agent.createSandbox({ kernelModules: [{ name: "nonesuch" }] }), /load module nonesuch/);
});

test("a host that went away loses its streams, not its containers: the next one finds them", async () => {
  const attached = await create(vm, busyboxSpec("sh", "-c", "while :; do echo line; sleep 0.05; done"), "survivor");
  await vm.agent.startContainer({ containerId: "survivor" });
  await attached.stdout.read();
  // the guest may notice that a host went away before the next one comes, or after
  for (let i = 0; i < 20; i++) {
    vm.transport.close();
    Object.assign(vm, await vm.reconnect());
  }
  await assert.rejects(create(vm, busyboxSpec("true"), "survivor"), /exists already/);
  assert.equal((await finish(vm, await exec(vm, "survivor", { args: ["echo", "still"] }))).stdout, "still\n");
  await vm.agent.removeContainer({ containerId: "survivor" });
});

test("the end of the sandbox is the end of the machine", async () => {
  const attached = await create(vm, busyboxSpec("sleep", "1000"));
  await vm.agent.startContainer({ containerId: attached.id });
  const ended = once(vm.qemu, "exit");
  await vm.agent.destroySandbox({});
  assert.deepEqual(await ended, [0, null]);
});
