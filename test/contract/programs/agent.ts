/** From the start of a machine to a container's output, and what fails on the way: `agent KERNEL INITRD DIRECTORY PRODUCT-KERNEL PRODUCT-INITRD`. */
import { chainMessage, firstComponent } from "../../../src/base/fault.ts";
import { createLogger } from "../../../src/base/log.ts";
import type { ByteStream } from "../../../src/base/stream.ts";
import { decodeUtf8, encodeUtf8 } from "../../../src/base/text.ts";
import { type Agent, connectAgent } from "../../../src/host/agent/agent.ts";
import { createQemu } from "../../../src/host/hypervisor/qemu/qemu.ts";
import type { Device, Vm } from "../../../src/host/hypervisor/vm.ts";
import { type Share, startShare } from "../../../src/host/share/share.ts";
import { featureOciJson } from "../../../src/protocol/features.ts";
import { guestShare, shareTag } from "../../../src/protocol/guest-paths.ts";
import { fileMemory } from "../../../src/sys/boot-memory.ts";
import { close, mkdirAll, O, open, readFile, replaceFile, symlink, writeAll } from "../../../src/sys/file.ts";
import { cloneMount, MS, setMountFlags } from "../../../src/sys/mount.ts";
import { CLONE, unshare } from "../../../src/sys/namespace.ts";
import { argumentsOf, kill, SIGKILL } from "../../../src/sys/process.ts";
import { expect, expectEqual, expectRejects } from "../harness.ts";
import { createTapRunner } from "./tap.ts";

const [, kernel = "", plainInitrd = "", directory = "", productKernel = "", productInitrd = ""] = argumentsOf();
const plain = (initrd: string): Guest => ({ kernel, initrd });
const runner = createTapRunner();
const { loop } = runner;
const logger = createLogger(() => {});
const hypervisor = createQemu({ loop, logger, runDirectory: directory });

unshare(CLONE.newMount);
setMountFlags("/", MS.slave | MS.rec);
mkdirAll(directory);

interface Guest {
  readonly kernel: string;
  readonly initrd: string;
}

function launch(guest: Guest, devices: readonly Device[], parameters: readonly string[] = []): Promise<Vm> {
  return hypervisor.launch({
    name: "agent-contract",
    program: "/usr/bin/qemu-system-x86_64",
    machine: "q35",
    accelerator: "tcg",
    ...guest,
    kernelParameters: parameters,
    cpus: 1,
    maxCpus: 1,
    memoryMib: 256,
    devices,
    debug: false,
  });
}

/** Machine, share and agent for `body`; all of it gone afterwards. */
async function withAgent(body: (agent: Agent, vm: Vm, share: Share) => Promise<void>): Promise<void> {
  const share = await startShare({
    loop,
    logger,
    directory: `${directory}/share`,
    memory: fileMemory(directory, "daemon.json"),
    program: "/usr/lib/qemu/virtiofsd",
    cache: "auto",
    extraArguments: [],
    debug: false,
  });
  try {
    const vm = await launch({ kernel: productKernel, initrd: productInitrd }, [{ kind: "agent-port" }, share.device]);
    try {
      const agent = await connectAgent({ vm, timers: loop, logger, timeoutMs: 60_000 });
      await body(agent, vm, share);
    } finally {
      await vm.stop();
    }
  } finally {
    await share.stop();
  }
}

async function bootFails(vm: Vm, timeoutMs: number): Promise<string> {
  try {
    const error = await expectRejects(connectAgent({ vm, timers: loop, logger, timeoutMs }), "connectAgent()");
    return `${firstComponent(error)}: ${chainMessage(error)}`;
  } finally {
    await vm.stop();
  }
}

async function readText(stream: ByteStream): Promise<string> {
  let text = "";
  for (let chunk = await stream.read(); chunk !== undefined; chunk = await stream.read()) text += decodeUtf8(chunk);
  return text;
}

/** A root file system of busybox on the host. */
function makeRootfs(): string {
  const rootfs = `${directory}/rootfs`;
  for (const name of ["bin", "dev", "proc", "sys", "tmp", "etc"]) mkdirAll(`${rootfs}/${name}`);
  const fd = open(`${rootfs}/bin/busybox`, O.WRONLY | O.CREAT, { mode: 0o755 });
  writeAll(fd, readFile("/bin/busybox", 1 << 24));
  close(fd);
  for (const name of ["sh", "cat", "uname", "hostname"]) symlink("busybox", `${rootfs}/bin/${name}`);
  return rootfs;
}

