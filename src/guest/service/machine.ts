import type { WaitingCards } from "../network/waiting-cards.ts";

/** What the service asks of the guest's init, given to it by the composition root. */
export interface Machine {
  readonly version: string;
  readonly waitingCards: WaitingCards;
  loadModule(name: string, parameters: readonly string[]): void;
  /** Ends the guest. */
  shutDown(): void;
}
