/** What every Hypervisor must do, whatever it drives. */
import { chainMessage, Fault, firstComponent, hasCode } from "../../src/base/fault.ts";
import { sleep, type Timers } from "../../src/base/timers.ts";
import type { BootPhase, Hypervisor, Vm, VmExit, VmSpec } from "../../src/host/hypervisor/vm.ts";
import { expect, expectEqual, expectRejects, type Harness } from "./harness.ts";

/** What the guest of a specification does once its agent's channel is open. */
export type Behaviour = "idle" | "power-off" | "reset" | "panic";

export interface Subject {
  readonly hypervisor: Hypervisor;
  readonly timers: Timers;
  /** A specification that starts, with an agent port. Its guest says `guest ready` on its console when its channel is open. */
  spec(behaviour: Behaviour): VmSpec;
  /** Specifications that cannot start, and what the reason must say. */
  broken(): readonly { readonly what: string; readonly spec: VmSpec; readonly says: RegExp }[];
  /** Ends the VMM from outside, like kill -9. */
  kill(vm: Vm): void;
  /** What this process holds: descriptors, children. Equal before a launch and after its machine has ended. */
  traces(): string;
}

/** A machine boots, or ends by itself, within this. Generous: the machine that tests may be busy. */
const deadlineMs = 60_000;
const phases: readonly BootPhase[] = ["vmm", "kernel", "agent"];

