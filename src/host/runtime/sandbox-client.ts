/** A connection to a sandbox process. */
import { Fault } from "../../base/fault.ts";
import { type Reserve, ReserveClient, type Sandbox, SandboxClient as SandboxCalls } from "../../protocol/gen/sandbox.ts";
import type { Client } from "../../protocol/service.ts";
import { connectTtrpc } from "../../protocol/ttrpc-client.ts";
import { connectUnix } from "../../sys/socket.ts";
import { FdStream } from "../../sys/stream.ts";
import { type Fd, isErrno } from "../../sys/syscall.ts";
import type { Runtime } from "./context.ts";
import type { NamedDescriptor } from "./mount-trees.ts";

/** A sandbox process that is stopped; it has as long itself to find out that its guest is. */
const quietMs = 15_000;
const patienceMs = 15_000;

export interface SandboxClient {
  /** Of a sandbox in reserve. */
  readonly reserve: Client<typeof Reserve>;
  readonly api: Client<typeof Sandbox>;
  /** The next request takes these along; the names are for its `descriptors` field. */
  attach(descriptors: readonly NamedDescriptor[]): string[];
  close(): void;
}

/** Takes the descriptor over. */
export function sandboxClient(rt: Runtime, fd: Fd): SandboxClient {
  const stream = new FdStream(rt.loop, fd);
  const connection = connectTtrpc(stream, rt.loop);
  const api = connection.client(SandboxCalls);
  connection.watch({ probe: (ms) => api.ping({}, { timeoutMs: ms }), quietMs, patienceMs });
  return {
    reserve: connection.client(ReserveClient),
    api,
    attach: (descriptors) => {
      stream.attach(descriptors.map((each) => each.fd));
      return descriptors.map((each) => each.name);
    },
    close: () => connection.close(),
  };
}

/** Throws a Fault of code `not-running` when no sandbox process listens. */
export function connectSandbox(rt: Runtime, sandboxId: string): SandboxClient {
  try {
    return sandboxClient(rt, connectUnix(rt.store.socketPath(sandboxId)));
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ECONNREFUSED")) throw error;
    throw new Fault(`sandbox ${sandboxId}: is not running`, { component: "sandbox", code: "not-running", cause: error });
  }
}
