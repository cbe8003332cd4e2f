/** The machine's network cards, each joined to a link of the pod's network namespace. */
import { Fault } from "../../base/fault.ts";
import type { Interface } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";
import { close, O, open, statIfPresent } from "../../sys/file.ts";
import type { Fd } from "../../sys/syscall.ts";
import type { HotPlug, NetworkDevice } from "../hypervisor/vm.ts";
import { chooseWiring } from "../network/choose.ts";
import type { PodNamespace } from "../network/namespace.ts";
import type { PodLink } from "../network/pod-network.ts";
import type { Joined, JoinWishes } from "../network/wiring.ts";

export interface Card {
  /** The device's name for the VMM. */
  readonly id: string;
  /** As it was when it was joined: the card keeps its hardware address. */
  readonly link: PodLink;
  readonly joined: Joined;
  /** What the agent was told last, as text; undefined: nothing yet. */
  told?: string;
  /** What the agent is told instead of what the namespace says. */
  wish?: Init<Interface>;
}

export interface CardWishes {
  readonly model: "tcfilter" | "macvtap";
  /** Queues where vhost-net serves them; without it one thread of the VMM serves all, and one queue does. */
  readonly queues: number;
  /** The sandbox's id. */
  readonly owner: string;
}

const vhostNet = "/dev/vhost-net";

export class Cards {
  /** By the index of the link. */
  readonly all = new Map<number, Card>();
  readonly #wishes: CardWishes;
  readonly #taken = new Set<number>();

  constructor(wishes: CardWishes) {
    this.#wishes = wishes;
  }

  /** A card for a machine that is about to be launched; `settle` is called when it was, or was not. */
  prepare(namespace: PodNamespace, link: PodLink): { readonly device: NetworkDevice; settle(launched: boolean): void } {
    const { card, device, closeTaps } = this.#join(namespace, link);
    const settle = (launched: boolean): void => {
      closeTaps();
      if (launched) this.all.set(link.index, card);
      else card.joined.leave();
    };
    return { device, settle };
  }

  async plug(namespace: PodNamespace, link: PodLink, hotplug: HotPlug | undefined): Promise<Card> {
    if (!hotplug)
      throw new Fault(`link ${link.name}: has come after the machine's start, and its VMM cannot add cards then`, {
        component: "network",
        code: "unsupported",
      });
    const { card, device, closeTaps } = this.#join(namespace, link);
    try {
      await hotplug.addNetwork(device);
    } catch (error) {
      closeTaps();
      card.joined.leave();
      throw error;
    }
    closeTaps();
    this.all.set(link.index, card);
    return card;
  }

  /** The link may have gone. */
  async unplug({ id, link, joined }: Card, hotplug: HotPlug | undefined): Promise<void> {
    this.all.delete(link.index);
    joined.leave();
    await hotplug?.removeNetwork(id);
  }

  /** Takes back what was made in the namespace; the cards are the VMM's, and end with it. */
  leave(): void {
    for (const { joined } of this.all.values()) joined.leave();
    this.all.clear();
  }

  #join(namespace: PodNamespace, link: PodLink): { card: Card; device: NetworkDevice; closeTaps: () => void } {
    const withVhost = statIfPresent(vhostNet) !== undefined;
    const number = this.#takeNumber();
    const id = `net${number}`;
    const joined = this.#wire(namespace, link, { number, queues: withVhost ? this.#wishes.queues : 1, owner: this.#wishes.owner });
    const vhosts: Fd[] = [];
    const closeTaps = (): void => {
      for (const fd of [...joined.taps, ...vhosts]) close(fd);
    };
    try {
      if (withVhost) for (const _tap of joined.taps) vhosts.push(open(vhostNet, O.RDWR));
    } catch (error) {
      closeTaps();
      joined.leave();
      throw error;
    }
    const device: NetworkDevice = { kind: "network", id, taps: joined.taps, mac: link.mac, ...(withVhost && { vhosts }) };
    return { card: { id, link, joined }, device, closeTaps };
  }

  /** Leaving gives the number back. */
  #wire(namespace: PodNamespace, link: PodLink, wishes: JoinWishes): Joined {
    const giveBack = (): boolean => this.#taken.delete(wishes.number);
    try {
      const joined = chooseWiring(this.#wishes.model, link).join(namespace, link, wishes);
      return {
        ...joined,
        leave: () => {
          giveBack();
          joined.leave();
        },
      };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  #takeNumber(): number {
    let number = 0;
    while (this.#taken.has(number)) number++;
    this.#taken.add(number);
    return number;
  }
}
