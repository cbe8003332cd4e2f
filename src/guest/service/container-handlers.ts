/** Requests about containers and their processes. */

import type { Spec } from "../../oci/spec.ts";
import type { Namespace } from "../../oci/spec-linux.ts";
import type { CreateContainerRequest } from "../../protocol/gen/agent.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { SIGKILL, SIGTERM } from "../../sys/process.ts";
import type { Container } from "../container/container.ts";
import { settleShare } from "../container/settle-share.ts";
import { withGivenDevices } from "./given-devices.ts";
import type { Group } from "./groups.ts";
import { closeStreams } from "./host-streams.ts";
import { processOf, resourcesOf, specOf } from "./kata-spec.ts";
import type { Pod } from "./pod.ts";
import { listProcesses } from "./process-list.ts";
import { statsOf } from "./stats.ts";

type ContainerMethods =
  | "createContainer"
  | "startContainer"
  | "waitReady"
  | "pauseContainer"
  | "resumeContainer"
  | "removeContainer"
  | "execProcess"
  | "signalProcess"
  | "waitProcess"
  | "updateContainer"
  | "statsContainer"
  | "listProcesses"
  | "ttyWinResize";

export function containerHandlers(pod: Pod): Group<ContainerMethods> {
  return {
    createContainer: (request) => createContainer(pod, request),
    startContainer: async ({ containerId }) => {
      pod.idle.touch();
      await pod.container(containerId).start();
      return {};
    },
    waitReady: async ({ containerId }) => {
      await pod.container(containerId).ready();
      return {};
    },
    pauseContainer: async ({ containerId }) => {
      await pod.container(containerId).pause();
      return {};
    },
    resumeContainer: async ({ containerId }) => {
      await pod.container(containerId).resume();
      return {};
    },
    removeContainer: async ({ containerId }) => {
      try {
        await pod.remove(containerId);
      } finally {
        pod.copies.remove(containerId); // also those of one that could not be made
      }
      return {};
    },
    execProcess: async (request) => {
      const container = pod.container(request.containerId);
      const streams = await pod.streams.take(request);
      try {
        const { execId, ignorePaused, cgroup } = request;
        await container.exec({ execId, process: processOf(request), streams, ignorePaused, cgroup });
      } catch (error) {
        closeStreams(streams);
        throw error;
      }
      return {};
    },
    signalProcess: ({ containerId, execId, signal }) => {
      signalProcess(pod.container(containerId), execId, signal);
      return {};
    },
    waitProcess: async ({ containerId, execId }) => {
      const container = pod.container(containerId);
      const process = container.process(execId);
      const status = await process.finished;
      const { handedOn } = process.io;
      container.forget(execId);
      pod.idle.touch();
      return { status, ...(handedOn && { handedOn }), ...(process === container.first && { oomEvents: container.oomEvents }) };
    },
    updateContainer: (request) => {
      pod.container(request.containerId).update(resourcesOf(request));
      return {};
    },
    statsContainer: ({ containerId }) => statsOf(pod.container(containerId).cgroup),
    listProcesses: ({ containerId }) => listProcesses(pod.container(containerId).cgroup),
    ttyWinResize: ({ containerId, execId, row, column }) => {
      pod.process(containerId, execId).io.resize(row & 0xffff, column & 0xffff);
      return {};
    },
  };
}

async function createContainer(pod: Pod, request: CreateContainerRequest): Promise<Record<string, never>> {
  if (request.sharedMounts.length > 0)
    throw new RpcError(rpcCode.unimplemented, "CreateContainer: shared_mounts not supported by this guest");
  const written = withGivenDevices(specOf(request), request.devices);
  const spec = request.sandboxPidns ? sharePids(written, pod.firstContainer) : written;
  const seccomp = request.seccompBpf.length > 0 ? { program: request.seccompBpf, flags: request.seccompFlags } : undefined;
  const streams = await pod.streams.take(request);
  const mounted: string[] = [];
  try {
    for (const storage of request.storages) {
      if (storage.shared) pod.storages.keep(storage);
      else {
        pod.storages.add(storage);
        mounted.push(storage.mountPoint);
      }
    }
    await pod.create({
      id: request.containerId,
      bundle: request.bundle,
      notifySocket: request.notifySocket,
      pause: request.pause,
      spec,
      seccomp,
      streams,
      storages: mounted,
      unhandledTermKills: request.ociJson.length === 0,
    });
  } catch (error) {
    settleShare();
    for (const mountPoint of mounted.reverse()) pod.storages.remove(mountPoint);
    closeStreams(streams);
    throw error;
  }
  return {};
}

/** In the pod's common pid namespace, which is that of its first container. */
function sharePids(spec: Spec, first: string | undefined): Spec {
  const others = (spec.linux?.namespaces ?? []).filter(({ type }) => type !== "pid");
  const pid: Namespace = first === undefined ? { type: "pid" } : { type: "pid", path: first };
  return { ...spec, linux: { ...spec.linux, namespaces: [...others, pid] } };
}

/** CHLD, CONT, STOP, TSTP, TTIN, TTOU, URG, WINCH: what does not end a process that has no handler. */
const harmless = new Set([0, 17, 18, 19, 20, 21, 22, 23, 28]);

/**
 * SIGKILL for the container means all of it. One that was not started ends by every signal that could end it, for its
 * first process has no handlers yet, and without a handler the kernel would drop the signal there.
 */
function signalProcess(container: Container, execId: string, signal: number): void {
  const first = execId === "" || execId === container.id;
  if (first && (signal === SIGKILL || (container.waitsForStart && !harmless.has(signal)))) container.killAll();
  else if (signal === SIGTERM && first) container.terminate();
  else if (signal !== 0) container.process(execId).signal(signal);
}
