/** Starts a share and a machine, says their pids and the share's directory, and waits to be killed: `machine KERNEL INITRD DIRECTORY`. */
import { createLogger } from "../../../src/base/log.ts";
import { createQemu } from "../../../src/host/hypervisor/qemu/qemu.ts";
import { startShare } from "../../../src/host/share/share.ts";
import { fileMemory } from "../../../src/sys/boot-memory.ts";
import { describeUncaught, EventLoop } from "../../../src/sys/loop.ts";
import { MS, setMountFlags } from "../../../src/sys/mount.ts";
import { CLONE, unshare } from "../../../src/sys/namespace.ts";
import { argumentsOf, exit } from "../../../src/sys/process.ts";
import { say } from "./tap.ts";

const [, kernel = "", initrd = "", directory = ""] = argumentsOf();
const loop = new EventLoop((error) => {
  say(describeUncaught(error));
  exit(1);
});
const logger = createLogger(() => {});
unshare(CLONE.newMount);
setMountFlags("/", MS.slave | MS.rec);
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
const vm = await createQemu({ loop, logger, runDirectory: directory }).launch({
  name: "orphan",
  program: "/usr/bin/qemu-system-x86_64",
  machine: "q35",
  accelerator: "tcg",
  kernel,
  initrd,
  kernelParameters: ["test.guest=idle"],
  cpus: 1,
  maxCpus: 1,
  memoryMib: 128,
  devices: [{ kind: "agent-port" }, share.device],
  debug: false,
});
say(JSON.stringify({ qemu: vm.state.pid, daemon: share.pid }));
await vm.exited;
