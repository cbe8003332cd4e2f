/** `containerd.runtime.sandbox.v1.Sandbox`: containerd lets the shim make the sandbox of a pod (`sandboxer = "shim"`). */
import { chainMessage, Fault } from "../../base/fault.ts";
import { parseContainerId } from "../../oci/container-id.ts";
import type { Spec } from "../../oci/spec.ts";
import { decodePodSandboxConfig, type PodSandboxConfig } from "../../protocol/gen/cri.ts";
import type { Any } from "../../protocol/gen/google/any.ts";
import { type CreateSandboxRequest, SandboxServer } from "../../protocol/gen/runtime-sandbox.ts";
import type { Handlers } from "../../protocol/service.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { type Served, serve } from "../../protocol/ttrpc-server.ts";
import { wallClockNs } from "../../sys/loop.ts";
import type { Runtime } from "../runtime/context.ts";
import { translated } from "./answers.ts";
import { timestamp } from "./any.ts";
import { PodSandbox } from "./pod-sandbox.ts";
import { mountRootfs } from "./rootfs.ts";
import { sandboxStats } from "./sandbox-stats.ts";
import { statsAny } from "./stats.ts";

export interface SandboxServiceOptions {
  readonly runtime: Runtime;
  /** As Go names the guest's. */
  readonly architecture: string;
  /** See TaskServiceOptions. */
  readonly cgroupV2: boolean;
  /** Ends the process. */
  readonly shutdown: () => void;
}

export class SandboxService {
  readonly #options: SandboxServiceOptions;
  #sandbox: PodSandbox | undefined;

  constructor(options: SandboxServiceOptions) {
    this.#options = options;
  }

  get services(): readonly Served[] {
    const { logger } = this.#options.runtime;
    return [
      serve(
        SandboxServer,
        translated<typeof SandboxServer>(this.#handlers, (error) => logger.warning(chainMessage(error))),
      ),
    ];
  }

  /** A sandbox was made here. */
  get held(): boolean {
    return this.#sandbox !== undefined;
  }

  inPod(spec: Spec): Spec {
    return this.#sandbox?.withMounts(spec) ?? spec;
  }

  #found(id: string): PodSandbox {
    if (this.#sandbox?.id !== id) throw new RpcError(rpcCode.notFound, `sandbox ${id}: not found`);
    return this.#sandbox;
  }

  #running(id: string): void {
    if (!this.#found(id).ready) throw new RpcError(rpcCode.failedPrecondition, `sandbox ${id}: does not run`);
  }

  readonly #handlers: Handlers<typeof SandboxServer> = {
    createSandbox: (request) => {
      if (this.#sandbox) throw new RpcError(rpcCode.alreadyExists, `sandbox ${this.#sandbox.id}: exists already`);
      this.#sandbox = this.#create(request);
      return {};
    },
    startSandbox: async ({ sandboxId }) => {
      const sandbox = this.#found(sandboxId);
      await sandbox.start();
      return { pid: sandbox.pid, createdAt: timestamp(sandbox.startedAtNs) };
    },
    platform: ({ sandboxId }) => {
      this.#found(sandboxId);
      return { platform: { os: "linux", architecture: this.#options.architecture } };
    },
    stopSandbox: async ({ sandboxId }) => {
      await this.#found(sandboxId).stop();
      return {};
    },
    waitSandbox: async ({ sandboxId }) => {
      const { status, atNs } = await this.#found(sandboxId).exited;
      return { exitStatus: status, exitedAt: timestamp(atNs) };
    },
    sandboxStatus: ({ sandboxId, verbose }) => {
      const { pid, ready, startedAtNs, exit, bundle } = this.#found(sandboxId);
      return {
        sandboxId,
        pid: ready ? pid : 0,
        state: ready ? "SANDBOX_READY" : "SANDBOX_NOTREADY",
        ...(verbose && { info: { bundle } }),
        createdAt: timestamp(startedAtNs),
        ...(exit && { exitedAt: timestamp(exit.atNs) }),
      };
    },
    pingSandbox: ({ sandboxId }) => {
      this.#running(sandboxId);
      return {};
    },
    shutdownSandbox: async ({ sandboxId }) => {
      if (this.#sandbox) await this.#found(sandboxId).remove(); // else its creation failed
      this.#options.shutdown();
      return {};
    },
    sandboxMetrics: async ({ sandboxId }) => {
      this.#running(sandboxId);
      const data = statsAny(await sandboxStats(this.#options.runtime, sandboxId), this.#options.cgroupV2);
      return { metrics: { id: sandboxId, timestamp: timestamp(wallClockNs()), data } };
    },
  };

  #create({ sandboxId, bundlePath, rootfs, options, netnsPath, annotations }: CreateSandboxRequest): PodSandbox {
    const id = parseContainerId(sandboxId);
    const config = podConfig(options);
    if (rootfs.length > 0) mountRootfs(bundlePath, rootfs);
    return PodSandbox.create(this.#options.runtime, {
      id,
      bundle: bundlePath,
      config: { ...config, annotations: { ...config.annotations, ...annotations } },
      networkNamespace: netnsPath,
    });
  }
}

function podConfig(options: Any | undefined): PodSandboxConfig {
  if (!options || options.typeUrl === "") return decodePodSandboxConfig(new Uint8Array());
  if (!/(^|[/.])v1\.PodSandboxConfig$/.test(options.typeUrl))
    throw new Fault(`options: ${options.typeUrl}, must be a runtime.v1.PodSandboxConfig`, { component: "shim", code: "invalid-option" });
  return decodePodSandboxConfig(options.value);
}
