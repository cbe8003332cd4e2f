import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fd } from "../../../sys/syscall.ts";
import type { VmSpec } from "../vm.ts";
import { commandLine, kernelCommandLine } from "./command-line.ts";
import { findMachine, type Machine } from "./machines.ts";
import { escapeValue, option } from "./options.ts";

const q35 = findMachine("x86_64", "q35") as Machine;
const fd = (n: number): Fd => n as Fd;

function spec(changes: Partial<VmSpec> = {}): VmSpec {
  return {
    name: "pod1",
    program: "/usr/bin/qemu-system-x86_64",
    machine: "q35",
    accelerator: "tcg",
    kernel: "/k/vmlinux",
    initrd: "/k/initrd",
    kernelParameters: ["agent.log=info"],
    cpus: 1,
    maxCpus: 4,
    memoryMib: 256,
    devices: [{ kind: "agent-port" }],
    debug: false,
    ...changes,
  };
}

const line = (changes: Partial<VmSpec> = {}) => commandLine(spec(changes), { machine: q35, accelerator: "tcg" });

/** The argument after `flag`, each time it is there. */
function values(argv: readonly string[], flag: string): string[] {
  return argv.filter((_, i) => argv[i - 1] === flag);
}

test("commandLine() gives QEMU its descriptors by number, in the order of the arguments", () => {
  const { argv, descriptors } = line({
    devices: [{ kind: "agent-port" }, { kind: "share", id: "share", tag: "kataShared", socket: fd(77) }],
  });
  assert.deepEqual(descriptors, ["null", "words", "words", "monitor", "console", "agent", 77]);
  assert.deepEqual(values(argv, "-chardev"), [
    "socket,id=monitor,fd=3",
    "socket,id=console,fd=4",
    "socket,id=channel,fd=5",
    "socket,id=share-socket,fd=6",
  ]);
});

test("commandLine() makes memory shared only for a share", () => {
  assert.doesNotMatch(line().argv.join(" "), /memfd|memory-backend/);
  const { argv } = line({ devices: [{ kind: "agent-port" }, { kind: "share", id: "share", tag: "t", socket: fd(9) }] });
  assert.deepEqual(values(argv, "-object"), ["memory-backend-memfd,id=ram,size=256M,share=on"]);
  assert.match(values(argv, "-machine")[0] ?? "", /memory-backend=ram$/);
});

test("commandLine() reserves slots only where memory can be added", () => {
  assert.deepEqual(values(line().argv, "-m"), ["256M"]);
  assert.deepEqual(values(line({ maxMemoryMib: 256 }).argv, "-m"), ["256M"]);
  assert.deepEqual(values(line({ maxMemoryMib: 2048, memorySlots: 10 }).argv, "-m"), ["256M,slots=10,maxmem=2048M"]);
});

test("commandLine() denies QEMU new processes and privileges", () => {
  assert.deepEqual(values(line().argv, "-sandbox"), ["on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"]);
});

test("commandLine() names the firmware only when one was found", () => {
  assert.deepEqual(values(line().argv, "-bios"), []);
  assert.deepEqual(values(commandLine(spec(), { machine: q35, accelerator: "kvm", firmware: "/f" }).argv, "-bios"), ["/f"]);
});

test("commandLine() takes the processor of the accelerator", () => {
  assert.deepEqual(values(line().argv, "-cpu"), ["max"]);
  assert.deepEqual(values(commandLine(spec(), { machine: q35, accelerator: "kvm" }).argv, "-cpu"), ["host"]);
});

test("commandLine() lets no value become an option: commas in a name are doubled", () => {
  const { argv } = line({ name: "a,debug-threads=off", kernel: "/k,x" });
  assert.deepEqual(values(argv, "-name"), ["sandbox-a,,debug-threads=off,debug-threads=on"]);
  assert.deepEqual(values(argv, "-kernel"), ["/k,x"]); // a path of its own, not a list of options
});

