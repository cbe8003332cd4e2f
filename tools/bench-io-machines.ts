/** The two machines of `make bench-io`: one made by kata-runtime, and one by hand of the same QEMU command line and kernel. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Lab, within } from "../test/network/lab.ts";
import { makeRootfs } from "../test/support/bundle.ts";
import { World } from "../test/support/world.ts";
import { OwnCgroup } from "./bench-io-cgroup.ts";
import { GuestShell, shellServer } from "./bench-io-shell.ts";
import { type CpioEntry, writeCpio } from "./cpio.ts";

/** A card for each; the subnet is the index. */
export const mtus: readonly number[] = [1500, 9000];
const volumePlace = "/d";

export interface Machine {
  readonly name: string;
  readonly lab: Lab;
  readonly shell: GuestShell;
  /** A directory of the host, /d in the guest. */
  readonly volume: string;
  stop(): Promise<void>;
}

function makeLab(): Lab {
  const lab = new Lab({ joined: false });
  for (const [subnet, mtu] of mtus.entries()) lab.join(`eth${subnet}`, { mtu, subnet });
  return lab;
}

const openShell = (lab: Lab): Promise<GuestShell> => GuestShell.open(lab.far, "10.9.0.2");

const iperf = "/usr/bin/iperf3";

/** The program and the libraries that it names. */
function copyIperf(rootfs: string): void {
  const libraries = execFileSync("ldd", [iperf], { encoding: "utf8" }).match(/\/\S+/g) ?? [];
  for (const file of [iperf, ...libraries]) {
    mkdirSync(join(rootfs, dirname(file)), { recursive: true });
    copyFileSync(file, join(rootfs, file));
  }
}

/** A container in a machine that boots: so its whole command line is there to be taken over. */
export async function startOurs(place: string): Promise<{ readonly machine: Machine; readonly commandLine: readonly string[] }> {
  const world = new World();
  const lab = makeLab();
  const stop = async (): Promise<void> => {
    await world.dispose();
    await lab.dispose();
  };
  try {
    const volume = join(place, "ours");
    mkdirSync(volume);
    const config = join(place, "configuration.toml");
    writeFileSync(config, "[factory]\nenable_template = false\n");
    const bundle = world.bundle(shellServer, (spec) => {
      within(spec, lab.path);
      spec.mounts.push({ destination: volumePlace, type: "bind", source: volume, options: ["rbind"] });
    });
    copyIperf(join(bundle, "rootfs"));
    const { code, stderr } = await world.kata(["--config", config, "run", "-d", "-b", bundle, "ours"]);
    if (code !== 0) throw new Error(`kata-runtime run: ${stderr}`);
    const shell = await openShell(lab);
    const machine = { name: "kata-runtime", lab, shell, volume, stop: () => shell.close().then(stop) };
    return { machine, commandLine: qemuOf(world.root, "ours") };
  } catch (error) {
    await stop();
    throw error;
  }
}

function qemuOf(root: string, id: string): string[] {
  const { helpers } = JSON.parse(readFileSync(join(root, "@sandbox", id, "sandbox.json"), "utf8")) as { helpers: { pid: number }[] };
  const lines = helpers.map(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1));
  const found = lines.find(([program = ""]) => program.includes("qemu-system"));
  if (!found) throw new Error(`sandbox ${id}: no QEMU among its processes`);
  return found;
}