const spec = (path: string, script: string): Uint8Array =>
  encodeUtf8(
    JSON.stringify({
      ociVersion: "1.2.0",
      process: { args: ["/bin/sh", "-c", script], env: ["PATH=/bin"], cwd: "/", user: { uid: 0, gid: 0 } },
      root: { path },
      hostname: "inside",
      mounts: [{ destination: "/proc", type: "proc", source: "proc" }],
      linux: { namespaces: ["pid", "ipc", "uts", "mount", "cgroup"].map((type) => ({ type })) },
    }),
  );

runner.test("agent: a machine boots, its agent answers, a container of the share runs", () =>
  withAgent(async (agent, vm, share) => {
    expectEqual(vm.phase, "agent", "phase");
    expect(agent.details.extraFeatures.includes(featureOciJson), `features ${agent.details.extraFeatures}`);
    await agent.api.createSandbox({
      sandboxId: "s",
      hostname: "pod",
      storages: [{ driver: "virtio-fs", source: shareTag, fstype: "virtiofs", mountPoint: guestShare, options: ["nodev"] }],
    });
    const tree = cloneMount(makeRootfs(), { recursive: true });
    const path = share.add("c1/rootfs", tree, { readOnly: false });
    close(tree);
    const [stdin, stdout, stderr] = await Promise.all([agent.dialStdio(), agent.dialStdio(), agent.dialStdio()]);
    const ports = { stdinPort: stdin.localPort, stdoutPort: stdout.localPort, stderrPort: stderr.localPort };
    await agent.api.createContainer({
      containerId: "c1",
      execId: "c1",
      ociJson: spec(path, "hostname; cat; echo made >/new; echo wrong >&2; exit 7"),
      ...ports,
    });
    await agent.api.startContainer({ containerId: "c1" });
    await stdin.write(encodeUtf8("typed\n"));
    await stdin.closeWrite();
    const [out, err, { status }] = await Promise.all([
      readText(stdout),
      readText(stderr),
      agent.api.waitProcess({ containerId: "c1", execId: "c1" }),
    ]);
    expectEqual([out, err, status], ["inside\ntyped\n", "wrong\n", 7], "output and status");
    expectEqual(decodeUtf8(readFile(`${directory}/rootfs/new`, 100)), "made\n", "the file on the host");
    await agent.api.removeContainer({ containerId: "c1" });
    share.remove("c1/rootfs");
  }),
);

runner.test("agent: the end of the machine ends the connection", () =>
  withAgent(async (agent, vm) => {
    kill(vm.state.pid, SIGKILL);
    expect((await agent.closed) !== undefined, "the connection is over with a reason");
    await expectRejects(agent.health.check({}), "a call after the end");
    await expectRejects(
      agent.dialStdio().then((stream) => stream.write(new Uint8Array(1))),
      "a stream after the end",
    );
  }),
);

runner.test("agent: an initrd that is none makes the kernel panic, which the message says with the console", async () => {
  replaceFile(`${directory}/text`, "no initrd\n");
  const message = await bootFails(await launch(plain(`${directory}/text`), [{ kind: "agent-port" }]), 60_000);
  expect(
    /^(kernel|agent): boot vm: the (kernel|agent).* panicked; the guest's console ends: .*Kernel panic - not syncing/.test(message),
    message,
  );
});

runner.test("agent: one that ends is named", async () => {
  const message = await bootFails(await launch(plain(plainInitrd), [{ kind: "agent-port" }], ["test.guest=panic"]), 60_000);
  expect(
    /^agent: boot vm: the agent ended or could not be started, and the kernel panicked; .*Attempted to kill init/.test(message),
    message,
  );
});

runner.test("agent: one that opens its channel and is silent is named at the deadline", async () => {
  const vm = await launch(plain(plainInitrd), [{ kind: "agent-port" }], ["test.guest=idle"]);
  const message = await bootFails(vm, 30_000);
  expect(/^agent: boot vm: the agent opened its channel, but did not answer within 30 s; .*guest ready$/.test(message), message);
});

await runner.run();
