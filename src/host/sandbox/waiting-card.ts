/** The network card that every machine is born with, before it is known whether it will have a network, and which. */
import { waitingCardAddress } from "../../protocol/waiting-card.ts";
import { close, statIfPresent } from "../../sys/file.ts";
import type { NetworkDevice } from "../hypervisor/vm.ts";
import { WaitingTap } from "../network/waiting-tap.ts";
import type { SandboxParameters } from "./parameters.ts";
import { openVhosts, serveByVhost } from "./vhost-net.ts";

const taps = "/dev/net/tun";

/** What a template and its clones must have in common. A host without taps has machines without such a card. */
export function waitingCardKind({ network }: Pick<SandboxParameters, "network">): string {
  if (!statIfPresent(taps)) return "none";
  return serveByVhost() ? `vhost ${network.queues}` : "tap";
}

export interface WaitingCard {
  readonly tap: WaitingTap;
  readonly device: NetworkDevice;
  /** The VMM has its descriptors, or never will. */
  settle(): void;
}

export function openWaitingCard({ network }: Pick<SandboxParameters, "network">): WaitingCard | undefined {
  if (!statIfPresent(taps)) return undefined;
  const tap = new WaitingTap(serveByVhost() ? network.queues : 1);
  try {
    const vhosts = openVhosts(tap.taps.length);
    const device: NetworkDevice = {
      kind: "network",
      id: "waiting",
      taps: tap.taps,
      mac: waitingCardAddress,
      ...(vhosts && { vhosts }),
    };
    return { tap, device, settle: () => [...tap.taps, ...(vhosts ?? [])].forEach(close) };
  } catch (error) {
    tap.taps.forEach(close);
    tap.close();
    throw error;
  }
}
