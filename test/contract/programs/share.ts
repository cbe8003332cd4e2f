/** The share with a real daemon and a real guest: `share KERNEL INITRD DIRECTORY`. */
import { chainMessage, firstComponent } from "../../../src/base/fault.ts";
import { createLogger } from "../../../src/base/log.ts";
import { encodeUtf8 } from "../../../src/base/text.ts";
import { sleep } from "../../../src/base/timers.ts";
import { createQemu } from "../../../src/host/hypervisor/qemu/qemu.ts";
import type { Vm, VmSpec } from "../../../src/host/hypervisor/vm.ts";
import { type Share, startShare } from "../../../src/host/share/share.ts";
import { guestShare } from "../../../src/protocol/guest-paths.ts";
import { fileMemory } from "../../../src/sys/boot-memory.ts";
import { openDescriptors } from "../../../src/sys/descriptor.ts";
import { listDirectory } from "../../../src/sys/directory.ts";
import { close, mkdir, mkdirAll, O, open, readTextFile, replaceFile, statIfPresent, writeAll } from "../../../src/sys/file.ts";
import { cloneMount, MS, mount, setMountFlags } from "../../../src/sys/mount.ts";
import { CLONE, unshare } from "../../../src/sys/namespace.ts";
import { argumentsOf, kill, processId, SIGKILL } from "../../../src/sys/process.ts";
import { expect, expectEqual, expectRejects } from "../harness.ts";
import { createTapRunner } from "./tap.ts";

const [, kernel = "", initrd = "", directory = ""] = argumentsOf();
const runner = createTapRunner();
const { loop } = runner;
const logger = createLogger(() => {});
const program = "/usr/lib/qemu/virtiofsd";

unshare(CLONE.newMount);
setMountFlags("/", MS.slave | MS.rec);
mkdirAll(directory);
const shareDirectory = `${directory}/share`;
const options = {
  loop,
  logger,
  directory: shareDirectory,
  memory: fileMemory(directory, "daemon.json"),
  program,
  cache: "auto",
  extraArguments: [],
  debug: false,
};

