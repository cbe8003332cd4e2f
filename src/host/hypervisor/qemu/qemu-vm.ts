/** A machine that this process launched. */
import { Fault } from "../../../base/fault.ts";
import { drainInto, OutputTail } from "../../../base/output-tail.ts";
import type { Transport } from "../../../base/stream.ts";
import { within } from "../../../base/timers.ts";
import { type MuxTransport, muxDialer } from "../../../protocol/mux.ts";
import type { Child } from "../../../sys/child.ts";
import type { EventLoop } from "../../../sys/loop.ts";
import { SIGKILL } from "../../../sys/process.ts";
import { FdStream } from "../../../sys/stream.ts";
import type { Fd } from "../../../sys/syscall.ts";
import type { BootPhase, HotPlug, Suspend, TemplatePower, Vm, VmExit, VmSize, VmState } from "../vm.ts";
import { vsockTransport } from "../vsock-transport.ts";
import { agentPortId } from "./devices.ts";
import type { Channel } from "./ends.ts";
import { exitReason } from "./exit.ts";
import { growQemu } from "./growth.ts";
import { type Ports, QemuHotPlug } from "./hotplug.ts";
import { MigrationWatch, saveTemplate } from "./migration.ts";
import { Qmp, type QmpEvent } from "./qmp.ts";

export interface Process {
  readonly state: VmState;
  readonly child: Child;
}

/** How the agent is reached: by the virtio-serial port (its descriptor is among the channels) or by vsock. */
export type AgentWay = { readonly kind: "agent-port" } | { readonly kind: "vsock"; readonly contextId: number };

export interface Purpose {
  readonly way: AgentWay;
  readonly becomesTemplate: boolean;
  readonly ports: Ports;
  readonly memorySlots: number;
}

/** Time for QEMU's last words to arrive after it has ended. */
const lastWordsMs = 500;

/** Owns the channels and the process. */
export class QemuVm implements Vm {
  readonly state: VmState;
  readonly exited: Promise<VmExit>;
  readonly monitor: Qmp;
  readonly suspend: Suspend;
  readonly #loop: EventLoop;
  readonly #process: Process;
  readonly #way: AgentWay;
  readonly #agent: FdStream;
  readonly #console = new OutputTail();
  readonly #words = new OutputTail();
  readonly #outputs: Promise<unknown>;
  #transport: Transport | undefined;
  #mux: MuxTransport | undefined;
  #phase: BootPhase = "vmm";
  #shutdown: string | undefined;
  #panicked = false;
  #stopped = false;
  #over = false;
  #stopping: Promise<void> | undefined;

  readonly migration = new MigrationWatch();
  readonly template?: TemplatePower;
  readonly hotplug?: HotPlug;
  readonly resize: (size: VmSize) => Promise<VmSize>;
  readonly #hotplug: QemuHotPlug;

  constructor(loop: EventLoop, process: Process, channels: Readonly<Record<Channel, Fd>>, purpose: Purpose) {
    const { way, becomesTemplate, ports, memorySlots } = purpose;
    this.state = process.state;
    this.#loop = loop;
    this.#process = process;
    this.#way = way;
    this.#agent = new FdStream(loop, channels.agent, { bufferSize: 1 << 16 });
    const monitor = new FdStream(loop, channels.monitor);
    this.monitor = new Qmp(monitor, { timers: loop, onEvent: (event) => this.#onEvent(event), attach: (fds) => monitor.attach(fds) });
    const console = drainInto(this.#console, new FdStream(loop, channels.console, { bufferSize: 4096 }), () => this.#reach("kernel"));
    const words = drainInto(this.#words, new FdStream(loop, channels.words, { bufferSize: 4096, socket: false }));
    this.#outputs = Promise.all([console, words, this.monitor.closed]);
    this.suspend = { pause: () => this.#order("stop"), resume: () => this.#order("cont") };
    this.#hotplug = new QemuHotPlug(this.monitor, loop, ports);
    if (ports.count > 0) this.hotplug = this.#hotplug;
    this.resize = (size) => growQemu(this.monitor, size, memorySlots);
    if (becomesTemplate) this.template = { save: (state) => saveTemplate(this.monitor, this.migration, state, loop) };
    this.exited = this.#watch();
  }

  get phase(): BootPhase {
    return this.#phase;
  }

  connect(): Transport {
    this.#transport ??= this.#openTransport();
    return this.#transport;
  }

  console(): string {
    return this.#console.text();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  /** Its own words so far: what went wrong is there before the exit is. */
  words(): string {
    return this.#words.text();
  }

  #openTransport(): Transport {
    if (this.#over) throw new Fault(`connect to ${this.state.driver}: the machine has ended`, { component: "qemu", code: "closed" });
    if (this.#way.kind === "agent-port") {
      this.#mux = muxDialer(this.#agent, this.#loop);
      return this.#mux;
    }
    return vsockTransport(this.#loop, this.#way.contextId, () => this.#reach("agent"));
  }

  #onEvent({ name, data }: QmpEvent): void {
    if (name === "SHUTDOWN" && typeof data["reason"] === "string") this.#shutdown = data["reason"];
    else if (name === "GUEST_PANICKED") this.#panicked = true;
    else if (name === "MIGRATION") this.migration.onEvent(data);
    else if (name === "DEVICE_DELETED") this.#hotplug.onDeviceDeleted(data);
    else if (name === "VSERPORT_CHANGE" && data["id"] === agentPortId) this.#onAgentPort(data["open"] === true);
  }

  /** A guest that closes the agent's port has lost its agent. What it wrote before is on its way on another descriptor. */
  #onAgentPort(open: boolean): void {
    if (open) this.#reach("agent");
    else this.#loop.after(lastWordsMs, () => this.#mux?.close());
  }

  /** Phases are passed forwards only. */
  #reach(phase: BootPhase): void {
    if (this.#phase !== "agent") this.#phase = phase;
  }

  async #order(command: "stop" | "cont"): Promise<void> {
    await this.monitor.execute(command);
  }

  async #watch(): Promise<VmExit> {
    const code = await this.#process.child.ended;
    this.#over = true;
    // the last output of containers too: what QEMU passed on is still to be read
    await within(this.#loop, lastWordsMs, Promise.all([this.#outputs, this.#mux?.closed]));
    this.monitor.close();
    this.#transport?.close();
    this.#agent.close();
    const reason = exitReason({
      shutdown: this.#shutdown,
      panicked: this.#panicked,
      stopped: this.#stopped,
      console: this.#console.text(),
    });
    return { code, reason, stderr: this.#words.text() };
  }

  async #end(): Promise<void> {
    if (!this.#over) {
      this.#stopped = true;
      this.#process.child.kill(SIGKILL); // `quit` takes the devices apart first, for nobody: what a guest has flushed is in the host's files
    }
    await this.exited;
  }
}
