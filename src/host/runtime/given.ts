/** What a container is given by whoever makes it: disks, mounts, streams. Opened, and told to its sandbox. */
import type { Cleanup } from "../../base/cleanup.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { stringifyExactJson } from "../../oci/shape.ts";
import type { Spec } from "../../oci/spec.ts";
import type { WindowSize } from "../../sys/tty.ts";
import type { ContainerRecord } from "../store/record.ts";
import type { ContainerPlan } from "./container-plan.ts";
import type { CreateRequest } from "./create-request.ts";
import { type BundleDisks, openDisks } from "./disks.ts";
import { commonMounts } from "./mount-identity.ts";
import { type NamedDescriptor, openTrees, withoutIdMaps } from "./mount-trees.ts";
import { connectPidFdSocket, type PidFdReceiver } from "./pidfd-socket.ts";
import { needsShare } from "./sharing.ts";
import { openStreams, type Streams } from "./streams.ts";

export interface Given {
  readonly onDisks: BundleDisks;
  readonly streams: Streams;
  readonly pidfd: PidFdReceiver | undefined;
  /** Of mounts, disks and streams. */
  readonly descriptors: readonly NamedDescriptor[];
  /** Whether the machine needs a share of the host's files for it. */
  readonly share: boolean;
  readonly env: readonly string[];
  readonly pause: boolean;
}

/** What can be refused at once comes before the sandbox, which takes longest. */
export function openGiven({ bundle, configuration, kind, terminal }: ContainerPlan, request: CreateRequest, passing: Cleanup): Given {
  const onDisks = openDisks(bundle, configuration, passing);
  const trees = openTrees(bundle, onDisks.mounts, passing);
  const share = kind === "container" || needsShare(configuration, { bundle, trees, pod: kind === "sandbox" });
  const { detached, consoleSocket, pidfdSocket } = request;
  const pidfd = pidfdSocket === undefined ? undefined : connectPidFdSocket(pidfdSocket, "standard", passing);
  const { consoleSize } = bundle.spec.process;
  const streams = openStreams({ given: request.streams, terminal, detached, consoleSocket, consoleSize }, passing);
  const descriptors = [...streams.descriptors, ...trees, ...onDisks.descriptors];
  return { onDisks, streams, pidfd, descriptors, share, env: request.passed?.env ?? [], pause: request.pause ?? false };
}

/** What the sandbox is asked to make. */
export function makingRequest(
  { id, bundle, configuration, spec, seccomp, terminal, kind }: ContainerPlan,
  { notifies = false }: ContainerRecord,
  { onDisks, streams, env, pause }: Given,
) {
  return {
    id,
    bundle: bundle.path,
    specJson: encodeUtf8(stringifyExactJson(withEnv(withSize(withoutIdMaps(spec), streams.size), env))),
    terminal,
    notifySocket: notifies,
    pause,
    disks: onDisks.disks,
    localEmptyDirs: !configuration.runtime.disableGuestEmptyDir,
    commonMounts: kind === "single" ? [] : commonMounts(bundle, onDisks.mounts),
    ...(seccomp && { seccompBpf: seccomp.program, seccompFlags: seccomp.flags }),
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
