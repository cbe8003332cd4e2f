/** The sandbox of a container that is being made: a new one, one in reserve, or its pod's. */
import type { Cleanup } from "../../base/cleanup.ts";
import type { Fd } from "../../sys/syscall.ts";
import { cleanNamespace } from "../network/left.ts";
import { announcedDemand, demandOf } from "../sandbox/demand.ts";
import { destroySandbox } from "../sandbox/destroy.ts";
import type { SandboxParameters } from "../sandbox/parameters.ts";
import type { ProcessRef } from "../store/record.ts";
import { claimReserve } from "./claim.ts";
import type { ContainerPlan } from "./container-plan.ts";
import type { Runtime } from "./context.ts";
import { connectSandbox, type SandboxClient } from "./sandbox-client.ts";
import { sandboxParameters } from "./sandbox-parameters.ts";
import { startSandbox } from "./sandbox-process.ts";

export interface Machine {
  readonly share: boolean;
  /** Where its processes are to be. */
  readonly cgroups: readonly Fd[];
}

export async function sandboxFor(rt: Runtime, plan: ContainerPlan, machine: Machine, cleanup: Cleanup): Promise<SandboxClient> {
  const client = plan.kind === "container" ? connectSandbox(rt, plan.sandboxId) : await newSandbox(rt, plan, machine, cleanup);
  cleanup.add("sandbox connection", () => client.close());
  return client;
}

async function newSandbox(rt: Runtime, plan: ContainerPlan, { share, cgroups }: Machine, cleanup: Cleanup): Promise<SandboxClient> {
  const { id, network } = plan;
  const parameters = parametersOf(rt, plan, share);
  rt.store.makeSandboxDirectory(id);
  if (network.kind === "join") cleanup.add("network", () => cleanNamespace(id, network.ref, rt.loop, rt.logger)); // once the sandbox has ended
  let started: ProcessRef | undefined;
  cleanup.add("sandbox", () => destroySandbox(rt, id, { started }));
  const claimed = await claimReserve(rt, parameters, cgroups);
  return (
    claimed ??
    startSandbox(rt, parameters, { cgroups, network: network.kind === "join" ? network.fd : undefined }, (process) => {
      started = process;
    })
  );
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
