/** Requests about the pod's network, which is the guest's own. */
import type { Timers } from "../../base/timers.ts";
import { RpcError, rpcCode } from "../../protocol/status.ts";
import { RouteSocket } from "../../sys/netlink.ts";
import { listInterfaces, updateInterface } from "../network/interfaces.ts";
import { addNeighbours, showRoutes, updateRoutes } from "../network/routes.ts";
import type { WaitingCards } from "../network/waiting-cards.ts";
import type { Group } from "./groups.ts";

type NetworkMethods = "listInterfaces" | "listRoutes" | "updateInterface" | "updateRoutes" | "addARPNeighbors";

export function networkHandlers(timers: Timers, waiting: WaitingCards): Group<NetworkMethods> {
  return {
    listInterfaces: () => ({ interfaces: withNetlink(listInterfaces) }),
    listRoutes: () => ({ routes: withNetlink(showRoutes) }),
    updateInterface: async (request) => {
      if (!request.interface) throw new RpcError(rpcCode.invalidArgument, "UpdateInterface: interface is missing");
      const netlink = new RouteSocket();
      try {
        return await updateInterface(request.interface, { netlink, timers, waiting });
      } finally {
        netlink.close();
      }
    },
    updateRoutes: ({ routes }) => ({ routes: withNetlink((netlink) => updateRoutes(netlink, routes?.routes ?? [])) }),
    addARPNeighbors: ({ neighbors }) => {
      withNetlink((netlink) => addNeighbours(netlink, neighbors?.arpNeighbors ?? []));
      return {};
    },
  };
}

function withNetlink<T>(use: (netlink: RouteSocket) => T): T {
  const netlink = new RouteSocket();
  try {
    return use(netlink);
  } finally {
    netlink.close();
  }
}
