/** The sandbox of a container that is being made: a new one, one in reserve, or its pod's. */
import type { Cleanup } from "../../base/cleanup.ts";
import type { Fd } from "../../sys/syscall.ts";
import { cleanNamespace } from "../network/left.ts";
import { announcedDemand, demandOf } from "../sandbox/demand.ts";
import { destroySandbox } from "../sandbox/destroy.ts";
import type { SandboxParameters } from "../sandbox/parameters.ts";
import type { ProcessRef } from "../store/record.ts";
import { type Claimed, claimReserve } from "./claim.ts";
import type { ContainerPlan } from "./container-plan.ts";
import type { Runtime } from "./context.ts";
import { connectSandbox } from "./sandbox-client.ts";
import { sandboxParameters } from "./sandbox-parameters.ts";
import { startSandbox } from "./sandbox-process.ts";

export interface Machine {
  readonly share: boolean;
  /** Where its processes are to be born, when it is a new one. */
  readonly cgroups: readonly Fd[];
}

export async function sandboxFor(rt: Runtime, plan: ContainerPlan, machine: Machine, cleanup: Cleanup): Promise<Claimed> {
  const found =
    plan.kind === "container" ? { client: connectSandbox(rt, plan.sandboxId), pids: [] } : await newSandbox(rt, plan, machine, cleanup);
  cleanup.add("sandbox connection", () => found.client.close());
  return found;
}

async function newSandbox(rt: Runtime, plan: ContainerPlan, { share, cgroups }: Machine, cleanup: Cleanup): Promise<Claimed> {
  const { id, network } = plan;
  const parameters = parametersOf(rt, plan, share);
  rt.store.makeSandboxDirectory(id);
  if (network.kind === "join") cleanup.add("network", () => cleanNamespace(id, network.ref, rt.loop, rt.logger)); // once the sandbox has ended
  let started: ProcessRef | undefined;
  cleanup.add("sandbox", () => destroySandbox(rt, id, { started }));
  const claimed = await claimReserve(rt, parameters);
  if (claimed) return claimed;
  const inherited = { cgroups, network: network.kind === "join" ? network.fd : undefined };
  const client = startSandbox(rt, parameters, inherited, (process) => {
    started = process;
  });
  return { client, pids: [] };
}

function parametersOf(
  rt: Runtime,
  { id, configuration, bundle: { spec }, kind, network }: ContainerPlan,
  share: boolean,
): SandboxParameters {
  return sandboxParameters(configuration, {
    id,
    root: rt.store.root,
    hostname: spec.hostname ?? id.slice(0, 63),
    kind: kind === "single" ? "single" : "pod",
    share,
    announced: announcedDemand(spec.annotations ?? {}),
    first: demandOf(spec.linux?.resources ?? {}),
    early: network.kind === "join",
  });
}
