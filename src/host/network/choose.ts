/** Which wiring a link gets: the configured one, unless it is a tap itself. */
import { directTap } from "./direct-tap.ts";
import { macvtap } from "./macvtap.ts";
import type { PodLink } from "./pod-network.ts";
import { tcfilter } from "./tcfilter.ts";
import type { NetworkWiring } from "./wiring.ts";

export function chooseWiring(model: "tcfilter" | "macvtap", link: Pick<PodLink, "kind">): NetworkWiring {
  if (link.kind === "tun") return directTap;
  return model === "macvtap" ? macvtap : tcfilter;
}
