/** The sandbox of a pod that is made by the sandbox API: a machine with a container that has no program, and holds the pod's namespaces. */
import { deferred } from "../../base/deferred.ts";
import { chainMessage } from "../../base/fault.ts";
import { within } from "../../base/timers.ts";
import type { ContainerId } from "../../oci/container-id.ts";
import type { Spec } from "../../oci/spec.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { wallClockNs } from "../../sys/loop.ts";
import { SIGKILL } from "../../sys/process.ts";
import type { Runtime } from "../runtime/context.ts";
import { createContainer } from "../runtime/create.ts";
import { deleteContainer } from "../runtime/delete.ts";
import { startContainer, withSandbox } from "../runtime/signal.ts";
import { makePodFiles, removePodFiles } from "./pod-files.ts";
import { type PodWishes, withPodMounts } from "./pod-spec.ts";
import type { Exit } from "./process.ts";
import { unmountRootfs } from "./rootfs.ts";

/** How long a machine may take to end before it is ended by force. */
const endMs = 10_000;

export class PodSandbox {
  readonly id: ContainerId;
  readonly bundle: string;
  readonly #runtime: Runtime;
  readonly #exited = deferred<Exit>();
  #pid = 0;
  #startedAtNs = 0n;
  #starting: Promise<void> | undefined;
  #exit: Exit | undefined;

  private constructor(runtime: Runtime, id: ContainerId, bundle: string) {
    this.id = id;
    this.bundle = bundle;
    this.#runtime = runtime;
  }

  /** Its files. Undone by `remove`, also when this fails. */
  static create(runtime: Runtime, wishes: PodWishes & { readonly id: ContainerId; readonly bundle: string }): PodSandbox {
    try {
      makePodFiles(wishes.bundle, wishes);
    } catch (error) {
      removePodFiles(wishes.bundle);
      throw error;
    }
    return new PodSandbox(runtime, wishes.id, wishes.bundle);
  }

  /** The process that stands for it on the host; 0 until there is one. */
  get pid(): number {
    return this.#pid;
  }

  get startedAtNs(): bigint {
    return this.#startedAtNs;
  }

  get ready(): boolean {
    return this.#pid !== 0 && !this.#exit;
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  get exited(): Promise<Exit> {
    return this.#exited.promise;
  }

  /** A container of the pod, with what it shares with the others. */
  withMounts(spec: Spec): Spec {
    return withPodMounts(spec, this.bundle);
  }

  async start(): Promise<void> {
    if (this.#exit) throw new RpcError(rpcCode.failedPrecondition, `sandbox ${this.id}: has stopped`);
    if (this.#starting !== undefined) throw new RpcError(rpcCode.alreadyExists, `sandbox ${this.id}: has been started`);
    this.#starting = this.#start();
    try {
      await this.#starting;
    } catch (error) {
      this.#starting = undefined;
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { id, bundle } = this;
    const { pid, sandbox } = await createContainer(this.#runtime, { id, bundle, detached: true, pause: true, streams: {} });
    sandbox.close();
    void this.#runtime.loop.childExit(pid).then((status) => this.#end(status));
    await startContainer(this.#runtime, id);
    this.#pid = pid;
    this.#startedAtNs = wallClockNs();
  }

  /** Ends the machine and with it what runs in it. Idempotent. */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => {}); // whoever started it has been told
    if (this.#pid === 0) this.#end(0);
    if (this.#exit) return;
    const { id } = this;
    await withSandbox(this.#runtime, id, ({ api }) => api.signal({ id, signal: SIGKILL, all: true })).catch((error: unknown) =>
      this.#runtime.logger.info(`stop sandbox: ${chainMessage(error)}`),
    );
    if (await within(this.#runtime.loop, endMs, this.exited)) return;
    await deleteContainer(this.#runtime, id, true);
  }

  /** Nothing is left after this. Idempotent. */
  async remove(): Promise<void> {
    await this.stop();
    await deleteContainer(this.#runtime, this.id, true);
    removePodFiles(this.bundle);
    unmountRootfs(this.bundle);
  }

  #end(status: number): void {
    if (this.#exit) return;
    this.#exit = { status, atNs: wallClockNs() };
    this.#exited.resolve(this.#exit);
  }
}
