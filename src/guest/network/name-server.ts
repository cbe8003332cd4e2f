/**
 * The engine's name server as the guest has it: it answers where the engine's own listens in the pod's network namespace, on a
 * loopback that is not the guest's, and asks the host, which asks the engine's.
 */

import { Cleanup } from "../../base/cleanup.ts";
import type { ByteStream } from "../../base/stream.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { engineResolver } from "../../protocol/engine-resolver.ts";
import type { NameCarrier, NameMessage } from "../../protocol/name-messages.ts";
import { encodeNameMessage, encodeRecord, longestName, readNameMessages, readRecords } from "../../protocol/name-messages.ts";
import { close } from "../../sys/file.ts";
import { bindInternet, receiveDatagram, sendDatagramTo } from "../../sys/internet.ts";
import { EPOLL, type EventLoop } from "../../sys/loop.ts";
import { accept, SOCK } from "../../sys/socket.ts";
import { FdStream } from "../../sys/stream.ts";
import type { Fd } from "../../sys/syscall.ts";
import { redirectNames } from "./name-redirect.ts";

/** As many as the host takes; a datagram more is dropped, which who asks is prepared for. */
const mostAsked = 64;
const mostConnections = 32;
/** RFC 7766 6.2.3: an idle connection is the server's to close. */
const idleMs = 30_000;

/** Until the stream ends, for the processes of `cgroup`. The first message to the host has the number 0 and is empty, or says why there is no server. */
export async function serveNames(loop: EventLoop, stream: ByteStream, cgroup: string): Promise<void> {
  const server = new NameServer(loop, stream);
  try {
    const why = server.open(cgroup);
    await stream.write(encodeNameMessage({ id: 0, carrier: "stream", message: encodeUtf8(why ?? "") }));
    if (why === undefined) await readNameMessages(stream, (answer) => server.onAnswer(answer));
  } finally {
    server.close();
    stream.close();
  }
}

class NameServer {
  readonly #loop: EventLoop;
  readonly #host: ByteStream;
  readonly #undo = new Cleanup();
  /** By the number of the question. */
  readonly #asked = new Map<number, (answer: Uint8Array) => void>();
  readonly #connections = new Set<FdStream>();
  #lastId = 0;

  constructor(loop: EventLoop, host: ByteStream) {
    this.#loop = loop;
    this.#host = host;
  }

  /** Why it is not there. */
  open(cgroup: string): string | undefined {
    const { address, port: asked } = engineResolver;
    try {
      const datagrams = this.#listen(SOCK.datagram, (fd) => this.#onDatagrams(fd));
      const streams = this.#listen(SOCK.stream, (fd) => this.#onConnections(fd));
      redirectNames(cgroup, { address, asked, datagramPort: datagrams, streamPort: streams });
      return undefined;
    } catch (error) {
      return String(error);
    }
  }

  onAnswer({ id, message }: NameMessage): undefined {
    const asker = this.#asked.get(id);
    this.#asked.delete(id);
    asker?.(message);
  }

  close(): void {
    void this.#undo.run();
    for (const connection of this.#connections) connection.close();
    for (const asker of this.#asked.values()) asker(new Uint8Array(0));
    this.#asked.clear();
  }

  #listen(type: number, onReady: (fd: Fd) => void): number {
    const { fd, port } = bindInternet(type, { address: engineResolver.address, port: 0 });
    this.#undo.add("socket", () => close(fd));
    const watch = this.#loop.watch(fd, EPOLL.in, () => onReady(fd));
    this.#undo.add("watch", () => watch.stop());
    return port;
  }

  #onDatagrams(fd: Fd): void {
    const buffer = new Uint8Array(longestName);
    for (let count = 0; count < mostAsked; count++) {
      const datagram = receiveDatagram(fd, buffer);
      if (!datagram) return;
      void this.#ask("datagram", buffer.slice(0, datagram.length)).then((answer) => {
        if (answer.length > 0) sendDatagramTo(fd, answer, datagram.from);
      });
    }
  }

  #onConnections(fd: Fd): void {
    for (let connection = accept(fd); connection; connection = accept(fd)) {
      if (this.#connections.size < mostConnections) this.#converse(new FdStream(this.#loop, connection.fd));
      else close(connection.fd);
    }
  }

  #converse(connection: FdStream): void {
    this.#connections.add(connection);
    const hangUp = (): void => connection.close();
    let cancel = this.#loop.after(idleMs, hangUp);
    const answer = async (question: Uint8Array): Promise<void> => {
      cancel();
      cancel = this.#loop.after(idleMs, hangUp);
      const message = await this.#ask("stream", question);
      if (message.length > 0) await connection.write(encodeRecord(message));
      else hangUp();
    };
    const over = (): void => {
      cancel();
      this.#connections.delete(connection);
      connection.close();
    };
    void readRecords(connection, answer).then(over, over);
  }

  /** Empty: no answer. */
  #ask(carrier: NameCarrier, message: Uint8Array): Promise<Uint8Array> {
    const none = new Uint8Array(0);
    if (this.#asked.size >= mostAsked || message.length === 0) return Promise.resolve(none);
    do this.#lastId = (this.#lastId + 1) & 0xffff;
    while (this.#asked.has(this.#lastId));
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      this.#host.write(encodeNameMessage({ id, carrier, message })).catch(() => {
        this.#asked.delete(id);
        resolve(none);
      });
    });
  }
}
