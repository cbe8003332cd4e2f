/** Making a container: its own sandbox with it, or a place in the sandbox of its pod. */
import { Cleanup } from "../../base/cleanup.ts";
import { chainMessage, Fault } from "../../base/fault.ts";
import { encodeUtf8 } from "../../base/text.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import { stringifyExactJson } from "../../oci/shape.ts";
import type { Spec } from "../../oci/spec.ts";
import { chdir } from "../../sys/file.ts";
import { wallClockNs } from "../../sys/loop.ts";
import { processId } from "../../sys/process.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { WindowSize } from "../../sys/tty.ts";
import { makeCgroup, planCgroup } from "../cgroup/cgroup.ts";
import { namesScope, systemdScope } from "../cgroup/places.ts";
import type { Configuration } from "../config/configuration.ts";
import { cleanNamespace } from "../network/left.ts";
import { announcedDemand, demandOf } from "../sandbox/demand.ts";
import { descriptorName } from "../sandbox/descriptors.ts";
import { destroySandbox } from "../sandbox/destroy.ts";
import { type ContainerRecord, type ProcessRef, processRef } from "../store/record.ts";
import { type Bundle, openBundle, type RootImage, readSpec } from "./bundle.ts";
import { claimReserve } from "./claim.ts";
import { openView } from "./container-view.ts";
import type { Runtime } from "./context.ts";
import { openDisks } from "./disks.ts";
import { laterHooks, runCreateHooks, runPoststopHooks } from "./hooks.ts";
import { commonMounts } from "./mount-identity.ts";
import { openTrees, withoutIdMaps } from "./mount-trees.ts";
import { type NetworkPlace, networkPlace, openNetworkOf, podNetwork } from "./network-namespace.ts";
import { notifySocket } from "./notify.ts";
import { writePidFile } from "./pid-file.ts";
import { connectPidFdSocket } from "./pidfd-socket.ts";
import { placeContainer } from "./placement.ts";
import { compileProfile } from "./profile.ts";
import { connectSandbox, type SandboxClient } from "./sandbox-client.ts";
import { sandboxParameters } from "./sandbox-parameters.ts";
import { startSandbox } from "./sandbox-process.ts";
import { needsShare } from "./sharing.ts";
import { startStandIn } from "./stand-in.ts";
import { type GivenStreams, openStreams, passedDescriptors } from "./streams.ts";
import { rfc3339 } from "./time.ts";

export interface CreateRequest {
  readonly id: ContainerId;
  /** Absolute. */
  readonly bundle: string;
  /** Is the root file system, instead of what config.json says. */
  readonly rootImage?: RootImage;
  readonly detached: boolean;
  /** Its first process executes nothing and only holds the namespaces of its pod. */
  readonly pause?: boolean;
  /** What the container gets, made of what config.json says. */
  readonly edit?: (spec: Spec) => Spec;
  /** Absent: the command's own. */
  readonly streams?: GivenStreams;
  /** Relative to the bundle, or absolute. */
  readonly consoleSocket?: string;
  /** Relative to the bundle, or absolute. */
  readonly pidfdSocket?: string;
  /** Absolute. */
  readonly pidFile?: string;
  /** Descriptor 3 of the process and those after it, and variables that tell it of them. */
  readonly passed?: { readonly fds: readonly Fd[]; readonly env: readonly string[] };
}

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
  const cleanup = new Cleanup();
  const passing = new Cleanup();
  try {
    const created = await create(rt, request, cleanup, passing);
    await passing.run();
    return created;
  } catch (error) {
    const onError = (what: string, reason: unknown): void => rt.logger.warning(`undo ${what}: ${chainMessage(reason)}`);
    await passing.run(onError);
    await cleanup.run(onError);
    throw error;
  }
}

