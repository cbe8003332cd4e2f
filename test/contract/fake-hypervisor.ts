/** A Hypervisor without machines: what its guests do is a script. For tests of what is above it. */
import { deferred } from "../../src/base/deferred.ts";
import { Fault } from "../../src/base/fault.ts";
import { OutputTail } from "../../src/base/output-tail.ts";
import type { ByteStream, Transport } from "../../src/base/stream.ts";
import { encodeUtf8 } from "../../src/base/text.ts";
import type { Timers } from "../../src/base/timers.ts";
import { specProblems } from "../../src/host/hypervisor/spec.ts";
import type { BootPhase, ExitReason, Hypervisor, Vm, VmExit, VmSpec, VmState } from "../../src/host/hypervisor/vm.ts";
import { muxDialer } from "../../src/protocol/mux.ts";
import { streamPair } from "../../src/protocol/testing/pair.ts";

/** What a script does as the guest. */
export interface FakeGuest {
  readonly spec: VmSpec;
  /** The guest's end of the agent's channel: a multiplexer speaks on it (`muxAcceptor`). */
  readonly channel: ByteStream;
  print(text: string): void;
  openChannel(): void;
  end(reason: ExitReason, code?: number): void;
}

export interface FakeOptions {
  readonly timers: Timers;
  /** Called once for each machine when it was launched. */
  readonly script: (guest: FakeGuest) => void;
  /** What keeps a specification from starting beyond its own faults. */
  readonly problems?: (spec: VmSpec) => readonly string[];
}

export class FakeVm implements Vm {
  readonly state: VmState;
  readonly guest: FakeGuest;
  readonly exited: Promise<VmExit>;
  readonly #exited = deferred<VmExit>();
  readonly #console = new OutputTail();
  readonly #transport: Transport;
  readonly #ends: readonly [ByteStream, ByteStream] = streamPair();
  #phase: BootPhase = "vmm";
  #over = false;

  constructor(spec: VmSpec, state: VmState, timers: Timers) {
    this.state = state;
    this.exited = this.#exited.promise;
    this.#transport = muxDialer(this.#ends[0], timers);
    this.guest = {
      spec,
      channel: this.#ends[1],
      print: (text) => {
        this.#console.push(encodeUtf8(text));
        if (this.#phase === "vmm") this.#phase = "kernel";
      },
      openChannel: () => {
        this.#phase = "agent";
      },
      end: (reason, code = 0) => this.end(reason, code),
    };
  }

  get phase(): BootPhase {
    return this.#phase;
  }

  get over(): boolean {
    return this.#over;
  }

  connect(): Transport {
    return this.#transport;
  }

  console(): string {
    return this.#console.text();
  }

  async stop(): Promise<void> {
    this.end("host", 0);
  }

  end(reason: ExitReason, code: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#transport.close();
    for (const end of this.#ends) end.close();
    this.#exited.resolve({ code, reason, stderr: "" });
  }
}

export interface FakeHypervisor extends Hypervisor {
  /** The machines that run. */
  readonly running: readonly FakeVm[];
}

export function createFakeHypervisor(options: FakeOptions): FakeHypervisor {
  const machines: FakeVm[] = [];
  const find = (state: VmState) => machines.find((vm) => !vm.over && vm.state.pid === state.pid && vm.state.startTime === state.startTime);
  const check = (spec: VmSpec): readonly string[] => [...specProblems(spec), ...(options.problems?.(spec) ?? [])];
  return {
    name: "fake",
    get running() {
      return machines.filter((vm) => !vm.over);
    },
    check: async (spec) => check(spec),
    launch: async (spec) => {
      const [problem] = check(spec);
      if (problem !== undefined) throw new Fault(`launch vm ${spec.name}: ${problem}`, { component: "fake", code: "invalid" });
      const n = machines.length + 1;
      const vm = new FakeVm(spec, { driver: "fake", pid: n, startTime: 1000 + n, accelerator: "tcg" }, options.timers);
      machines.push(vm);
      options.script(vm.guest);
      return vm;
    },
    attach: async (state) => {
      if (state.driver !== "fake") throw new Fault(`attach pid ${state.pid}: was launched by ${state.driver}`, { component: "fake" });
      const vm = find(state);
      if (!vm) throw new Fault(`attach pid ${state.pid}: the machine has ended`, { component: "fake", code: "not-found" });
      return vm;
    },
  };
}
