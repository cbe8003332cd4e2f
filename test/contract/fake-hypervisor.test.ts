import { test } from "node:test";
import type { VmSpec } from "../../src/host/hypervisor/vm.ts";
import { createFakeHypervisor, type FakeGuest, type FakeHypervisor } from "./fake-hypervisor.ts";
import { type Behaviour, hypervisorContract } from "./hypervisor-contract.ts";

const timers = {
  nowMs: () => performance.now(),
  after: (ms: number, fn: () => void) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

/** Boots in steps of a few milliseconds, then does what its kernel parameter says. */
function script(guest: FakeGuest): void {
  timers.after(10, () => guest.print("[    0.0] Linux\n"));
  timers.after(20, () => {
    guest.openChannel();
    guest.print("guest ready\n");
    const behaviour = guest.spec.kernelParameters[0];
    if (behaviour === "power-off") guest.end("guest-shutdown");
    if (behaviour === "reset") guest.end("guest-reset");
    if (behaviour === "panic") guest.end("guest-panic");
  });
}

function spec(behaviour: Behaviour): VmSpec {
  return {
    name: "contract",
    program: "/fake",
    machine: "fake",
    accelerator: "auto",
    kernel: "/kernel",
    initrd: "/initrd",
    kernelParameters: [behaviour],
    cpus: 1,
    maxCpus: 1,
    memoryMib: 128,
    devices: [{ kind: "agent-port" }],
    debug: false,
  };
}

const hypervisor: FakeHypervisor = createFakeHypervisor({
  timers,
  script,
  problems: ({ kernel }) => (kernel === "/kernel" ? [] : [`kernel ${kernel}: no such file or directory`]),
});

hypervisorContract(
  "fake",
  { test: (name, body) => void test(name, body) },
  {
    hypervisor,
    timers,
    spec,
    broken: () => [
      { what: "a kernel that is missing", spec: { ...spec("idle"), kernel: "/missing" }, says: /kernel \/missing/ },
      { what: "a name with a comma", spec: { ...spec("idle"), name: "a,b" }, says: /name "a,b"/ },
    ],
    kill: (vm) => hypervisor.running.find((running) => running.state.pid === vm.state.pid)?.end("unknown", 137),
    traces: () => `${hypervisor.running.length} machines`,
  },
);
