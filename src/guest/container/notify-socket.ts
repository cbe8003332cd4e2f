/** Where a container's program says that it is ready (sd_notify(3)); the host asks for it and tells its service manager. */
import { type Deferred, deferred } from "../../base/deferred.ts";
import { decodeUtf8 } from "../../base/text.ts";
import type { Spec } from "../../oci/spec.ts";
import { removeTree } from "../../sys/directory.ts";
import { chmod, close, mkdirAll } from "../../sys/file.ts";
import { EPOLL, type EventLoop, type Watch } from "../../sys/loop.ts";
import { bindDatagram, receiveMessage } from "../../sys/socket.ts";
import type { Fd } from "../../sys/syscall.ts";

/** In the container, as runc has it. */
const inside = "/run/notify";
const largestMessage = 4096;

export class NotifySocket {
  /** Settled once the program has said READY=1. */
  readonly #ready: Deferred<void> = deferred();
  readonly #directory: string;
  readonly #fd: Fd;
  readonly #watch: Watch;

  constructor(loop: EventLoop, containerId: string) {
    this.#directory = `${inside}/${containerId}`;
    mkdirAll(this.#directory, 0o755);
    const path = `${this.#directory}/notify.sock`;
    this.#fd = bindDatagram(path);
    chmod(path, 0o777); // whoever the program runs as
    this.#watch = loop.watch(this.#fd, EPOLL.in, () => this.#receive(), { background: true });
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** The specification with the socket in it. */
  addTo(spec: Spec): Spec {
    const options = ["bind", "nosuid", "noexec", "nodev", "ro"];
    const mount = { destination: inside, type: "bind", source: this.#directory, options };
    const env = [...(spec.process.env ?? []), `NOTIFY_SOCKET=${inside}/notify.sock`];
    return { ...spec, mounts: [...(spec.mounts ?? []), mount], process: { ...spec.process, env } };
  }

  close(): void {
    this.#watch.stop();
    close(this.#fd);
    removeTree(this.#directory);
  }

  #receive(): void {
    const buffer = new Uint8Array(largestMessage);
    const message = receiveMessage(this.#fd, buffer);
    if (!message) return;
    for (const fd of message.fds) close(fd);
    const lines = decodeUtf8(buffer.subarray(0, message.length)).split("\n");
    if (lines.some((line) => line.startsWith("READY="))) this.#ready.resolve();
  }
}
