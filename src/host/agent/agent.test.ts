import assert from "node:assert/strict";
import { test } from "node:test";
import { deferred } from "../../base/deferred.ts";
import { chainMessage, firstComponent } from "../../base/fault.ts";
import { createLogger } from "../../base/log.ts";
import type { ByteStream } from "../../base/stream.ts";
import type { Timers } from "../../base/timers.ts";
import { AgentService, Health } from "../../protocol/gen/agent.ts";
import { muxAcceptor, muxDialer } from "../../protocol/mux.ts";
import { agentPort, stdioPort } from "../../protocol/ports.ts";
import type { Handlers } from "../../protocol/service.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { streamPair } from "../../protocol/testing/pair.ts";
import { serve, serveTtrpc } from "../../protocol/ttrpc-server.ts";
import { type Agent, type AgentMachine, connectAgent } from "./agent.ts";
import type { Exit, Phase } from "./boot-fault.ts";

const timers: Timers = {
  nowMs: () => performance.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};
const logger = createLogger(() => {});

/** A machine whose guest is in this process. */
class Machine implements AgentMachine {
  readonly state = { driver: "fake" };
  readonly ends: readonly [ByteStream, ByteStream] = streamPair();
  readonly transport = muxDialer(this.ends[0], timers);
  readonly end = deferred<Exit>();
  readonly exited = this.end.promise;
  phase: Phase = "vmm";
  text = "";

  connect() {
    return this.transport;
  }

  console(): string {
    return this.text;
  }

  /** The guest listens: with an agent that answers `check` so, and every other call with "unimplemented". */
  listen(check: () => Promise<{ status: number }>, from = 0): ReturnType<typeof muxAcceptor> {
    this.phase = "agent";
    const unimplemented = (): Promise<never> => Promise.reject(new RpcError(rpcCode.unimplemented, "no"));
    const handlers = Object.fromEntries(Object.keys(AgentService.methods).map((name) => [name, unimplemented]));
    const agent = { ...handlers, getGuestDetails: async () => ({ agentDetails: { version: "9" } }) } as unknown as Handlers<
      typeof AgentService
    >;
    const services = [serve(AgentService, agent), serve(Health, { check, version: unimplemented })];
    let dials = 0;
    return muxAcceptor(this.ends[1], (port, stream) => {
      if (port === stdioPort) return true;
      if (port !== agentPort || dials++ < from) return false;
      serveTtrpc(stream, services, { timers });
      return true;
    });
  }
}

const serving = async (): Promise<{ status: number }> => ({ status: 1 });
const connect = (vm: Machine, timeoutMs: number): Promise<Agent> => connectAgent({ vm, timers, logger, timeoutMs });

/** The fault a boot ends with. */
async function failure(boot: Promise<Agent>): Promise<{ component: string | undefined; message: string }> {
  const error: unknown = await boot.then(
    () => assert.fail("connected"),
    (reason: unknown) => reason,
  );
  return { component: firstComponent(error), message: chainMessage(error) };
}

test("connectAgent() resolves once the agent answers, with what it says of itself", async () => {
  const vm = new Machine();
  const boot = connect(vm, 10_000);
  setTimeout(() => vm.listen(serving), 20);
  const agent = await boot;
  assert.equal(agent.details.version, "9");
  assert.ok((await agent.dialStdio()).localPort > 0);
  agent.close();
  assert.equal(await agent.closed, undefined);
});

test("connectAgent() tries again while nothing listens on the agent's port yet", async () => {
  const vm = new Machine();
  vm.listen(serving, 2);
  (await connect(vm, 10_000)).close();
});

test("connectAgent() tries again while the agent says it is not ready", async () => {
  const vm = new Machine();
  let asked = 0;
  vm.listen(async () => ({ status: asked++ === 0 ? 2 : 1 }));
  (await connect(vm, 10_000)).close();
  assert.equal(asked, 2);
});

test("connectAgent() gives up at the deadline and says how far the guest came", async () => {
  const vm = new Machine();
  vm.phase = "kernel";
  vm.text = "Linux version 6\nwaiting for nothing";
  const { component, message } = await failure(connect(vm, 60));
  assert.equal(component, "agent");
  assert.match(message, /did not open its channel within 0.06 s; the guest's console ends: Linux version 6 \| waiting for nothing$/);
});

test("connectAgent() does not count what the VMM waited for a processor, up to four times as long", async () => {
  const vm = new Machine();
  let waitedMs = 1000; // before this boot
  const start = timers.nowMs();
  const starved = { vm, timers, logger, timeoutMs: 60, waitedMs: () => waitedMs + (timers.nowMs() - start) };
  const boot = connectAgent(starved);
  setTimeout(() => vm.listen(serving), 150);
  (await boot).close();
  const never = new Machine();
  waitedMs = 0;
  const began = timers.nowMs();
  const { message } = await failure(connectAgent({ ...starved, vm: never, waitedMs: () => 10 * (timers.nowMs() - began) + 2000 }));
  assert.ok(timers.nowMs() - began >= 4 * 60, message);
  assert.match(message, /the kernel said nothing within 0.06 s beside \d+ s of waiting/);
});

test("connectAgent() gives up at once when the machine ends", async () => {
  const vm = new Machine();
  const boot = connect(vm, 60_000);
  vm.text = "Kernel panic - not syncing: no init";
  vm.end.resolve({ code: 0, reason: "guest-panic", stderr: "" });
  const { component, message } = await failure(boot);
  assert.equal(component, "kernel");
  assert.match(message, /the kernel panicked/);
});

test("connectAgent() names the VMM when the channel breaks a moment before its end is known", async () => {
  const vm = new Machine();
  const boot = connect(vm, 60_000);
  for (const end of vm.ends) end.close();
  setTimeout(() => vm.end.resolve({ code: 137, reason: "unknown", stderr: "killed" }), 20);
  const { component, message } = await failure(boot);
  assert.equal(component, "fake");
  assert.match(message, /fake ended with code 137 before its kernel said anything: killed/);
});

test("connectAgent() passes on what an agent answers that is no agent of ours", async () => {
  const vm = new Machine();
  vm.listen(() => Promise.reject(new RpcError(rpcCode.unimplemented, "unknown service grpc.Health")));
  const { component, message } = await failure(connect(vm, 10_000));
  assert.equal(component, "agent");
  assert.match(message, /the handshake with the agent failed; .*: .*unknown service grpc.Health/);
});

test("an agent whose channel breaks while the machine runs is noticed", async () => {
  const vm = new Machine();
  const guest = vm.listen(serving);
  const agent = await connect(vm, 10_000);
  guest.close();
  vm.ends[1].close();
  assert.ok((await agent.closed) !== undefined);
});