/** Processes whose arguments name the share: the daemon works in a child of its own, which is not ours. */
function daemons(): string[] {
  const pids = listDirectory("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== processId());
  return pids.filter((pid) => {
    try {
      return readTextFile(`/proc/${pid}/cmdline`, 1 << 16).includes(`source=${shareDirectory}/`);
    } catch {
      return false; // it has just ended
    }
  });
}

/** What the share holds: descriptors and children of this process, and mounts. */
function traces(): string {
  const mounts = readTextFile("/proc/self/mountinfo")
    .split("\n")
    .filter((line) => line.includes(` ${shareDirectory}`));
  return JSON.stringify([openDescriptors().length, readTextFile(`/proc/self/task/${processId()}/children`), ...mounts]);
}

async function expectNothingLeft(): Promise<void> {
  for (let tries = 0; daemons().length > 0; tries++) {
    expect(tries < 200, `the daemon has ended: ${daemons()}`);
    await sleep(loop, 10);
  }
  expectEqual(traces(), before, "what is left");
  expectEqual(listDirectory(shareDirectory), [], "the directory, which others may share");
}

/** A tmpfs with a file, and another one in it: what a bundle's root file system may look like. Mounts made below it are passed on. */
function makeSource(name: string): string {
  const source = `${directory}/${name}`;
  mkdirAll(source);
  mount("source", source, "tmpfs", 0);
  setMountFlags(source, MS.shared);
  replaceFile(`${source}/file`, "outer\n", { mode: 0o644 });
  mkdir(`${source}/sub`);
  mount("sub", `${source}/sub`, "tmpfs", 0);
  replaceFile(`${source}/sub/file`, "inner\n", { mode: 0o644 });
  return source;
}

function add(share: Share, name: string, path: string, readOnly: boolean): string {
  const tree = cloneMount(path, { recursive: true });
  try {
    return share.add(name, tree, { readOnly });
  } finally {
    close(tree);
  }
}

/** The guest's answer about a path in the share: a line on its console. It looks again for a while: absence is cached. */
async function ask(vm: Vm, path: string, wanted: RegExp): Promise<void> {
  const line = new RegExp(`share ${path.replaceAll(/[+.]/g, "\\$&")}: ${wanted.source}`);
  for (let tries = 0; tries < 40; tries++) {
    const file = open(`${directory}/ask`, O.WRONLY | O.APPEND);
    writeAll(file, encodeUtf8(`${path}\n`));
    close(file);
    for (let i = 0; i < 25; i++) {
      if (line.test(vm.console().split("\n").slice(-4).join("\n"))) return;
      await sleep(loop, 20);
    }
  }
  throw new Error(`${path}: the guest never said ${line}; its console: ${vm.console()}`);
}

const source = makeSource("source");
const other = makeSource("other");
replaceFile(`${directory}/ask`, "");
const before = traces();
const share = await startShare(options);
const qemu = createQemu({ loop, logger, runDirectory: directory });
const machine: VmSpec = {
  name: "share-contract",
  program: "/usr/bin/qemu-system-x86_64",
  machine: "q35",
  accelerator: "tcg",
  kernel,
  initrd,
  kernelParameters: ["test.guest=share"],
  cpus: 1,
  maxCpus: 1,
  memoryMib: 256,
  devices: [{ kind: "agent-port" }, share.device],
  debug: false,
};
const vm = await qemu.launch(machine);
add(share, "ask", `${directory}/ask`, true);

runner.test("share: a directory appears with what is mounted in it, and can be written", async () => {
  expectEqual(add(share, "c1/rootfs", source, false), `${guestShare}/c1/rootfs`, "the guest's path");
  await ask(vm, "/m/c1/rootfs", /file sub device ok|sub file device ok/);
  await ask(vm, "/m/c1/rootfs/file", /outer, written/);
  await ask(vm, "/m/c1/rootfs/sub/file", /inner, written/);
  expect(readTextFile(`${source}/sub/file`).startsWith("inner\nguest\n"), "the host sees what the guest wrote");
});

runner.test("share: a read-only directory is read-only down to the last mount", async () => {
  add(share, "c1/volume", other, true);
  await ask(vm, "/m/c1/volume/file", /outer, read-only/);
  await ask(vm, "/m/c1/volume/sub/file", /inner, read-only/);
  expectEqual(readTextFile(`${other}/sub/file`), "inner\n", "the host's file");
});

runner.test("share: a single file can be shared", async () => {
  add(share, "c1/hosts", `${other}/file`, false);
  await ask(vm, "/m/c1/hosts", /outer, written/);
});

runner.test("share: what the host mounts below a shared directory later arrives", async () => {
  mkdir(`${source}/late`);
  mount("late", `${source}/late`, "tmpfs", 0);
  replaceFile(`${source}/late/file`, "late\n");
  await ask(vm, "/m/c1/rootfs/late/file", /late, written/);
});

runner.test("share: the guest can make nothing where the host will mount", async () => {
  await ask(vm, "+/m", /refused \(Read-only file system\)/);
  await ask(vm, "+/m/c1", /refused \(Read-only file system\)/);
});

runner.test("share: what is removed is gone in the guest, and nothing is unmounted on the host", async () => {
  share.remove("c1/rootfs");
  await ask(vm, "/m/c1/rootfs/file", /missing/);
  for (const path of ["file", "sub/file", "late/file"]) expect(statIfPresent(`${source}/${path}`) !== undefined, `${path} is still there`);
  share.remove("c1/volume");
  share.remove("c1/hosts");
  share.remove("c1/hosts");
  expectEqual(statIfPresent(`${shareDirectory}/rw/c1`), undefined, "the emptied directory");
});

runner.test("share: names that are no plain relative path are refused", async () => {
  for (const name of ["", "/etc", "../x", "a/../b", "a//b", ".", "a/b/c/d/e", "x".repeat(256), "a\0b"])
    expect(/share ".*": must be/.test(chainMessage(await expectRejects((async () => add(share, name, other, false))(), name))), name);
  add(share, "twice", other, false);
  expect(/is there already/.test(chainMessage(await expectRejects((async () => add(share, "twice", other, false))(), "twice"))), "twice");
});

runner.test("share: stop() after the machine has ended leaves no process, mount, descriptor or file", async () => {
  await vm.stop();
  await Promise.all([share.stop(), share.stop()]);
  expectEqual((await share.exited).code, 137, "the daemon's code");
  await expectNothingLeft();
});

runner.test("share: a daemon that is killed is noticed, and the rest goes away", async () => {
  const killed = await startShare(options);
  kill(killed.pid, SIGKILL);
  expectEqual((await killed.exited).code, 137, "code");
  await killed.stop();
  await expectNothingLeft();
});

runner.test("share: a daemon that refuses its arguments says so when it ends", async () => {
  const refused = await startShare({ ...options, extraArguments: ["--no-such-option"] });
  const exit = await refused.exited;
  expect(exit.code !== 0 && /no-such-option/.test(exit.stderr), JSON.stringify(exit));
  await refused.stop();
  await expectNothingLeft();
});

runner.test("share: a machine whose daemon has ended does not start, and the daemon is named", async () => {
  const refused = await startShare({ ...options, extraArguments: ["--no-such-option"] });
  const error = await refused.explain(await expectRejects(qemu.launch({ ...machine, devices: [refused.device] }), "launch()"));
  await refused.stop();
  expect(
    /virtiofsd ended with code 1: .*no-such-option/.test(chainMessage(error)) && firstComponent(error) === "share",
    chainMessage(error),
  );
  await expectNothingLeft();
});

runner.test("share: a daemon that is missing fails the start with its name, and leaves nothing", async () => {
  const error = await expectRejects(startShare({ ...options, program: "/no/virtiofsd" }), "start");
  expectEqual(
    [chainMessage(error), firstComponent(error)],
    ["start share: start /no/virtiofsd: exec: no such file or directory", "share"],
    "fault",
  );
  await expectNothingLeft();
});

await runner.run();
