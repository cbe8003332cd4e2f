/** Making a container: its own sandbox with it, or a place in the sandbox of its pod. */
import { Cleanup } from "../../base/cleanup.ts";
import { chainMessage } from "../../base/fault.ts";
import { sleep } from "../../base/timers.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import type { Spec } from "../../oci/spec.ts";
import { wallClockNs } from "../../sys/loop.ts";
import { processId } from "../../sys/process.ts";
import type { Fd } from "../../sys/syscall.ts";
import { type CgroupPlan, joinCgroups, makeCgroup, planCgroup } from "../cgroup/cgroup.ts";
import { namesScope, systemdScope } from "../cgroup/places.ts";
import { descriptorName } from "../sandbox/descriptors.ts";
import { type ContainerRecord, processRef } from "../store/record.ts";
import { type ContainerPlan, planContainer } from "./container-plan.ts";
import { sandboxFor } from "./container-sandbox.ts";
import { openView } from "./container-view.ts";
import type { Runtime } from "./context.ts";
import type { CreateRequest } from "./create-request.ts";
import { type Given, makingRequest, openGiven } from "./given.ts";
import { hasCreateHooks, laterHooks, runCreateHooks, runPoststopHooks } from "./hooks.ts";
import { openNetworkOf, podNetwork } from "./network-namespace.ts";
import { notifySocket } from "./notify.ts";
import { writePidFile } from "./pid-file.ts";
import type { SandboxClient } from "./sandbox-client.ts";
import { type StandIn, startStandIn } from "./stand-in.ts";
import { passedDescriptors } from "./streams.ts";
import { rfc3339 } from "./time.ts";

export interface Created {
  readonly id: ContainerId;
  /** The process that stands for the container. */
  readonly pid: number;
  readonly terminal: boolean;
  /** See `Streams`. */
  readonly streamsEnd?: Fd;
  readonly sandbox: SandboxClient;
}

/** On failure nothing is left. */
export async function createContainer(rt: Runtime, request: CreateRequest): Promise<Created> {
  const undo: Undo = { cleanup: new Cleanup(), passing: new Cleanup() };
  try {
    const created = await create(rt, request, undo);
    await undo.passing.run();
    return created;
  } catch (error) {
    const onError = (what: string, reason: unknown): void => rt.logger.warning(`undo ${what}: ${chainMessage(reason)}`);
    await undo.passing.run(onError);
    await undo.cleanup.run(onError);
    throw error;
  }
}

/** `cleanup` undoes the container, `passing` what only its making needs. */
interface Undo {
  readonly cleanup: Cleanup;
  readonly passing: Cleanup;
}

async function create(rt: Runtime, request: CreateRequest, undo: Undo): Promise<Created> {
  const { id } = request;
  const plan = await planContainer(rt, request, undo.passing);
  const { record, cgroupPlan, createHooks } = takeId(rt, plan, undo);
  const given = openGiven(plan, request, undo.passing);
  const cgroups = makeCgroup(cgroupPlan, { timers: rt.loop, undo: undo.cleanup, closing: undo.passing });
  const { client: sandbox, pids } = await sandboxFor(rt, plan, { share: given.share, cgroups }, undo.cleanup);
  const standIn = placeStandIn(rt, plan, given, undo);
  const join = (): void => joinCgroups(cgroups, [...pids, standIn.pid]);
  const watched = hasCreateHooks(plan.bundle.spec);
  if (watched) join();
  await createHooks(standIn.pid);
  const making = makingRequest(plan, record, given);
  const descriptors = sandbox.attach([
    { name: descriptorName.standin, fd: standIn.link },
    ...given.descriptors,
    { name: descriptorName.network, fd: openNetworkOf(standIn.pid, undo.passing) },
    ...passedDescriptors(request.passed?.fds ?? [], undo.passing),
  ]);
  const made = sandbox.api.createContainer({ ...making, standinPid: standIn.pid, descriptors });
  made.catch(() => {}); // the cgroups may fail first
  if (!watched) {
    await sleep(rt.loop, 0); // the request is on its way: joining takes long, and the guest is at work meanwhile
    join();
  }
  const { warnings } = await made;
  for (const warning of warnings) rt.logger.warning(warning, { source: "network" });
  rt.store.write({ ...record, status: "created", process: processRef(standIn.pid) });
  given.pidfd?.send(standIn.pid);
  if (request.pidFile !== undefined) writePidFile(request.pidFile, standIn.pid);
  await sandbox.api.commit({ id });
  const { streamsEnd } = given.streams;
  return { id, pid: standIn.pid, terminal: plan.terminal, sandbox, ...(streamsEnd !== undefined && { streamsEnd }) };
}

