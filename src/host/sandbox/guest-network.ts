/** What the guest has been told of the pod's network, so that it is told what is new only. */
import type { Logger } from "../../base/log.ts";
import type { Interface, Route } from "../../protocol/gen/agent.ts";
import type { Init } from "../../protocol/wire.ts";
import type { Agent } from "../agent/agent.ts";
import { guestInterface, guestNeighbours, guestRoutes } from "../network/guest-network.ts";
import type { PodLink, PodNetwork } from "../network/pod-network.ts";
import type { Card } from "./cards.ts";

/** What is needed of the agent. */
interface NetworkAgent {
  readonly api: Pick<Agent["api"], "updateInterface" | "updateRoutes" | "addARPNeighbors">;
}

export class GuestNetwork {
  readonly #agent: NetworkAgent;
  readonly #logger: Logger;
  #routesWish: readonly Init<Route>[] | undefined;
  #routesTold = "[]";
  #lostRoutes: readonly string[] = [];
  #neighboursTold = "[]";

  constructor(agent: NetworkAgent, logger: Logger) {
    this.#agent = agent;
    this.#logger = logger;
  }

  /** Whether there was something new to tell. */
  async tellInterface(card: Card, link: PodLink): Promise<boolean> {
    const isNew = card.told === undefined;
    const { mac } = card.link; // the link's own may be another one while it is joined
    const said = card.wish ? wished({ ...link, mac }, card.wish) : guestInterface({ ...link, mac });
    const text = JSON.stringify(said);
    if (text === card.told) return false;
    // with a path the agent waits for a card that is only just being plugged in
    const source = card.waited ? { takeWaiting: true } : { devicePath: "hot-plug" };
    await this.#agent.api.updateInterface({ interface: { ...said, ...(isNew && source) } });
    card.told = text;
    return true;
  }

  /** The guest lets go of a card that waits again then. Others are the VMM's to take out. */
  async putBack({ waited, told, link }: Card): Promise<void> {
    if (waited && told !== undefined) await this.#agent.api.updateInterface({ interface: { hwAddr: link.mac, putBack: true } });
  }

  /** Routes and neighbours of `pod`, whose links have the guest's names. `afresh`: an interface has lost its own. */
  async tellRest(pod: PodNetwork, afresh: boolean): Promise<void> {
    const lost: string[] = [];
    const routes = this.#wishedRoutes(pod) ?? guestRoutes(pod, (route) => lost.push(route));
    if (lost.join() !== this.#lostRoutes.join()) for (const route of lost) this.#logger.warning(routeWarning(route));
    this.#lostRoutes = lost;
    const routesText = JSON.stringify(routes);
    if ((afresh && routes.length > 0) || routesText !== this.#routesTold) {
      await this.#agent.api.updateRoutes({ routes: { routes } });
      this.#routesTold = routesText;
    }
    const arpNeighbors = guestNeighbours(pod);
    const neighboursText = JSON.stringify(arpNeighbors);
    if ((afresh && arpNeighbors.length > 0) || neighboursText !== this.#neighboursTold) {
      await this.#agent.api.addARPNeighbors({ neighbors: { arpNeighbors } });
      this.#neighboursTold = neighboursText;
    }
  }

  /** Those of a card that has gone wait until it is back: the guest's kernel refuses them. */
  #wishedRoutes({ links }: PodNetwork): readonly Init<Route>[] | undefined {
    return this.#routesWish?.filter(({ device }) => !device || links.some(({ name }) => name === device));
  }

  /** What the guest does not get, one sentence each. */
  get warnings(): readonly string[] {
    return this.#lostRoutes.map(routeWarning);
  }

  /** From now on these, whatever routes the pod has. */
  async updateRoutes(routes: readonly Init<Route>[]): Promise<readonly Route[]> {
    const answer = await this.#agent.api.updateRoutes({ routes: { routes } });
    this.#routesWish = routes;
    this.#routesTold = JSON.stringify(routes);
    return answer.routes;
  }
}

const routeWarning = (destination: string): string =>
  `route ${destination} of the network namespace: not in the virtual machine: it has several next hops, the guest's agent takes one`;

function wished(link: PodLink, wish: Init<Interface>): Init<Interface> {
  const ofLink = guestInterface(link);
  return {
    ...ofLink,
    name: wish.name || link.name,
    mtu: wish.mtu || link.mtu,
    ...(wish.ipAddresses && wish.ipAddresses.length > 0 && { ipAddresses: wish.ipAddresses }),
    ...(wish.rawFlags && { rawFlags: wish.rawFlags }),
  };
}