test("a card sits in the same port of a template, of its clone with a share and of a machine that boots", () => {
  const card = { kind: "network", id: "waiting", taps: [fd(20)], mac: "52:54:00:00:00:01" } as const;
  const share = { kind: "share", id: "share", tag: "t", socket: fd(21) } as const;
  const clone = { kind: "clone", memory: fd(22), state: fd(23), shared: true } as const;
  const machines: Partial<VmSpec>[] = [
    { devices: [card], birth: { kind: "template", memory: fd(22) } },
    { devices: [share, card], birth: clone },
    { devices: [share, card] },
  ];
  for (const machine of machines) {
    const found = values(line(machine).argv, "-device").find((value) => value.startsWith("virtio-net-pci"));
    assert.match(found ?? "", /,bus=port7$/);
  }
});

test("commandLine() passes several queues of a network card and the vectors they need", () => {
  const mac = "52:54:00:00:00:01";
  const { argv, descriptors } = line({
    devices: [
      { kind: "network", id: "net0", taps: [fd(20), fd(21)], mac },
      { kind: "network", id: "net1", taps: [fd(22)], mac },
    ],
  });
  assert.deepEqual(descriptors.slice(5), [20, 21, 22]);
  assert.deepEqual(values(argv, "-netdev"), ["tap,id=net0-tap,fds=5:6", "tap,id=net1-tap,fd=7"]);
  assert.ok(argv.includes(`virtio-net-pci,id=net0,netdev=net0-tap,mac=${mac},romfile=,mq=on,vectors=6,bus=port7`));
  const port = argv.findIndex((argument) => argument.startsWith("pcie-root-port,id=port6"));
  const card = argv.findIndex((argument) => argument.startsWith("virtio-net-pci,id=net1"));
  assert.ok(port >= 0 && port < card, "a port is made before what sits in it");
});

test("commandLine() lets the host's kernel move frames where it is given vhost-net", () => {
  const mac = "52:54:00:00:00:01";
  const { argv } = line({ devices: [{ kind: "network", id: "net0", taps: [fd(20)], vhosts: [fd(21)], mac }] });
  assert.deepEqual(values(argv, "-netdev"), ["tap,id=net0-tap,fd=5,vhost=on,vhostfd=6"]);
});

test("commandLine() opens a disk by its descriptor and keeps it read-only in both layers", () => {
  const { argv } = line({ devices: [{ kind: "disk", id: "root", image: fd(30), readOnly: true }] });
  assert.deepEqual(values(argv, "-add-fd"), ["fd=5,set=5"]);
  assert.deepEqual(values(argv, "-blockdev"), [
    "driver=file,node-name=root-file,filename=/dev/fdset/5,read-only=on",
    "driver=raw,node-name=root-raw,file=root-file,read-only=on",
  ]);
});

test("kernelCommandLine() ends with the caller's parameters and is quiet unless debugging", () => {
  assert.match(kernelCommandLine(spec(), { machine: q35 }), /console=ttyS0 .*tsc=reliable swiotlb=noforce .*quiet agent\.log=info$/);
  assert.match(kernelCommandLine(spec({ debug: true }), { machine: q35 }), /loglevel=7 agent\.log=info$/);
});

test("option() leaves out what is undefined and writes booleans as on and off", () => {
  assert.equal(option("dev", { a: 1, b: undefined, c: true, d: false, e: "x,y=z" }), "dev,a=1,c=on,d=off,e=x,,y=z");
  assert.equal(option(undefined, { fd: 3 }), "fd=3");
  assert.throws(() => escapeValue("a\0b"), /contains a NUL/);
});

test("kernelCommandLine() tells a guest its clock's rate where it cannot measure it", () => {
  assert.match(kernelCommandLine(spec(), { machine: q35, tscKhz: 2_599_998 }), / tsc_early_khz=2599998 /);
  assert.doesNotMatch(kernelCommandLine(spec(), { machine: q35 }), /tsc_early_khz/);
});

test("commandLine() gives a clone no kernel: it has one in its memory", () => {
  const birth = { kind: "clone", memory: 10 as Fd, state: 11 as Fd, shared: true } as const;
  const { argv, state } = commandLine(spec({ birth }), { machine: q35, accelerator: "tcg" });
  assert.ok(!argv.some((word) => ["-kernel", "-initrd", "-append"].includes(word)));
  assert.deepEqual(argv.slice(-3), ["-incoming", "defer", "-S"]);
  assert.notEqual(state, undefined);
});
