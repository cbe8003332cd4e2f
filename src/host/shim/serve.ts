/** The shim's process: answers containerd for one sandbox until it is told to shut down. */
import type { Logger } from "../../base/log.ts";
import { decodeUtf8 } from "../../base/text.ts";
import { serveTtrpc } from "../../protocol/ttrpc-server.ts";
import { close, readAll, unlinkIfPresent } from "../../sys/file.ts";
import { EPOLL, type EventLoop, watchSignals } from "../../sys/loop.ts";
import { architecture, effectiveUid, exit, setName } from "../../sys/process.ts";
import { accept, peerCredentials } from "../../sys/socket.ts";
import { fileSystemType } from "../../sys/statfs.ts";
import { FdStream } from "../../sys/stream.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { Runtime } from "../runtime/context.ts";
import { EventPublisher } from "./events.ts";
import { listenerFd, parametersFd, type ShimParameters } from "./parameters.ts";
import { SandboxService } from "./sandbox-service.ts";
import { TaskEvents } from "./task-events.ts";
import { TaskService } from "./task-service.ts";

export interface ServeDependencies {
  readonly loop: EventLoop;
  readonly version: string;
  readonly logger: (parameters: ShimParameters) => Logger;
  readonly runtime: (parameters: ShimParameters, logger: Logger) => Runtime;
}

const parametersLimit = 1 << 20;
/** What containerd calls them, in images and here. */
const goNames: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };
/** linux/magic.h */
const cgroup2Magic = 0x63677270;
/** How long the last events may take on their way. */
const lastEventsMs = 2000;

export function serveShim(deps: ServeDependencies): void {
  const parameters = JSON.parse(decodeUtf8(readAll(parametersFd as Fd, parametersLimit))) as ShimParameters;
  close(parametersFd as Fd);
  setName("containerd-shim");
  const logger = deps.logger(parameters);
  const events = new EventPublisher(deps.loop, logger, parameters);
  let ending = false;
  const shutdown = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    unlinkIfPresent(parameters.socket);
    await events.drained(lastEventsMs);
    deps.loop.after(10, () => exit(0)); // the answer to who told us goes out first
  };
  const common = {
    runtime: deps.runtime(parameters, logger),
    cgroupV2: fileSystemType("/sys/fs/cgroup") === cgroup2Magic,
    shutdown: () => void shutdown(),
  };
  const sandbox = new SandboxService({ ...common, architecture: goNames[architecture()] ?? architecture() });
  const tasks = new TaskService({
    ...common,
    namespace: parameters.namespace,
    events: new TaskEvents(events),
    version: deps.version,
    held: () => sandbox.held,
    inPod: (spec) => sandbox.inPod(spec),
  });
  const services = [...tasks.services, ...sandbox.services];
  listen(listenerFd as Fd, deps.loop, (fd) => serveTtrpc(new FdStream(deps.loop, fd), services, { timers: deps.loop, logger }));
  watchSignals(deps.loop, [2, 13, 15], () => logger.debug("a signal is passed over: containerd ends a shim by Shutdown"));
}

/** Others than our own user are not answered. */
function listen(listener: Fd, loop: EventLoop, serve: (fd: Fd) => void): void {
  loop.watch(listener, EPOLL.in, () => {
    const client = accept(listener);
    if (!client) return;
    if (peerCredentials(client.fd).uid === effectiveUid()) serve(client.fd);
    else close(client.fd);
  });
}
