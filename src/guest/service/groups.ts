/** The handlers of the agent API in groups: each group must have exactly the methods it names. */
import type { AgentService } from "../../protocol/gen/agent.ts";
import type { Handlers } from "../../protocol/service.ts";

export type AgentHandlers = Handlers<typeof AgentService>;
export type Group<K extends keyof AgentHandlers> = Pick<AgentHandlers, K>;