interface Taken {
  readonly record: ContainerRecord;
  readonly cgroupPlan: CgroupPlan;
  /** Once they have begun, those of the end belong to the undo. */
  readonly createHooks: (pid: number) => Promise<void>;
}

/** From now on the id is this container's: its record names whoever makes it, and what is made that was missing. */
function takeId(rt: Runtime, plan: ContainerPlan, { cleanup, passing }: Undo): Taken {
  const { id, bundle } = plan;
  const { store } = rt;
  const lock = store.reserve(id);
  passing.add("lock", () => lock.release());
  cleanup.add("record", () => store.remove(id));
  const cgroupPlan = planCgroup({ cgroupsPath: cgroupsPath(rt, bundle.spec, id), id });
  const record = newRecord(plan, [...podCgroups(rt, plan, cgroupPlan), ...cgroupPlan.missing]);
  store.write(record);
  let hooked = false;
  cleanup.add("hooks", () => (hooked ? runPoststopHooks(rt, record) : undefined));
  const createHooks = (pid: number): Promise<void> => {
    hooked = true;
    return runCreateHooks(rt, record, bundle.spec, pid);
  };
  return { record, cgroupPlan, createHooks };
}

/** Directories above its own that were made for its pod: the last of the pod to be deleted removes them. */
function podCgroups({ store }: Runtime, { kind, sandboxId }: ContainerPlan, { leaves }: CgroupPlan): string[] {
  if (kind !== "container") return [];
  const made = store.read(sandboxId)?.cgroups ?? [];
  return made.filter((above) => leaves.some(({ directory }) => directory.startsWith(`${above}/`)));
}

/** Of a container that this process is making. */
function newRecord({ id, bundle, sandboxId, pinned, kind, network }: ContainerPlan, cgroups: readonly string[]): ContainerRecord {
  const { path, rootfs, spec } = bundle;
  return {
    version: 1,
    id,
    sandboxId,
    cgroups,
    pinned,
    ...(kind !== "container" && network.kind === "join" && { network: network.ref }),
    status: "creating",
    process: processRef(processId()),
    bundle: path,
    rootfs,
    created: rfc3339(wallClockNs()),
    ...ownIds(spec),
    ...laterHooks(spec),
    ...(notifySocket() !== undefined && { notifies: true }),
    ...(spec.annotations && { annotations: spec.annotations }),
  };
}

/** What whoever joins its user namespace has too. */
function ownIds({ linux }: Spec): Pick<ContainerRecord, "idMappings"> {
  if (!linux?.namespaces?.some(({ type }) => type === "user")) return {};
  const { uidMappings: uids = [], gidMappings: gids = [] } = linux;
  return { idMappings: { uids, gids } };
}

/** The scope is made where systemd would make it; systemd itself is not asked, and does not know of it. */
function cgroupsPath(rt: Runtime, spec: Spec, id: string): string | undefined {
  const path = spec.linux?.cgroupsPath;
  const scope = rt.systemdCgroup === "by-path" ? namesScope(path) : rt.systemdCgroup;
  return scope ? systemdScope(path, id) : path;
}

/** In the pod's network, where it names none of its own: a machine has one. */
function placeStandIn(
  { store }: Runtime,
  { bundle, kind, sandboxId, network }: ContainerPlan,
  given: Given,
  { cleanup, passing }: Undo,
): StandIn {
  const { terminal } = given.streams;
  return startStandIn(
    {
      argv: bundle.spec.process.args,
      network: kind === "container" && network.kind === "own" ? podNetwork(store, sandboxId, passing) : network,
      view: openView(bundle, given.onDisks.mounts, passing),
      ...(terminal && { terminal }),
    },
    cleanup,
    passing,
  );
}
