/**
 * The tap of a card that the machine is born with. It waits in the network namespace of this process, which nobody else lives in,
 * and is moved into the pod's when the card gets a network: descriptors stay valid on the way.
 */
import { Fault } from "../../base/fault.ts";
import { close } from "../../sys/file.ts";
import { openNamespace } from "../../sys/namespace.ts";
import { RouteSocket } from "../../sys/netlink.ts";
import { changeLink, listLinks } from "../../sys/route.ts";
import type { Fd } from "../../sys/syscall.ts";
import { openTap } from "../../sys/tap.ts";
import type { PodNamespace } from "./namespace.ts";

const name = "waiting";

export class WaitingTap {
  /** One a queue; the caller's, to be closed once the VMM has them. */
  readonly taps: readonly Fd[];
  readonly #home: Fd;
  /** Sees the namespace of this process. */
  readonly #netlink: RouteSocket;
  #index: number;
  #free = true;
  #closed = false;

  constructor(queues: number) {
    this.#home = openNamespace("/proc/self/ns/net");
    this.#netlink = new RouteSocket();
    let taps: readonly Fd[] = [];
    try {
      taps = openTap(name, queues);
      this.#index = findTap(this.#netlink, name);
    } catch (error) {
      taps.forEach(close);
      this.close();
      throw error;
    }
    this.taps = taps;
  }

  /** Nobody has it. */
  get free(): boolean {
    return this.#free;
  }

  /** Into `namespace`, as `newName`. */
  enter(namespace: PodNamespace, newName: string): void {
    namespace.adopt(this.#netlink, this.#index, newName);
    this.#free = false;
  }

  /** Back from `namespace`, where it has the number `index`. One that ended with its namespace is not there for another. */
  leave(namespace: PodNamespace, index: number): void {
    if (this.#closed) return;
    changeLink(namespace.netlink, index, { namespace: this.#home, name });
    this.#index = findTap(this.#netlink, name);
    this.#free = true;
  }

  /** The tap itself ends with the VMM. */
  close(): void {
    this.#closed = true;
    this.#netlink.close();
    close(this.#home);
  }
}

function findTap(netlink: RouteSocket, wanted: string): number {
  const tap = listLinks(netlink).find((link) => link.name === wanted);
  if (!tap) throw new Fault(`tap ${wanted}: was made and is not there`, { component: "network" });
  return tap.index;
}
