/**
 * The pod's network: its namespace is read, each link in it gets a card of the machine, the guest is told addresses, routes
 * and neighbours; and it is watched, since networks come and go while a pod runs.
 */
import { chainMessage, Fault } from "../../base/fault.ts";
import type { Logger } from "../../base/log.ts";
import type { Interface, Route } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";
import type { EventLoop } from "../../sys/loop.ts";
import type { Fd } from "../../sys/syscall.ts";
import { PodNamespace } from "../network/namespace.ts";
import { findMachineLink, type PassedOver, type PodLink, type PodNetwork, readPodNetwork } from "../network/pod-network.ts";
import type { Machine } from "./boot.ts";
import { type Card, type CardSource, Cards } from "./cards.ts";
import { GuestNetwork } from "./guest-network.ts";
import type { NetworkParameters, SandboxParameters } from "./parameters.ts";

/** Changes come in bursts: a network plugin moves a link, names it, gives it addresses, routes. */
const settleMs = 20;

export interface NetworkDependencies {
  readonly loop: EventLoop;
  readonly logger: Logger;
}

type NetworkMachine = Pick<Machine, "agent" | "vm" | "waitingTap">;

interface At {
  readonly machine: NetworkMachine;
  readonly namespace: PodNamespace;
  readonly guest: GuestNetwork;
}

export class SandboxNetwork {
  readonly #parameters: NetworkParameters;
  readonly #loop: EventLoop;
  readonly #logger: Logger;
  readonly #cards: Cards;
  #namespace: PodNamespace | undefined;
  #machine: NetworkMachine | undefined;
  #stopWatch: (() => void) | undefined;
  #cancelSettling: (() => void) | undefined;
  /** Operations one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Links that get no card: unplugged by request, or not to be had. By index. */
  readonly #left = new Set<number>();
  #guest: GuestNetwork | undefined;
  #passedOver: readonly PassedOver[] = [];
  #onFollowed = (): void => {};

  constructor({ id, network: parameters }: Pick<SandboxParameters, "id" | "network">, { loop, logger }: NetworkDependencies) {
    this.#parameters = parameters;
    this.#loop = loop;
    this.#logger = logger.with({ source: "network" });
    const { model, queues } = parameters;
    this.#cards = new Cards({ model: model === "macvtap" ? "macvtap" : "tcfilter", queues, owner: id });
  }