export function hypervisorContract(name: string, harness: Harness, subject: Subject): void {
  const { hypervisor } = subject;
  /** Runs `body` with a machine; afterwards nothing of it may be left. */
  const withVm = (what: string, behaviour: Behaviour, body: (vm: Vm) => Promise<void>): void =>
    harness.test(`${name}: ${what}`, async () => {
      const before = subject.traces();
      const vm = await hypervisor.launch(subject.spec(behaviour));
      try {
        await body(vm);
      } finally {
        await vm.stop();
      }
      expectEqual(subject.traces(), before, "what is left");
    });

  harness.test(`${name}: check() has nothing against a good specification`, async () => {
    expectEqual(await hypervisor.check(subject.spec("idle")), [], "problems");
  });

  for (const { what, spec, says } of subject.broken()) {
    harness.test(`${name}: ${what} is refused by check() and launch() with the reason, and leaves nothing`, async () => {
      const before = subject.traces();
      const problems = await hypervisor.check(spec);
      expect(
        problems.some((problem) => says.test(problem)),
        `check() says ${says}: said ${JSON.stringify(problems)}`,
      );
      const error = await expectRejects(hypervisor.launch(spec), "launch()");
      expect(error instanceof Fault && says.test(chainMessage(error)), `launch() says ${says}: said ${chainMessage(error)}`);
      expect(firstComponent(error) !== undefined, "the fault names its component");
      expectEqual(subject.traces(), before, "what is left");
    });
  }

  withVm("a guest passes the phases forwards and is heard on its console", "idle", async (vm) => {
    const seen: BootPhase[] = [];
    await until(subject, "the agent's channel", () => {
      if (seen.at(-1) !== vm.phase) seen.push(vm.phase);
      return vm.phase === "agent" && vm.console().includes("guest ready");
    });
    expectEqual(
      seen,
      phases.slice(phases.indexOf(seen[0] ?? "vmm")).filter((phase) => seen.includes(phase)),
      "phases",
    );
    expect(vm.console().length <= 4096, "the console is at most 4 KB");
  });

  withVm("state is plain data that names driver and process", "idle", async (vm) => {
    const { state } = vm;
    expectEqual(JSON.parse(JSON.stringify(state)), state, "state through JSON");
    expectEqual(state.driver, hypervisor.name, "driver");
    expect(state.pid > 0 && state.startTime > 0, `pid ${state.pid}, start time ${state.startTime}`);
  });

  withVm("connect() gives the same way to the agent each time, which ends with the machine", "idle", async (vm) => {
    const transport = vm.connect();
    expect(vm.connect() === transport, "the same transport");
    const stream = await transport.dial(1024);
    const broken = stream.read().then(
      (bytes) => bytes === undefined,
      () => true,
    );
    await vm.stop();
    expect(await broken, "the stream ends");
    await expectRejects(
      transport.dial(1024).then((late) => late.write(new Uint8Array(1))),
      "dial() after the end",
    );
  });

  withVm("stop() ends the machine for good, however often it is called", "idle", async (vm) => {
    await Promise.all([vm.stop(), vm.stop()]);
    expectEqual((await vm.exited).reason, "host", "reason");
    await vm.stop();
  });

  for (const [behaviour, reason] of [
    ["power-off", "guest-shutdown"],
    ["reset", "guest-reset"],
    ["panic", "guest-panic"],
  ] as const) {
    withVm(`a guest that ends by ${behaviour} is told from one that was stopped`, behaviour, async (vm) => {
      const exit = await ended(subject, vm);
      expectEqual(exit.reason, reason, `reason, with the console ${JSON.stringify(vm.console())}`);
      await vm.stop();
      expectEqual((await vm.exited).reason, reason, "reason after stop()");
    });
  }

  withVm("a VMM that is killed is noticed", "idle", async (vm) => {
    subject.kill(vm);
    const exit = await ended(subject, vm);
    expectEqual([exit.code, exit.reason], [137, "unknown"], "exit");
  });

  withVm("attach() finds a machine, stops it, and then finds it no more", "idle", async (vm) => {
    const found = await hypervisor.attach(vm.state);
    expectEqual(found.state, vm.state, "state");
    await found.stop();
    await found.exited;
    await ended(subject, vm);
    const error = await expectRejects(hypervisor.attach(vm.state), "attach() after the end");
    expect(hasCode(error, "not-found"), `code not-found: ${chainMessage(error)}`);
  });

  withVm("attach() refuses a process that is another one, and another driver's", "idle", async (vm) => {
    const other = await expectRejects(hypervisor.attach({ ...vm.state, startTime: vm.state.startTime + 1 }), "attach() to a reused pid");
    expect(hasCode(other, "not-found"), `code not-found: ${chainMessage(other)}`);
    await expectRejects(hypervisor.attach({ ...vm.state, driver: "another" }), "attach() to another driver's");
  });

  withVm(
    "a machine that can grow has what it is asked for, keeps what it has, and refuses what there is no room for",
    "idle",
    async (vm) => {
      if (!vm.resize) return;
      const { cpus, maxCpus, memoryMib } = subject.spec("idle");
      const larger = { cpus: cpus + 1, memoryMib: memoryMib + 256 };
      expectEqual(await vm.resize(larger), larger, "size");
      expectEqual(await vm.resize({ cpus, memoryMib }), larger, "size after less was asked for");
      const error = await expectRejects(vm.resize({ ...larger, cpus: maxCpus + 1 }), "resize() beyond the ceiling");
      expect(chainMessage(error).includes(String(maxCpus)), `names the ceiling: ${chainMessage(error)}`);
      expectEqual(await vm.resize(larger), larger, "size after a refusal");
    },
  );

  withVm("a machine that can be suspended goes on after it", "idle", async (vm) => {
    if (!vm.suspend) return;
    await vm.suspend.pause();
    await vm.suspend.resume();
    await until(subject, "the agent's channel after the pause", () => vm.phase === "agent");
  });
}

async function until(subject: Subject, what: string, holds: () => boolean): Promise<void> {
  for (const end = subject.timers.nowMs() + deadlineMs; !holds(); await sleep(subject.timers, 5))
    expect(subject.timers.nowMs() < end, `${what}: not within ${deadlineMs / 1000} s`);
}

/** The machine's end; a failure when it does not come. */
async function ended(subject: Subject, vm: Vm): Promise<VmExit> {
  let exit: VmExit | undefined;
  void vm.exited.then((it) => {
    exit = it;
  });
  await until(subject, `the machine's end (phase ${vm.phase}, console ${JSON.stringify(vm.console())})`, () => exit !== undefined);
  return vm.exited;
}
