/** A virtual machine with the agent in it and nothing of ours on the host: QEMU and a socket. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectSocket, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Transport } from "../../src/base/stream.ts";
import type { Timers } from "../../src/base/timers.ts";
import { AgentService, Health } from "../../src/protocol/gen/agent.ts";
import { guestShare, shareTag } from "../../src/protocol/guest-paths.ts";
import { muxDialer } from "../../src/protocol/mux.ts";
import { agentPort } from "../../src/protocol/ports.ts";
import type { Client } from "../../src/protocol/service.ts";
import { connectTtrpc } from "../../src/protocol/ttrpc-client.ts";
import { type CpioEntry, writeCpio } from "../../tools/cpio.ts";
import { startCountedShare } from "./counted-share.ts";
import { nodeStream } from "./node-stream.ts";

const testShare = resolve(process.env["KATA_TEST_SHARE"] ?? "build/share/kata-containers");

export const nodeTimers: Timers = {
  nowMs: () => performance.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

export interface AgentConnection {
  readonly agent: Client<typeof AgentService>;
  readonly health: Client<typeof Health>;
  readonly transport: Transport;
}

export interface TestVm extends AgentConnection {
  /** Another connection on the same channel, after the first one's transport was closed. */
  reconnect(): Promise<AgentConnection>;
  readonly qemu: ChildProcess;
  /** What the guest said on its console until now. */
  console(): string;
  stop(): Promise<void>;
}

/** Where busybox's root file system is in the guest. */
export const busyboxRoot = "/images/busybox";

export interface BootOptions {
  /** More files of the initrd. */
  readonly extra?: readonly CpioEntry[];
  readonly devices?: readonly string[];
  /** Directory of vmlinux and initrd. */
  readonly share?: string;
  /** QEMU's CPU model. */
  readonly cpu?: string;
}

/** Boots a guest whose initrd also holds busybox's root file system. */
export async function bootVm(options: BootOptions = {}): Promise<TestVm> {
  const directory = mkdtempSync(join(tmpdir(), "kata-agent-"));
  const image = writeCpio([...busybox(), ...(options.extra ?? [])]);
  const { share = testShare, cpu = "max" } = options;
  writeFileSync(join(directory, "initrd"), Buffer.concat([readFileSync(join(share, "initrd")), image]));
  const counted = await startCountedShare(directory, memoryMib);
  const machine = [...qemuArguments(directory, share, cpu), ...(counted?.qemuArguments ?? []), ...(options.devices ?? [])];
  const qemu = spawn("setpriv", ["--pdeathsig", "KILL", "qemu-system-x86_64", ...machine], { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((done) => qemu.once("exit", done));
  const readConsole = (): string => readIfPresent(join(directory, "console"));
  const stop = async (powerOff?: () => Promise<unknown>): Promise<void> => {
    if (qemu.exitCode === null && qemu.signalCode === null) {
      // An instrumented agent writes its counters when it powers off; others are not waited for.
      if (!counted || !powerOff || !(await succeeds(powerOff()))) qemu.kill("SIGKILL");
      await ended;
    }
    counted?.collect();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const connect = () => connectAgent(join(directory, "agent.sock"), qemu);
    const connection = await connect();
    const { agent } = connection;
    const storage = { driver: "virtio-fs", source: shareTag, fstype: "virtiofs", mountPoint: guestShare };
    if (counted) await agent.createSandbox({ storages: [storage] });
    return { ...connection, reconnect: connect, qemu, console: readConsole, stop: () => stop(() => agent.destroySandbox({})) };
  } catch (error) {
    const text = readConsole();
    await stop();
    throw new Error(`guest did not come up; its console:\n${text}`, { cause: error });
  }
}

async function connectAgent(socket: string, qemu: ChildProcess): Promise<AgentConnection> {
  const transport = muxDialer(nodeStream(await dial(socket, qemu)), nodeTimers);
  const connection = connectTtrpc(await transport.dial(agentPort), nodeTimers);
  const [agent, health] = [connection.client(AgentService), connection.client(Health)];
  await health.check({}, { timeoutMs: 60_000 });
  return { agent, health, transport };
}

const memoryMib = 512;

const readIfPresent = (path: string): string => (existsSync(path) ? readFileSync(path, "latin1") : "");

const succeeds = (step: Promise<unknown>): Promise<boolean> =>
  step.then(
    () => true,
    () => false,
  );

function qemuArguments(directory: string, share: string, cpu: string): string[] {
  return [
    [
      "-M",
      "q35,accel=tcg,sata=off,smbus=off,smm=off,vmport=off,hpet=off",
      "-nodefaults",
      "-no-user-config",
      "-display",
      "none",
      "-no-reboot",
    ],
    ["-bios", "/usr/share/qemu/qboot.rom", "-cpu", cpu, "-smp", "1", "-m", String(memoryMib)],
    ["-kernel", join(share, "vmlinux"), "-initrd", join(directory, "initrd")],
    ["-append", "console=ttyS0 panic=-1 quiet noreplace-smp tsc=reliable swiotlb=noforce agent.log=debug"],
    [
      "-device",
      "virtio-serial-pci,id=vs0,max_ports=4",
      "-chardev",
      `socket,id=ag,path=${join(directory, "agent.sock")},server=on,wait=off`,
    ],
    ["-device", "virtserialport,chardev=ag,name=agent.channel.0,nr=1", "-serial", `file:${join(directory, "console")}`],
  ].flat();
}

async function dial(path: string, qemu: ChildProcess): Promise<Socket> {
  for (;;) {
    if (qemu.exitCode !== null) throw new Error(`QEMU ended with ${qemu.exitCode}`);
    const socket = connectSocket(path);
    const connected = await new Promise<boolean>((done) => {
      socket.once("connect", () => done(true));
      socket.once("error", () => done(false));
    });
    if (connected) return socket;
    await delay(20);
  }
}

/** A file of the busybox image. */
export function imageFile(path: string, text: string, mode = 0o644): CpioEntry {
  return { kind: "file", path: `${busyboxRoot.slice(1)}/${path}`, mode, data: Buffer.from(text) };
}

function busybox(): CpioEntry[] {
  const root = busyboxRoot.slice(1);
  const applets = execFileSync("busybox", ["--list"], { encoding: "utf8" })
    .split("\n")
    .filter((name) => name !== "" && name !== "busybox");
  const directory = (path: string, mode = 0o755): CpioEntry => ({ kind: "directory", path, mode });
  return [
    directory("images"),
    directory(root),
    ...["bin", "dev", "etc", "home", "mnt", "proc", "root", "run", "sys", "usr", "var"].map((name) => directory(`${root}/${name}`)),
    directory(`${root}/tmp`, 0o1777),
    { kind: "file", path: `${root}/bin/busybox`, mode: 0o755, data: readFileSync("/bin/busybox") },
    ...applets.map((name): CpioEntry => ({ kind: "link", path: `${root}/bin/${name}`, target: "busybox" })),
    imageFile("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n"),
    imageFile("etc/group", "root:x:0:\nuser:x:1000:\n"),
    imageFile("etc/plain", "not a program\n"),
  ];
}
