/** The network namespace of a sandbox, seen from this process, which lives in another one. */
import { chainMessage } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import { close, fstat } from "../../sys/file.ts";
import { EPOLL, type EventLoop } from "../../sys/loop.ts";
import { inNetworkNamespace } from "../../sys/namespace.ts";
import { drainRouteWatch, openRouteWatch, RouteSocket } from "../../sys/netlink.ts";
import { exit } from "../../sys/process.ts";
import { changeLink } from "../../sys/route.ts";
import type { Fd } from "../../sys/syscall.ts";

const exitSoftware = 70;

export class PodNamespace {
  /** Names the namespace as long as it is open. */
  readonly inode: number;
  /** Sees and changes this namespace, wherever it is used. */
  readonly netlink: RouteSocket;
  readonly #fd: Fd;
  readonly #logger: Logger;

  /** Takes the descriptor over. */
  constructor(fd: Fd, logger: Logger) {
    this.#fd = fd;
    this.#logger = logger;
    try {
      this.inode = fstat(fd).inode;
      this.netlink = this.enter(() => new RouteSocket());
    } catch (error) {
      close(fd);
      throw error;
    }
  }

  /** Runs `work`, which must not wait, with this process in the namespace. */
  enter<T>(work: () => T): T {
    return inNetworkNamespace(this.#fd, work, (error) => {
      this.#logger.error(`leave the network namespace: ${chainMessage(error)}`, { source: "network" });
      exit(exitSoftware);
    });
  }

  /** `onChange` is called after links, addresses or routes have changed, some changes at a time. */
  watch(loop: EventLoop, onChange: () => void): () => void {
    const fd = this.enter(openRouteWatch);
    const watch = loop.watch(fd, EPOLL.in, () => {
      drainRouteWatch(fd);
      onChange();
    });
    return () => {
      watch.stop();
      close(fd);
    };
  }

  /** Moves link `index` of the namespace that `from` sees into this one. */
  adopt(from: RouteSocket, index: number, name: string): void {
    changeLink(from, index, { namespace: this.#fd, name });
  }

  close(): void {
    this.netlink.close();
    close(this.#fd);
  }
}
