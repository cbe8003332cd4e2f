/** A process of a task as containerd sees it: the container's first one, or an exec. */
import { deferred } from "../../base/deferred.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { wallClockNs } from "../../sys/loop.ts";
import type { Stdio, StdioNames } from "./stdio.ts";

export interface Exit {
  readonly status: number;
  readonly atNs: bigint;
}

export class TaskProcess {
  /** "" for the container's first process. */
  readonly execId: string;
  readonly names: StdioNames;
  /** The process on the host that stands for it; 0 until there is one. */
  pid = 0;
  /** By this the sandbox process knows it. */
  guestExecId = "";
  stdio: Stdio | undefined;
  exit: Exit | undefined;
  started = false;
  readonly #exited = deferred<Exit>();

  constructor(execId: string, names: StdioNames) {
    this.execId = execId;
    this.names = names;
  }

  get exited(): Promise<Exit> {
    return this.#exited.promise;
  }

  end(status: number): void {
    if (this.exit) return;
    this.exit = { status, atNs: wallClockNs() };
    this.stdio?.close();
    this.#exited.resolve(this.exit);
  }

  /** Throws what containerd takes for "has ended". */
  running(): void {
    if (this.exit) throw new RpcError(rpcCode.notFound, "process already finished");
    if (!this.started) throw new RpcError(rpcCode.failedPrecondition, "process has not been started");
  }
}
