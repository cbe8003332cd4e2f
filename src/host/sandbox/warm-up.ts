/**
 * A container made and removed before anybody asks for one: what the guest does for the first time takes several times as
 * long, since its kernel, the agent and the VMM have not done it yet.
 */
import { encodeUtf8 } from "../../base/text.ts";
import { IPFamily } from "../../protocol/gen/agent.ts";
import { guestRootfs } from "../../protocol/guest-paths.ts";
import { rmdir } from "../../sys/directory.ts";
import { close, fstat, mkdir, mkdirIfMissing, O, open } from "../../sys/file.ts";
import { cloneMount, MS, mount, unmountLazily } from "../../sys/mount.ts";
import { ownProgram } from "../../sys/process.ts";
import { copySparse } from "../../sys/sparse.ts";
import type { Machine } from "./boot.ts";

const id = "warm-up";
const program = "/program";

/** The program is this one: static, and in the role of a stand-in without a sandbox it ends at once. */
const specification = {
  ociVersion: "1.3.0",
  process: { args: [program], env: ["KATA_ROLE=stand-in"], cwd: "/", user: { uid: 0, gid: 0 } },
  root: { path: guestRootfs(id) },
  hostname: id,
  mounts: [
    { destination: "/proc", type: "proc", source: "proc" },
    { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755", "size=65536k"] },
    { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"] },
  ],
  linux: { namespaces: [{ type: "pid" }, { type: "ipc" }, { type: "uts" }, { type: "mount" }, { type: "cgroup" }] },
};

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
export async function warmUp(machine: Machine, directory: string): Promise<void> {
  if (machine.waitingTap) await warmUpNetwork(machine);
  await warmUpContainer(machine, directory);
}

async function warmUpNetwork({ agent }: Machine): Promise<void> {
  await agent.api.updateInterface({ interface: { ...network, takeWaiting: true } });
  await agent.api.updateRoutes({ routes: { routes } });
  await agent.api.updateInterface({ interface: { hwAddr: network.hwAddr, putBack: true } });
}

async function warmUpContainer({ agent, share }: Machine, directory: string): Promise<void> {
  const tree = openWarmRootfs(directory);
  try {
    share.add(`${id}/rootfs`, tree, { readOnly: false });
  } finally {
    close(tree);
  }
  const name = { containerId: id, execId: id };
  const [stdin, stdout, stderr] = await Promise.all([agent.dialStdio(), agent.dialStdio(), agent.dialStdio()]);
  const ports = { stdinPort: stdin.localPort, stdoutPort: stdout.localPort, stderrPort: stderr.localPort };
  await agent.api.createContainer({ ...name, ...ports, ociJson: encodeUtf8(JSON.stringify(specification)) });
  await agent.api.startContainer({ containerId: id });
  await agent.api.waitProcess(name);
  for (const stream of [stdin, stdout, stderr]) stream.close();
  await agent.api.removeContainer({ containerId: id });
  share.remove(`${id}/rootfs`);
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
