/** The ways a host reaches the agent: a virtio-serial port with many streams on it, or vsock. */
import { chainMessage } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import type { ByteStream, DialedStream } from "../../base/stream.ts";
import { muxAcceptor } from "../../protocol/mux.ts";
import { agentPort, nameServerPort, stdioPort } from "../../protocol/ports.ts";
import { type Served, serveTtrpc } from "../../protocol/ttrpc-server.ts";
import { duplicate } from "../../sys/descriptor.ts";
import { listDirectory } from "../../sys/directory.ts";
import { close, O, open, readTextFile, statIfPresent } from "../../sys/file.ts";
import { EPOLL, type EventLoop } from "../../sys/loop.ts";
import { accept, listenVsock } from "../../sys/socket.ts";
import { FdStream } from "../../sys/stream.ts";
import type { Fd } from "../../sys/syscall.ts";
import { cgroupRoot } from "../container/cgroup.ts";
import { serveNames } from "../network/name-server.ts";
import type { HostStreamTable } from "./host-streams.ts";

export interface ChannelOptions {
  readonly loop: EventLoop;
  readonly logger: Logger;
  readonly services: readonly Served[];
  readonly streams: HostStreamTable;
}

/** The port's name on the host's side of the device. */
const portName = "agent.channel.0";
const portsDirectory = "/sys/class/virtio-ports";

/** The device of the agent's serial port; undefined when the machine has none. */
export function findSerialPort(): string | undefined {
  if (!statIfPresent(portsDirectory)) return undefined;
  const port = listDirectory(portsDirectory).find((name) => readTextFile(`${portsDirectory}/${name}/name`).trim() === portName);
  return port === undefined ? undefined : `/dev/${port}`;
}

/**
 * Serves one host after the other on the serial port, for ever. The port stays open in between: to close it would throw away
 * what the next host has sent already.
 */
export async function serveSerial(device: string, options: ChannelOptions): Promise<never> {
  const fd = open(device, O.RDWR | O.NONBLOCK);
  for (;;) {
    await hostConnected(options.loop, fd);
    options.logger.debug("host connected", { device });
    const channel = new FdStream(options.loop, duplicate(fd), { socket: false });
    const session = muxAcceptor(channel, (port, stream) => route(port, stream, options));
    await session.closed;
    options.streams.clear();
    options.logger.debug("host disconnected", { device });
  }
}

const edgeTriggered = 0x80000000; // EPOLLET

/**
 * While no host has its end open the port reports a hang-up and reads give the end of the stream. The driver wakes its
 * waiters when that changes, so watching for edges costs nothing in between.
 */
function hostConnected(loop: EventLoop, fd: Fd): Promise<void> {
  return new Promise((resolve) => {
    const watch = loop.watch(fd, EPOLL.in | EPOLL.out | edgeTriggered, (events) => {
      if ((events & EPOLL.hup) !== 0) return;
      watch.stop();
      resolve();
    });
  });
}

/** Listens where vsock is there. False when it is not. */
export function serveVsock(options: ChannelOptions): boolean {
  if (!statIfPresent("/dev/vsock")) return false;
  for (const port of [agentPort, stdioPort, nameServerPort]) {
    const listener = listenVsock(port);
    options.loop.watch(listener, EPOLL.in, () => {
      for (let connection = accept(listener); connection; connection = accept(listener))
        if (!route(port, new VsockStream(options.loop, connection.fd, connection.peerPort), options)) close(connection.fd);
    });
  }
  return true;
}

class VsockStream extends FdStream implements DialedStream {
  /** The host's port. */
  readonly localPort: number;

  constructor(loop: EventLoop, fd: Fd, hostPort: number) {
    super(loop, fd);
    this.localPort = hostPort;
  }
}

function route(port: number, stream: DialedStream, { loop, logger, services, streams }: ChannelOptions): boolean {
  switch (port) {
    case agentPort:
      serveAgent(stream, services, loop, logger);
      return true;
    case stdioPort:
      return streams.offer(stream);
    case nameServerPort:
      serveNames(loop, stream, cgroupRoot).catch((error: unknown) => logger.warning(`name server: ${chainMessage(error)}`));
      return true;
    default:
      return false;
  }
}

function serveAgent(stream: ByteStream, services: readonly Served[], timers: EventLoop, logger: Logger): void {
  serveTtrpc(stream, services, { timers, logger: logger.with({ source: "ttrpc" }) });
}
