/** The way to the agent over AF_VSOCK. */
import { Fault } from "../../base/fault.ts";
import type { ByteStream, DialedStream, Transport } from "../../base/stream.ts";
import { errnoName, errnoText } from "../../sys/errno.ts";
import { EPOLL, type EventLoop } from "../../sys/loop.ts";
import { connectVsock, socketError } from "../../sys/socket.ts";
import { FdStream } from "../../sys/stream.ts";

class VsockStream extends FdStream implements DialedStream {
  readonly localPort: number;

  constructor(loop: EventLoop, dialed: { readonly fd: FdStream["fd"]; readonly localPort: number }) {
    super(loop, dialed.fd);
    this.localPort = dialed.localPort;
  }
}

/** `onConnected` is called when a stream was opened: the guest lives. */
export function vsockTransport(loop: EventLoop, contextId: number, onConnected: () => void): Transport {
  const streams = new Set<ByteStream>();
  return {
    dial: async (port) => {
      const stream = new VsockStream(loop, connectVsock(contextId, port));
      try {
        await connected(loop, stream.fd, `vsock ${contextId}:${port}`);
      } catch (error) {
        stream.close();
        throw error;
      }
      streams.add(stream);
      onConnected();
      return stream;
    },
    close: () => {
      for (const stream of streams) stream.close();
      streams.clear();
    },
  };
}

function connected(loop: EventLoop, fd: FdStream["fd"], subject: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const watch = loop.watch(fd, EPOLL.out, () => {
      watch.stop();
      const errno = socketError(fd);
      if (errno === 0) resolve();
      else reject(new Fault(`connect ${subject}: ${errnoText(errno)}`, { code: errnoName(errno) }));
    });
  });
}
