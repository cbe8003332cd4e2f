/** How long calls took, under Kata's names. Pure. */
import { callBoundsMs } from "../../base/histogram.ts";
import type { Calls, CallsResponse } from "../../protocol/gen/sandbox.ts";
import { type Family, histogramFamily, labelText } from "./metric-family.ts";

/** The sandbox process does what Kata's shim does: its methods that are called otherwise. */
const shimActions: Readonly<Record<string, string>> = {
  CreateContainer: "create",
  StartContainer: "start",
  Signal: "kill",
  Resize: "resize_pty",
  CloseStdin: "close_io",
  Processes: "pids",
};

const snake = (name: string): string => name.replace(/(?<!^)([A-Z])/g, "_$1").toLowerCase();

/** Kata names a method by its request, which for these is called otherwise. */
const agentRequests: Readonly<Record<string, string>> = {
  GetGuestDetails: "GuestDetails",
  GetVolumeStats: "VolumeStats",
};

export function callFamilies({ answered, agent }: CallsResponse): Family[] {
  return [
    ...durations("kata_shim_rpc_durations_histogram_milliseconds", "How long calls to the sandbox process took.", answered, (method) =>
      Object.hasOwn(shimActions, method) ? (shimActions[method] ?? method) : snake(method),
    ),
    ...durations("kata_shim_agent_rpc_durations_histogram_milliseconds", "How long the agent took to answer.", agent, (method) => {
      const name = Object.hasOwn(agentRequests, method) ? agentRequests[method] : method;
      return `grpc.${name}Request`;
    }),
  ];
}

function durations(name: string, help: string, calls: readonly Calls[], actionOf: (method: string) => string): Family[] {
  const rows = calls.map(({ method, counts, sumMs }) => ({ labels: labelText({ action: actionOf(method) }), counts, sum: sumMs }));
  return rows.length === 0 ? [] : [histogramFamily(name, help, callBoundsMs, rows)];
}