/** What a person would start by hand: QEMU in the namespace on taps with redirecting filters, virtiofsd with its defaults. */
export async function startBare(place: string, commandLine: readonly string[]): Promise<Machine> {
  const lab = makeLab();
  const [log, console] = ["bare.log", "console"].map((name) => join(place, name)) as [string, string];
  const cgroup = new OwnCgroup("bench-bare");
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of children) await end(child);
    await cgroup.remove();
    await lab.dispose();
  };
  try {
    const rootfs = join(place, "bare");
    makeRootfs(rootfs);
    copyIperf(rootfs);
    const volume = join(rootfs, volumePlace);
    mkdirSync(volume);
    for (const [number, mtu] of mtus.entries()) redirect(lab, number, mtu);
    const initrd = join(place, "initrd");
    writeFileSync(initrd, Buffer.concat([readFileSync(wordAfter(commandLine, "-initrd")), writeCpio(guestFiles())]));
    const output = openSync(log, "w");
    const start = (command: string, ...args: string[]): void => {
      const child = spawn(command, args, { stdio: ["ignore", output, output] });
      children.push(child);
      if (child.pid !== undefined) cgroup.join(child.pid);
    };
    const socket = join(place, "virtiofs.sock");
    start("/usr/lib/qemu/virtiofsd", `--socket-path=${socket}`, "-o", `source=${rootfs}`);
    await pause(500);
    start("ip", "netns", "exec", lab.near, ...bareCommandLine(commandLine, { lab, initrd, socket, console }));
    const shell = await openShell(lab);
    return { name: "bare QEMU", lab, shell, volume, stop: () => shell.close().then(stop) };
  } catch (cause) {
    await stop();
    const said = [log, console].filter((path) => existsSync(path)).map((path) => readFileSync(path, "utf8").slice(-2000));
    throw new Error(`bare QEMU: ${said.join("\n")}`, { cause });
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

function redirect(lab: Lab, number: number, mtu: number): void {
  const [link, tap] = [`eth${number}`, `tap${number}`];
  lab.ip("tuntap", "add", tap, "mode", "tap");
  lab.ip("link", "set", tap, "mtu", String(mtu), "up");
  const tc = (...args: string[]): Buffer => execFileSync("tc", ["-n", lab.near, ...args]);
  for (const each of [link, tap]) tc("qdisc", "add", "dev", each, "ingress");
  for (const [from, to] of [
    [link, tap],
    [tap, link],
  ] as const)
    tc("filter", "add", "dev", from, ..."parent ffff: protocol all u32 match u8 0 0 action mirred egress redirect dev".split(" "), to);
}

const wordAfter = (words: readonly string[], option: string): string => words[words.indexOf(option) + 1] ?? "";

interface ByHand {
  readonly lab: Lab;
  readonly initrd: string;
  readonly socket: string;
  readonly console: string;
}

/** The same devices on backends that need no descriptors of a parent; without the monitor, with both cards from the start. */
function bareCommandLine([program = "", ...words]: readonly string[], byHand: ByHand): string[] {
  const line = [program];
  for (let i = 0; i < words.length; i++) {
    const option = words[i] ?? "";
    const value = words[i + 1]?.startsWith("-") === false ? words[++i] : undefined;
    line.push(...(value === undefined ? [option] : optionByHand(option, value, byHand)));
  }
  return [...line, ...mtus.flatMap((_, number) => card(byHand.lab, number))];
}

function optionByHand(option: string, value: string, byHand: ByHand): string[] {
  const id = /(?:^|,)id=([\w-]+)/.exec(value)?.[1] ?? "";
  if (option === "-mon" || id === "monitor") return [];
  if (option === "-initrd") return [option, byHand.initrd];
  if (option === "-chardev") return [option, chardev(id, byHand)];
  if (option === "-netdev" || value.startsWith("virtio-net-pci,")) return []; // of its own, below
  return [option, value];
}

function chardev(id: string, { socket, console }: Pick<ByHand, "socket" | "console">): string {
  if (id === "share-socket") return `socket,id=${id},path=${socket}`;
  return id === "console" ? `file,id=${id},path=${console}` : `null,id=${id}`;
}

/** As kata-runtime has them. The guest numbers cards by their places, of which the ports are in order. */
function card(lab: Lab, number: number): string[] {
  const mac = /link\/ether (\S+)/.exec(lab.ip("link", "show", "dev", `eth${number}`))?.[1];
  if (mac === undefined) throw new Error(`link eth${number}: no hardware address`);
  return [
    ...["-netdev", `tap,id=net${number}-tap,ifname=tap${number},script=no,downscript=no`],
    ...["-device", `virtio-net-pci,id=net${number},netdev=net${number}-tap,mac=${mac},romfile=,bus=port${number}`],
  ];
}

/** Unpacked over the agent's initrd: a first process that is a shell script. */
function guestFiles(): CpioEntry[] {
  return [
    { kind: "directory", path: "bin", mode: 0o755 },
    { kind: "file", path: "bin/busybox", mode: 0o755, data: readFileSync("/bin/busybox") },
    { kind: "file", path: "init", mode: 0o755, data: Buffer.from(firstProcess()) },
  ];
}

/** Its programs are on the share, as a container's are: the guest reads one again each time that it is started. */
function firstProcess(): string {
  const cards = mtus.map(
    (mtu, i) =>
      `ip link set eth${i} mtu ${mtu}; ip addr add 10.9.${i}.2/24 dev eth${i}; ip -6 addr add fd09:${i}::2/64 dev eth${i}; ip link set eth${i} up`,
  );
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev
for module in $(cat /lib/modules/modules.list); do insmod $module; done
ip link set lo up
${cards.join("\n")}
mount -t virtiofs kataShared /mnt
for each in proc sys dev; do mount -o bind /$each /mnt/$each; done
exec chroot /mnt ${shellServer.join(" ")}
`;
}