/** `cleanup` undoes the container, `passing` what only its making needs. */
async function create(rt: Runtime, request: CreateRequest, cleanup: Cleanup, passing: Cleanup): Promise<Created> {
  const { store } = rt;
  const { id } = request;
  enterBundle(request.bundle);
  const written = (request.edit ?? ((spec) => spec))(readSpec(request.bundle));
  const configuration = await rt.configuration(written.annotations);
  const bundle = openBundle(request.bundle, written, configuration, request.rootImage);
  for (const warning of bundle.warnings) rt.logger.warning(warning);
  const { process } = bundle.spec;
  const terminal = process.terminal ?? false;
  const network = networkPlace(bundle.spec, passing);
  const type = placeContainer(store, id, bundle.spec);
  const { spec, seccomp } = await compileProfile(rt, type.spec);
  const lock = store.reserve(id);
  passing.add("lock", () => lock.release());
  cleanup.add("record", () => store.remove(id));
  let hooked = false;
  const plan = planCgroup({ cgroupsPath: cgroupsPath(rt, bundle.spec, id), id });
  const own = type.kind !== "container" && network.kind === "join" ? { network: network.ref } : {};
  const record = newRecord(bundle, { id, sandboxId: type.sandboxId, cgroups: plan.missing, pinned: type.pinned, ...own });
  store.write(record);
  cleanup.add("hooks", () => (hooked ? runPoststopHooks(rt, record) : undefined));
  // what can be refused at once comes before the sandbox, which takes longest
  const onDisks = openDisks(bundle, configuration, passing);
  const trees = openTrees(bundle, onDisks.mounts, passing);
  const share = type.kind === "container" || needsShare(configuration, { bundle, trees, pod: type.kind === "sandbox" });
  const { detached, consoleSocket, pidfdSocket } = request;
  const pidfd = pidfdSocket === undefined ? undefined : connectPidFdSocket(pidfdSocket, "standard", passing);
  const streams = openStreams({ given: request.streams, terminal, detached, consoleSocket, consoleSize: process.consoleSize }, passing);
  const cgroups = makeCgroup(plan, { timers: rt.loop, undo: cleanup, closing: passing });
  const sandbox =
    type.kind === "container"
      ? joinSandbox(rt, type.sandboxId, cleanup)
      : await newSandbox(rt, { id, configuration, spec: bundle.spec, kind: type.kind, share, cgroups, network }, cleanup);
  // a machine has one network: a container of a pod that names none has the pod's
  const joined = type.kind === "container" && network.kind === "own" ? podNetwork(store, type.sandboxId, passing) : network;
  const standIn = startStandIn(
    {
      argv: process.args,
      network: joined,
      cgroups,
      view: openView(bundle, onDisks.mounts, passing),
      ...(streams.terminal && { terminal: streams.terminal }),
    },
    cleanup,
    passing,
  );
  hooked = true;
  await runCreateHooks(rt, record, bundle.spec, standIn.pid);
  const networkDescriptor = { name: descriptorName.network, fd: openNetworkOf(standIn.pid, passing) };
  const made = await sandbox.api.createContainer({
    id,
    bundle: bundle.path,
    specJson: encodeUtf8(stringifyExactJson(withEnv(withSize(withoutIdMaps(spec), streams.size), request.passed?.env))),
    terminal,
    notifySocket: record.notifies ?? false,
    pause: request.pause ?? false,
    disks: onDisks.disks,
    commonMounts: type.kind === "single" ? [] : commonMounts(bundle, onDisks.mounts),
    standinPid: standIn.pid,
    ...(seccomp && { seccompBpf: seccomp.program, seccompFlags: seccomp.flags }),
    descriptors: sandbox.attach([
      { name: descriptorName.standin, fd: standIn.link },
      ...streams.descriptors,
      ...trees,
      ...onDisks.descriptors,
      networkDescriptor,
      ...passedDescriptors(request.passed?.fds ?? [], passing),
    ]),
  });
  for (const warning of made.warnings) rt.logger.warning(warning, { source: "network" });
  store.write({ ...record, status: "created", process: processRef(standIn.pid) });
  pidfd?.send(standIn.pid);
  if (request.pidFile !== undefined) writePidFile(request.pidFile, standIn.pid);
  await sandbox.api.commit({ id });
  const { streamsEnd } = streams;
  return { id, pid: standIn.pid, terminal, sandbox, ...(streamsEnd !== undefined && { streamsEnd }) };
}

/** Of a container that this process is making. */
function newRecord(
  { path, rootfs, spec }: Bundle,
  more: Pick<ContainerRecord, "id" | "sandboxId" | "cgroups" | "network" | "pinned">,
): ContainerRecord {
  return {
    version: 1,
    ...more,
    status: "creating",
    process: processRef(processId()),
    bundle: path,
    rootfs,
    created: rfc3339(wallClockNs()),
    ...laterHooks(spec),
    ...(notifySocket() !== undefined && { notifies: true }),
    ...(spec.annotations && { annotations: spec.annotations }),
  };
}

function withSize(spec: Spec, size: WindowSize | undefined): Spec {
  if (!size) return spec;
  return { ...spec, process: { ...spec.process, consoleSize: { height: size.rows, width: size.columns } } };
}

function withEnv(spec: Spec, more: readonly string[] = []): Spec {
  if (more.length === 0) return spec;
  return { ...spec, process: { ...spec.process, env: [...(spec.process.env ?? []), ...more] } };
}

/** The scope is made where systemd would make it; systemd itself is not asked, and does not know of it. */
function cgroupsPath(rt: Runtime, spec: Spec, id: string): string | undefined {
  const path = spec.linux?.cgroupsPath;
  const scope = rt.systemdCgroup === "by-path" ? namesScope(path) : rt.systemdCgroup;
  return scope ? systemdScope(path, id) : path;
}

function enterBundle(path: string): void {
  try {
    chdir(path);
  } catch (cause) {
    throw new Fault(`bundle ${path}`, { component: "cli", cause });
  }
}

interface NewSandbox {
  readonly id: string;
  readonly configuration: Configuration;
  readonly spec: Spec;
  readonly kind: "single" | "sandbox";
  readonly share: boolean;
  readonly cgroups: readonly Fd[];
  readonly network: NetworkPlace;
}

async function newSandbox(
  rt: Runtime,
  { id, configuration, spec, kind, share, cgroups, network }: NewSandbox,
  cleanup: Cleanup,
): Promise<SandboxClient> {
  const parameters = sandboxParameters(configuration, {
    id,
    root: rt.store.root,
    hostname: spec.hostname ?? id.slice(0, 63),
    kind: kind === "single" ? "single" : "pod",
    share,
    announced: announcedDemand(spec.annotations ?? {}),
    first: demandOf(spec.linux?.resources ?? {}),
    early: network.kind === "join",
  });
  rt.store.makeSandboxDirectory(id);
  if (network.kind === "join") cleanup.add("network", () => cleanNamespace(id, network.ref, rt.loop, rt.logger)); // once the sandbox has ended
  let started: ProcessRef | undefined;
  cleanup.add("sandbox", () => destroySandbox(rt, id, { started }));
  const claimed = await claimReserve(rt, parameters, cgroups);
  const client =
    claimed ??
    startSandbox(rt, parameters, { cgroups, network: network.kind === "join" ? network.fd : undefined }, (process) => {
      started = process;
    });
  cleanup.add("sandbox connection", () => client.close());
  return client;
}

function joinSandbox(rt: Runtime, sandboxId: string, cleanup: Cleanup): SandboxClient {
  const client = connectSandbox(rt, sandboxId);
  cleanup.add("sandbox connection", () => client.close());
  return client;
}
