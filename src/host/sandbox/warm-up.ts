/**
 * A container made and removed before anybody asks for one: what the guest does for the first time takes several times as
 * long, since its kernel, the agent and the VMM have not done it yet.
 */
import type { Logger } from "../../base/log.ts";
import { encodeUtf8 } from "../../base/text.ts";
import type { Mount, Spec } from "../../oci/spec.ts";
import { IPFamily } from "../../protocol/gen/agent.ts";
import { guestAgent, guestRootfs } from "../../protocol/guest-paths.ts";
import { emptyMemoryFile } from "../../sys/descriptor.ts";
import { rmdir } from "../../sys/directory.ts";
import { close, fstat, mkdir, mkdirIfMissing, O, open, truncate } from "../../sys/file.ts";
import { cloneMount, MS, mount, unmountLazily } from "../../sys/mount.ts";
import { ownProgram } from "../../sys/process.ts";
import { copySparse } from "../../sys/sparse.ts";
import type { Fd } from "../../sys/syscall.ts";
import { writeAt } from "../../sys/system.ts";
import type { Agent } from "../agent/agent.ts";
import { emptyExt4, emptyExt4Bytes } from "../disk/empty-ext4.ts";
import type { HotPlug } from "../hypervisor/vm.ts";
import type { Share } from "../share/share.ts";
import type { Machine } from "./boot.ts";
import { attachDisks, type ContainerDisks, type GivenDisk } from "./container-disks.ts";
import { Disks } from "./disks.ts";

const id = "warm-up";
const program = "/program";

/** The program is this one or the agent: static, and in the role of a stand-in without a sandbox it ends at once. */
const specification = (root: string, mounts: readonly Mount[]): Spec => ({
  ociVersion: "1.3.0",
  process: { args: [program], env: ["KATA_ROLE=stand-in"], cwd: "/", user: { uid: 0, gid: 0 } },
  root: { path: root },
  hostname: id,
  mounts: [
    { destination: "/proc", type: "proc", source: "proc" },
    { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755", "size=65536k"] },
    { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"] },
    ...mounts,
  ],
  linux: { namespaces: [{ type: "pid" }, { type: "ipc" }, { type: "uts" }, { type: "mount" }, { type: "cgroup" }] },
});

/** Of documentation (RFC 5737, RFC 3849); no frame leaves the waiting tap's namespace. */
const network = {
  hwAddr: "02:6b:61:74:61:01",
  name: "eth0",
  mtu: 1500,
  ipAddresses: [
    { family: IPFamily.v4, address: "192.0.2.2", mask: "24" },
    { family: IPFamily.v6, address: "2001:db8::2", mask: "64" },
  ],
};
const routes = [
  { gateway: "192.0.2.1", device: network.name, family: IPFamily.v4, type: 1 },
  { gateway: "2001:db8::1", device: network.name, family: IPFamily.v6, type: 1 },
];

/** `directory` is in a file system of this process's own; made and removed. */
export async function warmUp(machine: Machine, directory: string, logger: Logger): Promise<void> {
  const { share, vm } = machine;
  if (machine.waitingTap) await warmUpNetwork(machine);
  if (share) await warmUpShare(machine, share, directory);
  else if (vm.hotplug) await warmUpDisks(machine, vm.hotplug, logger);
}

async function warmUpNetwork({ agent }: Machine): Promise<void> {
  await agent.api.updateInterface({ interface: { ...network, takeWaiting: true } });
  await agent.api.updateRoutes({ routes: { routes } });
  await agent.api.updateInterface({ interface: { hwAddr: network.hwAddr, putBack: true } });
}

async function warmUpShare({ agent }: Machine, share: Share, directory: string): Promise<void> {
  const tree = openWarmRootfs(directory);
  try {
    share.add(`${id}/rootfs`, tree, { readOnly: false });
  } finally {
    close(tree);
  }
  await runOnce(agent, { spec: specification(guestRootfs(id), []), storages: [] });
  share.remove(`${id}/rootfs`);
}

/** Of a machine that will have disks only: one that is plugged in and written to as the root, one in a place as a volume. */
async function warmUpDisks({ agent }: Machine, hotplug: HotPlug, logger: Logger): Promise<void> {
  const spec = specification("", [
    { destination: program, type: "bind", source: guestAgent, options: ["bind", "ro"] },
    { destination: "/disk", type: "ext4", source: "warm-up" },
  ]);
  const disk = { path: id, fstype: "ext4", options: [], scratch: false, group: 0, overlayOptions: [] };
  const images = [openEmptyImage(), openEmptyImage()] as const;
  const given: GivenDisk[] = [
    { ...disk, target: "root", readOnly: false, place: images[0] },
    { ...disk, target: `mount:${(spec.mounts?.length ?? 0) - 1}`, readOnly: true, place: images[1] },
  ];
  try {
    const attached = await attachDisks({ id, spec, given }, new Disks(logger), hotplug);
    await runOnce(agent, attached);
    await attached.release();
  } finally {
    images.forEach(close);
  }
}

function openEmptyImage(): Fd {
  const image = emptyMemoryFile("kata-warm-up");
  truncate(image, emptyExt4Bytes);
  for (const { at, bytes } of emptyExt4()) writeAt(image, bytes, at);
  return image;
}

async function runOnce(agent: Agent, { spec, storages }: Pick<ContainerDisks, "spec" | "storages">): Promise<void> {
  const name = { containerId: id, execId: id };
  const [stdin, stdout, stderr] = await Promise.all([agent.dialStdio(), agent.dialStdio(), agent.dialStdio()]);
  const ports = { stdinPort: stdin.localPort, stdoutPort: stdout.localPort, stderrPort: stderr.localPort };
  await agent.api.createContainer({ ...name, ...ports, storages, ociJson: encodeUtf8(JSON.stringify(spec)) });
  await agent.api.startContainer({ containerId: id });
  await agent.api.waitProcess(name);
  for (const stream of [stdin, stdout, stderr]) stream.close();
  await agent.api.removeContainer({ containerId: id });
}

/** A root file system with our own program in it, as a detached mount; nothing of it stays in this mount namespace. */
function openWarmRootfs(directory: string): ReturnType<typeof cloneMount> {
  mkdirIfMissing(directory, 0o700);
  mount("warm-up", directory, "tmpfs", MS.nosuid | MS.nodev, "mode=0755,size=16m");
  try {
    for (const name of ["proc", "dev", "sys"]) mkdir(`${directory}/${name}`, 0o755);
    copyProgram(`${directory}${program}`);
    return cloneMount(directory, { recursive: true });
  } finally {
    unmountLazily(directory);
    rmdir(directory);
  }
}

/** Not mounted there: the program's own mount may belong to another mount namespace. */
function copyProgram(path: string): void {
  const from = open(ownProgram, O.RDONLY);
  try {
    const to = open(path, O.WRONLY | O.CREAT, { mode: 0o755 });
    try {
      copySparse(from, to, fstat(from).size);
    } finally {
      close(to);
    }
  } finally {
    close(from);
  }
}
