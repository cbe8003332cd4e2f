/** What the sandbox says of itself and its guest, for metrics. */
import type { CallDurations } from "../../base/histogram.ts";
import type { Overhead, Sandbox as SandboxService } from "../../protocol/gen/sandbox.ts";
import type { Handlers } from "../../protocol/service.ts";
import type { Agent } from "../agent/agent.ts";
import { type ContainerUse, sandboxUse, uptimeMs } from "./overhead.ts";
import type { Sandbox } from "./sandbox.ts";

/** `answered`: of all connections of this process. */
export function metricsCalls(sandbox: () => Sandbox, answered: CallDurations): Pick<Handlers<typeof SandboxService>, "metrics" | "calls"> {
  return {
    metrics: async () => {
      const agent = await sandbox().agent;
      const [{ metrics }, containers] = await Promise.all([agent.api.getMetrics({}), containersUse(agent, sandbox())]);
      return { text: metrics, overhead: overheadOf(sandbox(), containers) };
    },
    calls: async () => {
      const agent = await sandbox().agent;
      return { answered: durations(answered), agent: durations(agent.calls) };
    },
  };
}

const durations = ({ all }: CallDurations) => all.map(({ method, counts, sum }) => ({ method, counts: [...counts], sumMs: sum }));

/** Without one that ends just now. */
async function containersUse({ api }: Agent, { containers }: Sandbox): Promise<ContainerUse[]> {
  const running = containers.filter(({ status }) => status !== "stopped");
  const found = await Promise.all(running.map(({ id }) => api.statsContainer({ containerId: id }).catch(() => undefined)));
  return found.flatMap((stats, i): ContainerUse[] => {
    const [id, counted] = [running[i]?.id, stats?.cgroupStats];
    if (id === undefined || !counted) return [];
    const cpuMs = Number(counted.cpuStats?.cpuUsage?.totalUsage ?? 0) / 1e6;
    return [{ id, cpuMs, memoryBytes: Number(counted.memoryStats?.usage?.usage ?? 0) }];
  });
}

function overheadOf(sandbox: Sandbox, containers: readonly ContainerUse[]): Overhead | undefined {
  const use = sandbox.record && sandboxUse(sandbox.record);
  return use && sandbox.overhead.figures(use.processes, containers, { atMs: uptimeMs(), startedMs: use.startedMs });
}