  /** Takes the descriptor over. A pod has one network namespace: another one is refused. */
  open(fd: Fd): void {
    const namespace = new PodNamespace(fd, this.#logger);
    const known = this.#namespace;
    try {
      if (known && known.inode !== namespace.inode)
        throw new Fault("network namespace: another one than the pod's, whose virtual machine has one network", {
          component: "network",
          code: "invalid-argument",
        });
      const taken = known || this.#isOff ? undefined : findMachineLink(namespace.netlink);
      if (taken !== undefined)
        throw new Fault(
          `network namespace: belongs to the virtual machine of another sandbox, which has ${taken} in it; two machines cannot share one: connect both to a network, or run both containers in one pod`,
          { component: "network", code: "in-use" },
        );
    } catch (error) {
      namespace.close();
      throw error;
    }
    if (known) namespace.close();
    else this.#namespace = namespace;
  }

  /** Runs `work` in the namespace; undefined: there is none. */
  get enter(): PodNamespace["enter"] | undefined {
    const namespace = this.#namespace;
    return namespace && ((work) => namespace.enter(work));
  }

  /** `onChange` is called when a change of the namespace was followed while the pod runs. */
  whenFollowed(onChange: () => void): void {
    this.#onFollowed = onChange;
  }

  /** Gives the machine all links there are now, and from now on those that come. Throws when one cannot be had. */
  async attach(machine: NetworkMachine): Promise<void> {
    this.#machine = machine;
    this.#guest ??= new GuestNetwork(machine.agent, this.#logger);
    if (!this.#namespace || this.#isOff) return;
    this.#stopWatch ??= this.#namespace.watch(this.#loop, () => this.#settleSoon());
    await this.refresh();
  }

  /** Looks again: what the watch would notice soon is there when this resolves. */
  async refresh(): Promise<void> {
    if (this.#stopWatch) await this.#inTurn((at) => this.#refresh(at, true));
  }

  /** Joins the link that `wish` names, and tells the guest what `wish` says of it. What the guest has then. */
  addInterface(wish: Init<Interface>): Promise<Interface> {
    return this.#inTurn(async ({ machine, namespace, guest }) => {
      const { device = "" } = wish;
      const pod = readPodNetwork(namespace.netlink, this.#joined);
      const link = pod.links.find(({ name }) => name === device);
      if (!link) throw new Fault(`interface ${device}: ${whyNot(pod, device)}`, { component: "network", code: "not-found" });
      if (wish.hwAddr && wish.hwAddr.toLowerCase() !== (this.#cards.all.get(link.index)?.link.mac ?? link.mac))
        throw new Fault(`interface ${device}: hwAddr is ${wish.hwAddr}, the link has ${link.mac}`, {
          component: "network",
          code: "invalid-argument",
        });
      this.#left.delete(link.index);
      const card = this.#cards.all.get(link.index) ?? (await this.#cards.plug(namespace, link, sourceOf(machine)));
      card.wish = wish;
      await guest.tellInterface(card, link);
      await this.#tellRest(guest, pod, true);
      const { interfaces } = await machine.agent.api.listInterfaces({});
      const found = interfaces.find(({ hwAddr }) => hwAddr === card.link.mac);
      if (!found) throw new Fault(`interface ${device}: the guest has lost it`, { component: "agent", code: "not-found" });
      return found;
    });
  }

  /** Takes the card away; the link stays in the namespace and gets none until `addInterface`. */
  removeInterface({ device = "", hwAddr = "" }: Init<Interface>): Promise<Interface> {
    return this.#inTurn(async ({ machine }) => {
      const card = [...this.#cards.all.values()].find(
        ({ link }) => link.name === device && (hwAddr === "" || link.mac === hwAddr.toLowerCase()),
      );
      if (!card) throw new Fault(`interface ${device}: the machine has no such card`, { component: "network", code: "not-found" });
      const { interfaces } = await machine.agent.api.listInterfaces({});
      const found = interfaces.find((each) => each.hwAddr === card.link.mac);
      this.#left.add(card.link.index);
      await this.#unplug(card, machine);
      if (!found) throw new Fault(`interface ${device}: the guest had lost it`, { component: "agent", code: "not-found" });
      return found;
    });
  }

  /** From now on these, whatever routes the namespace has. */
  async updateRoutes(routes: readonly Init<Route>[]): Promise<readonly Route[]> {
    return this.#inTurn(({ guest }) => guest.updateRoutes(routes));
  }

  /** Takes back what was made in the namespace. Idempotent. */
  leave(): void {
    this.#cancelSettling?.();
    this.#stopWatch?.();
    this.#stopWatch = undefined;
    this.#machine = undefined;
    this.#cards.leave();
    this.#namespace?.close();
    this.#namespace = undefined;
  }

  /** What the container does not get, one sentence each. */
  get warnings(): readonly string[] {
    const passedOver = this.#passedOver.map(({ name, why }) => `link ${name} of the network namespace: not in the virtual machine: ${why}`);
    // a namespace that somebody made and named was meant to be a network
    const isBare = this.#parameters.early && !this.#isOff && this.#cards.all.size === 0;
    return [
      ...passedOver,
      ...(this.#guest?.warnings ?? []),
      ...(isBare ? ["the network namespace has no link for the virtual machine: there is no network until one comes"] : []),
    ];
  }

  get #isOff(): boolean {
    return this.#parameters.model === "none";
  }

  get #joined(): ReadonlySet<number> {
    return new Set(this.#cards.all.keys());
  }

  async #inTurn<T>(work: (at: At) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => {
      const [machine, namespace, guest] = [this.#machine, this.#namespace, this.#guest];
      if (!machine || !namespace || !guest)
        throw new Fault("network: the sandbox has none", { component: "network", code: "failed-precondition" });
      return work({ machine, namespace, guest });
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #settleSoon(): void {
    if (this.#cancelSettling) return;
    this.#cancelSettling = this.#loop.after(settleMs, () => {
      this.#cancelSettling = undefined;
      const followed = this.#inTurn((at) => this.#refresh(at, false)).then(() => this.#onFollowed());
      followed.catch((error: unknown) => {
        if (this.#machine) this.#logger.error(`follow the network: ${chainMessage(error)}`);
      });
    });
  }

  async #refresh({ machine, namespace, guest }: At, strict: boolean): Promise<void> {
    const pod = readPodNetwork(namespace.netlink, this.#joined);
    this.#warn(pod);
    const links = new Map(pod.links.map((link) => [link.index, link]));
    let changed = false;
    for (const card of [...this.#cards.all.values()]) {
      if (links.has(card.link.index)) continue;
      this.#logger.info(`link ${card.link.name} has gone, its card is unplugged`);
      await this.#unplug(card, machine);
    }
    for (const link of pod.links) {
      const card = this.#cards.all.get(link.index) ?? (await this.#plug(machine, namespace, link, strict));
      if (card && (await guest.tellInterface(card, link))) changed = true;
    }
    await this.#tellRest(guest, pod, changed);
  }

  /** undefined: it gets none. */
  async #plug(machine: NetworkMachine, namespace: PodNamespace, link: PodLink, strict: boolean): Promise<Card | undefined> {
    if (this.#left.has(link.index)) return undefined;
    try {
      const card = await this.#cards.plug(namespace, link, sourceOf(machine));
      this.#logger.debug(`link ${link.name} is joined`, { card: card.id });
      return card;
    } catch (error) {
      if (strict) throw error;
      this.#left.add(link.index);
      this.#logger.error(`link ${link.name} cannot be joined: ${chainMessage(error)}`);
      return undefined;
    }
  }

  async #unplug(card: Card, { vm }: NetworkMachine): Promise<void> {
    await this.#guest?.putBack(card);
    await this.#cards.unplug(card, vm.hotplug);
  }

  /** Routes and neighbours. `afresh`: an interface was set up anew, and has lost its own. */
  async #tellRest(guest: GuestNetwork, pod: PodNetwork, afresh: boolean): Promise<void> {
    await guest.tellRest({ ...pod, links: pod.links.flatMap((link) => this.#asGuestNames(link)) }, afresh);
  }

  /** Nothing for a link without a card. */
  #asGuestNames(link: PodLink): PodLink[] {
    const card = this.#cards.all.get(link.index);
    return card ? [{ ...link, name: card.wish?.name || link.name }] : [];
  }

  /** Once for each state of things. */
  #warn({ passedOver }: PodNetwork): void {
    const known = JSON.stringify(this.#passedOver);
    this.#passedOver = passedOver;
    if (JSON.stringify(passedOver) === known) return;
    for (const warning of this.warnings) this.#logger.warning(warning);
  }
}

const sourceOf = ({ vm, waitingTap }: NetworkMachine): CardSource => ({ hotplug: vm.hotplug, waitingTap });

function whyNot({ passedOver }: PodNetwork, device: string): string {
  return passedOver.find(({ name }) => name === device)?.why ?? "the sandbox's network namespace has no such link that is up";
}
