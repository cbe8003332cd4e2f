/** The agent's services, ready to be put on connections. */
import { AgentServiceServer, HealthServer, ServingStatus } from "../../protocol/gen/agent.ts";
import { type Served, serve } from "../../protocol/ttrpc-server.ts";
import { containerHandlers } from "./container-handlers.ts";
import type { AgentHandlers } from "./groups.ts";
import { guestHandlers } from "./guest-handlers.ts";
import { laterHandlers } from "./later-handlers.ts";
import type { Machine } from "./machine.ts";
import { networkHandlers } from "./network-handlers.ts";
import type { Pod } from "./pod.ts";
import { sandboxHandlers } from "./sandbox-handlers.ts";
import { streamHandlers } from "./stream-handlers.ts";

/** Version of the agent API that the messages follow. */
const apiVersion = "0.0.1";

export function agentServices(pod: Pod, machine: Machine): readonly Served[] {
  const handlers: AgentHandlers = {
    ...containerHandlers(pod),
    ...streamHandlers(pod),
    ...sandboxHandlers(pod, machine),
    ...guestHandlers(pod, machine),
    ...networkHandlers(pod.around.timers, machine.waitingCards),
    ...laterHandlers(),
  };
  return [
    serve(AgentServiceServer, handlers),
    serve(HealthServer, {
      check: () => ({ status: ServingStatus.serving }),
      version: () => ({ grpcVersion: apiVersion, agentVersion: machine.version }),
    }),
  ];
}
