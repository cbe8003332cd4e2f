/** How a link of a network namespace is joined to a card of a virtual machine. */
import type { Fd } from "../../sys/syscall.ts";
import type { PodNamespace } from "./namespace.ts";
import type { PodLink } from "./pod-network.ts";
import type { WaitingTap } from "./waiting-tap.ts";

export interface NetworkWiring {
  /** It can join a link to a tap that is there already. */
  readonly takesWaiting: boolean;
  /**
   * Joins `link`; frames flow once the descriptors are a card's. Leaves nothing when it fails.
   * `number` is unique among the links joined in this namespace at the time.
   */
  join(namespace: PodNamespace, link: PodLink, wishes: JoinWishes): Joined;
}

export interface JoinWishes {
  readonly number: number;
  readonly queues: number;
  /** The sandbox; noted as the alias of what is made. */
  readonly owner: string;
  /** To be joined instead of one that is made. */
  readonly waiting?: WaitingTap;
}

export interface Joined {
  /** One a queue; the caller's, to be closed once the VMM has them: then they end with the VMM. None of a tap that waited. */
  readonly taps: readonly Fd[];
  /** What was made in the namespace; 0: nothing. */
  readonly tapLink: number;
  /** Undoes what closing the descriptors does not. The link may have gone, the namespace not. */
  leave(): void;
}
