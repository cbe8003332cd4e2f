/** A link that is a tap already, made by a network plugin for whoever opens it: the machine's card is its other end. */
import { Fault } from "../../base/fault.ts";
import { openTap } from "../../sys/tap.ts";
import type { NetworkWiring } from "./wiring.ts";

export const directTap: NetworkWiring = {
  takesWaiting: false,
  join: (namespace, link) => {
    try {
      return { taps: namespace.enter(() => openTap(link.name, 1)), tapLink: 0, leave: () => {} };
    } catch (cause) {
      throw new Fault(`open tap ${link.name}: somebody else has it open, or it was made with other flags`, { component: "network", cause });
    }
  },
};
