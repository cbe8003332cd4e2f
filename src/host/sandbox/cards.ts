/** The machine's network cards, each joined to a link of the pod's network namespace. */
import { Fault } from "../../base/fault.ts";
import type { Interface } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";
import { close } from "../../sys/file.ts";
import type { HotPlug, NetworkDevice } from "../hypervisor/vm.ts";
import { chooseWiring } from "../network/choose.ts";
import type { PodNamespace } from "../network/namespace.ts";
import type { PodLink } from "../network/pod-network.ts";
import type { WaitingTap } from "../network/waiting-tap.ts";
import type { Joined, JoinWishes, NetworkWiring } from "../network/wiring.ts";
import { openVhosts, serveByVhost } from "./vhost-net.ts";

export interface Card {
  /** The device's name for the VMM. */
  readonly id: string;
  /** As it was when it was joined: the card keeps its hardware address. */
  readonly link: PodLink;
  readonly joined: Joined;
  /** The machine had it from its start: it waits again when nobody needs it. */
  readonly waited: boolean;
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

/** What a card is had from. */
export interface CardSource {
  readonly hotplug?: HotPlug | undefined;
  /** Of the card that the machine was born with. */
  readonly waitingTap?: WaitingTap | undefined;
}

export class Cards {
  /** By the index of the link. */
  readonly all = new Map<number, Card>();
  readonly #wishes: CardWishes;
  readonly #taken = new Set<number>();

  constructor(wishes: CardWishes) {
    this.#wishes = wishes;
  }

  /** The card that waits where the link can be joined to it, else one that is plugged in. */
  async plug(namespace: PodNamespace, link: PodLink, { hotplug, waitingTap }: CardSource): Promise<Card> {
    const wiring = chooseWiring(this.#wishes.model, link);
    const card =
      waitingTap?.free && wiring.takesWaiting
        ? this.#join(wiring, namespace, link, waitingTap)
        : await this.#plugIn(wiring, namespace, link, hotplug);
    this.all.set(link.index, card);
    return card;
  }

  /** The link may have gone. The guest has let go of a card that waited. */
  async unplug({ id, link, joined, waited }: Card, hotplug: HotPlug | undefined): Promise<void> {
    this.all.delete(link.index);
    joined.leave();
    if (!waited) await hotplug?.removeNetwork(id);
  }

  /** Takes back what was made in the namespace; the cards are the VMM's, and end with it. */
  leave(): void {
    for (const { joined } of this.all.values()) joined.leave();
    this.all.clear();
  }

  async #plugIn(wiring: NetworkWiring, namespace: PodNamespace, link: PodLink, hotplug: HotPlug | undefined): Promise<Card> {
    if (!hotplug)
      throw new Fault(`link ${link.name}: its VMM cannot add cards to a machine that runs`, { component: "network", code: "unsupported" });
    const card = this.#join(wiring, namespace, link);
    const { taps } = card.joined;
    try {
      await addNetwork(hotplug, { kind: "network", id: card.id, taps, mac: link.mac });
      return card;
    } catch (error) {
      card.joined.leave();
      throw error;
    } finally {
      taps.forEach(close);
    }
  }

  /** Leaving gives the number back. */
  #join(wiring: NetworkWiring, namespace: PodNamespace, link: PodLink, waiting?: WaitingTap): Card {
    const { queues, owner } = this.#wishes;
    const number = this.#takeNumber();
    const giveBack = (): boolean => this.#taken.delete(number);
    const wishes: JoinWishes = { number, queues: serveByVhost() ? queues : 1, owner, ...(waiting && { waiting }) };
    try {
      const joined = wiring.join(namespace, link, wishes);
      const leave = (): void => {
        giveBack();
        joined.leave();
      };
      return { id: `net${number}`, link, joined: { ...joined, leave }, waited: waiting !== undefined };
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

async function addNetwork(hotplug: HotPlug, device: NetworkDevice): Promise<void> {
  const vhosts = openVhosts(device.taps.length);
  try {
    await hotplug.addNetwork({ ...device, ...(vhosts && { vhosts }) });
  } finally {
    vhosts?.forEach(close);
  }
}
