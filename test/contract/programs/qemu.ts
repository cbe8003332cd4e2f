/** The hypervisor's contract on QEMU: `qemu KERNEL INITRD DIRECTORY`. */
import { createLogger } from "../../../src/base/log.ts";
import { createQemu } from "../../../src/host/hypervisor/qemu/qemu.ts";
import type { VmSpec } from "../../../src/host/hypervisor/vm.ts";
import { openDescriptors } from "../../../src/sys/descriptor.ts";
import { mkdirAll, readTextFile, replaceFile } from "../../../src/sys/file.ts";
import { argumentsOf, kill, processId, SIGKILL } from "../../../src/sys/process.ts";
import { expect, expectEqual } from "../harness.ts";
import { type Behaviour, hypervisorContract } from "../hypervisor-contract.ts";
import { createTapRunner } from "./tap.ts";

const [, kernel = "", initrd = "", directory = ""] = argumentsOf();
const runner = createTapRunner();
const { loop } = runner;
const runDirectory = `${directory}/run`;
const logger = createLogger(() => {});
const hypervisor = createQemu({ loop, logger, runDirectory });

function spec(behaviour: Behaviour, changes: Partial<VmSpec> = {}): VmSpec {
  return {
    name: "contract",
    program: "/usr/bin/qemu-system-x86_64",
    machine: "q35",
    accelerator: "auto",
    kernel,
    initrd,
    kernelParameters: [`test.guest=${behaviour}`],
    cpus: 1,
    maxCpus: 4,
    memoryMib: 256,
    maxMemoryMib: 1024,
    memorySlots: 2,
    devices: [{ kind: "agent-port" }, { kind: "entropy" }],
    debug: false,
    ...changes,
  };
}

mkdirAll(directory);
replaceFile(`${directory}/text`, "no kernel\n");
replaceFile(`${directory}/elf`, "\u007fELF, but nothing more\n");
replaceFile(`${directory}/empty`, "");

const broken = [
  { what: "a program that is missing", spec: spec("idle", { program: "/no/qemu" }), says: /hypervisor \/no\/qemu: is not there/ },
  { what: "a kernel that is missing", spec: spec("idle", { kernel: "/no/kernel" }), says: /kernel \/no\/kernel: open .*no such file/ },
  { what: "a kernel that is a text", spec: spec("idle", { kernel: `${directory}/text` }), says: /kernel .*text: is no kernel/ },
  { what: "a kernel that is a directory", spec: spec("idle", { kernel: directory }), says: /kernel .*: is no regular file/ },
  { what: "an initrd that is empty", spec: spec("idle", { initrd: `${directory}/empty` }), says: /initrd .*empty: is empty/ },
  { what: "a machine that is unknown", spec: spec("idle", { machine: "vax" }), says: /machine "vax": must be one of q35/ },
  {
    what: "memory beyond the host's",
    spec: spec("idle", { memoryMib: 1 << 24, maxMemoryMib: 1 << 24 }),
    says: /memory 16777216 MiB: the host has \d+ MiB/,
  },
  { what: "a name with a comma", spec: spec("idle", { name: "a,b" }), says: /name "a,b": must match/ },
];

hypervisorContract("qemu", runner, {
  hypervisor,
  timers: loop,
  spec,
  broken: () => broken,
  kill: (vm) => kill(vm.state.pid, SIGKILL),
  traces: () => `${openDescriptors().length} descriptors, children ${readTextFile(`/proc/self/task/${processId()}/children`)}`,
});

runner.test("qemu: kvm is tried once a boot, within 2 s; later the answer is at once", async () => {
  const fresh = createQemu({ loop, logger, runDirectory: `${directory}/fresh` });
  const timed = async (): Promise<number> => {
    const start = loop.nowMs();
    expectEqual(await fresh.check(spec("idle")), [], "problems");
    return loop.nowMs() - start;
  };
  const [first, second] = [await timed(), await timed()];
  expect(second < 100 && first < 10_000, `took ${first} ms, then ${second} ms`);
});

runner.test("qemu: a file that only looks like a kernel fails the launch with QEMU's own words", async () => {
  try {
    await hypervisor.launch(spec("idle", { kernel: `${directory}/elf`, accelerator: "tcg" }));
  } catch (error) {
    expect(/ended with code 1: .*kernel/.test(String(error)), String(error));
    return;
  }
  expect(false, "launch() did not fail");
});

await runner.run();
