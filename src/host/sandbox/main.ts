/** The role of the sandbox process: reads its parameters, listens, boots, serves until the sandbox ends. */
import { chainMessage } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { decodeUtf8 } from "../../base/text.ts";
import { close, readAll, setUmask, unlinkIfPresent } from "../../sys/file.ts";
import { EPOLL, type EventLoop } from "../../sys/loop.ts";
import { effectiveUid, exit, setName } from "../../sys/process.ts";
import { accept, listenUnix, peerCredentials } from "../../sys/socket.ts";
import { FdStream } from "../../sys/stream.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { Hypervisor } from "../hypervisor/vm.ts";
import { Store } from "../store/store.ts";
import { firstClientFd, parametersFd, type SandboxParameters } from "./parameters.ts";
import { Sandbox } from "./sandbox.ts";
import { serveSandbox } from "./service.ts";

export interface SandboxMainDependencies {
  readonly loop: EventLoop;
  readonly version: string;
  readonly logger: (parameters: SandboxParameters) => Logger;
  /** Throws for a name that no driver has. */
  readonly hypervisor: (name: string, options: { readonly logger: Logger; readonly runDirectory: string }) => Hypervisor;
}

const parametersLimit = 1 << 20;

export function runSandbox(deps: SandboxMainDependencies): void {
  const { loop, version } = deps;
  const parameters = JSON.parse(decodeUtf8(readAll(parametersFd as Fd, parametersLimit))) as SandboxParameters;
  close(parametersFd as Fd);
  setName("kata-sandbox");
  setUmask(0o077);
  const logger = deps.logger(parameters);
  const store = new Store(parameters.root);
  const socketPath = store.socketPath(parameters.id);
  const listener = listenUnix(socketPath);
  const onEnd = (): void => {
    unlinkIfPresent(socketPath);
    exit(0);
  };
  const hypervisor = deps.hypervisor(parameters.hypervisor, { logger, runDirectory: store.hostDirectory });
  const sandbox = new Sandbox(parameters, { loop, logger, store, hypervisor, onEnd });
  const serveClient = (fd: Fd): void => {
    const stream = new FdStream(loop, fd, { descriptors: true });
    serveSandbox(sandbox, stream, { loop, logger, version }).catch((error: unknown) => logger.error(`serve: ${chainMessage(error)}`));
  };
  serveClient(firstClientFd as Fd);
  loop.watch(listener, EPOLL.in, () => {
    const client = accept(listener);
    if (!client) return;
    if (peerCredentials(client.fd).uid === effectiveUid()) serveClient(client.fd);
    else close(client.fd);
  });
}
