/** The connection to the agent in a guest. */
import { Fault } from "../../base/fault.ts";
import { CallDurations } from "../../base/histogram.ts";
import type { Logger } from "../../base/log.ts";
import type { DialedStream, Transport } from "../../base/stream.ts";
import { sleep, type Timers, within } from "../../base/timers.ts";
import {
  type AgentDetails,
  type AgentService,
  AgentServiceClient,
  type Health,
  HealthClient,
  ServingStatus,
} from "../../protocol/gen/agent.ts";
import { agentPort, nameServerPort, stdioPort } from "../../protocol/ports.ts";
import type { Client } from "../../protocol/service.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { connectTtrpc, type RpcConnection } from "../../protocol/ttrpc-client.ts";
import { BootDeadline, type BootLimit } from "./boot-deadline.ts";
import { bootFault, type Exit, type Phase, type Scene } from "./boot-fault.ts";

/** What the connection needs of a machine; the hypervisor's Vm has it. */
export interface AgentMachine {
  readonly state: { readonly driver: string };
  readonly phase: Phase;
  readonly exited: Promise<Exit>;
  connect(): Transport;
  console(): string;
}

/** The limit is from now to the agent's answer, the guest's boot included. */
export interface ConnectOptions extends BootLimit {
  readonly vm: AgentMachine;
  readonly logger: Logger;
}

export interface Agent {
  readonly api: Client<typeof AgentService>;
  readonly health: Client<typeof Health>;
  /** What the agent said of itself when it was connected to. */
  readonly details: AgentDetails;
  /** How long it took to answer, on this connection. */
  readonly calls: CallDurations;
  /** A stream for one standard stream of a process: its `localPort` is what the request names. */
  dialStdio(): Promise<DialedStream>;
  /** Makes the guest have the engine's name server; its questions come on the stream. */
  dialNameServer(): Promise<DialedStream>;
  /** Resolves when the connection is over: with why, or undefined after `close`. The machine may still run. */
  readonly closed: Promise<Fault | undefined>;
  /** Ends the connection, not the machine. Idempotent. */
  close(): void;
}

/** A guest whose machine is stopped, or whose agent hangs in a call to the share, breaks no connection. */
const quietMs = 10_000;
const patienceMs = 20_000;

/** Between attempts while the agent does not listen yet. */
const retryMs = 20;

/**
 * Waits until the agent answers. A BootFault says which part failed (`component`: the VMM's name, `kernel` or `agent`) and
 * what the guest's console said last; the machine stays the caller's.
 */
export async function connectAgent({ vm, logger, ...limit }: ConnectOptions): Promise<Agent> {
  const { timers, timeoutMs } = limit;
  const deadline = new BootDeadline(limit);
  const attempt = new Attempt(vm, timers, deadline);
  const { driver } = vm.state;
  const scene = (more: Partial<Scene>): Scene => ({
    ...{ driver, phase: vm.phase, console: vm.console(), timeoutMs, waitedMs: deadline.waitedMs },
    ...more,
  });
  let exit: Exit | undefined;
  const exited = vm.exited.then((it) => {
    exit = it;
    attempt.giveUp();
  });
  const stopClock = deadline.watch(() => attempt.timeOut());
  try {
    const agent = await attempt.answer();
    logger.debug("agent answered", { source: "agent", afterMs: Math.round(deadline.elapsedMs), agentVersion: agent.details.version });
    return agent;
  } catch (cause) {
    // a machine that ended takes the channel with it: then its end is the reason
    if (!attempt.timedOut) await within(timers, lastWordsMs, exited);
    throw bootFault(scene(exit ? { exit } : attempt.timedOut ? {} : { cause }));
  } finally {
    stopClock();
  }
}

/** The channel breaks a moment before the VMM's end is known. */
const lastWordsMs = 1000;

/** Tries until the agent answers, the deadline is over or it is told to give up. */
class Attempt {
  readonly #vm: AgentMachine;
  readonly #timers: Timers;
  readonly #deadline: BootDeadline;
  #connection: RpcConnection | undefined;
  #over = false;
  timedOut = false;

  constructor(vm: AgentMachine, timers: Timers, deadline: BootDeadline) {
    this.#vm = vm;
    this.#timers = timers;
    this.#deadline = deadline;
  }

  giveUp(): void {
    this.#over = true;
    this.#connection?.close();
  }

  timeOut(): void {
    this.timedOut = true;
    this.giveUp();
  }

  async answer(): Promise<Agent> {
    const transport = this.#vm.connect();
    for (;;) {
      try {
        return await this.#once(transport);
      } catch (error) {
        this.#connection?.close();
        if (this.#over || !mayComeYet(error)) throw error;
        await sleep(this.#timers, retryMs);
        if (this.#over) throw error;
      }
    }
  }

  async #once(transport: Transport): Promise<Agent> {
    const calls = new CallDurations();
    let answers = false; // until it does, the guest boots
    const count = (method: string, ms: number): void => {
      if (answers) calls.count(method, ms);
    };
    const connection = connectTtrpc(await transport.dial(agentPort), this.#timers, count);
    this.#connection = connection;
    if (this.#over) connection.close();
    const [api, health] = [connection.client(AgentServiceClient), connection.client(HealthClient)];
    const timeoutMs = Math.max(1, this.#deadline.longestMs); // the clock ends it before
    // both at once: the second answer costs no further round
    const [{ status }, { agentDetails }] = await Promise.all([health.check({}, { timeoutMs }), api.getGuestDetails({}, { timeoutMs })]);
    answers = true;
    if (status !== ServingStatus.serving)
      throw new Fault(`agent: health status ${status}, not serving`, { component: "agent", code: "unavailable" });
    connection.watch({ probe: (ms) => health.check({}, { timeoutMs: ms }), quietMs, patienceMs });
    return new ConnectedAgent(connection, transport, agentDetails ?? noDetails, { api, health, calls });
  }
}

/** Refused and broken connections, and an agent that is not ready, are of a guest that still starts; other answers are final. */
function mayComeYet(error: unknown): boolean {
  if (error instanceof RpcError) return error.status === rpcCode.unavailable;
  return error instanceof Fault && ["ECONNREFUSED", "ECONNRESET", "ENODEV", "ETIMEDOUT", "unavailable"].includes(error.code ?? "");
}

const noDetails: AgentDetails = {
  version: "",
  initDaemon: false,
  deviceHandlers: [],
  storageHandlers: [],
  supportsSeccomp: false,
  extraFeatures: [],
};

class ConnectedAgent implements Agent {
  readonly api: Client<typeof AgentService>;
  readonly health: Client<typeof Health>;
  readonly details: AgentDetails;
  readonly calls: CallDurations;
  readonly closed: Promise<Fault | undefined>;
  readonly #connection: RpcConnection;
  readonly #transport: Transport;

  constructor(connection: RpcConnection, transport: Transport, details: AgentDetails, clients: Pick<Agent, "api" | "health" | "calls">) {
    this.api = clients.api;
    this.calls = clients.calls;
    this.health = clients.health;
    this.details = details;
    this.closed = connection.closed;
    this.#connection = connection;
    this.#transport = transport;
  }

  dialStdio(): Promise<DialedStream> {
    return this.#transport.dial(stdioPort);
  }

  dialNameServer(): Promise<DialedStream> {
    return this.#transport.dial(nameServerPort);
  }

  close(): void {
    this.#connection.close();
  }
}
